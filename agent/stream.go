package agent

import (
	"context"
	"io"
	"sync"
)

// credit counts the bytes of a stream that may still be sent.
type credit struct {
	mu   sync.Mutex
	left int
	more chan struct{} // holds an element when left has grown
}

func newCredit() *credit { return &credit{left: window, more: make(chan struct{}, 1)} }

// grant allows n more bytes.
func (c *credit) grant(n int) {
	c.mu.Lock()
	c.left = min(c.left+n, window) // a peer cannot make the controller send more than a window ahead
	c.mu.Unlock()
	signal(c.more)
}

// take waits until some of want bytes may be sent, and gives how many.
func (c *credit) take(ctx context.Context, want int) (int, error) {
	for {
		c.mu.Lock()
		n := min(want, c.left)
		c.left -= n
		c.mu.Unlock()
		if n > 0 {
			return n, nil
		}
		select {
		case <-c.more:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// inflow is a stream from an agent: a queue of at most a window's bytes between the line and a reader.
type inflow struct {
	mu    sync.Mutex
	parts [][]byte
	size  int
	err   error         // what Read gives when all parts are read
	some  chan struct{} // holds an element when there is something to read
	taken func(n int)   // told of the bytes that were read
}

func newInflow(taken func(n int)) *inflow { return &inflow{some: make(chan struct{}, 1), taken: taken} }

// add queues data; false says that the peer sent more than it may.
func (f *inflow) add(data []byte) bool {
	f.mu.Lock()
	over := f.size+len(data) > window
	f.mu.Unlock()
	if !over {
		f.push(data)
	}
	return !over
}

// push queues data that is within its bounds for another reason.
func (f *inflow) push(data []byte) {
	if len(data) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.parts, f.size = append(f.parts, data), f.size+len(data)
	signal(f.some)
}

// end says that nothing more comes.
func (f *inflow) end(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
	signal(f.some)
}

// Read gives what is there, and waits when there is nothing.
func (f *inflow) Read(p []byte) (int, error) {
	for {
		n, err := f.next(p)
		if n > 0 {
			f.taken(n)
		}
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
		<-f.some
	}
}

func (f *inflow) next(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.parts) == 0 {
		if f.err != nil {
			signal(f.some)
		}
		return 0, f.err
	}
	n := copy(p, f.parts[0])
	f.size -= n
	if f.parts[0] = f.parts[0][n:]; len(f.parts[0]) == 0 {
		f.parts = f.parts[1:]
	}
	return n, nil
}

var _ io.Reader = (*inflow)(nil)
