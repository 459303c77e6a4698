package jsonschema

import (
	"math"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// types are the names of types.
var types = map[string]func(c *checker, v value.Value) bool{
	"array":   func(_ *checker, v value.Value) bool { _, ok := v.(*value.List); return ok },
	"object":  func(_ *checker, v value.Value) bool { _, ok := v.(value.Mapping); return ok },
	"string":  func(_ *checker, v value.Value) bool { _, ok := value.Text(v); return ok },
	"boolean": func(_ *checker, v value.Value) bool { _, ok := v.(value.Bool); return ok },
	"null":    func(_ *checker, v value.Value) bool { return v == value.Value(value.None) },
	"number":  func(_ *checker, v value.Value) bool { return isNumber(v) },
	"integer": (*checker).isInteger,
}

func isNumber(v value.Value) bool {
	switch v.(type) {
	case value.Int, *value.BigInt, value.Float:
		return true
	}
	return false
}

// isInteger takes 1.0 for one, in all drafts but the oldest.
func (c *checker) isInteger(v value.Value) bool {
	switch v := v.(type) {
	case value.Int, *value.BigInt:
		return true
	case value.Float:
		return c.draft > Draft4 && float64(v) == math.Trunc(float64(v))
	}
	return false
}

func typeIs(u use) error {
	names := []value.Value{u.expected}
	if l, ok := u.expected.(*value.List); ok {
		names = l.Elems
	}
	for _, n := range names {
		is, ok := types[n.String()]
		if !ok {
			return value.Errorf("UnknownType", "Unknown type %s for validator with schema:\n    %s\n\nWhile checking instance:\n    %s",
				value.Repr(n), value.Repr(u.schema), value.Repr(u.instance))
		}
		if is(u.checker, u.instance) {
			return nil
		}
	}
	return u.fail("%s is not of type %s", value.Repr(u.instance), reprs(names))
}

// equal compares as Python does, but for booleans, which equal no number.
func equal(a, b value.Value) bool {
	_, aBool := a.(value.Bool)
	_, bBool := b.(value.Bool)
	if aBool != bBool {
		return false
	}
	x, xOK := a.(*value.List)
	y, yOK := b.(*value.List)
	if xOK && yOK {
		return equalElems(x.Elems, y.Elems)
	}
	m, mOK := a.(value.Mapping)
	n, nOK := b.(value.Mapping)
	if mOK && nOK {
		return equalEntries(m, n)
	}
	return value.Equal(a, b)
}

func equalElems(a, b []value.Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalEntries(a, b value.Mapping) bool {
	if a.Len() != b.Len() {
		return false
	}
	for k, v := range a.All() {
		other, ok, err := value.LookupKey(b, k)
		if err != nil || !ok || !equal(v, other) {
			return false
		}
	}
	return true
}

func enum(u use) error {
	if l, ok := u.expected.(*value.List); ok {
		for _, e := range l.Elems {
			if equal(u.instance, e) {
				return nil
			}
		}
	}
	return u.fail("%s is not one of %s", value.Repr(u.instance), value.Repr(u.expected))
}

func constant(u use) error {
	if equal(u.instance, u.expected) {
		return nil
	}
	return u.fail("%s was expected", value.Repr(u.expected))
}

// limit compares a number with the keyword's: n is below, at or above 0.
func (u use) limit() (n int, applies bool, err error) {
	if !isNumber(u.instance) {
		return 0, false, nil
	}
	n, err = value.Compare(u.instance, u.expected)
	return n, true, err
}

func minimum(u use) error {
	n, ok, err := u.limit()
	if err != nil || !ok {
		return err
	}
	if n < 0 {
		return u.fail("%s is less than the minimum of %s", value.Repr(u.instance), value.Repr(u.expected))
	}
	if exclusive, ok := u.schema.Lookup("exclusiveMinimum"); n == 0 && ok && u.draft == Draft4 && exclusive.Truth() {
		return u.fail("%s is less than or equal to the minimum of %s", value.Repr(u.instance), value.Repr(u.expected))
	}
	return nil
}

func maximum(u use) error {
	n, ok, err := u.limit()
	if err != nil || !ok {
		return err
	}
	if n > 0 {
		return u.fail("%s is greater than the maximum of %s", value.Repr(u.instance), value.Repr(u.expected))
	}
	if exclusive, ok := u.schema.Lookup("exclusiveMaximum"); n == 0 && ok && u.draft == Draft4 && exclusive.Truth() {
		return u.fail("%s is greater than or equal to the maximum of %s", value.Repr(u.instance), value.Repr(u.expected))
	}
	return nil
}

func exclusiveMinimum(u use) error {
	n, ok, err := u.limit()
	if err != nil || !ok || n > 0 {
		return err
	}
	return u.fail("%s is less than or equal to the minimum of %s", value.Repr(u.instance), value.Repr(u.expected))
}

func exclusiveMaximum(u use) error {
	n, ok, err := u.limit()
	if err != nil || !ok || n < 0 {
		return err
	}
	return u.fail("%s is greater than or equal to the maximum of %s", value.Repr(u.instance), value.Repr(u.expected))
}

func multipleOf(u use) error {
	if !isNumber(u.instance) {
		return nil
	}
	ok, err := isMultiple(u.instance, u.expected)
	if err != nil || ok {
		return err
	}
	return u.fail("%s is not a multiple of %s", value.Repr(u.instance), value.Repr(u.expected))
}

func minLength(u use) error {
	if t, ok := value.Text(u.instance); ok && u.more(utf8.RuneCountInString(t)) < 0 {
		return u.fail("%s is too short", value.Repr(u.instance))
	}
	return nil
}

func maxLength(u use) error {
	if t, ok := value.Text(u.instance); ok && u.more(utf8.RuneCountInString(t)) > 0 {
		return u.fail("%s is too long", value.Repr(u.instance))
	}
	return nil
}

// more compares a size with the keyword's value; one that is no number limits nothing.
func (u use) more(size int) int {
	n, _ := value.Compare(value.Int(size), u.expected)
	return n
}

func pattern(u use) error {
	t, ok := value.Text(u.instance)
	if !ok {
		return nil
	}
	ok, err := u.matches(u.expected, t)
	if err != nil || ok {
		return err
	}
	return u.fail("%s does not match %s", value.Repr(u.instance), value.Repr(u.expected))
}
