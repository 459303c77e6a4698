package become

import (
	"context"
	"crypto/rand"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/connection"
)

const (
	// silence after what looks like a prompt makes it one, and not a part of a message.
	silence = 100 * time.Millisecond
	// maxTalk is how much a program may say before the command begins.
	maxTalk = 1 << 20
)

// asks is how a prompt ends in any language.
var asks = regexp.MustCompile(`[:：][ \t]*$`)

// handshake is the time between a program's start and that of the command as the other user.
type handshake struct {
	line           *line
	mark           string // what the command's shell says when it is there
	prompt         string // "": whatever ends as prompts do
	types          bool   // its input is typed at a terminal
	terminal       bool   // there is one
	stdout, stderr *stream
	asked          int
	answered       [2]int // how much of the outputs had come at the last answer
}

func newHandshake(l *line) *handshake {
	return &handshake{line: l, mark: "goplay-became-" + strings.ToLower(rand.Text()), stdout: newStream(), stderr: newStream()}
}

// process is a command after the handshake.
type process struct {
	connection.Process
	stdin          io.WriteCloser
	stdout, stderr *stream
	filling        sync.WaitGroup
}

func (p *process) Stdin() io.WriteCloser { return p.stdin }
func (p *process) Stdout() io.Reader     { return p.stdout }
func (p *process) Stderr() io.Reader     { return p.stderr }

// run waits for the command's first word and answers what is asked before.
func (h *handshake) run(ctx context.Context, p connection.Process) (connection.Process, error) {
	became := &process{Process: p, stdin: p.Stdin(), stdout: h.stdout, stderr: h.stderr}
	if h.types {
		became.stdin = newTyped(p.Stdin())
	}
	became.filling.Go(func() { h.stdout.fill(p.Stdout()) })
	became.filling.Go(func() { h.stderr.fill(p.Stderr()) })
	seen, err := h.talk(ctx, p)
	if err != nil || seen != "" {
		_ = p.Stdin().Close()
		_ = p.Kill()
		return nil, h.failed(ctx, became, seen, err)
	}
	out, _ := h.stdout.seen()
	begin := strings.Index(out, h.mark)
	if begin < 0 {
		return h.refused(became)
	}
	_, rest, _ := strings.Cut(out[begin:], "\n")
	h.stdout.pass(len(out) - len(rest))
	h.stderr.pass(h.answered[1])
	return became, nil
}

// talk ends when the command has begun, when its program has ended, or with what is wrong: "missing", "incorrect" or "timeout".
func (h *handshake) talk(ctx context.Context, p connection.Process) (seen string, err error) {
	patience := time.NewTimer(time.Duration(h.line.timeout) * time.Second)
	defer patience.Stop()
	for {
		quiet := time.NewTimer(silence)
		calm := false
		select {
		case <-h.stdout.changed:
		case <-h.stderr.changed:
		case <-quiet.C:
			calm = true
		case <-patience.C:
			return "timeout", nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
		quiet.Stop()
		if done, seen := h.look(p, calm, patience); done || seen != "" {
			return seen, nil
		}
	}
}

// look finds out where things are, after something has come or nothing has for a while.
func (h *handshake) look(p connection.Process, calm bool, patience *time.Timer) (done bool, seen string) {
	out, outEnded := h.stdout.seen()
	errs, errEnded := h.stderr.seen()
	switch {
	case markLine(out, h.mark), outEnded && errEnded:
		return true, ""
	case len(out)+len(errs) > maxTalk:
		return false, "timeout"
	case !h.isAsked(out, errs, calm):
		return false, ""
	}
	h.asked, h.answered = h.asked+1, [2]int{len(out), len(errs)}
	password := h.line.target.Become.Password
	switch {
	case password == "":
		return false, "missing"
	case h.asked > 1:
		return false, "incorrect"
	}
	patience.Reset(time.Duration(h.line.timeout) * time.Second)
	_, _ = io.WriteString(p.Stdin(), password+"\n") // a program that has ended is noticed
	return false, ""
}

func markLine(out, mark string) bool {
	_, rest, found := strings.Cut(out, mark)
	return found && strings.Contains(rest, "\n")
}

// isAsked tells whether a password is wanted.
func (h *handshake) isAsked(out, errs string, calm bool) bool {
	out, errs = out[h.answered[0]:], errs[h.answered[1]:]
	if h.prompt != "" {
		return strings.Contains(out, h.prompt) || strings.Contains(errs, h.prompt)
	}
	return calm && (asks.MatchString(out) || asks.MatchString(errs))
}

// failed gives the error of a command that did not begin.
func (h *handshake) failed(ctx context.Context, p *process, seen string, err error) error {
	exit, _ := p.Process.Wait()
	p.filling.Wait()
	if err != nil {
		return err
	}
	return h.failure(seen, exit).Err()
}

func (h *handshake) failure(seen string, exit int) *Failure {
	out, _ := h.stdout.seen()
	errs, _ := h.stderr.seen()
	return &Failure{
		Host: h.line.target.Host, Local: h.line.local, Become: h.line.target.Become, Seen: seen, Timeout: h.line.timeout,
		Stdout: out, Stderr: errs, Exit: exit,
	}
}

// refused is for a program that ended before the command began: an error where it is known why, or where Ansible has one; else its words
// and its exit status are the command's.
func (h *handshake) refused(p *process) (connection.Process, error) {
	exit, err := p.Process.Wait()
	if err != nil {
		return nil, err
	}
	f := h.failure("", exit)
	if !h.terminal && strings.Contains(f.Stderr, "must have a tty") {
		return nil, errNoTerminal
	}
	if f.Reason() != "" || f.Local {
		return nil, f.Err()
	}
	h.stdout.pass(0)
	h.stderr.pass(0)
	return p, nil
}
