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
	// killGrace is how long a killed command's end is awaited. A sshd delivers no signals to root's commands.
	killGrace = time.Second
)

// process is a command on a channel.
type process struct {
	line    *line
	channel ssh.Channel
	stdin   *input
	stdout  *output
	stderr  *output
	unwatch func() bool
	kill    sync.Once

	finished sync.Once
	ended    chan struct{} // closed after exit and err are set
	exit     int
	err      error
}

// open opens a channel and starts a command on it.
func (l *line) open(ctx context.Context, command string, opts connection.StartOptions) (*process, error) {
	channel, requests, err := l.conn.OpenChannel("session", nil)
	if err != nil {
		return nil, l.unreachable(l.openFailed(err))
	}
	p := &process{line: l, channel: channel, ended: make(chan struct{})}
	p.stdin, p.stdout, p.stderr = &input{channel: channel}, newOutput(channel, l.closing), newOutput(channel.Stderr(), l.closing)
	p.unwatch = context.AfterFunc(ctx, func() { _ = p.Kill() })
	if !l.serving.Go(func() { p.serve(requests) }) || !l.serving.Go(p.stdout.pump) || !l.serving.Go(p.stderr.pump) {
		p.unwatch()
		return nil, l.broken()
	}
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
	if p.line.agent != "" {
		p.send(agentRequest, nil)
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
	for r := range requests {
		if r.Type == "exit-status" || r.Type == "exit-signal" {
			p.finish(exitOf(r), nil)
		}
		if r.WantReply {
			_ = r.Reply(r.Type == "keepalive@openssh.com", nil)
		}
	}
	p.finish(255, p.line.broken())
	_ = p.channel.Close()
}

// finish publishes the outcome. The first one counts.
func (p *process) finish(exit int, err error) {
	p.finished.Do(func() {
		p.exit, p.err = exit, err
		p.unwatch()
		close(p.ended)
	})
}

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

func (p *process) Stdin() io.WriteCloser { return p.stdin }
func (p *process) Stdout() io.Reader     { return p.stdout }
func (p *process) Stderr() io.Reader     { return p.stderr }

// Wait gives the exit status, or says that the line broke.
func (p *process) Wait() (int, error) {
	<-p.ended
	return p.exit, p.err
}

// Kill sends SIGTERM and the end of input, and SIGKILL a second later. A command that no signal reaches loses its outputs then, and
// counts as killed.
func (p *process) Kill() error {
	p.kill.Do(func() { p.line.serving.Go(p.end) })
	return nil
}

func (p *process) end() {
	defer p.stdout.giveUp()
	defer p.stderr.giveUp()
	p.signal("TERM")
	p.stdin.end()
	if !connection.Within(termGrace, p.ended) {
		p.signal("KILL")
	}
	_ = p.channel.Close()
	if !connection.Within(killGrace, p.ended) {
		p.finish(128+9, nil)
	}
}

func (p *process) signal(name string) { p.send("signal", ssh.Marshal(struct{ Name string }{name})) }
