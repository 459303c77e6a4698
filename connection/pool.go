package connection

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// ErrPoolClosed is what Get gives after Close.
var ErrPoolClosed = errors.New("connection pool is closed")

// Pool keeps one line for each target. Its methods may be called by several goroutines at once.
type Pool struct {
	dialers map[string]Dialer
	dials   sync.WaitGroup

	mu     sync.Mutex
	lines  map[Target]*dialling
	closed bool
}

// dialling is a line being made, or made. conn and err are set before ready is closed.
type dialling struct {
	ready   chan struct{}
	cancel  context.CancelFunc
	waiters int // of Get while ready is open; guarded by Pool.mu
	conn    Conn
	err     error
}

// The names of dialers that serve targets of many transports: those with an Entry, and those with a Become.
const (
	ByEntry  = "entry"
	ByBecome = "become"
)

func (t *Target) dialer() string {
	switch {
	case t.Entry != "":
		return ByEntry
	case t.Become != (Become{}):
		return ByBecome
	}
	return t.Transport
}

// NewPool makes an empty pool. Dialers are found by the name of their transport, or by [ByEntry] and [ByBecome].
func NewPool(dialers map[string]Dialer) *Pool {
	return &Pool{dialers: dialers, lines: make(map[Target]*dialling)}
}

// Get gives the line to a target. The first caller dials, the others wait for the outcome; a failure is not kept beyond those who
// waited for it, and a line that has ended is dialled again. The error is an *UnreachableError, ctx's, or says that there is no such
// transport. A dialling goes on as long as one caller waits for it.
func (p *Pool) Get(ctx context.Context, t Target) (Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d, err := p.join(ctx, t)
	if err != nil {
		return nil, err
	}
	select {
	case <-d.ready:
		return d.conn, d.err
	case <-ctx.Done():
		p.leave(t, d)
		return nil, ctx.Err()
	}
}

// join finds the target's dialling, or starts one, and counts the caller in.
func (p *Pool) join(ctx context.Context, t Target) (*dialling, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, ErrPoolClosed
	}
	d := p.lines[t]
	if d != nil && !d.dead() {
		d.waiters++
		return d, nil
	}
	if d != nil {
		delete(p.lines, t)
		p.dials.Go(func() { _ = d.conn.Close() }) // it has ended, but what belongs to it hasn't
	}
	dialer := p.dialers[t.dialer()]
	if dialer == nil {
		return nil, fmt.Errorf("the connection plugin '%s' was not found", t.Transport)
	}
	return p.start(ctx, dialer, t), nil
}

// start dials in a goroutine that outlives the caller who came first, but keeps the values of its context.
func (p *Pool) start(ctx context.Context, dialer Dialer, t Target) *dialling {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d := &dialling{ready: make(chan struct{}), cancel: cancel, waiters: 1}
	p.lines[t] = d
	p.dials.Go(func() {
		defer cancel()
		conn, err := dialer.Dial(ctx, t)
		p.finish(t, d, conn, err)
	})
	return d
}

// finish publishes the outcome. A line that nobody waits for any more, or that comes after Close, is closed.
func (p *Pool) finish(t Target, d *dialling, conn Conn, err error) {
	p.mu.Lock()
	wanted := p.lines[t] == d
	if err != nil && wanted {
		delete(p.lines, t)
	}
	d.conn, d.err = conn, err
	if !wanted && err == nil {
		d.conn, d.err = nil, ErrPoolClosed
	}
	close(d.ready)
	p.mu.Unlock()
	if !wanted && err == nil {
		_ = conn.Close()
	}
}

// leave counts a caller out who gave up. The last one ends the dialling.
func (p *Pool) leave(t Target, d *dialling) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d.waiters--
	if d.waiters > 0 || d.done() {
		return
	}
	d.cancel()
	if p.lines[t] == d {
		delete(p.lines, t)
	}
}

// Reset closes the line to a target, if there is one; the next Get dials anew. A dialling under way is new enough and goes on.
func (p *Pool) Reset(t Target) {
	if conn := p.Remove(t); conn != nil {
		_ = conn.Close()
	}
}

// Remove takes the line to a target out of the pool and leaves closing it to the caller. It returns nil if there is none, or none yet.
func (p *Pool) Remove(t Target) Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.lines[t]
	if d == nil || !d.done() {
		return nil
	}
	delete(p.lines, t)
	return d.conn
}

// Close ends all lines and diallings, and returns when they have ended.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	lines := p.lines
	p.lines = make(map[Target]*dialling)
	p.mu.Unlock()

	var closing sync.WaitGroup
	for _, d := range lines {
		closing.Go(func() {
			d.cancel()
			<-d.ready
			if d.conn != nil {
				_ = d.conn.Close()
			}
		})
	}
	closing.Wait()
	p.dials.Wait()
}

func (d *dialling) done() bool {
	select {
	case <-d.ready:
		return true
	default:
		return false
	}
}

// dead reports whether the line was made and has ended since.
func (d *dialling) dead() bool {
	if !d.done() || d.conn == nil {
		return false
	}
	select {
	case <-d.conn.Done():
		return true
	default:
		return false
	}
}
