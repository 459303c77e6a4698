package ssh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection"
)

const (
	// termGrace is how long a command that is killed may tidy up between SIGTERM and SIGKILL.
	termGrace = time.Second
	// closeGrace is how long a server may be silent after a channel was closed, before the line counts as dead.
	closeGrace = 5 * time.Second
)

// process is a command on a channel.
type process struct {
	line    *line
	channel ssh.Channel
	ended   chan struct{} // closed after exit and err are set
	exit    int
	err     error
	unwatch func() bool
	kill    sync.Once
}

// open opens a channel and starts a command on it.
func (l *line) open(command string, opts connection.StartOptions) (*process, error) {
	channel, requests, err := l.conn.OpenChannel("session", nil)
	if err != nil {
		return nil, l.unreachable(l.openFailed(err))
	}
	p := &process{line: l, channel: channel, ended: make(chan struct{})}
	l.serving.Go(func() { p.serve(requests) })
	if err := p.request(command, opts); err != nil {
		_ = channel.Close()
		return nil, err
	}
	return p, nil
}

func (l *line) openFailed(err error) error {
	var refused *ssh.OpenChannelError
	if errors.As(err, &refused) {
		return fmt.Errorf("channel 0: open failed: %s: %s", reasonName(refused.Reason), refused.Message)
	}
	return l.broken()
}

func reasonName(r ssh.RejectionReason) string {
	switch r {
	case ssh.Prohibited:
		return "administratively prohibited"
	case ssh.ConnectionFailed:
		return "connect failed"
	case ssh.UnknownChannelType:
		return "unknown channel type"
	case ssh.ResourceShortage:
		return "resource shortage"
	}
	return r.String()
}

// request asks for what the command needs, without waiting for answers but the last.
func (p *process) request(command string, opts connection.StartOptions) error {
	for _, v := range p.line.env {
		p.send("env", ssh.Marshal(v))
	}
	if opts.TTY {
		p.send("pty-req", terminalRequest())
	}
	ok, err := p.channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{command}))
	switch {
	case err != nil:
		return p.line.broken()
	case !ok:
		return p.line.unreachable(errors.New("exec request failed on channel 0"))
	}
	return nil
}

// send sends a request that needs no answer. An error means that the line has ended, which the next wait notices.
func (p *process) send(name string, payload []byte) {
	_, _ = p.channel.SendRequest(name, false, payload)
}

func terminalRequest() []byte {
	return ssh.Marshal(struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}{"xterm", 80, 24, 0, 0, "\x00"})
}

// serve reads what the server says about the command.
func (p *process) serve(requests <-chan *ssh.Request) {
	known := false
	for r := range requests {
		switch r.Type {
		case "exit-status", "exit-signal":
			if !known {
				p.exit, known = exitOf(r), true
				p.finish()
			}
		}
		if r.WantReply {
			_ = r.Reply(r.Type == "keepalive@openssh.com", nil)
		}
	}
	if !known {
		p.exit, p.err = 255, p.line.broken()
		p.finish()
	}
	_ = p.channel.Close()
}

func (p *process) finish() { close(p.ended) }

func exitOf(r *ssh.Request) int {
	if r.Type == "exit-status" {
		var status struct{ Code uint32 }
		if ssh.Unmarshal(r.Payload, &status) != nil {
			return 255
		}
		return int(status.Code)
	}
	var signal struct {
		Name    string
		Core    bool
		Message string
		Lang    string
	}
	if ssh.Unmarshal(r.Payload, &signal) != nil {
		return 255
	}
	return 128 + signalNumber(signal.Name)
}

// signalNumber is Linux' number of a signal of RFC 4254, section 6.10; unknown ones count as SIGTERM.
func signalNumber(name string) int {
	numbers := map[string]int{
		"HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10, "SEGV": 11,
		"USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15,
	}
	if n, ok := numbers[name]; ok {
		return n
	}
	return 15
}

func (p *process) watch(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { _ = p.Kill() })
	p.line.serving.Go(func() {
		<-p.ended
		stop()
	})
}

func (p *process) Stdin() io.WriteCloser { return stdin{p.channel} }
func (p *process) Stdout() io.Reader     { return p.channel }
func (p *process) Stderr() io.Reader     { return p.channel.Stderr() }

// Wait gives the exit status, or says that the line broke.
func (p *process) Wait() (int, error) {
	<-p.ended
	return p.exit, p.err
}

// Kill sends SIGTERM, and SIGKILL a second later; then the channel is closed, so that the command's output ends in any case.
func (p *process) Kill() error {
	p.kill.Do(func() { p.line.serving.Go(p.end) })
	return nil
}

func (p *process) end() {
	p.send("signal", ssh.Marshal(struct{ Name string }{"TERM"}))
	if p.endsWithin(termGrace) {
		_ = p.channel.Close()
		return
	}
	p.send("signal", ssh.Marshal(struct{ Name string }{"KILL"}))
	_ = p.channel.Close()
	for seen := p.line.route.received.Load(); !p.endsWithin(closeGrace); seen = p.line.route.received.Load() {
		if p.line.route.received.Load() == seen {
			p.line.stop("Timeout, server " + p.line.plan.host + " not responding.")
			return
		}
	}
}

func (p *process) endsWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-p.ended:
		return true
	case <-timer.C:
		return false
	}
}

// stdin is a command's standard input. Its end is not the channel's.
type stdin struct{ channel ssh.Channel }

func (s stdin) Write(b []byte) (int, error) {
	n, err := s.channel.Write(b)
	if errors.Is(err, io.EOF) {
		err = io.ErrClosedPipe
	}
	return n, err
}

func (s stdin) Close() error { return s.channel.CloseWrite() }
