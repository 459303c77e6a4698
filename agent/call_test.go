package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goplay/goplay/connection"
)

func TestCallNewStyle(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	for range 3 {
		r := w.call(s, probe("basic.exit_json(ping=basic.args()['a'])"))
		if got, want := string(r.Stdout), `{"ping": 1}`+"\n"; got != want || r.Exit != 0 || len(r.Stderr) != 0 {
			t.Fatalf("%q %q %d", got, r.Stderr, r.Exit)
		}
	}
	w.onlyFiles()
}

// TestSurroundings checks what a module finds around it, and that a module before it left no trace in it.
func TestSurroundings(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	w.call(s, probe(`
import os, sys, signal, locale
os.chdir("/"); os.umask(0); os.environ["LEFT"] = "1"; sys.argv.append("x"); signal.signal(signal.SIGUSR1, signal.SIG_IGN)
sys.modules["left"] = sys; basic.LEFT = 1; os.dup(1); open(os.devnull)
basic.exit_json()`))
	look := probe(`
import os, sys, signal
basic.exit_json(cwd=os.getcwd(), umask=oct(os.umask(0)), env=[os.environ.get("LEFT"), os.environ.get("MINE")], argv=sys.argv, name=__name__,
    package=__package__, file=__file__, fds=sorted(f for f in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + f)),
    usr1=signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL, term=signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
    left=["left" in sys.modules, hasattr(basic, "LEFT")], group=os.getpgid(0) == os.getpid(), stdin=sys.stdin.read(), empty="" in sys.path,
    threads=len(os.listdir("/proc/self/task")), profile=basic._ANSIBLE_PROFILE)`)
	look.Environment = map[string]string{"MINE": "ä 'x'"}
	r := w.call(s, look)
	var got map[string]any
	if err := json.Unmarshal(r.Stdout, &got); err != nil {
		t.Fatalf("%v: %q %q", err, r.Stdout, r.Stderr)
	}
	want := map[string]any{
		"cwd": w.home, "umask": "0o22", "env": []any{nil, "ä 'x'"}, "argv": []any{"ansible/modules/probe.py"}, "name": "__main__",
		"package": "ansible.modules", "file": "ansible/modules/probe.py", "fds": []any{"0", "1", "2", "3", "4"}, "usr1": true, "term": true,
		"left": []any{false, false}, "group": true, "stdin": "", "empty": false, "threads": 1.0, "profile": "legacy",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEndings(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	for _, c := range []struct {
		name, text string
		want       Reply
	}{
		{"exit status", "import sys; sys.exit(7)", Reply{Exit: 7}},
		{"exit text", "import sys; sys.exit('why')", Reply{Exit: 1, Stderr: []byte("why\n")}},
		{"signal", "import os; os.kill(os.getpid(), 9)", Reply{Exit: 137}},
		{"atexit", "import atexit; atexit.register(print, 'bye'); print('hi')", Reply{Stdout: []byte("hi\nbye\n")}},
		{"thread", "import threading, time; threading.Thread(target=lambda: (time.sleep(0.1), print('late'))).start()", Reply{Stdout: []byte("late\n")}},
		{"os._exit", "import os; os.write(1, b'raw'); os._exit(3)", Reply{Exit: 3, Stdout: []byte("raw")}},
		{"bytes", `import os; os.write(1, b'\xff\x00\xfe'); os.write(2, b'\x80')`, Reply{Stdout: []byte("\xff\x00\xfe"), Stderr: []byte("\x80")}},
		{"crash", "def f():\n    raise ValueError('bo\\xe4')\nf()", Reply{Exit: 1, Crash: "boä", Stderr: []byte(`Traceback (most recent call last):
  File "ansible/modules/probe.py", line 4, in <module>
  File "ansible/modules/probe.py", line 3, in f
ValueError: boä
`)}},
		{"syntax error", "x = = 1", Reply{Exit: 1, Crash: "invalid syntax (probe.py, line 2)", Stderr: []byte(`  File "ansible/modules/probe.py", line 2
    x = = 1
        ^
SyntaxError: invalid syntax
`)}},
		{"missing import", "from ansible.module_utils import none", Reply{Exit: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.call(s, probe(c.text))
			if c.name == "missing import" {
				if !strings.Contains(r.Crash, "cannot import name 'none'") {
					t.Errorf("%+v", r)
				}
				return
			}
			if diff := cmp.Diff(show(&c.want), show(r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func show(r *Reply) string { return fmt.Sprintf("%d\n%s\n%q\n%q", r.Exit, r.Crash, r.Stdout, r.Stderr) }

// TestLeftBehind checks that a process which a module leaves behind keeps neither the call from ending nor is it killed.
func TestLeftBehind(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	w.call(s, probe("import subprocess; subprocess.Popen(['/bin/sh', '-c', 'until [ -e \"$HOME/go\" ]; do sleep 0.1; done; echo done > \"$HOME/mark\"']); basic.exit_json()"))
	if err := os.WriteFile(filepath.Join(w.home, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { _, err := os.Stat(filepath.Join(w.home, "mark")); return err == nil })
}

func waitFor(t testing.TB, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !cond(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not happen")
		}
	}
}

func TestBigOutput(t *testing.T) {
	if testing.Short() {
		t.Skip("100 MB")
	}
	w := newWorld(t, Options{})
	s := w.session()
	r := w.call(s, probe("import sys\nfor i in range(100): sys.stdout.write('0123456789abcdef' * 65536)\nsys.stderr.write('e' * 5000000)"))
	if !bytes.Equal(r.Stdout, bytes.Repeat([]byte("0123456789abcdef"), 100*65536)) || len(r.Stderr) != 5000000 {
		t.Errorf("%d and %d bytes", len(r.Stdout), len(r.Stderr))
	}
}

func TestTooMuchOutput(t *testing.T) {
	w := newWorld(t, Options{MaxOutput: 1 << 20})
	s := w.session()
	_, err := s.Call(t.Context(), probe("import sys\nwhile True: sys.stdout.write('x' * 100000)"))
	var failed *Error
	if !errors.As(err, &failed) || err.Error() != "the module wrote more than 1048576 bytes" {
		t.Errorf("%v", err)
	}
	w.call(s, probe("basic.exit_json()"))
}

// sleeper writes the ids of a module and of a grandchild which ignores SIGTERM, and sleeps.
const sleeper = `
import os, subprocess, time
p = subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"])
with open(os.path.expanduser("~/pids.new"), "w") as f:
    f.write("%d %d" % (os.getpid(), p.pid))
os.rename(os.path.expanduser("~/pids.new"), os.path.expanduser("~/pids"))
time.sleep(60)
`

// pids waits for what sleeper writes.
func (w *world) pids() []string {
	w.t.Helper()
	var text []byte
	waitFor(w.t, func() (ok bool) {
		var err error
		text, err = os.ReadFile(filepath.Join(w.home, "pids"))
		return err == nil
	})
	return strings.Fields(string(text))
}

// allGone waits until processes have ended.
func allGone(t testing.TB, pids []string) {
	t.Helper()
	waitFor(t, func() bool {
		for _, pid := range pids {
			if state, err := os.ReadFile("/proc/" + pid + "/stat"); err == nil && !strings.Contains(string(state), ") Z ") {
				return false
			}
		}
		return true
	})
}

func TestTimeoutKills(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	c := probe(sleeper)
	c.Timeout = 500 * time.Millisecond
	_, err := s.Call(t.Context(), c)
	var late *TimeoutError
	if !errors.As(err, &late) || err.Error() != "Timed out after 0.5 second(s)." {
		t.Errorf("%v", err)
	}
	allGone(t, w.pids())
	w.onlyFiles("pids")
	w.call(s, probe("basic.exit_json()"))
}

func TestCancelKills(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	ctx, cancel := context.WithCancel(t.Context())
	c := probe(sleeper)
	result := make(chan error, 1)
	go func() {
		_, err := s.Call(ctx, c)
		result <- err
	}()
	pids := w.pids()
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	allGone(t, pids)
	w.onlyFiles("pids")
}

func TestCloseKills(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	c := probe(sleeper)
	result := make(chan error, 1)
	go func() {
		_, err := s.Call(context.Background(), c)
		result <- err
	}()
	pids := w.pids()
	if err := w.pool.Reset(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	if err := <-result; err == nil {
		t.Error("the call ended well")
	}
	allGone(t, pids)
	w.onlyFiles("pids")
	if next := w.session(); next == s {
		t.Error("Session gave a closed session")
	}
}

// TestKilledAgent kills an agent outright while it runs modules of each kind: their process groups end with it.
func TestKilledAgent(t *testing.T) {
	for _, kind := range []Kind{NewStyle, WantJSON} {
		w := newWorld(t, Options{})
		s := w.session()
		var pid struct{ Agent int }
		if err := json.Unmarshal(w.call(s, probe("import os; basic.exit_json(agent=os.getppid())")).Stdout, &pid); err != nil {
			t.Fatal(err)
		}
		c := probe(sleeper)
		if kind == WantJSON {
			c = &Call{Payload: module("#!/usr/bin/python3" + sleeper), Args: []byte("{}")}
			c.Payload.Kind = kind
		}
		result := make(chan error, 1)
		go func() {
			_, err := s.Call(context.Background(), c)
			result <- err
		}()
		pids := w.pids()
		if err := syscall.Kill(pid.Agent, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if err := <-result; !connection.IsUnreachable(err) {
			t.Error(err)
		}
		allGone(t, pids)
	}
}

// TestRestart ends an agent behind the pool's back, idle and at work.
func TestRestart(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	const suicide = "import os, signal; os.kill(os.getppid(), signal.SIGKILL)"
	if _, err := s.Call(t.Context(), probe(suicide)); !connection.IsUnreachable(err) {
		t.Errorf("%T %v", err, err)
	}
	next := w.session()
	if next == s {
		t.Fatal("the dead session came back")
	}
	w.call(next, probe("basic.exit_json()"))
}

func TestNoInterpreter(t *testing.T) {
	w := newWorld(t, Options{})
	for _, c := range []struct{ interpreter, msg, stderr string }{
		{"/usr/bin/python9", "The module interpreter '/usr/bin/python9' was not found.", "/bin/sh: 1: /usr/bin/python9: not found\n"},
		{"/bin/false", "Module result deserialization failed: No start of json char found", ""},
		{"/etc", "Module result deserialization failed: No start of json char found", "/bin/sh: 1: /etc: Permission denied\n"},
	} {
		s, err := w.pool.Session(t.Context(), target, c.interpreter, nil)
		if err == nil {
			_, err = s.Call(t.Context(), probe(""))
		}
		var failed *InterpreterError
		if !errors.As(err, &failed) || err.Error() != c.msg || failed.Stderr != c.stderr {
			t.Errorf("%v: %+v", err, failed)
		}
		if path, version := s.Python(); path != "" || version != [3]int{} {
			t.Errorf("%s %v", path, version)
		}
	}
}

func TestDiscovery(t *testing.T) {
	shim := filepath.Join(t.TempDir(), "python3.99")
	if err := os.WriteFile(shim, []byte("#!/bin/sh\nexit 127\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, Options{InterpreterFallback: []string{"python3.98", shim, interpreter}})
	s, err := w.pool.Session(t.Context(), target, "auto", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.call(s, probe(""))
	if path, version := s.Python(); path != interpreter || version[0] != 3 {
		t.Errorf("%s %v", path, version)
	}
}
