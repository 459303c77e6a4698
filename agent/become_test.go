package agent

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goplay/goplay/connection"
)

// users gives a world in which one of the users of testdata/users.sh has logged in.
func users(t *testing.T, login string, opts Options) *world {
	if testing.Short() {
		t.Skip("users are made anew for every session")
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can make throw-away users")
	}
	for _, program := range []string{"unshare", "setpriv", "sudo", "su", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	script, err := filepath.Abs("testdata/users.sh")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "goplay-users")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "root"), 0o700); err != nil {
		t.Fatal(err)
	}
	w := worldOver(t, opts, &localConn{dir: dir, wrap: []string{"unshare", "-m", "sh", script, dir, login}})
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return w
}

const whoami = `
import os, pwd
basic.exit_json(user=pwd.getpwuid(os.geteuid()).pw_name, home=os.environ["HOME"] == pwd.getpwuid(os.geteuid()).pw_dir)
`

func TestBecome(t *testing.T) {
	for _, c := range []struct {
		name, login string
		become      []Become
		want        string
	}{
		{"sudo without password", "carol", []Become{{Method: "sudo", User: "root"}}, "root"},
		{"sudo to another user", "carol", []Become{{Method: "sudo", User: "bob"}}, "bob"},
		{"sudo with password", "alice", []Become{{Method: "sudo", User: "root", Password: "wonder"}}, "root"},
		{"sudo with a password that is not asked for", "carol", []Become{{Method: "sudo", User: "root", Password: "x"}}, "root"},
		{"sudo that wants a terminal", "dora", []Become{{Method: "sudo"}}, "root"},
		{"su", "bob", []Become{{Method: "su", User: "alice", Password: "wonder"}}, "alice"},
		{"su and sudo", "bob", []Become{{Method: "su", User: "alice", Password: "wonder"}, {Method: "sudo", User: "root", Password: "wonder"}}, "root"},
		{"three steps", "carol", []Become{{Method: "sudo"}, {Method: "su", User: "alice"}, {Method: "sudo", User: "bob", Password: "wonder"}}, "bob"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := users(t, c.login, Options{})
			s := w.session(c.become...)
			r := w.call(s, probe(whoami))
			if want := `{"user": "` + c.want + `", "home": true}` + "\n"; string(r.Stdout) != want {
				t.Errorf("%q %q", r.Stdout, r.Stderr)
			}
			if again := w.session(c.become...); again != s {
				t.Error("a second agent was started")
			}
		})
	}
}

// TestBecomeFails has the reference's texts, of its local and its ssh connection.
func TestBecomeFails(t *testing.T) {
	const prompt = "[sudo via goplay, key=KEY] password:"
	for _, c := range []struct {
		name, login string
		become      Become
		ssh, local  string
	}{
		{
			"no password", "alice",
			Become{Method: "sudo"},
			"Missing sudo password",
			"Premature end of stream waiting for become success.\n>>> Standard Error\nsudo: a password is required",
		},
		{
			"wrong password", "alice",
			Become{Method: "sudo", Password: "no"},
			"Incorrect sudo password",
			"Duplicate become password prompt encountered waiting for become success.\n>>> Standard Error\n" + prompt + "\nSorry, try again.\n" + prompt,
		},
		{
			"not in sudoers", "bob",
			Become{Method: "sudo", Password: "builder"},
			"Module result deserialization failed: No start of json char found",
			"Premature end of stream waiting for become success.\n>>> Standard Error\n" + prompt + "\nbob is not in the sudoers file.",
		},
		{
			"wrong su password", "bob",
			Become{Method: "su", User: "alice", Password: "no"},
			"Incorrect su password",
			"Premature end of stream waiting for become success.\n>>> Standard Error\nPassword: \nsu: Authentication failure",
		},
		{
			"no such program", "carol",
			Become{Method: "sudo", Exe: "/no/sudo"},
			"Module result deserialization failed: No start of json char found",
			"Premature end of stream waiting for become success.\n>>> Standard Error\n/bin/sh: 1: /no/sudo: not found",
		},
		{
			"no such method", "carol",
			Become{Method: "magic"},
			"Invalid become method specified, could not find matching plugin: 'magic'. Use `ansible-doc -t become -l` to list available plugins.",
			"Invalid become method specified, could not find matching plugin: 'magic'. Use `ansible-doc -t become -l` to list available plugins.",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := users(t, c.login, Options{})
			for transport, want := range map[string]string{"local": c.local, "ssh": c.ssh} {
				target := connection.Target{Host: "web1", Transport: transport}
				s, err := w.pool.Session(t.Context(), target, interpreter, []Become{c.become})
				if err == nil {
					_, err = s.Call(t.Context(), probe(whoami))
				}
				var failed *BecomeError
				if !errors.As(err, &failed) {
					t.Fatalf("%s: %v", transport, err)
				}
				msg := regexp.MustCompile("key=[a-z0-9]+").ReplaceAllString(failed.Msg, "key=KEY")
				if diff := cmp.Diff(want, msg); diff != "" {
					t.Errorf("%s: %s", transport, diff)
				}
				login, err := w.pool.Session(t.Context(), target, interpreter, nil)
				if err != nil {
					t.Fatal(err)
				}
				if r := w.call(login, probe(whoami)); !strings.Contains(string(r.Stdout), c.login) {
					t.Errorf("the login user's agent is lost: %q", r.Stdout)
				}
			}
		})
	}
}

func TestBecomeTimesOut(t *testing.T) {
	w := users(t, "carol", Options{BecomeTimeout: 1})
	target := connection.Target{Host: "web1", Transport: "ssh"}
	s, err := w.pool.Session(t.Context(), target, interpreter, []Become{{Method: "sudo", Exe: "sleep 60;"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Call(t.Context(), probe(whoami))
	if want := "Timeout (1s) waiting for privilege escalation prompt:"; !connection.IsUnreachable(err) || err.Error() != want {
		t.Errorf("%v", err)
	}
}
