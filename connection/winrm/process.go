package winrm

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/wsman"
)

const (
	// termGrace is how long a command that is killed may tidy up.
	termGrace = time.Second
	// killed is the exit status of a command that did not.
	killed = 137
	// turn is how long output is waited for while others want the connection, and at first: it is the least that Windows takes.
	turn = 500 * time.Millisecond
	// rest is how long it is waited for at most.
	rest = 2 * time.Second
	// firstInput is how long a command's input is waited for before its output is first asked for, and more how long more of it is:
	// while an answer is waited for, nothing can be sent. After unread, output is asked for between two pieces of input all the same.
	firstInput, more, unread = 50 * time.Millisecond, time.Millisecond, time.Second
	// killGrace is how long after a Kill messages may take, before the connection is given up.
	killGrace = 6 * time.Second
)

// process is a command in the line's shell.
type process struct {
	line           *Line
	shell          *wsman.Shell
	id             string
	stdout, stderr *stream
	fed            atomic.Bool   // its input was written to since output was asked for last
	writing        chan struct{} // holds a token while input is being sent
	touched        chan struct{} // closed when input is sent for the first time
	touching       sync.Once
	life           context.Context // of the command's messages: an answer that is not waited for costs the connection
	end            context.CancelFunc
	killing        sync.Once
	kill           chan struct{} // closed by the first Kill
	ended          chan struct{} // closed after exit and err are set
	exit           int
	err            error
}

// attend looks after a command that runs.
func (l *Line) attend(ctx context.Context, id string, shell *wsman.Shell) *process {
	p := &process{
		line: l, shell: shell, id: id, stdout: newStream(), stderr: newStream(),
		writing: make(chan struct{}, 1), touched: make(chan struct{}),
		kill: make(chan struct{}), ended: make(chan struct{}),
	}
	p.life, p.end = context.WithCancel(context.Background())
	l.running.Go(func() {
		defer l.busy.Add(-1)
		unwatch := context.AfterFunc(ctx, func() { _ = p.Kill() })
		defer unwatch()
		end := context.AfterFunc(l.life, func() { _ = p.Kill() })
		defer end()
		exit, err := p.follow()
		if err == nil && p.killed() && l.life.Err() != nil && l.lost != nil {
			exit, err = 255, l.unreachable(l.lost) // what was killed over a new connection has not ended by itself
		}
		p.finish(exit, err)
	})
	return p
}

// follow moves the command's output until it has ended.
func (p *process) follow() (exit int, err error) {
	patience := turn
	var deadline time.Time // of a command that is told to end
	p.await(p.touched, firstInput)
	for {
		p.letWrite()
		if p.killed() && deadline.IsZero() {
			deadline = time.Now().Add(termGrace)
			_ = p.message(func(ctx context.Context) error { return p.shell.Signal(ctx, p.id, wsman.SignalCtrlC) })
		}
		if !deadline.IsZero() && time.Now().After(deadline) {
			return killed, p.tidy()
		}
		out, err := p.receive(patience)
		if err != nil {
			return 255, p.line.unreachable(err)
		}
		p.stdout.put(out.Streams["stdout"])
		p.stderr.put(out.Streams["stderr"])
		if out.Done {
			return out.Exit, p.tidy()
		}
		patience = p.next(patience, len(out.Streams) > 0)
	}
}

// await waits for an event, a Kill, or a time.
func (p *process) await(event <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-event:
	case <-p.kill:
	case <-timer.C:
	}
}

// letWrite waits until nobody sends input.
func (p *process) letWrite() {
	if p.fed.Load() {
		time.Sleep(more)
	}
	timer := time.NewTimer(unread)
	defer timer.Stop()
	select {
	case p.writing <- struct{}{}:
		<-p.writing
	case <-p.kill:
	case <-timer.C:
	}
}

func (p *process) killed() bool {
	select {
	case <-p.kill:
		return true
	default:
		return false
	}
}

func (p *process) receive(patience time.Duration) (out wsman.Output, err error) {
	err = p.message(func(ctx context.Context) (err error) {
		out, err = p.shell.Receive(ctx, p.id, "stdout stderr", patience)
		return err
	})
	return out, err
}

// next is how long to wait for more output: longer each time that there was none, unless something else may come to pass.
func (p *process) next(patience time.Duration, lively bool) time.Duration {
	if lively || p.fed.Swap(false) || p.killed() || p.line.busy.Load() > 1 {
		return turn
	}
	return min(2*patience, rest)
}

// message sends one message of the command's. A fault is of the command alone, any other error of the line.
func (p *process) message(f func(context.Context) error) error {
	err := f(p.life)
	if fault := (*wsman.Fault)(nil); err != nil && (!errors.As(err, &fault) || fault.Code == wsman.CodeNoShell) {
		p.line.abandon(err)
	}
	return err
}

// tidy lets the service forget the command, and end it if it has not ended.
func (p *process) tidy() error {
	err := p.message(func(ctx context.Context) error { return p.shell.Signal(ctx, p.id, wsman.SignalTerminate) })
	if fault := (*wsman.Fault)(nil); err == nil || errors.As(err, &fault) {
		return nil
	}
	return p.line.unreachable(err)
}

func (p *process) finish(exit int, err error) {
	p.exit, p.err = exit, err
	close(p.ended)
	p.stdout.end()
	p.stderr.end()
}

// Stdin sends what is written at once; its Close is the end of the input.
func (p *process) Stdin() io.WriteCloser { return stdin{p} }

// Stdout is what the command has written, as far as it was received.
func (p *process) Stdout() io.Reader { return p.stdout }

// Stderr is like Stdout.
func (p *process) Stderr() io.Reader { return p.stderr }

// Wait gives the exit code.
func (p *process) Wait() (int, error) {
	<-p.ended
	return p.exit, p.err
}

// Kill sends the command a Ctrl-C, and ends it if that does not.
func (p *process) Kill() error {
	p.killing.Do(func() {
		close(p.kill)
		time.AfterFunc(killGrace, p.giveUp)
	})
	return nil
}

// giveUp ends the messages of a command that has not ended. Those of one that has may not cost the others their connection.
func (p *process) giveUp() {
	select {
	case <-p.ended:
	default:
		p.end()
	}
}

var _ connection.Process = (*process)(nil)

// stdin is a command's input.
type stdin struct{ p *process }

// Write fails with os.ErrClosed when the command has ended.
func (s stdin) Write(data []byte) (n int, err error) {
	defer s.hold()()
	for n < len(data) {
		size := min(s.p.shell.Chunk(), len(data)-n)
		if err := s.send(data[n:n+size], false); err != nil {
			return n, err
		}
		n += size
	}
	return n, nil
}

// Close ends the input.
func (s stdin) Close() error {
	defer s.hold()()
	if err := s.send(nil, true); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// hold keeps output from being asked for, until the result is called.
func (s stdin) hold() (release func()) {
	s.p.writing <- struct{}{}
	s.p.touching.Do(func() { close(s.p.touched) })
	return func() { <-s.p.writing }
}

func (s stdin) send(data []byte, end bool) error {
	select {
	case <-s.p.ended:
		return os.ErrClosed
	default:
	}
	s.p.fed.Store(true)
	err := s.p.message(func(ctx context.Context) error { return s.p.shell.Send(ctx, s.p.id, "stdin", data, end) })
	if fault := (*wsman.Fault)(nil); errors.As(err, &fault) {
		return os.ErrClosed
	}
	return err
}
