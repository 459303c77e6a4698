package connection

import (
	"context"
	"sync"
)

// Part makes a line of a line that others use too: closing it ends its own commands only. The host is for messages.
func Part(ctx context.Context, conn Conn, host string) Conn {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	s := &part{Conn: conn, host: host, life: life, end: end, done: make(chan struct{})}
	s.running.Go(func() {
		defer close(s.done)
		select {
		case <-conn.Done():
		case <-life.Done():
		}
	})
	return s
}

// part is a line within another, with an end of its own.
type part struct {
	Conn
	host    string
	life    context.Context // of its commands
	end     context.CancelFunc
	done    chan struct{}
	running sync.WaitGroup

	mu     sync.Mutex
	closed bool
}

// Start runs a command that ends with ctx, or with this part of the line.
func (s *part) Start(ctx context.Context, command string, opts StartOptions) (Process, error) {
	if !s.begin() {
		return nil, &UnreachableError{Host: s.host, Msg: "the connection is closed"}
	}
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.life, cancel)
	p, err := s.Conn.Start(ctx, command, opts)
	go func() {
		defer s.running.Done()
		if err == nil {
			_, _ = p.Wait()
		}
		stop()
		cancel()
	}()
	return p, err
}

// begin counts a command in, unless this part has ended.
func (s *part) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.running.Add(1)
	}
	return !s.closed
}

// Close ends the commands of this part.
func (s *part) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end()
	s.running.Wait()
	return nil
}

// Done is closed when this part or the whole line has ended.
func (s *part) Done() <-chan struct{} { return s.done }
