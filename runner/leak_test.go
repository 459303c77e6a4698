package runner

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/goplay/goplay/config"
)

// leaky is a play of what starts goroutines, processes and temporary files: loops, agents of several hosts, failures, throttles.
const leaky = `
- hosts: all
  gather_facts: false
  vars: {ansible_python_interpreter: /usr/bin/python3}
  tasks:
    - command: echo {{ item }}
      loop: [1, 2, 3]
    - command: sleep 0.1
      throttle: 2
    - copy: {content: text, dest: "{{ playbook_dir }}/copied.{{ inventory_hostname }}"}
    - template: {src: t.j2, dest: "{{ playbook_dir }}/templated.{{ inventory_hostname }}"}
    - fail: msg=failed
      when: inventory_hostname == 'h01'
    - command: "false"
      retries: 1
      delay: 0
      ignore_errors: true
`

func TestARunLeavesNothingBehind(t *testing.T) {
	for _, strategy := range []string{"linear", "free", "host_pinned"} {
		t.Run(strategy, func(t *testing.T) {
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			before := goleak.IgnoreCurrent()
			if exit := runLeaky(t, strategy); exit != ExitFailed {
				t.Errorf("exit code %d", exit)
			}
			goleak.VerifyNone(t, before)
			if kids := children(t); len(kids) > 0 {
				t.Errorf("processes are left: %v", kids)
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("temporary files are left: %v %v", left, err)
			}
		})
	}
}

func runLeaky(t *testing.T, strategy string) int {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"site.yml": leaky + "  strategy: " + strategy + "\n", "t.j2": "{{ inventory_hostname }}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	display, _ := NewDisplay(cfg, Screen{Stdout: io.Discard, Stderr: io.Discard})
	exit, err := Run(t.Context(), Options{
		Playbooks: []string{filepath.Join(dir, "site.yml")}, Inventory: hostList(4), Connection: "local", Forks: 4,
		Config: cfg, Stdout: io.Discard, Display: display,
	})
	if err != nil {
		t.Fatal(err)
	}
	return exit
}

// children lists the processes that this one has started and that are still there, after a moment for those that are about to end.
func children(t *testing.T) []string {
	t.Helper()
	var found []string
	for range 20 {
		if found = childrenNow(t); len(found) == 0 {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return found
}

func childrenNow(t *testing.T) []string {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(os.Getpid()) {
			found = append(found, string(text))
		}
	}
	return found
}
