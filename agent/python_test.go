package agent

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPython runs the tests of the agent's own parts.
func TestPython(t *testing.T) {
	if _, err := os.Stat(interpreter); err != nil {
		t.Skip(err)
	}
	cmd := exec.Command(interpreter, append([]string{"testdata/agent_test.py", "py", "late"}, pythonFiles...)...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "\nOK\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestMinify checks that what is sent means what is written: equal syntax trees but for docstrings and the names that are shortened.
func TestMinify(t *testing.T) {
	const compare = `
import ast, json, sys
short = {name: chr(letter) for name, letter in json.loads(sys.argv[3]).items()}
def tree(path):
    t = ast.parse(open(path).read())
    for n in ast.walk(t):
        body = getattr(n, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(getattr(body[0], "value", None), ast.Constant):
            del body[0]
        for field in ("id", "arg", "attr", "name"):
            old = getattr(n, field, None)
            if old in short and ast.unparse(n) != "os.path":
                setattr(n, field, short[old])
    return ast.dump(t)
sys.exit(tree(sys.argv[1]) != tree(sys.argv[2]))`
	names, err := json.Marshal(shorter)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pythonFiles {
		source, err := python.ReadFile("py/" + name + ".py")
		if err != nil {
			t.Fatal(err)
		}
		small := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(small, []byte(minify(string(source))), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(interpreter, "-c", compare, "py/"+name+".py", small, string(names)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
}

// TestHostileChild plays an agent below another one which speaks for its parent: it is cut off, and the parent goes on.
func TestHostileChild(t *testing.T) {
	w := newWorld(t, Options{})
	evil := filepath.Join(w.home, "evil")
	says := magic + string(reply(1, frameDone, `{"exit": 0, "out": 0}`, "")) // agent 0, which it is not
	if err := os.WriteFile(evil+".txt", []byte("\x00goplay?\n"+says), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(evil, []byte("#!/bin/sh\ncat "+evil+".txt\nexec cat >/dev/null\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	login := w.session()
	s := w.session(Become{Method: "sudo", Exe: evil})
	_, err := s.Call(t.Context(), probe("basic.exit_json()"))
	if err == nil || !strings.Contains(err.Error(), "a frame of type 68 for agent 0") {
		t.Errorf("%v", err)
	}
	if r := w.call(login, probe("basic.exit_json(ok=1)")); string(r.Stdout) != "{\"ok\": 1}\n" {
		t.Errorf("%q", r.Stdout)
	}
}

// TestChildIsServedByItsParent counts what a second user's agent costs on the first line: no file crosses it again.
func TestChildIsServedByItsParent(t *testing.T) {
	w, m := metered(t, t.TempDir())
	through := filepath.Join(w.home, "through")
	// In place of sudo: another home is all that makes another user here.
	if err := os.WriteFile(through, []byte("#!/bin/sh\nwhile [ \"$1\" != -u ]; do shift; done\nshift 2\nHOME=$HOME/other exec \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	c := probe("import os\nbasic.exit_json(home=os.environ['HOME'])" + strings.Repeat("\n# "+hexSum(noise(9)), 1000))
	w.call(w.session(), c)
	before, _, trips := m.read()
	r := w.call(w.session(Become{Method: "sudo", Exe: through}), c)
	after, _, trips2 := m.read()
	if !strings.HasSuffix(string(r.Stdout), "/other\"}\n") {
		t.Errorf("%q %q", r.Stdout, r.Stderr)
	}
	if after-before > 1600 || trips2-trips != 1 {
		t.Errorf("%d bytes, %d round trips", after-before, trips2-trips)
	}
	if err := os.RemoveAll(filepath.Join(w.home, "other")); err != nil {
		t.Error(err)
	}
}
