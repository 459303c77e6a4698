package winrm

import (
	"io"
	"sync"
)

// most is how much output waits for its reader, in bytes, before no more is asked for.
const most = 4 << 20

// stream is output on its way to a reader.
type stream struct {
	mu      sync.Mutex
	changed sync.Cond
	data    []byte
	ended   bool
}

func newStream() *stream {
	s := &stream{}
	s.changed.L = &s.mu
	return s
}

// put adds data. It waits while too much is there already.
func (s *stream) put(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(data) > 0 && len(s.data) > most {
		s.changed.Wait()
	}
	s.data = append(s.data, data...)
	s.changed.Broadcast()
}

func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.changed.Broadcast()
}

// Read waits for data.
func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.data) == 0 && !s.ended {
		s.changed.Wait()
	}
	if len(s.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.data)
	s.data = s.data[n:]
	s.changed.Broadcast()
	return n, nil
}
