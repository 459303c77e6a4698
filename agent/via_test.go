package agent

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/goplay/goplay/connection"
)

// inner is a place that is entered from another one by an environment variable.
func inner(name string, via connection.Target) connection.Target {
	via.Python = interpreter
	return connection.Target{Host: name, Transport: "box", Entry: "env BOX=" + name + " /bin/sh -c", Via: via.Handle()}
}

const whereami = `
import os, pwd
basic.exit_json(box=os.environ.get("BOX", ""), user=pwd.getpwuid(os.geteuid()).pw_name)
`

func TestVia(t *testing.T) {
	w := newWorld(t, Options{})
	deep := target
	for _, name := range []string{"a", "b", "c", "d"} {
		deep = inner(name, deep)
	}
	s, err := w.pool.Session(t.Context(), deep, interpreter, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r := w.call(s, probe(whereami)); !strings.Contains(string(r.Stdout), `"box": "d"`) {
		t.Errorf("%q %q", r.Stdout, r.Stderr)
	}
	for _, want := range []string{"c", "b", "a", ""} {
		if s = s.parent; s == nil {
			t.Fatal("no parent for " + want)
		}
		if r := w.call(s, probe(whereami)); !strings.Contains(string(r.Stdout), `"box": "`+want+`"`) {
			t.Errorf("%q %q, want %s", r.Stdout, r.Stderr, want)
		}
	}
	if s != w.session() {
		t.Error("the first place has another agent for its own tasks")
	}
}

// TestViaMany starts agents at many places from one, and counts the lines.
func TestViaMany(t *testing.T) {
	w := newWorld(t, Options{})
	var all sync.WaitGroup
	names := strings.Split("abcdefghijklmnopqrstuvwxyz", "")
	for _, name := range names {
		all.Go(func() {
			s, err := w.pool.Session(t.Context(), inner(name, target), interpreter, nil)
			if err != nil {
				t.Error(err)
				return
			}
			r, err := s.Call(t.Context(), probe(whereami))
			if err != nil || !strings.Contains(string(r.Stdout), `"box": "`+name+`"`) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	all.Wait()
	if n := len(w.session().line.sessions); n != len(names)+1 {
		t.Errorf("%d agents on the line, want %d", n, len(names)+1)
	}
}

func TestViaFails(t *testing.T) {
	w := newWorld(t, Options{BecomeTimeout: 1})
	call := func(to connection.Target, python string) error {
		s, err := w.pool.Session(t.Context(), to, python, nil)
		if err == nil {
			_, err = s.Call(t.Context(), probe(whereami))
		}
		return err
	}
	closed, slow := inner("x", target), inner("x", target)
	closed.Entry, slow.Entry = "echo no such box >&2; exit 3 #", "sleep 60 #"
	for _, to := range []connection.Target{closed, inner("y", closed)} {
		err := call(to, interpreter)
		if !connection.IsUnreachable(err) || err.Error() != "Failed to connect to the host via box: no such box" {
			t.Errorf("%s: %v", to.Host, err)
		}
	}
	if err := call(slow, interpreter); !connection.IsUnreachable(err) || err.Error() != "Failed to connect to the host via box: no answer within 1 s" {
		t.Error(err)
	}
	var python *InterpreterError
	if err := call(inner("z", target), "/no/python"); !errors.As(err, &python) || !python.Missing() || python.Stdout != "" {
		t.Errorf("%v %+v", err, python)
	}
	if err := call(inner("z", target), interpreter); err != nil {
		t.Error("the others are lost too: ", err)
	}
}

func TestViaReset(t *testing.T) {
	w := newWorld(t, Options{})
	box := inner("a", target)
	first, err := w.pool.Session(t.Context(), box, interpreter, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.call(first, probe(whereami))
	if err := w.pool.Reset(t.Context(), box); err != nil {
		t.Fatal(err)
	}
	again, err := w.pool.Session(t.Context(), box, interpreter, nil)
	if err != nil || again == first || again.parent != first.parent || first.alive() {
		t.Errorf("%v: a reset ends what was entered, and nothing else", err)
	}
	w.call(again, probe(whereami))
}

func TestViaOtherUsers(t *testing.T) {
	w := users(t, "carol", Options{})
	root := connection.Target{Host: "web1", Transport: "sudo", Become: Become{Method: "sudo"}, Python: interpreter, Via: target.Handle()}
	box := inner("a", root)
	s, err := w.pool.Session(t.Context(), box, interpreter, []Become{{Method: "su", User: "alice"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"box": "a", "user": "alice"`, `"box": "a", "user": "root"`, `"box": "", "user": "root"`, `"user": "carol"`} {
		if r := w.call(s, probe(whereami)); !strings.Contains(string(r.Stdout), want) {
			t.Errorf("%q %q, want %s", r.Stdout, r.Stderr, want)
		}
		s = s.parent
	}
}
