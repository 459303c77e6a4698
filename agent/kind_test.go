package agent

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func program(name, text string, kind Kind) *Call {
	p := &Payload{Name: name, Main: "ansible/legacy/" + name, Kind: kind, Files: []File{NewFile("ansible/legacy/"+name, []byte(text))}}
	p.Seal()
	return &Call{Payload: p, Args: []byte(`{"a": "x' y", "b": [1, 2], "c": true, "d": "é", "e": 1.5, "f": null, "g": {"x": 1}}`)}
}

func TestPrograms(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	const tmp = `, "_ansible_tmpdir": "`
	for _, c := range []struct {
		call *Call
		want string // before _ansible_tmpdir
	}{
		{program("wj", "#!/bin/sh\necho $# $(basename $0); cat $1", WantJSON), "1 wj\n" + `{"a": "x' y", "b": [1, 2], "c": true, "d": "é", "e": 1.5, "f": null, "g": {"x": 1}` + tmp},
		// As the reference writes them: the values' Python form, quoted for a shell.
		{program("old.sh", "#!/bin/sh\necho $# $(basename $0); cat $1", OldStyle), "1 old.sh\n" + `a='x'"'"' y' b='[1, 2]' c=True d='é' e=1.5 f=None g='{'"'"'x'"'"': 1}' _ansible_tmpdir=`},
		{program("jargs.py", "#!/usr/bin/python\nimport sys\nprint(len(sys.argv))\nprint(r'''<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>''')", JSONArgs), "1\n" + `{"a": "x' y", "b": [1, 2], "c": true, "d": "é", "e": 1.5, "f": null, "g": {"x": 1}` + tmp},
		{program("env.py", "#!/usr/bin/env python\nimport sys, json\nprint(sys.executable)\nprint(json.load(open(sys.argv[1]))['d'] == '\\xe9')", WantJSON), interpreter + "\nTrue\n"},
	} {
		r := w.call(s, c.call)
		if !strings.HasPrefix(string(r.Stdout), c.want) || r.Exit != 0 {
			t.Errorf("%s: %d\n%s\n%s", c.call.Payload.Name, r.Exit, cmp.Diff(c.want, string(r.Stdout)), r.Stderr)
		}
	}
	w.onlyFiles()
}

func TestBinaryModule(t *testing.T) {
	data, err := os.ReadFile("/bin/cat")
	if err != nil {
		t.Skip(err)
	}
	w := newWorld(t, Options{})
	s := w.session()
	c := program("cat", string(data), Binary)
	r := w.call(s, c)
	var args map[string]any
	if err := json.Unmarshal(r.Stdout, &args); err != nil || args["c"] != true {
		t.Errorf("%v: %q %q", err, r.Stdout, r.Stderr)
	}
	w.onlyFiles()
}

// TestNoExec runs a program where the first temporary folder is on a file system that lets none run. Scripts have their interpreters and need no
// other place.
func TestNoExec(t *testing.T) {
	data, err := os.ReadFile("/bin/pwd")
	if err != nil {
		t.Skip(err)
	}
	noexec, other := t.TempDir(), t.TempDir()
	if err := syscall.Mount("tmpfs", noexec, "tmpfs", syscall.MS_NOEXEC, ""); err != nil {
		t.Skip("no file system can be mounted: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(noexec, syscall.MNT_DETACH) })
	w := newWorld(t, Options{RemoteTmp: noexec, SystemTmpdirs: []string{noexec, other}})
	s := w.session()
	if r := w.call(s, program("pwd", string(data), Binary)); r.Exit != 0 || strings.TrimSpace(string(r.Stdout)) != w.home {
		t.Errorf("%d %q %q", r.Exit, r.Stdout, r.Stderr)
	}
	if r := w.call(s, program("x", "#!/bin/sh\necho $0\n", WantJSON)); !strings.HasPrefix(string(r.Stdout), noexec+"/") {
		t.Errorf("%d %q %q", r.Exit, r.Stdout, r.Stderr)
	}
	for _, folder := range []string{noexec, other} {
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%v %v stay in %s", err, left, folder)
		}
	}
}

func TestChosenInterpreter(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	mine := filepath.Join(w.home, "mine")
	if err := os.WriteFile(mine, []byte("#!/bin/sh\necho mine $1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	c := program("x", "#!/bin/bash -e\necho bash", OldStyle)
	c.Interpreters = map[string]string{"bash": mine}
	if r := w.call(s, c); string(r.Stdout) != "mine -e\n" {
		t.Errorf("%q %q", r.Stdout, r.Stderr)
	}
	c = program("y", "#!/no/interpreter\n", OldStyle)
	if r := w.call(s, c); r.Exit != 127 || string(r.Stderr) != "/no/interpreter: No such file or directory\n" {
		t.Errorf("%d %q", r.Exit, r.Stderr)
	}
}
