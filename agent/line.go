package agent

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/goplay/goplay/connection"
)

// line is the channel to the agents of one target: the one that the transport started, and those below it.
type line struct {
	host  string
	local bool // by the local transport, whose failures Ansible words in its own way
	opts  *Options
	conn  connection.Conn
	proc  connection.Process
	out   *writer
	came  atomic.Int64   // bytes from the target
	deaf  atomic.Bool    // a cancelled request was not answered: nothing is waited for at the end
	tasks sync.WaitGroup // all goroutines of the line
	ended chan struct{}  // closed when the first agent is gone and every session knows why

	mu       sync.Mutex
	sessions map[uint32]*Session
	last     uint32
	stopping bool
	silence  error // why the line was given up
}

// startLine starts the agent by command and sends it its text. It doesn't wait for the agent.
func startLine(ctx context.Context, opts *Options, conn connection.Conn, t connection.Target, command string) (*line, error) {
	proc, err := conn.Start(ctx, command, connection.StartOptions{})
	if err != nil {
		return nil, err
	}
	l := &line{
		host: t.Host, local: t.Transport == "local", opts: opts, conn: conn, proc: proc, out: newWriter(agentText()), ended: make(chan struct{}), sessions: map[uint32]*Session{},
	}
	return l, nil
}

// run serves the line until the agent has ended. failed makes the error of an agent that never spoke.
func (l *line) run(failed func(stdout, stderr string, exit int) error) {
	stderr := &tail{max: chunk}
	l.tasks.Go(func() { l.out.run(l.proc.Stdin()) })
	l.tasks.Go(l.watch)
	var gathered sync.WaitGroup
	gathered.Go(func() { io.CopyBuffer(stderr, l.proc.Stderr(), make([]byte, 2<<10)) })
	l.tasks.Go(func() {
		noise, spoke, err := l.read()
		if errors.Is(err, errProtocol) {
			l.proc.Kill()
		}
		l.out.stop()
		io.Copy(io.Discard, l.proc.Stdout())
		gathered.Wait()
		exit, waitErr := l.proc.Wait()
		l.finish(l.cause(err, waitErr, func() error {
			if !spoke {
				return failed(noise, stderr.String(), exit)
			}
			return l.lost(exit, stderr.String())
		}))
	})
}

// read takes frames until the stream ends, and reports what came before the agent's first word and whether that came.
func (l *line) read() (noise string, spoke bool, err error) {
	r := bufio.NewReaderSize(counted{l.proc.Stdout(), &l.came}, 8<<10) // what is larger is read past it
	if noise, err = skipNoise(r); err != nil {
		return noise, false, err
	}
	for {
		f, err := readFrame(r)
		if err != nil {
			return noise, true, err
		}
		if err := l.dispatch(f); err != nil {
			return noise, true, err
		}
	}
}

func (l *line) dispatch(f *frame) error {
	s := l.session(f.agent)
	if s == nil {
		return fmt.Errorf("%w: a frame of an unknown agent %d", errProtocol, f.agent)
	}
	for p := s; p != nil; p = p.parent {
		p.frames.Add(1) // it has come through them all
	}
	return s.take(f)
}

// cause chooses the error that tells most of why the line ended.
func (l *line) cause(read, wait error, ended func() error) error {
	var broken *connection.UnreachableError
	switch {
	case l.isStopping():
		return errClosed
	case l.givenUp() != nil:
		return l.givenUp()
	case errors.Is(read, errProtocol):
		return &connection.UnreachableError{Host: l.host, Msg: read.Error()}
	case errors.As(wait, &broken):
		return broken
	case wait != nil:
		return &connection.UnreachableError{Host: l.host, Msg: "the connection was lost", Err: wait}
	}
	return ended()
}

func (l *line) lost(exit int, stderr string) error {
	msg := fmt.Sprintf("the agent on the target ended unexpectedly with exit status %d", exit)
	if stderr = strings.TrimSpace(stderr); stderr != "" {
		msg += ": " + stderr
	}
	return &connection.UnreachableError{Host: l.host, Msg: msg}
}

// finish ends all sessions with err.
func (l *line) finish(err error) {
	l.mu.Lock()
	sessions := l.sessions
	l.sessions = nil
	l.mu.Unlock()
	for _, s := range sessions {
		s.finish(err)
	}
	close(l.ended)
}

// add makes a session for the next agent of the line.
func (l *line) add(s *Session) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sessions == nil {
		return errClosed
	}
	s.number, s.line = l.last, l
	l.last++
	l.sessions[s.number] = s
	return nil
}

func (l *line) session(number uint32) *Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sessions[number]
}

// remove forgets a session whose agent is gone.
func (l *line) remove(s *Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sessions, s.number)
}

// all gives the sessions of the line.
func (l *line) all() []*Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Values(l.sessions))
}

func (l *line) givenUp() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.silence
}

func (l *line) isStopping() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stopping
}

// close ends the agents by ending their input, and waits. When ctx is over it kills the command.
func (l *line) close(ctx context.Context) error {
	l.mu.Lock()
	l.stopping = true
	l.mu.Unlock()
	l.out.stop()
	if l.deaf.Load() {
		_ = l.conn.Close() // a command is killed with patience, and a line ends at once
	}
	var err error
	select {
	case <-l.ended:
	case <-ctx.Done():
		err = context.Cause(ctx)
		l.proc.Kill()
	}
	l.tasks.Wait()
	return err
}

// tail keeps the last max bytes that were written.
type tail struct {
	max  int
	data []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.data = append(t.data, p...)
	if over := len(t.data) - t.max; over > 0 {
		t.data = append(t.data[:0], t.data[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.data) }
