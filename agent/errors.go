package agent

import (
	"fmt"
	"syscall"
	"time"

	"github.com/goplay/goplay/connection/become"
)

// InterpreterError says that no agent came up because its Python did not start.
type InterpreterError struct {
	Interpreter string // as asked for, "/usr/bin/python3" when none was found
	Stdout      string
	Stderr      string
	Exit        int
}

func (e *InterpreterError) Error() string {
	if e.Missing() {
		return fmt.Sprintf("The module interpreter '%s' was not found.", e.Interpreter)
	}
	return "Module result deserialization failed: No start of json char found"
}

// Missing reports whether the target has no such program (otherwise it was there but is no Python that works).
func (e *InterpreterError) Missing() bool { return e.Exit == exitNotFound }

const exitNotFound = 127

// BecomeError says that no agent could be started as another user. Msg is the text that the task fails with.
type BecomeError = become.Error

// TimeoutError says that a module was killed because the call's time was over.
type TimeoutError struct{ After time.Duration }

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("Timed out after %g second(s).", e.After.Seconds())
}

// FileError says that a file of the target could not be written or read.
type FileError struct {
	Path string
	Msg  string // as the target's Python puts it
	Err  syscall.Errno
}

func (e *FileError) Error() string { return e.Msg }

// Unwrap gives the error number, so that errors.Is works with those of package fs.
func (e *FileError) Unwrap() error { return e.Err }

// Error says that an agent could not do what it was asked.
type Error struct{ Msg string }

func (e *Error) Error() string { return e.Msg }
