package conntest

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/crypto/ssh"
)

// Server is a small SSH server in the test's own process, for what a real sshd doesn't do on demand. Its commands are run by /bin/sh and
// bear signals; there are no terminals.
type Server struct {
	Config   *ssh.ServerConfig
	HostKey  ssh.PublicKey
	listener net.Listener
	refuse   int // connections that are still to be closed at once

	mu       sync.Mutex
	conns    map[net.Conn]struct{}
	accepted int
	serving  sync.WaitGroup
}

// StartServer starts a server until the test ends. The configuration says how users log in; the first connections are closed before
// any word, as a busy sshd does.
func StartServer(t testing.TB, config *ssh.ServerConfig, refuse int) *Server {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	config.AddHostKey(signer)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Config: config, HostKey: signer.PublicKey(), listener: listener, refuse: refuse, conns: make(map[net.Conn]struct{})}
	s.serving.Go(s.accept)
	t.Cleanup(s.close)
	return s
}

// Address is where the server listens, Port the last part of it.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Port is the port of the server.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Accepted is the number of connections so far.
func (s *Server) Accepted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

func (s *Server) close() {
	_ = s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.accepted++
		refused := s.accepted <= s.refuse
		s.conns[conn] = struct{}{}
		s.mu.Unlock()
		if refused {
			_ = conn.Close()
			continue
		}
		s.serving.Go(func() { s.serve(conn) })
	}
}

func (s *Server) serve(conn net.Conn) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, s.Config)
	if err != nil {
		return
	}
	s.serving.Go(func() { ssh.DiscardRequests(requests) })
	for ch := range channels {
		if ch.ChannelType() != "session" {
			_ = ch.Reject(ssh.UnknownChannelType, "only sessions")
			continue
		}
		channel, requests, err := ch.Accept()
		if err != nil {
			return
		}
		s.serving.Go(func() { s.session(channel, requests) })
	}
}

// session runs one command.
func (s *Server) session(channel ssh.Channel, requests <-chan *ssh.Request) {
	var cmd *exec.Cmd
	for r := range requests {
		switch {
		case r.Type == "exec" && cmd == nil:
			var command struct{ Text string }
			_ = ssh.Unmarshal(r.Payload, &command)
			cmd = s.start(channel, command.Text, r)
		case r.Type == "signal" && cmd != nil:
			var signal struct{ Name string }
			_ = ssh.Unmarshal(r.Payload, &signal)
			number := map[string]syscall.Signal{"TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}[signal.Name]
			_ = syscall.Kill(-cmd.Process.Pid, number)
		default:
			_ = r.Reply(false, nil)
		}
	}
	if cmd != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

// start starts a command, and says so before the command can end.
func (s *Server) start(channel ssh.Channel, command string, r *ssh.Request) *exec.Cmd {
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := cmd.StdinPipe()
	cmd.Stdout, cmd.Stderr = channel, channel.Stderr()
	if err == nil {
		err = cmd.Start()
	}
	_ = r.Reply(err == nil, nil)
	if err != nil {
		return nil
	}
	s.serving.Go(func() {
		_, _ = io.Copy(stdin, channel)
		_ = stdin.Close()
	})
	s.serving.Go(func() {
		report(channel, cmd.Wait(), cmd)
		_ = channel.Close()
	})
	return cmd
}

// report tells how a command ended.
func report(channel ssh.Channel, err error, cmd *exec.Cmd) {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			name := strings.TrimPrefix(signalName(status.Signal()), "SIG")
			_, _ = channel.SendRequest("exit-signal", false, ssh.Marshal(struct {
				Name       string
				Core       bool
				Text, Lang string
			}{name, false, "", ""}))
			return
		}
	}
	_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{uint32(cmd.ProcessState.ExitCode())}))
}

func signalName(signal syscall.Signal) string {
	switch signal {
	case syscall.SIGKILL:
		return "SIGKILL"
	default:
		return "SIGTERM"
	}
}
