package eval

import (
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// UndecryptableError is about vaulted text that was read and cannot be decrypted. It is Ansible's AnsibleError.
type UndecryptableError struct {
	Pos source.Pos // of the vaulted text
	err *value.Exception
}

// Undecryptable makes the error about a vaulted text.
func Undecryptable(v *value.Vaulted, err error) *UndecryptableError {
	return &UndecryptableError{v.Pos, value.Errorf("AnsibleError", "Attempt to use undecryptable variable: %s", err)}
}

func (e *UndecryptableError) Error() string { return e.err.Msg }

// Unwrap gives the exception.
func (e *UndecryptableError) Unwrap() error { return e.err }
