package agent

import (
	"context"
	"io"
	"sync"
)

// writer sends frames on a line from a goroutine of its own. Urgent frames overtake bulk ones, which are taken one at a time.
type writer struct {
	mu     sync.Mutex
	urgent []byte
	wake   chan struct{}
	bulk   chan []byte
	quit   chan struct{} // closed when nothing more can be written
	once   sync.Once
}

func newWriter(first []byte) *writer {
	w := &writer{urgent: first, wake: make(chan struct{}, 1), bulk: make(chan []byte), quit: make(chan struct{})}
	w.wake <- struct{}{}
	return w
}

// run writes to dst until stop is called or writing fails. It closes dst.
func (w *writer) run(dst io.WriteCloser) error {
	defer dst.Close()
	defer w.stop()
	for {
		var data []byte
		select {
		case <-w.quit:
			return nil
		case <-w.wake:
		case data = <-w.bulk:
		}
		if _, err := dst.Write(append(w.take(), data...)); err != nil {
			return err
		}
	}
}

func (w *writer) take() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	data := w.urgent
	w.urgent = nil
	return data
}

// send queues small frames; those of one call stay together and in order.
func (w *writer) send(frames ...*frame) {
	w.mu.Lock()
	for _, f := range frames {
		w.urgent = appendFrame(w.urgent, f)
	}
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// sendBulk hands over a frame, waiting until the line can take it.
func (w *writer) sendBulk(ctx context.Context, f *frame) error {
	select {
	case w.bulk <- appendFrame(nil, f):
		return nil
	case <-w.quit:
		return io.ErrClosedPipe
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (w *writer) stop() { w.once.Do(func() { close(w.quit) }) }
