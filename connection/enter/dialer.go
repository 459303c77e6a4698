package enter

import (
	"context"
	"strings"
	"sync"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
)

// Lines gives the lines to the targets that others are entered from; a *connection.Pool is one.
type Lines interface {
	Get(ctx context.Context, t connection.Target) (connection.Conn, error)
}

// Dialer makes lines into what a command opens. Of a target it uses Host, for messages, Entry and Via.
type Dialer struct {
	// Here makes lines to this machine, for targets that are entered from it.
	Here connection.Dialer
	// Lines gives the lines to other targets.
	Lines Lines
}

var _ connection.Dialer = (*Dialer)(nil)

// Dial reaches the place that the target is entered from. Whether it can be entered shows with the first command.
func (d *Dialer) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	if parent, ok := t.Parent(); ok {
		conn, err := d.Lines.Get(ctx, parent)
		if err != nil {
			return nil, err
		}
		return newLine(connection.Part(ctx, conn, t.Host), t), nil
	}
	conn, err := d.Here.Dial(ctx, connection.Target{Host: t.Host, Transport: "local"})
	if err != nil {
		return nil, err
	}
	return newLine(conn, t), nil
}

// line runs commands behind an entry.
type line struct {
	connection.Conn
	target   connection.Target
	apart    bool // commands are no children of the program that enters
	watching sync.WaitGroup

	mu      sync.Mutex
	running map[*process]struct{}
}

var _ connection.Conn = (*line)(nil)

func newLine(conn connection.Conn, t connection.Target) *line {
	kind := kinds[t.Transport]
	return &line{Conn: conn, target: t, apart: kind != nil && kind.apart, running: map[*process]struct{}{}}
}

// enter gives the command line that runs a tail, which is quoted, behind the entry.
func (l *line) enter(tail string, opts connection.StartOptions) string {
	tty := ""
	if opts.TTY {
		tty = "-t"
	}
	return "exec " + strings.ReplaceAll(l.target.Entry, terminal, tty) + " " + tail
}

// Line gives the command line that runs a command in a target, without a terminal, for the shell of the place that it is entered from.
func Line(t connection.Target, command string) string {
	return Way(t) + " " + source.ShellQuote(command)
}

// Way gives the words before such a command.
func Way(t connection.Target) string { return strings.ReplaceAll(t.Entry, terminal, "") }

// Start runs a command behind the entry.
func (l *line) Start(ctx context.Context, command string, opts connection.StartOptions) (connection.Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if l.apart {
		return l.startApart(ctx, command, opts)
	}
	return l.Conn.Start(ctx, l.enter(source.ShellQuote(command), opts), opts)
}

// Close ends all commands and the line.
func (l *line) Close() error {
	l.mu.Lock()
	for p := range l.running {
		_ = p.Kill()
	}
	l.mu.Unlock()
	if l.apart {
		l.watching.Wait()
	}
	return l.Conn.Close()
}
