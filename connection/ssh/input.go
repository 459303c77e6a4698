package ssh

import (
	"errors"
	"io"
	"sync"

	"golang.org/x/crypto/ssh"
)

// input is a command's standard input. Its end is not the channel's. The lock is there because a channel bears no CloseWrite at the
// same time as a Write.
type input struct {
	channel ssh.Channel

	mu     sync.Mutex
	closed bool
}

func (i *input) Write(b []byte) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closed {
		return 0, io.ErrClosedPipe
	}
	n, err := i.channel.Write(b)
	if errors.Is(err, io.EOF) {
		err = io.ErrClosedPipe
	}
	return n, err
}

func (i *input) Close() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closed {
		return nil
	}
	i.closed = true
	if err := i.channel.CloseWrite(); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// end closes the input, unless a Write is under way, which ends with the channel.
func (i *input) end() {
	if !i.mu.TryLock() {
		return
	}
	defer i.mu.Unlock()
	if !i.closed {
		i.closed = true
		_ = i.channel.CloseWrite()
	}
}
