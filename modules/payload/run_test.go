package payload_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/local"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/modules/python"
)

// lines dials every target once, on this machine.
type lines struct {
	once sync.Once
	conn connection.Conn
	err  error
}

func (l *lines) Get(ctx context.Context, t connection.Target) (connection.Conn, error) {
	l.once.Do(func() { l.conn, l.err = local.Dialer{}.Dial(ctx, t) })
	return l.conn, l.err
}

// session gives an agent on this machine, whose home is a temporary folder.
func session(t testing.TB) *agent.Session {
	if _, err := exec.LookPath("/usr/bin/python3"); err != nil {
		t.Skip(err)
	}
	t.Setenv("HOME", t.TempDir())
	l := &lines{}
	pool := agent.NewPool(l, agent.Options{})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := pool.Close(ctx); err != nil {
			t.Error(err)
		}
		l.conn.Close()
	})
	s, err := pool.Session(t.Context(), connection.Target{Host: "here", Transport: "local"}, "auto_silent", nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func run(t testing.TB, s *agent.Session, p *agent.Payload, args string) map[string]any {
	t.Helper()
	r, err := s.Call(t.Context(), &agent.Call{Payload: p, Args: []byte(args)})
	if err != nil {
		t.Fatal(err)
	}
	var result map[string]any
	if err := json.Unmarshal(r.Stdout, &result); err != nil {
		t.Fatalf("%v: %d %q %s", err, r.Exit, r.Stdout, r.Stderr)
	}
	return result
}

func find(t testing.TB, f *payload.Finder, name string) *agent.Payload {
	t.Helper()
	p, err := f.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestRunEmbedded runs goplay's own modules as a play does.
func TestRunEmbedded(t *testing.T) {
	s, f := session(t), payload.NewFinder(payload.Options{Embedded: python.FS})
	if got := run(t, s, find(t, f, "ping"), `{"data": "hello"}`); got["ping"] != "hello" {
		t.Errorf("%v", got)
	}
	for range 2 {
		if got := run(t, s, find(t, f, "command"), `{"_raw_params": "echo one two"}`); got["stdout"] != "one two" || got["rc"] != 0.0 {
			t.Errorf("%v", got)
		}
	}
	if got := run(t, s, find(t, f, "setup"), `{"gather_subset": ["!all", "min"]}`); got["ansible_facts"] == nil {
		t.Errorf("%v", got)
	}
}

// TestKeep wants a kept module to run again from its folder, as it was edited there.
func TestKeep(t *testing.T) {
	s, f := session(t), payload.NewFinder(payload.Options{Embedded: python.FS})
	r, err := s.Call(t.Context(), &agent.Call{Payload: find(t, f, "ping"), Args: []byte(`{"data": "hello"}`), RemoteTmp: t.TempDir(), Keep: true})
	if err != nil || r.Kept == "" || !strings.Contains(string(r.Stdout), "hello") {
		t.Fatal(r, err)
	}
	again := func() string {
		out, err := exec.CommandContext(t.Context(), "/usr/bin/python3", filepath.Join(r.Kept, "run.py")).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	if out := again(); !strings.Contains(out, `"ping": "hello"`) {
		t.Error(out)
	}
	module := filepath.Join(r.Kept, "files/ansible/modules/ping.py")
	text, err := os.ReadFile(module)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(module, append([]byte("print('edited')\n"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.Kept, "args.json"), []byte(`{"data": "again"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := again(); !strings.HasPrefix(out, "edited\n") || !strings.Contains(out, `"ping": "again"`) {
		t.Error(out)
	}
	gone, err := s.Call(t.Context(), &agent.Call{Payload: find(t, f, "ping"), Args: []byte(`{}`), RemoteTmp: t.TempDir()})
	if err != nil || gone.Kept != "" {
		t.Error(gone, err)
	}
}

// TestEnds tells how a module came to its end from one that exited, and from one that is no Python.
func TestEnds(t *testing.T) {
	dir := t.TempDir()
	const head = "from ansible.module_utils.basic import AnsibleModule\n"
	for name, text := range map[string]string{"on": "pass\n", "exits": "import sys; sys.exit(3)\n", "fails": "1/0\n", "syntax": "def f(:\n"} {
		if err := os.WriteFile(filepath.Join(dir, name+".py"), []byte(head+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, f := session(t), payload.NewFinder(payload.Options{Embedded: python.FS, LibraryDirs: []string{dir}})
	for name, want := range map[string]agent.Reply{
		"on": {Returned: true}, "exits": {Exit: 3}, "fails": {Exit: 1, Crash: "division by zero"},
		"syntax": {Exit: 1, Crash: "invalid syntax (syntax.py, line 2)", Syntax: &agent.SyntaxError{File: "ansible/legacy/syntax.py", Line: 2, Column: 7}},
	} {
		r, err := s.Call(t.Context(), &agent.Call{Payload: find(t, f, name), Args: []byte(`{}`)})
		if err != nil {
			t.Fatal(err)
		}
		r.Stderr, r.Stdout, r.Causes = nil, nil, nil
		if diff := cmp.Diff(&want, r); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestRunInstalled runs a real ansible-core's modules, with all of its module_utils, where one is installed.
func TestRunInstalled(t *testing.T) {
	var installed string
	for _, pattern := range []string{os.Getenv("GOPLAY_REFERENCE") + "/root/usr/lib/python3/dist-packages", "/usr/lib/python3*/dist-packages", "/usr/lib/python3*/site-packages"} {
		found, err := filepath.Glob(pattern + "/ansible/module_utils/basic.py")
		if err == nil && len(found) > 0 {
			installed = filepath.Dir(filepath.Dir(filepath.Dir(found[0])))
		}
	}
	if installed == "" {
		t.Skip("no ansible-core is installed")
	}
	s, f := session(t), payload.NewFinder(payload.Options{InstalledPaths: []string{installed}})
	if got := run(t, s, find(t, f, "ping"), `{"data": "hello"}`); got["ping"] != "hello" {
		t.Errorf("%v", got)
	}
	if got := run(t, s, find(t, f, "command"), `{"_raw_params": "echo one two"}`); got["stdout"] != "one two" {
		t.Errorf("%v", got)
	}
	if got := run(t, s, find(t, f, "setup"), `{"gather_subset": ["!all", "min"]}`); got["ansible_facts"] == nil {
		t.Errorf("%v", got)
	}
}

// BenchmarkCall is a warm ping: one round trip and a fork.
func BenchmarkCall(b *testing.B) {
	s, f := session(b), payload.NewFinder(payload.Options{Embedded: python.FS})
	for _, c := range []struct{ name, module, args string }{
		{"ping", "ping", `{}`}, {"command", "command", `{"_raw_params": "hostname"}`}, {"stat", "stat", `{"path": "/etc/passwd"}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := find(b, f, c.module)
			run(b, s, p, c.args)
			run(b, s, p, c.args)
			for b.Loop() {
				run(b, s, p, c.args)
			}
		})
	}
}

// TestOwnAreModules asks of each of goplay's own modules whether it would be started as one, and not as a program.
func TestOwnAreModules(t *testing.T) {
	f := payload.NewFinder(payload.Options{Embedded: python.FS})
	files, err := fs.Glob(python.FS, "ansible/modules/[a-z]*.py")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d modules, %v", len(files), err)
	}
	for _, file := range files {
		p, err := f.Find("ansible.builtin." + strings.TrimSuffix(path.Base(file), ".py"))
		if err != nil || p.Kind != agent.NewStyle {
			t.Errorf("%s: %v, %v", file, p, err)
		}
	}
}
