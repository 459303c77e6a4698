package become

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
)

// Lines gives the lines to the targets at which another user is to be had; a *connection.Pool is one.
type Lines interface {
	Get(ctx context.Context, t connection.Target) (connection.Conn, error)
}

// Dialer makes lines whose commands run as another user. Of a target it uses Host, for messages, Become and Via. What goes wrong with
// the other user shows with each command.
type Dialer struct {
	Lines   Lines
	Timeout int // seconds to wait for a prompt, or for the command to start
}

var _ connection.Dialer = (*Dialer)(nil)

// Dial reaches the place where another user is to be had. That is this machine where Via names none.
func (d *Dialer) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	method := Find(t.Become.Method)
	if method == nil {
		return nil, NoMethod(t.Become.Method)
	}
	parent, ok := t.Parent()
	if !ok {
		parent = connection.Target{Host: t.Host, Transport: "local"}
	}
	conn, err := d.Lines.Get(ctx, parent)
	if err != nil {
		return nil, err
	}
	return &line{Conn: connection.Part(ctx, conn, t.Host), method: method, target: t, local: parent.Transport == "local", timeout: cmp.Or(t.Become.Timeout, d.Timeout)}, nil
}

// NoMethod is the error of a method that is none.
func NoMethod(name string) error {
	return &Error{Msg: fmt.Sprintf("Invalid become method specified, could not find matching plugin: '%s'. "+
		"Use `ansible-doc -t become -l` to list available plugins.", name)}
}

// line runs commands as another user, on a line that others use too.
type line struct {
	connection.Conn
	method  *Method
	target  connection.Target
	local   bool
	timeout int
}

// Start runs a command, and returns when it has begun or cannot begin. An error of the other user is an [*Error].
func (l *line) Start(ctx context.Context, command string, opts connection.StartOptions) (connection.Process, error) {
	types := l.method.TTY && l.target.Become.Password != "" && !opts.TTY
	p, err := l.start(ctx, command, opts, types)
	if errors.Is(err, errNoTerminal) {
		return l.start(ctx, command, opts, true)
	}
	return p, err
}

// errNoTerminal means that the program wants a terminal, as sudo does with requiretty in sudoers.
var errNoTerminal = errors.New("a terminal is needed")

// start runs a command, whose input is typed at a terminal if need be.
func (l *line) start(ctx context.Context, command string, opts connection.StartOptions, types bool) (connection.Process, error) {
	h := newHandshake(l)
	script := notEnglish + "echo " + h.mark + "; " + command
	if types {
		script = notEnglish + "stty -echo -opost 2>/dev/null; echo " + h.mark + "; " + decoded(command)
		opts.TTY, h.types = true, true
	}
	h.terminal = opts.TTY
	var text string
	text, h.prompt = l.method.Line(l.target.Become, "/bin/sh -c "+source.ShellQuote(script))
	if l.target.Become.Chdir == "" {
		text = "exec " + text
	}
	p, err := l.Conn.Start(ctx, "exec /bin/sh -c "+source.ShellQuote(English+text), opts)
	if err != nil {
		return nil, err
	}
	return h.run(ctx, p)
}
