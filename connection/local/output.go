package local

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"
)

// output is our end of a pipe that the command writes to. It is closed when it was read to its end.
type output struct{ file *os.File }

// Read gives io.EOF also when a terminal is hung up, and when a killed command's descendants hold the pipe for too long.
func (o *output) Read(b []byte) (int, error) {
	if o.file == nil {
		return 0, io.EOF
	}
	n, err := o.file.Read(b)
	if err == nil {
		return n, nil
	}
	_ = o.file.Close()
	if errors.Is(err, syscall.EIO) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, os.ErrClosed) {
		err = io.EOF
	}
	return n, err
}

// giveUp ends reading after a while.
func (o *output) giveUp(after time.Duration) {
	if o.file != nil {
		_ = o.file.SetReadDeadline(time.Now().Add(after))
	}
}

func (o *output) close() {
	if o.file != nil {
		_ = o.file.Close()
	}
}
