package agent

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/become"
	"github.com/goplay/goplay/internal/source"
)

type spawnHeader struct {
	Agent   uint32 `json:"agent"`
	Command string `json:"command"` // for /bin/sh; @PYTHON@ stands for the parent's interpreter
	PTY     bool   `json:"pty,omitempty"`
	Prompt  string `json:"prompt,omitempty"` // "": whatever ends as prompts do
	Timeout int    `json:"timeout"`
}

// gone says that agents below another one have ended.
type gone struct {
	Agents []uint32 `json:"agents"`
	Exit   int      `json:"exit"`
	Out    int      `json:"out"`    // bytes of the body that it wrote before it was an agent
	Reason string   `json:"reason"` // "missing", "incorrect", "timeout", "protocol", or "" when it ended by itself
}

// spawn starts an agent as another user. Like the first one's, its failure is the error of the first call.
func (s *Session) spawn(b Become) (*Session, error) {
	method := become.Find(b.Method)
	if method == nil {
		return nil, become.NoMethod(b.Method)
	}
	child := newSession(s.opts, s.packed, s)
	child.become = b
	child.become.Timeout = cmp.Or(b.Timeout, s.opts.BecomeTimeout)
	return child, s.launch(child, spawnCommand(method, b), b.Password, "")
}

// launch sends what starts a child agent.
func (s *Session) launch(child *Session, h spawnHeader, password, service string) error {
	if err := s.line.add(child); err != nil {
		return err
	}
	h.Agent, h.Timeout = child.number, cmp.Or(child.become.Timeout, s.opts.BecomeTimeout)
	f, err := s.frame(&request{}, frameSpawn, h, []byte(password))
	if err != nil {
		s.line.remove(child)
		return err
	}
	s.line.out.send(f, child.greet(service))
	return nil
}

// onGone ends the sessions of agents that ended. An agent can speak only of those below it.
func (s *Session) onGone(f *frame) error {
	var g gone
	if err := f.fields(&g); err != nil {
		return err
	}
	if g.Out < 0 || g.Out > len(f.body) {
		return fmt.Errorf("%w: %d bytes of output in a body of %d", errProtocol, g.Out, len(f.body))
	}
	for _, number := range slices.Backward(g.Agents) { // those below before the one that somebody may wait for
		child := s.line.session(number)
		if child == nil {
			continue // it ended with a session that was closed
		}
		if !child.isBelow(s) {
			return fmt.Errorf("%w: agent %d speaks of agent %d", errProtocol, s.number, number)
		}
		s.line.remove(child)
		child.finish(child.goneError(&g, f.body))
	}
	return nil
}

func (s *Session) isBelow(other *Session) bool {
	for p := s.parent; p != nil; p = p.parent {
		if p == other {
			return true
		}
	}
	return false
}

// goneError says why an agent that was started with become ended, in the words that Ansible has for the transport.
func (s *Session) goneError(g *gone, body []byte) error {
	select {
	case <-s.ready:
		if s.via != nil {
			return s.via.lost(g, tidy(body[g.Out:]))
		}
		return &connection.UnreachableError{Host: s.line.host, Msg: fmt.Sprintf(
			"the agent of user %s ended unexpectedly with exit status %d: %s", s.become.User, g.Exit, tidy(body[g.Out:]))}
	default:
	}
	if s.via != nil {
		return s.via.failed(g, string(body[:g.Out]), string(body[g.Out:]))
	}
	failure := become.Failure{
		Host: s.line.host, Local: s.line.local, Become: s.become, Seen: g.Reason, Timeout: s.become.Timeout,
		Stdout: string(body[:g.Out]), Stderr: string(body[g.Out:]), Exit: g.Exit,
	}
	return failure.Err()
}

func tidy(b []byte) string { return strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")) }

// spawnCommand fills in what starts the agent as another user.
func spawnCommand(m *become.Method, b Become) spawnHeader {
	line, prompt := m.Line(b, "@PYTHON@ -c "+source.ShellQuote(loader(true))+" @PYTHON@")
	return spawnHeader{Command: become.English + line, Prompt: prompt, PTY: m.TTY}
}
