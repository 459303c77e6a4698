package agent

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/goplay/goplay/connection"
)

// silentTurns is how many times an agent is asked for a sign of life before it is given up.
const silentTurns = 4

// watch asks the agents that have something to do for a sign of life while they say nothing else. One that gives none is told of, and
// then given up.
func (l *line) watch() {
	if l.opts.Silence < 0 {
		return
	}
	ticker := time.NewTicker(l.opts.Silence / silentTurns)
	defer ticker.Stop()
	for {
		select {
		case <-l.ended:
			return
		case <-ticker.C:
		}
		for _, s := range l.all() {
			s.listen()
		}
	}
}

// listen is a turn of the watch. Turns count, not the clock: a goplay that was stopped itself has heard nobody meanwhile.
func (s *Session) listen() {
	signs := s.signs()
	if signs != s.heard || !s.alive() || s.isIdle() {
		s.heard, s.silent = signs, 0
		return
	}
	s.silent++
	spoke := s.hasSpoken()
	switch {
	case s.silent == 2:
		s.tell(fmt.Sprintf("has been silent for %v", s.opts.Silence/silentTurns))
	case s.silent > silentTurns && spoke:
		s.giveUp(&connection.UnreachableError{Host: s.host(), Msg: fmt.Sprintf(
			"no sign of life for %v: the host hangs, or the network to it is gone", s.opts.Silence)})
		return
	}
	if spoke {
		s.line.out.send(&frame{agent: s.number, kind: framePing})
	}
}

// signs counts what has come from an agent: all of the line for the first one, frames for others.
func (s *Session) signs() int64 {
	if s.parent == nil {
		return s.line.came.Load()
	}
	return s.frames.Load()
}

// hasSpoken tells whether the agent has begun to speak. What leads to it has limits of its own.
func (s *Session) hasSpoken() bool {
	select {
	case <-s.ready:
		return true
	default:
		return false
	}
}

// giveUp ends a session whose agent is silent, with the line if it is the first one.
func (s *Session) giveUp(err error) {
	if s.parent == nil {
		s.line.giveUp(err)
		return
	}
	s.line.out.send(&frame{agent: s.parent.number, id: s.number, kind: frameCancel, flags: flagAgent})
	s.finish(err)
}

func (l *line) giveUp(err error) {
	l.mu.Lock()
	l.silence = err
	l.mu.Unlock()
	_ = l.proc.Kill() // if it fails, the command has ended
}

// tell tells the user of a host that does not answer.
func (s *Session) tell(what string) {
	if s.opts.Tell != nil {
		s.opts.Tell(s.host(), what)
	}
}

// host is the inventory name of the agent's place.
func (s *Session) host() string {
	for ; s != nil && s.parent != nil; s = s.parent {
		if s.via != nil {
			return s.via.target.Host
		}
	}
	return s.line.host
}

// counted counts the bytes that are read.
type counted struct {
	io.Reader
	n *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}
