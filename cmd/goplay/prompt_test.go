package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/local"
)

// session is goplay at a terminal.
type session struct {
	t    *testing.T
	proc connection.Process
	read chan []byte
	seen string // since the last text that was wanted
	all  string
}

// atPrompt starts `goplay eval` with the arguments at a terminal.
func atPrompt(t *testing.T, env, args string) *session {
	t.Helper()
	return atTerminalOf(t, env, "eval "+args)
}

// atTerminalOf starts goplay with the arguments at a terminal.
func atTerminalOf(t *testing.T, env, args string) *session {
	t.Helper()
	conn, err := local.Dialer{}.Dial(t.Context(), connection.Target{Transport: "local"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	proc, err := conn.Start(t.Context(), env+" exec goplay "+args, connection.StartOptions{TTY: true})
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, proc: proc, read: make(chan []byte)}
	go func() {
		defer close(s.read)
		for {
			buf := make([]byte, 4096)
			n, err := proc.Stdout().Read(buf)
			s.read <- buf[:n]
			if err != nil {
				return
			}
		}
	}()
	return s
}

// want reads until the terminal shows a text, behind the one that was wanted last.
func (s *session) want(text string) {
	s.t.Helper()
	deadline := time.After(time.Minute)
	for {
		if _, rest, found := strings.Cut(s.seen, text); found {
			s.seen = rest
			return
		}
		select {
		case b, open := <-s.read:
			if !open {
				s.t.Fatalf("the end came before %q; the terminal shows %q", text, s.seen)
			}
			s.seen += string(b)
			s.all += string(b)
		case <-deadline:
			s.t.Fatalf("no %q; the terminal shows %q", text, s.seen)
		}
	}
}

// keys types, and wants a text to be shown for it.
func (s *session) keys(keys, text string) {
	s.t.Helper()
	if _, err := s.proc.Stdin().Write([]byte(keys)); err != nil {
		s.t.Fatal(err)
	}
	s.want(text)
}

// enter types a line, and wants its value and the next prompt, behind which the terminal takes single keys again.
func (s *session) enter(line, text string) {
	s.t.Helper()
	s.keys(line+"\r", text)
	s.want("> ")
}

// ends reads until the program has come to a good end.
func (s *session) ends() {
	s.t.Helper()
	deadline := time.After(time.Minute)
	for open := true; open; {
		var b []byte
		select {
		case b, open = <-s.read:
			s.all += string(b)
		case <-deadline:
			s.t.Fatalf("it does not end; the terminal shows %q", s.all)
		}
	}
	if got, err := s.proc.Wait(); got != 0 || err != nil {
		s.t.Errorf("exits with %d, %v; the terminal shows %q", got, err, s.all)
	}
}

// exits types until the program ends: a key that comes while the terminal changes its mode is lost.
func (s *session) exits(key string, code int) {
	s.t.Helper()
	again := time.NewTicker(300 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(time.Minute)
	for open := true; open; {
		select {
		case <-again.C:
			_, _ = s.proc.Stdin().Write([]byte(key)) // the end tells whether it came
		case _, open = <-s.read:
		case <-deadline:
			s.t.Fatal("it does not end")
		}
	}
	if got, err := s.proc.Wait(); got != code || err != nil {
		s.t.Errorf("exits with %d, %v; want %d", got, err, code)
	}
}

const (
	up, tab, ctrlC, ctrlD = "\x1b[A", "\t", "\x03", "\x04"
)

func TestPrompt(t *testing.T) {
	dir := t.TempDir()
	hosts := filepath.Join(dir, "hosts")
	writeFile(t, hosts, "web1 http_port=8080\n")
	env := "cd " + dir + " && XDG_STATE_HOME=" + dir + " TERM=xterm HOME=" + dir
	history := filepath.Join(dir, "goplay", "eval_history")

	s := atPrompt(t, env, "-i hosts web1")
	s.want("web1> ")
	s.keys("http_p"+tab, "ort")
	s.enter(" + 1", "8081")
	s.keys("http_port | ab"+tab, "abs")
	s.enter("", "8080")
	s.keys("x | to_nice_"+tab+tab, "to_nice_json  to_nice_yaml")
	s.keys(ctrlC, "\r\nweb1> ")
	s.enter("{{ 6 * 7 }}", "42")
	s.enter(" {{ 'sec' + 'ret' }}", `"secret"`)
	s.enter(up+up, "8080")
	s.exits(ctrlD, 0)
	want := "http_port + 1\nhttp_port | abs\n{{ 6 * 7 }}\nhttp_port | abs\n"
	if data, err := os.ReadFile(history); err != nil || string(data) != want {
		t.Errorf("the history is %q, %v; want %q", data, err, want)
	}

	s = atPrompt(t, env, "-i hosts --no-history")
	s.want("localhost> ")
	s.enter(up+"1 + 1", "2\r\n")
	s.exits(ctrlD, 0)
	if data, err := os.ReadFile(history); err != nil || string(data) != want {
		t.Errorf("with --no-history it is %q, %v", data, err)
	}
}

// ^C ends an evaluation that takes long.
func TestInterruptedEvaluation(t *testing.T) {
	s := atPrompt(t, "HOME="+t.TempDir(), "-i x, --no-history")
	s.want("localhost> ")
	loops := "{% for i in range(9999) %}{% for j in range(9999) %}{% for k in range(9999) %}{% endfor %}{% endfor %}{% endfor %}"
	s.keys(loops+"\r", "endfor %}\r\n")
	s.exits(ctrlC, 99)
}
