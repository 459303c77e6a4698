package agent

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
)

// errRetired says that another session has taken the place of one. A call on it goes there.
var errRetired = errors.New("another agent has taken the place of this one")

// makeRoom ends the agents of a target that were unused for the longest time while there are more than there may be. One that has
// something to do, or below which there are others, stays.
func (p *Pool) makeRoom(t connection.Target) {
	p.mu.Lock()
	defer p.mu.Unlock()
	here := p.entries[t]
	excess := len(here) - p.opts.MaxAgents
	if excess <= 0 {
		return
	}
	leaves := slices.Collect(maps.Keys(here))
	leaves = slices.DeleteFunc(leaves, func(k key) bool { return k.path == "" || here[k].current() == nil || isParent(here, k) })
	slices.SortFunc(leaves, func(a, b key) int { return here[a].session.lastUse().Compare(here[b].session.lastUse()) })
	for _, k := range leaves {
		if excess > 0 && here[k].session.retire() {
			delete(here, k)
			excess--
		}
	}
}

// current gives the session when it has been started, or nil.
func (e *entry) current() *Session {
	select {
	case <-e.started:
		return e.session
	default:
		return nil
	}
}

// isParent reports whether another agent of a target is reached through the one of k.
func isParent(here map[key]*entry, k key) bool {
	for other := range here {
		if other != k && other.interpreter == k.interpreter && strings.HasPrefix(other.path, k.path) {
			return true
		}
	}
	return false
}

// lastUse tells when the last request began.
func (s *Session) lastUse() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.used
}

// retire ends an agent that has nothing to do. It reports false for one that has, and for one that has not been used yet: it was
// started for somebody.
func (s *Session) retire() bool {
	s.mu.Lock()
	idle := len(s.requests) == 0 && s.last > 0
	s.retired = s.retired || idle
	s.mu.Unlock()
	if idle {
		s.line.out.send(&frame{agent: s.parent.number, id: s.number, kind: frameCancel, flags: flagAgent})
	}
	return idle
}

func (s *Session) isRetired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.retired
}
