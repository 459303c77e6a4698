package connection

import (
	"context"
	"sync"
)

// Shared keeps lines that several use at one time. A line ends with the last of them.
type Shared struct {
	pool *Pool

	mu    sync.Mutex
	users map[Target]int
}

// NewShared makes one without lines, as [NewPool] does.
func NewShared(dialers map[string]Dialer) *Shared {
	return &Shared{pool: NewPool(dialers), users: make(map[Target]int)}
}

// Get gives the line to a target, as [Pool.Get] does; the caller must call release after the use of it.
func (s *Shared) Get(ctx context.Context, t Target) (conn Conn, release func(), err error) {
	s.mu.Lock()
	s.users[t]++
	s.mu.Unlock()
	release = sync.OnceFunc(func() { s.part(t) })
	conn, err = s.pool.Get(ctx, t)
	if err != nil {
		release()
		return nil, nil, err
	}
	return conn, release, nil
}

// InUse is how many lines are in use.
func (s *Shared) InUse() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.users)
}

// part counts a user out. The line is taken from the pool under the lock, so that nobody gets it any more, and closed without it, since
// it may itself be a user of another one.
func (s *Shared) part(t Target) {
	if unused := s.leave(t); unused != nil {
		_ = unused.Close()
	}
}

func (s *Shared) leave(t Target) Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[t]--; s.users[t] > 0 {
		return nil
	}
	delete(s.users, t)
	return s.pool.Remove(t)
}
