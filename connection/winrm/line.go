package winrm

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/wsman"
)

// farewell is how long it may take to delete the shell at the end.
const farewell = 5 * time.Second

// Line is a shell on a machine. Its methods may be called by several goroutines at once.
type Line struct {
	client   *wsman.Client
	patience wsman.Patience  // for quotas
	life     context.Context // of all commands
	end      context.CancelFunc
	done     chan struct{}
	close    sync.Once
	running  sync.WaitGroup
	busy     atomic.Int32 // commands that run
	staying  atomic.Int32 // of them, those that stay

	lost error // what ended the line, if its owner did not; set before the end of life

	mu     sync.Mutex // while the shell is made anew, and while a command starts in it
	shell  *wsman.Shell
	closed bool
}

func newLine(client *wsman.Client, patience wsman.Patience) *Line {
	life, end := context.WithCancel(context.Background())
	return &Line{client: client, patience: patience, life: life, end: end, done: make(chan struct{})}
}

// openShell opens the line's shell, whose programs write UTF-8.
func (l *Line) openShell(ctx context.Context) (err error) {
	l.shell, err = l.client.OpenShell(ctx, wsman.ShellOptions{
		Resource: wsman.ResourceCmd, Input: "stdin", Output: "stdout stderr",
		Options: []wsman.Option{{Name: "WINRS_NOPROFILE", Value: "FALSE"}, {Name: "WINRS_CODEPAGE", Value: "65001"}},
	})
	return err
}

// Start runs a command line in the shell.
func (l *Line) Start(ctx context.Context, command string, opts connection.StartOptions) (connection.Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if opts.TTY {
		return nil, errors.New("commands have no terminal over winrm")
	}
	var p *process
	err := l.patience.Do(ctx, func() error {
		id, shell, err := l.begin(ctx, command)
		if err == nil {
			p = l.attend(ctx, id, shell)
		}
		return err
	})
	if err != nil {
		return nil, l.failed(ctx, err)
	}
	return p, nil
}

// ErrSpent says that the shell has used up the user's operations and cannot be made anew, since a command stays in it.
var ErrSpent = errors.New("the shell has used up its operations")

// Widen lets messages be as large as machines take since 2012.
func (l *Line) Widen() { l.client.Widen() }

// errClosed says that a line has ended.
var errClosed = errors.New("the connection is closed")

// begin starts a command, and counts it as one that runs.
func (l *Line) begin(ctx context.Context, command string) (id string, shell *wsman.Shell, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.life.Err() != nil {
		return "", nil, errClosed
	}
	if id, err = l.run(ctx, command); err != nil {
		return "", nil, err
	}
	l.busy.Add(1)
	return id, l.shell, nil
}

// run starts a command in the shell, which is made anew where it has used its operations up: text shells never give them back. While
// commands run in it that cannot be.
func (l *Line) run(ctx context.Context, command string) (id string, err error) {
	id, err = l.shell.Run(ctx, command)
	switch {
	case !wsman.IsFault(err, wsman.CodeMaxOperations):
		return id, err
	case l.staying.Load() > 0:
		return "", ErrSpent
	case l.busy.Load() > 0:
		return "", err
	}
	if err := l.shell.Delete(ctx); err != nil {
		return "", err
	}
	if err := l.openShell(ctx); err != nil {
		return "", err
	}
	return l.shell.Run(ctx, command)
}

// failed gives the error of a message. Only a fault leaves the line as it was.
func (l *Line) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if fault := (*wsman.Fault)(nil); errors.Is(err, ErrSpent) || errors.As(err, &fault) && fault.Code != wsman.CodeNoShell {
		return wsman.Told(err)
	}
	l.abandon(err)
	return l.unreachable(err)
}

func (l *Line) unreachable(err error) error {
	return &connection.UnreachableError{Msg: fmt.Sprintf("winrm connection error: %v", wsman.Told(err))}
}

// abandon ends the line without waiting. The error is why; nil: its owner wants it.
func (l *Line) abandon(err error) {
	l.close.Do(func() {
		l.lost = err
		l.end()
		close(l.done)
	})
}

// Done is closed when the line has ended.
func (l *Line) Done() <-chan struct{} { return l.done }

// Close ends all commands and deletes the shell.
func (l *Line) Close() error {
	l.abandon(nil)
	l.mu.Lock()
	first := !l.closed
	l.closed = true
	l.mu.Unlock()
	l.running.Wait()
	if first {
		ctx, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		_ = l.shell.Delete(ctx) // the machine does it itself some time after
		l.client.Close()
	}
	return nil
}
