package become

import (
	"io"
	"sync"
)

// window is how much of a command's output waits to be read before the command has to.
const window = 256 << 10

// stream is an output that is looked at before it is read. While it is looked at, nothing holds the command up.
type stream struct {
	changed chan struct{} // has room for one: something came, or the end

	mu      sync.Mutex
	cond    sync.Cond
	data    []byte
	ended   bool
	reading bool // the look is over
}

func newStream() *stream {
	s := &stream{changed: make(chan struct{}, 1)}
	s.cond.L = &s.mu
	return s
}

// fill takes all that r gives.
func (s *stream) fill(r io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := r.Read(buffer)
		s.add(buffer[:n], err != nil)
		if err != nil {
			return
		}
	}
}

func (s *stream) add(p []byte, ended bool) {
	s.mu.Lock()
	for s.reading && len(s.data) > window {
		s.cond.Wait()
	}
	s.data = append(s.data, p...)
	s.ended = ended
	s.cond.Broadcast()
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// seen gives a copy of what has come, and whether that is all.
func (s *stream) seen() (text string, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.data), s.ended
}

// pass lets a reader have what comes after the first n bytes.
func (s *stream) pass(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data, s.reading = s.data[n:], true
}

// Read gives what came after the look.
func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.data) == 0 && !s.ended {
		s.cond.Wait()
	}
	n := copy(p, s.data)
	s.data = s.data[n:]
	s.cond.Broadcast()
	if n == 0 && s.ended {
		return 0, io.EOF
	}
	return n, nil
}
