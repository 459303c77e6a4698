package runner

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating/value"
)

// user types one line after the other, thinking a while before each.
type user struct {
	thinks time.Duration
	shown  *screen

	mu    sync.Mutex
	lines []string
	moved bool // something was shown while the user was asked
}

func (u *user) Interactive() bool { return true }

func (u *user) Pause(ctx context.Context, _ string, _ bool) (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	was := u.shown.len()
	sleep(ctx, u.thinks)
	u.moved = u.moved || u.shown.len() != was
	if len(u.lines) == 0 {
		return "", io.EOF
	}
	line := u.lines[0]
	u.lines = u.lines[1:]
	return line, nil
}

type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Len()
}

// play runs a playbook with a user at the terminal and gives what was shown and the exit code.
func (u *user) play(t *testing.T, opts Options, text string) (shown string, exit int) {
	t.Helper()
	book := filepath.Join(t.TempDir(), "site.yml")
	if err := os.WriteFile(book, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	u.shown = &screen{}
	opts.Playbooks, opts.Config, opts.Stdout, opts.Terminal = []string{book}, cfg, u.shown, u
	opts.Display, _ = NewDisplay(cfg, Screen{Stdout: u.shown, Stderr: io.Discard})
	exit, err = Run(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return u.shown.text.String(), exit
}

// TestNothingIsShownWhileTheUserIsAsked: hosts that run ahead wait with what they have to tell until a conversation is over.
func TestNothingIsShownWhileTheUserIsAsked(t *testing.T) {
	const text = `
- hosts: all
  strategy: free
  gather_facts: false
  tasks:
    - fail:
      when: inventory_hostname == 'h00'
      debugger: on_failed
    - debug: msg=2
    - debug: msg=3
`
	u := &user{thinks: 30 * time.Millisecond, lines: []string{"p host", "c"}}
	shown, exit := u.play(t, Options{Inventory: hostList(4), Forks: 4}, text)
	if u.moved || exit != ExitFailed || !strings.Contains(shown, "debug)> h00\n[h00] TASK: fail (debug)> ") {
		t.Errorf("exit %d, shown during a question: %v\n%s", exit, u.moved, shown)
	}
	u = &user{thinks: 10 * time.Millisecond, lines: strings.Fields("c c c")}
	if shown, exit := u.play(t, Options{Inventory: hostList(4), Forks: 4, Step: true}, text); u.moved || exit != ExitFailed || len(u.lines) != 1 {
		t.Errorf("exit %d, shown during a question: %v\n%s", exit, u.moved, shown)
	}
}

// TestDebuggerStatements: what is typed at the prompt, and what is answered.
func TestDebuggerStatements(t *testing.T) {
	const text = `
- hosts: h00
  gather_facts: false
  vars: {v: pv, d: {k: [1, 2]}}
  tasks:
    - debug: {msg: "{{ v }}"}
      debugger: always
`
	for _, row := range []struct{ typed, want string }{
		{"task.args['msg'] = \"{{ v }}\"|p task.args", "{'msg': '{{ v }}'}"},
		{"task_vars['d']['k'][1] = 3|p task_vars['d']", "{'k': [1, 3]}"},
		{"task_vars['new'] = {'a': [1]}|task_vars['new']['a'][0] = 'b'|p task_vars['new']", "{'a': ['b']}"},
		{"x = task_vars['d']['k']|p x + [x[0] == 1]", "[1, 2, True]"},
		{"p task_vars['d']['k'][0] == 1", "True"},
		{"p 'a=b' if 1 <= 2 else 'c'", "'a=b'"},
		{"task_vars['d']['k'][9] = 1", `***IndexError:IndexError('list assignment index out of range')`},
		{"task_vars['nope']['k'] = 1", `***KeyError:KeyError('nope')`},
		{"del task_vars['nope']", `***KeyError:KeyError('nope')`},
		{"task_vars['v']['k'] = 1", `***TypeError:TypeError("'str' object does not support item assignment")`},
		{"task.name = 'x'", `***NotImplementedError:NotImplementedError('goplay sets and deletes task.args[…], task_vars[…] and names, not task.name')`},
		{"p", `***SyntaxError:SyntaxError('invalid syntax')`},
		{"import os", `***SyntaxError:SyntaxError('invalid syntax')`},
		{"p 1 / 0", `***ZeroDivisionError:ZeroDivisionError('division by zero')`},
		{"p task_vars['v'].nope", `***AttributeError:AttributeError("'str' object has no attribute 'nope'")`},
		{"p result._result['msg']", "'pv'"},
	} {
		u := &user{lines: append(strings.Split(row.typed, "|"), "c")}
		shown, exit := u.play(t, Options{Inventory: hostList(1)}, text)
		prompt := "[h00] TASK: debug (debug)> "
		answers := strings.Split(shown, prompt)
		if got := strings.TrimSpace(answers[max(0, len(answers)-2)]); got != row.want || exit != ExitOK {
			t.Errorf("%s: exit %d\ngot  %s\nwant %s", row.typed, exit, got, row.want)
		}
	}
}

// TestNothingGoesAheadOfTheDebugger: no task is sent ahead where the one before may stop at the prompt.
func TestNothingGoesAheadOfTheDebugger(t *testing.T) {
	for _, debugging := range []bool{false, true} {
		p := &play{run: &run{opts: Options{Forks: 5}}, lockStep: true, debugging: debugging}
		h := newHost("a", nil)
		p.batch = []*hostState{h}
		if got := p.convoy(h) != nil; got == debugging {
			t.Errorf("debugging %v: tasks may go ahead: %v", debugging, got)
		}
	}
	if t1 := (&playbook.Task{Keywords: playbook.Keywords{Debugger: value.String("on_failed")}}); plainTask(t1) {
		t.Error("a task with a debugger goes ahead")
	}
}

// TestRefreshWhileHostsRun reads the inventory again while other hosts run on; it is for -race.
func TestRefreshWhileHostsRun(t *testing.T) {
	dir := t.TempDir()
	hosts := filepath.Join(dir, "hosts")
	if err := os.WriteFile(hosts, []byte("[g]\nh[1:6] x=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const text = `
- hosts: all
  strategy: free
  gather_facts: false
  tasks:
    - set_fact: {kept: "{{ inventory_hostname }}"}
    - group_by: {key: "of_{{ inventory_hostname }}"}
    - meta: refresh_inventory
    - ping:
      vars: {see: "{{ hostvars.h1.x }} {{ groups.of_h1 | default([]) }} {{ group_names }} {{ kept }} {{ ansible_play_hosts }}"}
      loop: [1, 2, 3]
      when: see | length > 0
`
	runs := &gauge{}
	exit := runWith(t, Options{Inventory: []string{hosts}, Forks: 6}, text, map[string]modules.Action{"ansible.builtin.ping": runs})
	if exit != ExitOK || runs.runs.Load() != 18 {
		t.Errorf("exit %d, %d runs", exit, runs.runs.Load())
	}
}
