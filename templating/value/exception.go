package value

import "fmt"

// Exception is a Python exception: what an operation that Python would refuse gives as its error.
type Exception struct {
	Kind string // "TypeError", "ValueError", "UndefinedError" …
	Msg  string
	// Undefined is the value whose use raised an UndefinedError.
	Undefined *Undefined
}

func (e *Exception) Error() string { return e.Msg }

// Errorf makes an exception.
func Errorf(kind, format string, args ...any) *Exception {
	return &Exception{Kind: kind, Msg: fmt.Sprintf(format, args...)}
}

// TypeError makes Python's TypeError.
func TypeError(format string, args ...any) error { return Errorf("TypeError", format, args...) }

// ValueError makes Python's ValueError.
func ValueError(format string, args ...any) error { return Errorf("ValueError", format, args...) }

// Raise gives the error of using an undefined value.
func (u *Undefined) Raise() error {
	if u.Err != nil {
		return u.Err
	}
	kind := u.Kind
	if kind == "" {
		kind = "UndefinedError"
	}
	return &Exception{Kind: kind, Msg: u.Msg, Undefined: u}
}
