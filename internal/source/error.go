package source

import "strings"

// Error is a user's mistake at a place in a file. Msg is Ansible's own message first, since people match on it.
type Error struct {
	Pos  Pos
	Msg  string
	Hint string // how to mend it, or ""
	Err  error  // the cause, or nil
	// Apart tells of a mistake that is not told in one breath with what it caused, though it has the same place or none of its own.
	Apart bool
	Exit  int // the exit code of a run that ends with this error; 0: ExitParser
}

// The exit codes of runs that end with an error about what the user wrote.
const (
	ExitParser     = 4
	ExitGeneric    = 1
	ExitUnexpected = 250 // where the reference has an error of Python, which says nothing of the playbook
)

// New makes an error without a cause.
func New(pos Pos, msg string) *Error { return &Error{Pos: pos, Msg: msg} }

// At makes an error with a cause, which may be nil.
func At(pos Pos, msg string, err error) *Error { return &Error{Pos: pos, Msg: msg, Err: err} }

// ExitCode is the exit code of a run that ends with this error.
func (e *Error) ExitCode() int {
	if e.Exit == 0 {
		return ExitParser
	}
	return e.Exit
}

// Error gives the message and its causes, without the position: printers add that with its excerpt.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Msg
	}
	cause := e.Err.Error()
	if cause == "" || strings.HasSuffix(e.Msg, cause) {
		return e.Msg
	}
	return strings.TrimRight(e.Msg, ":. ") + ": " + cause
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
