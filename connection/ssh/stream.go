package ssh

import (
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// stream is a channel through a jump host as a [net.Conn]. Channels have no deadlines: one that passes closes the channel.
type stream struct {
	ssh.Channel
	to string

	mu      sync.Mutex
	timer   *time.Timer
	expired bool
}

func newStream(channel ssh.Channel, to string) *stream { return &stream{Channel: channel, to: to} }

func (s *stream) Read(b []byte) (int, error) {
	n, err := s.Channel.Read(b)
	return n, s.late(err)
}

func (s *stream) Write(b []byte) (int, error) {
	n, err := s.Channel.Write(b)
	return n, s.late(err)
}

func (s *stream) late(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && s.expired {
		return os.ErrDeadlineExceeded
	}
	return err
}

func (s *stream) Close() error {
	_ = s.SetDeadline(time.Time{})
	return s.Channel.Close()
}

// SetDeadline closes the channel at a time; the zero time is never.
func (s *stream) SetDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
	}
	if !t.IsZero() {
		s.timer = time.AfterFunc(time.Until(t), s.expire)
	}
	return nil
}

func (s *stream) expire() {
	s.mu.Lock()
	s.expired = true
	s.mu.Unlock()
	_ = s.Channel.Close()
}

func (s *stream) SetReadDeadline(t time.Time) error  { return s.SetDeadline(t) }
func (s *stream) SetWriteDeadline(t time.Time) error { return s.SetDeadline(t) }
func (s *stream) LocalAddr() net.Addr                { return proxyAddr{} }
func (s *stream) RemoteAddr() net.Addr               { return proxyAddr{} }
