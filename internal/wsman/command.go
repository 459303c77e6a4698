package wsman

import (
	"context"
	"io"
	"strings"
	"sync"
)

// Command is a command line that runs in a shell.
type Command struct {
	ID   string
	Line string // with its arguments behind it
	Dir  string
	// Environment are the shell's variables, Options those of its creation.
	Environment, Options []Named

	stdin  *input
	output *output
	ctx    context.Context
	cancel context.CancelFunc
}

// Stdin is what clients send, up to the piece that is marked as the end.
func (c *Command) Stdin() io.Reader { return c.stdin }

// Stdout writes to the stream of that name.
func (c *Command) Stdout() io.Writer { return c.output.stream("stdout") }

// Stderr writes to the stream of that name.
func (c *Command) Stderr() io.Writer { return c.output.stream("stderr") }

func newCommand(ctx context.Context, sh *shell, r *Request) *Command {
	id := r.Command.ID
	if id == "" {
		id = newID()
	}
	ctx, cancel := context.WithCancel(ctx)
	c := &Command{
		ID: id, Line: strings.Join(append([]string{r.Command.Line}, r.Command.Arguments...), " "), Dir: sh.create.Dir,
		Environment: sh.create.Environment, Options: sh.options, ctx: ctx, cancel: cancel,
		stdin: &input{}, output: newOutput(),
	}
	c.stdin.more.L = &c.stdin.mu
	context.AfterFunc(ctx, func() { c.stdin.put(nil, true) }) // whoever reads it is to end, too
	return c
}

func (c *Command) run(f func(context.Context, *Command) int) {
	exit := f(c.ctx, c)
	c.output.finish(exit)
	c.cancel()
}

// end tells a command to end.
func (c *Command) end() { c.cancel() }

// over tells whether a command has ended, or has been told to.
func (c *Command) over() bool { return c.ctx.Err() != nil }

// wait gives what was written, at most so many bytes, as soon as there is something or it has ended.
func (o *output) wait(ctx context.Context, most int) (pieces []piece, exit int, done bool) {
	for {
		pieces, exit, done, changed := o.take(most)
		if len(pieces) > 0 || done {
			return pieces, exit, done
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, 0, false
		}
	}
}

// input is a stream from the clients.
type input struct {
	mu    sync.Mutex
	more  sync.Cond
	data  []byte
	ended bool
}

func (in *input) put(data []byte, end bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.data = append(in.data, data...)
	in.ended = in.ended || end
	in.more.Broadcast()
}

// Read waits for data.
func (in *input) Read(p []byte) (int, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.data) == 0 && !in.ended {
		in.more.Wait()
	}
	if len(in.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, in.data)
	in.data = in.data[n:]
	return n, nil
}

// piece is a part of a stream.
type piece struct {
	name string
	data []byte
}

// output is what a command has written and nobody has received yet, in the order in which it was written.
type output struct {
	mu      sync.Mutex
	pieces  []piece
	whole   bool // pieces are not cut: clients take fragments of PowerShell's sessions whole
	ended   bool
	exit    int
	changed chan struct{} // closed and replaced with each change
}

func newOutput() *output { return &output{changed: make(chan struct{})} }

func (o *output) change(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f()
	close(o.changed)
	o.changed = make(chan struct{})
}

func (o *output) finish(exit int) { o.change(func() { o.ended, o.exit = true, exit }) }

func (o *output) stream(name string) io.Writer { return outputStream{o, name} }

type outputStream struct {
	output *output
	name   string
}

// Write keeps a copy.
func (s outputStream) Write(p []byte) (int, error) {
	if len(p) > 0 {
		s.output.change(func() { s.output.pieces = append(s.output.pieces, piece{s.name, append([]byte(nil), p...)}) })
	}
	return len(p), nil
}

// take removes what fits; done is true if nothing is left and nothing will come.
func (o *output) take(most int) (taken []piece, exit int, done bool, changed <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for most > 0 && len(o.pieces) > 0 {
		p := &o.pieces[0]
		n := min(most, len(p.data))
		if o.whole {
			if n = len(p.data); n > most && len(taken) > 0 {
				break
			}
		}
		taken = append(taken, piece{p.name, p.data[:n]})
		most -= n
		if p.data = p.data[n:]; len(p.data) == 0 {
			o.pieces = o.pieces[1:]
		}
	}
	return taken, o.exit, o.ended && len(o.pieces) == 0, o.changed
}
