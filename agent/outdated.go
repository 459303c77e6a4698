package agent

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// outdatedError is an [errRetired] of an agent that is not what it would be if it were started now: its user has other groups, or what its user
// may do has changed.
type outdatedError struct{ resend *resend }

func (e *outdatedError) Error() string { return fmt.Sprintf("%v: it is outdated", errRetired) }
func (e *outdatedError) Unwrap() error { return errRetired }

// resend keeps calls in their order that come back from an outdated agent and go to the one that takes its place.
type resend struct {
	before <-chan struct{} // closed when the one before has gone; nil: there is none
	sent   func()
}

func (r *resend) wait(ctx context.Context) error {
	if r.before == nil {
		return nil
	}
	select {
	case <-r.before:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// following does what a request is for, by the agent that is there at last: one that was retired or is outdated leaves it to the one in its
// place. sent is called when the request is on its way.
func (s *Session) following(ctx context.Context, sent func(), do func(s *Session, sent func()) error) error {
	err := do(s, sent)
	for errors.Is(err, errRetired) {
		var back *outdatedError
		if errors.As(err, &back) {
			sent = back.resend.sent
			defer sent()
			if err := back.resend.wait(ctx); err != nil {
				return err
			}
		}
		old := s
		if s, err = s.again(ctx); err == nil {
			old.leave()
			err = do(s, sent)
		}
	}
	return err
}

// outdate lets no more calls begin here, and gives the next place among those that are sent again.
func (s *Session) outdate() *resend {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := make(chan struct{})
	r := &resend{before: s.resent, sent: sync.OnceFunc(func() { close(gone) })}
	s.retired, s.resent = true, gone
	return r
}

// leave ends an agent in whose place there is another one, unless it or one below it has something to do.
func (s *Session) leave() {
	if s.parent != nil && s.alive() && !s.line.isParent(s) && s.isIdle() {
		s.line.out.send(&frame{agent: s.parent.number, id: s.number, kind: frameCancel, flags: flagAgent})
	}
}

func (s *Session) isIdle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests) == 0
}

// isParent reports whether an agent was started by that of s.
func (l *line) isParent(s *Session) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, other := range l.sessions {
		if other.parent == s {
			return true
		}
	}
	return false
}
