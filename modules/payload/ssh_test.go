package payload_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/ssh"
	"github.com/goplay/goplay/internal/lab"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/modules/python"
)

// labTarget reaches the first host of a lab as one of its users.
func labTarget(l *lab.Lab, user string) connection.Target {
	t := connection.Target{
		Host: "h1", Transport: "ssh", Address: l.Host(1).Addr, Port: l.Host(1).Port, User: user,
		SSH: connection.SSHOptions{
			HostKeyChecking: true, PrivateKeyFile: l.Key(),
			CommonArgs: "-o GlobalKnownHostsFile=/dev/null -o UserKnownHostsFile=" + l.KnownHosts(),
		},
	}
	if user == "pwuser" {
		t.Password, t.SSH.PrivateKeyFile = lab.Password, ""
	}
	return t
}

// world is the connections and agents of a run.
type world struct {
	t     *testing.T
	conns *connection.Pool
	pool  *agent.Pool
}

func newWorld(t *testing.T) *world {
	conns := connection.NewPool(map[string]connection.Dialer{"ssh": ssh.New(ssh.Options{
		Home: t.TempDir(), SystemConfig: "/nonexistent", AgentSocket: "/nonexistent",
	})})
	w := &world{t: t, conns: conns, pool: agent.NewPool(conns, agent.Options{})}
	t.Cleanup(w.close)
	return w
}

func (w *world) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := w.pool.Close(ctx); err != nil {
		w.t.Error(err)
	}
	w.conns.Close()
}

func (w *world) call(target connection.Target, p *agent.Payload, args string, become ...agent.Become) (string, error) {
	s, err := w.pool.Session(w.t.Context(), target, "auto_silent", become)
	if err != nil {
		return "", err
	}
	r, err := s.Call(w.t.Context(), &agent.Call{Payload: p, Args: []byte(args)})
	if err != nil {
		return "", err
	}
	return string(r.Stdout), nil
}

// TestOverSSH runs modules through a real sshd and sudo.
func TestOverSSH(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs a lab")
	}
	l := lab.Start(t, 1)
	command := find(t, payload.NewFinder(payload.Options{Embedded: python.FS}), "command")
	const id = `{"_raw_params": "id -un"}`

	t.Run("users", func(t *testing.T) {
		w := newWorld(t)
		for _, c := range []struct {
			user   string
			become []agent.Become
			want   string
		}{
			{"deploy", nil, "deploy"},
			{"deploy", []agent.Become{{Method: "sudo", User: "root"}}, "root"},
			{"pwuser", []agent.Become{{Method: "sudo", User: "root", Password: lab.Password}}, "root"},
			{"plain", []agent.Become{{Method: "su", User: "root", Password: lab.RootPassword}}, "root"},
		} {
			out, err := w.call(labTarget(l, c.user), command, id, c.become...)
			if err != nil || !strings.Contains(out, fmt.Sprintf(`"stdout": %q`, c.want)) {
				t.Errorf("%s: %s %v", c.user, out, err)
			}
		}
		for password, want := range map[string]string{"": "Missing sudo password", "no": "Incorrect sudo password"} {
			_, err := w.call(labTarget(l, "pwuser"), command, id, agent.Become{Method: "sudo", Password: password})
			var failed *agent.BecomeError
			if !errors.As(err, &failed) || failed.Msg != want {
				t.Errorf("%q: %v", password, err)
			}
		}
	})
	t.Run("leaves nothing running", func(t *testing.T) {
		w := newWorld(t)
		ctx, cancel := context.WithCancel(t.Context())
		s, err := w.pool.Session(ctx, labTarget(l, "deploy"), "auto_silent", []agent.Become{{Method: "sudo"}})
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			s.Call(context.Background(), &agent.Call{Payload: command, Args: []byte(`{"_raw_params": "sleep 987"}`)})
		}()
		await(t, l, true)
		cancel()
		w.close()
		<-ended
		await(t, l, false)
	})
	t.Run("line cut in a call", func(t *testing.T) {
		w := newWorld(t)
		target := labTarget(l, "deploy")
		s, err := w.pool.Session(t.Context(), target, "auto_silent", nil)
		if err != nil {
			t.Fatal(err)
		}
		failed := make(chan error, 1)
		go func() {
			_, err := s.Call(context.Background(), &agent.Call{Payload: command, Args: []byte(`{"_raw_params": "sleep 987"}`)})
			failed <- err
		}()
		await(t, l, true)
		w.conns.Reset(target)
		if err := <-failed; !connection.IsUnreachable(err) {
			t.Errorf("%T %v", err, err)
		}
		await(t, l, false)
		if out, err := w.call(target, command, id); err != nil {
			t.Errorf("afterwards: %s %v", out, err)
		}
	})
}

// await waits until the module of a test runs on the host, or neither it nor any agent does.
func await(t *testing.T, l *lab.Lab, running bool) {
	t.Helper()
	pattern := "sleep 987"
	if !running {
		pattern = "sleep 987|goplay-agent"
	}
	var out string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		out, _ = l.Exec(1, "sh", "-c", "ps -eo args | grep -E '"+pattern+"' | grep -v grep")
		if (out != "") == running {
			return
		}
	}
	t.Fatalf("on the host: %q", out)
}
