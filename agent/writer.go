package agent

import (
	"context"
	"io"
	"sync"
)

// writer sends frames on a line from a goroutine of its own, in the order in which they were queued. Bulk frames are let into the
// queue one at a time and only while it is nearly empty, so that no other frame has to wait long.
type writer struct {
	mu    sync.Mutex
	queue []byte
	wake  chan struct{} // holds an element when there is something to write
	room  chan struct{} // holds an element when the queue was taken
	turn  chan struct{} // holds an element while a bulk frame is being queued
	quit  chan struct{} // closed when nothing more can be written
	once  sync.Once
}

func newWriter(first []byte) *writer {
	w := &writer{
		queue: append([]byte(nil), first...), wake: make(chan struct{}, 1), room: make(chan struct{}, 1),
		turn: make(chan struct{}, 1), quit: make(chan struct{}),
	}
	w.wake <- struct{}{}
	return w
}

// run writes to dst until stop is called or writing fails. It closes dst.
func (w *writer) run(dst io.WriteCloser) error {
	defer dst.Close()
	defer w.stop()
	for {
		select {
		case <-w.quit:
			return nil
		case <-w.wake:
		}
		if data := w.take(); len(data) > 0 {
			if _, err := dst.Write(data); err != nil {
				return err
			}
		}
	}
}

func (w *writer) take() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	data := w.queue
	w.queue = nil
	signal(w.room)
	return data
}

// signal lets an element into a channel that has room for one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// send queues small frames; those of one call stay together.
func (w *writer) send(frames ...*frame) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range frames {
		w.queue = appendFrame(w.queue, f)
	}
	signal(w.wake)
}

// sendBulk queues a frame as soon as the line can take it.
func (w *writer) sendBulk(ctx context.Context, f *frame) error {
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-w.quit:
		return io.ErrClosedPipe
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for !w.sendIfRoom(f) {
		select {
		case <-w.room:
		case <-w.quit:
			return io.ErrClosedPipe
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

func (w *writer) sendIfRoom(f *frame) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) > chunk {
		return false
	}
	w.queue = appendFrame(w.queue, f)
	signal(w.wake)
	return true
}

func (w *writer) stop() { w.once.Do(func() { close(w.quit) }) }
