package agent

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/goplay/goplay/connection"
)

// told collects what is told of silent hosts.
type told struct {
	mu   sync.Mutex
	list []string
}

func (w *told) tell(host, what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, host+" "+what)
}

func (w *told) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.list...)
}

// aFewTurns is a limit of silence that tests can wait for.
const aFewTurns = 800 * time.Millisecond

// TestQuietModule runs a module that says nothing for longer than an agent may be silent.
func TestQuietModule(t *testing.T) {
	w := newWorld(t, Options{Silence: 2 * time.Second})
	if r := w.call(w.session(), probe("import time; time.sleep(4); basic.exit_json(ok=1)")); !strings.Contains(string(r.Stdout), "ok") {
		t.Errorf("%+v", r)
	}
}

// stopsItself is a module that stops its agent, which goes on when the test ends.
const stopsItself = `
import os, signal, time
open(os.environ["HOME"] + "/stopped", "w").write(str(os.getppid()))
os.kill(os.getppid(), signal.SIGSTOP)
time.sleep(100)
`

// TestSilence stops agents, as if their host hung: who waits for them is told, and then gets an error.
func TestSilence(t *testing.T) {
	for _, c := range []struct {
		name, host string
		target     connection.Target
	}{
		{"the first agent", "web1", target},
		{"one below another", "box", inner("box", target)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen told
			w := newWorld(t, Options{Silence: aFewTurns, Tell: seen.tell})
			t.Cleanup(func() { goOn(t, w.home) })
			s, err := w.pool.Session(t.Context(), c.target, interpreter, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Call(t.Context(), probe(stopsItself))
			var lost *connection.UnreachableError
			if !errors.As(err, &lost) || lost.Host != c.host || !strings.HasPrefix(lost.Msg, "no sign of life for 800ms") {
				t.Errorf("error %v", err)
			}
			if got := slices.Compact(seen.all()); len(got) != 1 || got[0] != c.host+" has been silent for 200ms" { // more than once where it is slow
				t.Errorf("told %q", got)
			}
			if other := w.session(); c.host == "box" && other != s.parent {
				t.Error("the agent above has ended, too")
			}
			w.call(w.session(), probe("basic.exit_json()"))
		})
	}
}

// TestDeafToCancel cancels a call of an agent that hangs: it is told that nothing is known of the module, and Close waits for nothing.
func TestDeafToCancel(t *testing.T) {
	var seen told
	w := newWorld(t, Options{Tell: seen.tell})
	t.Cleanup(func() { goOn(t, w.home) })
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		waitFor(t, func() bool { return stopped(w.home) != 0 })
		cancel()
	}()
	if _, err := w.session().Call(ctx, probe(stopsItself)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if got := strings.Join(seen.all(), "; "); got != "web1 does not answer, and what was to end there may go on" {
		t.Errorf("told %q", got)
	}
	begin := time.Now()
	if err := w.pool.Close(context.Background()); err != nil || time.Since(begin) > time.Second {
		t.Errorf("closed after %v: %v", time.Since(begin), err)
	}
}

// stopped gives the number of the agent that was stopped, or 0.
func stopped(home string) int {
	out, _ := exec.Command("cat", home+"/stopped").Output()
	pid, _ := strconv.Atoi(string(out))
	return pid
}

// goOn lets a stopped agent end.
func goOn(t *testing.T, home string) {
	if pid := stopped(home); pid == 0 || syscall.Kill(pid, syscall.SIGCONT) != nil && syscall.Kill(pid, 0) == nil {
		t.Error("no agent was stopped")
	}
}
