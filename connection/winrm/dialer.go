// Package winrm is the transport to Windows machines over WinRM: one shell of cmd.exe for the line's whole life, in which command lines
// run. Its line is one TCP connection with one login; messages go over it one after the other, so that what commands write is
// asked for in turns of half a second while several run.
//
// What cmd.exe does with a command line is the caller's affair.
package winrm

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/wsman"
)

// Dialer makes lines to Windows machines. Targets that differ in their names alone share a connection, a login and a shell: a machine that
// has many names in the inventory has one shell open.
type Dialer struct {
	// QuotaWait is how long shells and processes that a machine's quotas do not allow are tried again. 0: two minutes.
	QuotaWait time.Duration

	once  sync.Once
	lines *connection.Shared
}

var _ connection.Dialer = (*Dialer)(nil)

// Dial gives a line of its own to a shell that is open, or opens one. Ways to log in are tried in their order; each of them once, so that
// no account is locked.
func (d *Dialer) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	d.once.Do(func() {
		d.lines = connection.NewShared(map[string]connection.Dialer{t.Transport: opener{wsman.Patience{Limit: cmp.Or(d.QuotaWait, 2*time.Minute)}}})
	})
	host := t.Host
	t.Host = ""
	conn, release, err := d.lines.Get(ctx, t)
	if err != nil {
		return nil, named(err, host)
	}
	return &member{Conn: connection.Part(ctx, conn, host), host: host, leave: release}, nil
}

// member is one target's part of a line that several share.
type member struct {
	connection.Conn
	host  string
	leave func()
}

// Start runs a command line in the shared shell.
func (m *member) Start(ctx context.Context, command string, opts connection.StartOptions) (connection.Process, error) {
	p, err := m.Conn.Start(ctx, command, opts)
	return p, named(err, m.host)
}

// Close ends this target's commands, and the line if nobody else uses it.
func (m *member) Close() error {
	err := m.Conn.Close()
	m.leave()
	return err
}

// named gives an error that says who is unreachable.
func named(err error, host string) error {
	var lost *connection.UnreachableError
	if !errors.As(err, &lost) || lost.Host != "" {
		return err
	}
	return &connection.UnreachableError{Host: host, Msg: lost.Msg, Err: lost.Err}
}

// opener opens the lines that are shared.
type opener struct{ patience wsman.Patience }

// Dial opens a line.
func (o opener) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	l, err := Open(ctx, t, o.patience)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Open opens a line that nobody else gets. Errors are as those of [Dialer.Dial], and know no host; what a quota does not allow is tried again
// for a time.
func Open(ctx context.Context, t connection.Target, patience wsman.Patience) (*Line, error) {
	p, err := planFor(t)
	if err != nil {
		return nil, err
	}
	p.patience = patience
	var failures []string
	refused := false // a password was
	for _, name := range p.transports {
		l, err := p.open(ctx, name)
		if err == nil {
			return l, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		failures = append(failures, name+": "+reason(err))
		refused = refused || errors.Is(err, wsman.ErrCredentials)
	}
	lost := &connection.UnreachableError{Msg: strings.Join(failures, ", ")}
	if refused {
		return nil, &refusedError{lost}
	}
	return nil, lost
}

// reason words an error as the reference does, which tells of an answer that is no message its code only.
func reason(err error) string {
	if status := (*wsman.StatusError)(nil); errors.As(err, &status) {
		return (&wsman.StatusError{Status: status.Status}).Error()
	}
	return err.Error()
}

// refusedError is an error that is a [wsman.ErrCredentials], too.
type refusedError struct{ lost *connection.UnreachableError }

func (e *refusedError) Error() string { return e.lost.Error() }

// Unwrap gives the error as it is told.
func (e *refusedError) Unwrap() error { return e.lost }

// Is tells that a password was refused.
func (e *refusedError) Is(target error) bool { return target == wsman.ErrCredentials }

// open opens a line by one way to log in.
func (p *plan) open(ctx context.Context, transport string) (*Line, error) {
	options, err := p.options(transport)
	if err != nil {
		return nil, err
	}
	client, err := wsman.New(options)
	if err != nil {
		return nil, err
	}
	l := newLine(client, p.patience)
	if err := p.patience.Do(ctx, func() error { return l.openShell(ctx) }); err != nil {
		client.Close()
		return nil, wsman.Told(err)
	}
	return l, nil
}
