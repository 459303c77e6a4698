package runner

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/action"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/templating/value"
)

// gauge is an action that counts how many hosts run it at once.
type gauge struct{ busy, most, runs atomic.Int32 }

func (g *gauge) Run(ctx context.Context, _ *modules.Call) (*value.Dict, error) {
	n := g.busy.Add(1)
	defer g.busy.Add(-1)
	g.runs.Add(1)
	for {
		most := g.most.Load()
		if n <= most || g.most.CompareAndSwap(most, n) {
			break
		}
	}
	sleep(ctx, 20*time.Millisecond)
	return modules.OK(), nil
}

// runWith runs a playbook text with some actions replaced.
func runWith(t testing.TB, opts Options, text string, actions map[string]modules.Action) int {
	t.Helper()
	dir := t.TempDir()
	book := filepath.Join(dir, "site.yml")
	if err := os.WriteFile(book, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	opts.Playbooks, opts.Config, opts.Stdout = []string{book}, cfg, io.Discard
	opts.Display, _ = NewDisplay(cfg, Screen{Stdout: io.Discard, Stderr: io.Discard})
	r, closeRun, err := newRun(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer closeRun()
	table := action.Table()
	for name, a := range actions {
		table[name] = a
	}
	r.registry = modules.NewRegistry(table, action.Generic, payload.NewFinder(payload.Options{}))
	exit, err := r.exit(t.Context(), r.playAll(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return exit
}

func hostList(n int) []string {
	list := ""
	for i := range n {
		list += fmt.Sprintf("h%02d,", i)
	}
	return []string{list}
}

const measured = `
- hosts: all
  gather_facts: false
  %s
  tasks:
    - ping:
    - wait_for:
      throttle: 3
`

func TestForksSerialAndThrottleLimitTogether(t *testing.T) {
	for _, row := range []struct {
		name            string
		forks           int
		play            string
		plain, throttle int32
	}{
		{"serial below forks", 50, "serial: 10", 10, 3},
		{"forks below serial", 4, "serial: 10", 4, 3},
		{"throttle above forks", 2, "serial: 10", 2, 2},
		{"free", 6, "strategy: free", 6, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			plain, throttled := &gauge{}, &gauge{}
			exit := runWith(t, Options{Inventory: hostList(50), Forks: row.forks}, fmt.Sprintf(measured, row.play),
				map[string]modules.Action{"ansible.builtin.ping": plain, "ansible.builtin.wait_for": throttled})
			if exit != ExitOK || plain.runs.Load() != 50 || throttled.runs.Load() != 50 {
				t.Fatalf("exit %d, %d plain and %d throttled runs", exit, plain.runs.Load(), throttled.runs.Load())
			}
			if plain.most.Load() != row.plain || throttled.most.Load() != row.throttle {
				t.Errorf("%d plain and %d throttled at once, want %d and %d", plain.most.Load(), throttled.most.Load(), row.plain, row.throttle)
			}
		})
	}
}
