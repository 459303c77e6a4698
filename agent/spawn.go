package agent

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goplay/goplay/connection"
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
	method, ok := becomeMethods[b.Method]
	if !ok {
		return nil, &BecomeError{Msg: fmt.Sprintf("Invalid become method specified, could not find matching plugin: '%s'. "+
			"Use `ansible-doc -t become -l` to list available plugins.", b.Method)}
	}
	child := newSession(s.opts, s.packed, s)
	child.become = b
	if err := s.line.add(child); err != nil {
		return nil, err
	}
	h := method.header(b)
	h.Agent, h.Timeout = child.number, s.opts.BecomeTimeout
	f, err := s.frame(&request{}, frameSpawn, h, []byte(b.Password))
	if err != nil {
		s.line.remove(child)
		return nil, err
	}
	s.line.out.send(f, child.greet(false))
	return child, nil
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
	for _, number := range g.Agents {
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
		return &connection.UnreachableError{Host: s.line.host, Msg: fmt.Sprintf(
			"the agent of user %s ended unexpectedly with exit status %d: %s", s.become.User, g.Exit, tidy(body[g.Out:]))}
	default:
	}
	e := &BecomeError{Stdout: string(body[:g.Out]), Stderr: string(body[g.Out:]), Exit: g.Exit}
	reason := becomeMethods[s.become.Method].reason(g.Reason, e.Stderr, s.become.Password != "")
	if s.line.local {
		return s.localError(e, reason)
	}
	switch reason {
	case "missing":
		e.Msg = fmt.Sprintf("Missing %s password", s.become.Method)
	case "incorrect":
		e.Msg = fmt.Sprintf("Incorrect %s password", s.become.Method)
	case "timeout":
		return &connection.UnreachableError{Host: s.line.host, Msg: strings.TrimRight(fmt.Sprintf(
			"Timeout (%ds) waiting for privilege escalation prompt: %s", s.opts.BecomeTimeout, e.Stdout), " ")}
	default:
		e.Msg = "Module result deserialization failed: No start of json char found"
	}
	return e
}

// localError words a failed become as Ansible's local connection does.
func (s *Session) localError(e *BecomeError, reason string) error {
	e.Msg = "Premature end of stream waiting for become success."
	switch reason {
	case "timeout":
		e.Msg = "Timed out waiting for become success."
	case "incorrect":
		if strings.Count(e.Stderr, becomePrompt) > 1 {
			e.Msg = "Duplicate become password prompt encountered waiting for become success."
		}
	}
	if out := tidy([]byte(e.Stdout)); out != "" {
		e.Msg += "\n>>> Standard Output\n" + out
	}
	// On the terminal that Ansible gives it there, sudo ends the line of its prompt.
	if err := tidy([]byte(regexp.MustCompile(`(key=\w+\] password:)(\n|$)?`).ReplaceAllString(e.Stderr, "$1\n"))); err != "" {
		e.Msg += "\n>>> Standard Error\n" + err
	}
	if reason == "timeout" {
		return &connection.UnreachableError{Host: s.line.host, Msg: e.Msg}
	}
	return e
}

func tidy(b []byte) string { return strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")) }

// becomeMethod is a program that runs a command as another user.
type becomeMethod struct {
	exe       string
	flags     string // when none are set
	pty       bool   // it wants a terminal to ask for the password
	command   func(exe, flags string, b Become, agent string) string
	missing   []string // its words for: a password is needed, and there was none
	incorrect []string // and for: the password was wrong
}

const becomePrompt = "[sudo via goplay, key="

// becomeMethods by name. The words are those of the programs in their own language; prompts are recognised in any.
var becomeMethods = map[string]*becomeMethod{
	"sudo": {
		exe: "sudo", flags: "-H -S -n", command: sudoCommand,
		missing:   []string{"Sorry, a password is required to run sudo", "a password is required"},
		incorrect: []string{"Sorry, try again."},
	},
	"su": {
		exe: "su", pty: true, incorrect: []string{"Authentication failure", "Sorry", "incorrect password"},
		command: func(exe, flags string, b Become, agent string) string {
			return words(exe, flags, shellQuote(b.User), "-c", shellQuote(agent))
		},
	},
	"doas": {
		exe: "doas", pty: true, missing: []string{"Authorization required"}, incorrect: []string{"Permission denied", "Authentication failed", "Authorization failed"},
		command: func(exe, flags string, b Become, agent string) string {
			if b.Password == "" {
				flags = words(flags, "-n")
			}
			return words(exe, flags, "-u", shellQuote(b.User), agent)
		},
	},
}

// sudoCommand asks with a prompt that nobody else prints. With a password sudo must not be told to do without.
func sudoCommand(exe, flags string, b Become, agent string) string {
	if b.Password != "" {
		flags = words(strings.Join(slices.DeleteFunc(strings.Fields(flags), func(f string) bool { return f == "-n" || f == "--non-interactive" }), " "),
			"-p", shellQuote(sudoPrompt))
	}
	command := words(exe, flags, "-u", shellQuote(b.User), agent)
	if b.Chdir != "" {
		command = "cd " + shellQuote(b.Chdir) + " && " + command
	}
	return command
}

const sudoPrompt = becomePrompt + "@KEY@] password:"

// header fills in what the method says.
func (m *becomeMethod) header(b Become) spawnHeader {
	exe, flags := b.Exe, b.Flags
	if exe == "" {
		exe = m.exe
	}
	if flags == "" {
		flags = m.flags
	}
	if b.User == "" {
		b.User = "root"
	}
	agent := "@PYTHON@ -c " + shellQuote(loader(true)) + " @PYTHON@"
	h := spawnHeader{Command: m.command(exe, flags, b, agent), PTY: m.pty}
	if strings.Contains(h.Command, sudoPrompt) {
		unique := strings.NewReplacer("@KEY@", strings.ToLower(rand.Text()))
		h.Command, h.Prompt = unique.Replace(h.Command), unique.Replace(sudoPrompt)
	}
	return h
}

// reason refines what the parent agent saw by what the program wrote.
func (m *becomeMethod) reason(seen, stderr string, hasPassword bool) string {
	if seen != "" {
		return seen
	}
	contains := func(text string) bool { return strings.Contains(stderr, text) }
	switch {
	case slices.ContainsFunc(m.incorrect, contains) && hasPassword:
		return "incorrect"
	case slices.ContainsFunc(m.missing, contains):
		return "missing"
	}
	return ""
}

// words joins what is not empty.
func words(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " ")
}
