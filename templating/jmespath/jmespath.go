// Package jmespath evaluates JMESPath (https://jmespath.org/specification.html) as Python's jmespath 1.0.1 does, on the values of
// playbooks: dicts keep their order, integers stay integers of any size, and messages are Python's.
//
// [Search] is the whole of it. What the language refuses is an [*Error]; other errors are Python exceptions that the library lets
// pass, such as the TypeError of comparing text with a number.
package jmespath

import (
	"fmt"

	"github.com/goplay/goplay/templating/value"
)

// Error is a mistake in an expression, or a value of the wrong type in a function.
type Error struct{ Msg string }

func (e *Error) Error() string { return e.Msg }

func failf(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Search gives what an expression finds in a value; nothing is None.
func Search(expression string, in value.Value) (value.Value, error) {
	n, err := parse(expression)
	if err != nil {
		return nil, err
	}
	v, err := n.find(in)
	if err != nil {
		return nil, err
	}
	if _, ok := v.(reference); ok {
		return nil, value.TypeError("an expression reference is no value")
	}
	return v, nil
}
