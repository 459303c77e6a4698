package agent

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/enter"
	"github.com/goplay/goplay/internal/source"
)

// entered is what a shell says that a target's entry has led to, before it looks for a Python.
const entered = "goplay-entered"

// inside lets a command that starts an agent behind an entry tell that it is there.
func inside(t connection.Target, command string) string {
	if t.Entry == "" {
		return command
	}
	return "echo " + entered + "; " + command
}

// notEntered gives the error of an agent that did not start because its target's entry led nowhere, in the words of the program of the
// entry, or nil.
func notEntered(t connection.Target, stdout, stderr string) error {
	if t.Entry == "" || strings.Contains(stdout, entered) {
		return nil
	}
	words := cmp.Or(tidy([]byte(stderr)), tidy([]byte(stdout)), "its shell cannot be run")
	return &connection.UnreachableError{Host: t.Host, Msg: "Failed to connect to the host via " + t.Transport + ": " + words}
}

// startVia starts the agent of a target that is reached from another one, by the agent there: with it as another user, or behind an entry.
func (p *Pool) startVia(ctx context.Context, via, t connection.Target, interpreter string) (*Session, error) {
	parentsPython := via.Python
	via.Python = ""
	if t.Become != (Become{}) {
		return p.Session(ctx, via, cmp.Or(parentsPython, interpreter), []Become{t.Become})
	}
	parent, err := p.Session(ctx, via, parentsPython, nil)
	if err != nil {
		return nil, err
	}
	return p.entering(ctx, t, interpreter, func(lent bool) (*Session, error) { return p.inner(parent, t, interpreter, lent) })
}

// inner starts an agent behind an entry, with a lent Python or one that is there.
func (p *Pool) inner(parent *Session, t connection.Target, interpreter string, lent bool) (*Session, error) {
	child := newSession(p.opts, &p.packed, parent)
	child.via = &hop{target: t, interpreter: interpreter, seconds: p.opts.BecomeTimeout}
	line := "exec " + enter.Line(t, inside(t, command(interpreter, p.opts.InterpreterFallback, loader(true))))
	if lent {
		line = "exec @PYTHON@ -c " + source.ShellQuote(lend(t, p.opts.InterpreterFallback, loader(true)))
	}
	return child, parent.launch(child, spawnHeader{Command: line}, "", serviceOf(t))
}

// serviceOf names the service of PAM by which a transport lets users in.
func serviceOf(t connection.Target) string {
	if t.Transport == "ssh" {
		return "sshd"
	}
	return ""
}

// hop is the way from one agent to another at another place.
type hop struct {
	target      connection.Target
	interpreter string
	seconds     int // that it may take
}

// failed is the error of an agent that did not start.
func (h *hop) failed(g *gone, stdout, stderr string) error {
	if g.Reason == "timeout" {
		return &connection.UnreachableError{Host: h.target.Host, Msg: fmt.Sprintf(
			"Failed to connect to the host via %s: no answer within %d s", h.target.Transport, h.seconds)}
	}
	return notStarted(h.target, h.interpreter, stdout, stderr, g.Exit)
}

// lost is the error of an agent that ended.
func (h *hop) lost(g *gone, stderr string) error {
	return &connection.UnreachableError{Host: h.target.Host, Msg: strings.TrimRight(fmt.Sprintf(
		"the agent on %s ended unexpectedly with exit status %d: %s", h.target.Host, g.Exit, stderr), ": ")}
}
