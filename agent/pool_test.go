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
	"sync"
	"sync/atomic"
	"testing"

	"github.com/goplay/goplay/connection"
)

// TestOneAgentForAll has many ask at once.
func TestOneAgentForAll(t *testing.T) {
	w := newWorld(t, Options{})
	var wg sync.WaitGroup
	parents := make([]string, 12)
	for i := range parents {
		wg.Go(func() {
			s, err := w.pool.Session(t.Context(), target, interpreter, nil)
			if err != nil {
				t.Error(err)
				return
			}
			r, err := s.Call(t.Context(), probe("import os; print(os.getppid())"))
			if err != nil {
				t.Error(err)
				return
			}
			parents[i] = string(r.Stdout)
		})
	}
	wg.Wait()
	for _, p := range parents {
		if p != parents[0] || p == "" {
			t.Errorf("agents %q", parents)
			break
		}
	}
}

// slowConns lets the first who asks wait for its ctx.
type slowConns struct {
	conn  connection.Conn
	asked atomic.Int32
	entry chan struct{}
}

func (c *slowConns) Get(ctx context.Context, _ connection.Target) (connection.Conn, error) {
	if c.asked.Add(1) == 1 {
		close(c.entry)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return c.conn, nil
}

// TestDiallerGivesUp cancels the one who dials: those who wait for it dial themselves.
func TestDiallerGivesUp(t *testing.T) {
	home := t.TempDir()
	conns := &slowConns{conn: &localConn{dir: home, env: os.Environ()}, entry: make(chan struct{})}
	p := NewPool(conns, Options{Cache: home})
	defer p.Close(context.Background())
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := p.Session(ctx, target, interpreter, nil)
		first <- err
	}()
	<-conns.entry
	second := make(chan error, 1)
	go func() {
		s, err := p.Session(t.Context(), target, interpreter, nil)
		if err == nil {
			_, err = s.Call(t.Context(), probe(""))
		}
		second <- err
	}()
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := <-second; err != nil {
		t.Error(err)
	}
}

func TestClosedPool(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	if err := w.pool.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Call(t.Context(), probe("")); !errors.Is(err, errClosed) {
		t.Error(err)
	}
	if _, err := w.pool.Session(t.Context(), target, interpreter, nil); !errors.Is(err, errClosed) {
		t.Error(err)
	}
}

// TestCloseChild ends an agent below another one, which stays.
func TestCloseChild(t *testing.T) {
	w := newWorld(t, Options{})
	through := filepath.Join(w.home, "through")
	if err := os.WriteFile(through, []byte("#!/bin/sh\nwhile [ \"$1\" != -u ]; do shift; done\nshift 2\nexec \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	login := w.session()
	path := []Become{{Method: "sudo", Exe: through}, {Method: "sudo", Exe: through, User: "other"}}
	grandchild, child := w.session(path...), w.session(path[:1]...)
	pid := func(s *Session) string {
		return strings.TrimSpace(string(w.call(s, probe("import os; print(os.getppid())")).Stdout))
	}
	pids := []string{pid(child), pid(grandchild)}
	if err := child.Close(); err != nil {
		t.Fatal(err)
	}
	allGone(t, pids)
	if child.alive() || grandchild.alive() {
		t.Error("a session of a dead agent is alive")
	}
	pid(login)
	pid(w.session(path...))
}

func TestLargeArguments(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	c := probe("print(len(basic.args()['text']))")
	c.Args, _ = json.Marshal(map[string]string{"text": strings.Repeat("x", 3<<20)})
	if r := w.call(s, c); string(r.Stdout) != fmt.Sprintln(3<<20) {
		t.Errorf("%q %q", r.Stdout, r.Stderr)
	}
	c.Environment = map[string]string{"X": strings.Repeat("x", maxFrame)}
	var failed *Error
	if _, err := s.Call(t.Context(), c); !errors.As(err, &failed) || !strings.Contains(err.Error(), "too large") {
		t.Error(err)
	}
	w.call(s, probe(""))
}

// TestLargePayload sends a program in many parts.
func TestLargePayload(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	data := append([]byte("#!/bin/sh\nwc -c <$0\nexit\n"), bytes.ReplaceAll(noise(3<<20), []byte("\n"), nil)...)
	for range 2 {
		c := program("big", string(data), OldStyle)
		if r := w.call(s, c); strings.TrimSpace(string(r.Stdout)) != fmt.Sprint(len(data)) {
			t.Errorf("%d %q %q", r.Exit, r.Stdout, r.Stderr)
		}
	}
}

// TestCacheVanishes removes the target's cache between two calls of a session.
func TestCacheVanishes(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	large := program("big", "#!/bin/sh\necho ok\nexit\n"+string(bytes.ReplaceAll(noise(1<<20), []byte("\n"), nil)), OldStyle)
	for range 2 {
		w.call(s, probe("basic.exit_json()"))
		if r := w.call(s, large); string(r.Stdout) != "ok\n" {
			t.Errorf("%q %q", r.Stdout, r.Stderr)
		}
		if err := os.RemoveAll(filepath.Join(w.home, ".ansible")); err != nil {
			t.Fatal(err)
		}
	}
}
