// Package local is the transport to this machine: every command is a child of goplay, run by /bin/sh in a process group of its own.
package local

import (
	"context"
	"sync"

	"github.com/goplay/goplay/connection"
)

// Dialer makes lines to this machine. Only Target.Host is used, for messages. The zero value is ready.
type Dialer struct{}

var _ connection.Dialer = Dialer{}

// Dial never fails, unless ctx is done.
func (Dialer) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &line{host: t.Host, done: make(chan struct{}), running: make(map[*process]struct{})}, nil
}

// line is a registry of the commands that run, so that Close can end them.
type line struct {
	host string
	done chan struct{}

	mu      sync.Mutex
	closed  bool
	running map[*process]struct{}
}

// Start runs a command with /bin/sh.
func (l *line) Start(ctx context.Context, command string, opts connection.StartOptions) (connection.Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, l.unreachable("local connection is closed", nil)
	}
	p, err := start(command, opts, l.forget)
	if err != nil {
		return nil, l.unreachable("cannot run /bin/sh", err)
	}
	l.running[p] = struct{}{}
	p.watch(ctx)
	go p.reap()
	return p, nil
}

func (l *line) forget(p *process) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.running, p)
}

func (l *line) unreachable(msg string, err error) error {
	return &connection.UnreachableError{Host: l.host, Msg: msg, Err: err}
}

// Close kills what runs and waits for its end.
func (l *line) Close() error {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.done)
	}
	var running []*process
	for p := range l.running {
		running = append(running, p)
	}
	l.mu.Unlock()
	for _, p := range running {
		_ = p.Kill()
	}
	for _, p := range running {
		<-p.ended
	}
	return nil
}

func (l *line) Done() <-chan struct{} { return l.done }
