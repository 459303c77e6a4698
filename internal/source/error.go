package source

import "strings"

// Error is a user's mistake at a place in a file. Msg is Ansible's own message first, since people match on it.
type Error struct {
	Pos  Pos
	Msg  string
	Hint string // how to mend it, or ""
	Err  error  // the cause, or nil
}

// New makes an error without a cause.
func New(pos Pos, msg string) *Error { return &Error{Pos: pos, Msg: msg} }

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
