// Package value holds the values that playbooks compute with. They are Python's: ordered dicts, integers of any size, tuples,
// None, and undefined with the name that was missing.
//
// Every value implements [Value]. The concrete types are [NoneType], [Bool], [Int], [*BigInt], [Float], [String], [Bytes], [*List],
// [Tuple], [*Dict], [*Set], [*Undefined], [OmitType], [*Template], and those that other packages add (callables, lazy mappings).
// What a value can do beside being printed is told by the small interfaces [Mapping], [Sequence], [Iterable] and [Callable].
//
// Two kinds of text exist. A [String] is data: module results, facts, lookups' output, files' content; it is never a template,
// whatever it contains. A [*Template] is text that a user wrote in a playbook, role, inventory or variables file and that
// contains template markers; it is evaluated when it is read. Text of a user without markers is read as a plain String.
//
// Values that several goroutines share (everything loaded from files) are not changed after loading.
package value

import (
	"iter"
	"math/big"
	"sync/atomic"

	"github.com/goplay/goplay/internal/source"
)

// Value is any value of the playbook language.
type Value interface {
	// Type is Python's name of the type: "str", "int", "dict", "NoneType" …
	Type() string
	// Truth is Python's bool(v).
	Truth() bool
	// String is Python's str(v).
	String() string
}

// Mapping is a value with string or other hashable keys.
type Mapping interface {
	Value
	// Lookup gives the value of a key that is a string; ok is false where there is none.
	Lookup(key string) (v Value, ok bool)
	// Len is the number of keys.
	Len() int
	// All gives keys and values in insertion order.
	All() iter.Seq2[Value, Value]
}

// Sequence is a value with elements 0 to Len()-1.
type Sequence interface {
	Value
	Len() int
	Index(i int) Value
}

// Iterable is a value that a for statement accepts.
type Iterable interface {
	Value
	Elements() iter.Seq[Value]
}

// Callable is a value that can be called from a template.
type Callable interface {
	Value
	Call(args []Value, kwargs *Dict) (Value, error)
}

// NoneType is the type of None.
type NoneType struct{}

// None is Python's None.
var None = NoneType{}

// OmitType is the type of Omit.
type OmitType struct{}

// Omit stands for an argument that shall be left out, as the variable `omit` does in Ansible.
var Omit = OmitType{}

// Bool is True or False.
type Bool bool

// Int is an integer that fits into 64 bits; every other one is a *BigInt.
type Int int64

// BigInt is an integer that does not fit into an Int. Make them with NewInt, which picks the smaller type.
type BigInt struct{ V *big.Int }

// Float is Python's float.
type Float float64

// String is text that is never a template.
type String string

// Bytes is Python's bytes.
type Bytes []byte

// List is a mutable sequence.
type List struct {
	Elems []Value
}

// Tuple is an immutable sequence.
type Tuple []Value

// Template is a user's text that contains template markers.
type Template struct {
	Text string
	Pos  source.Pos
	// Expr marks a bare expression, as `when` and `until` hold: the text has no markers around it.
	Expr bool

	// Literal marks text that is its own value. Only listings of inventories have it, which tell such text from other text without markers.
	Literal bool

	// Given is the value that stands in the template's place where that is no text, nil: none. The template gives it its place; templates in it
	// are evaluated.
	Given Value

	// Around is what a keyword has where this one gives omit: the value around it. nil: nothing.
	Around Value

	// Compiled belongs to the engine that evaluates the template: what it made of the text, once for all hosts.
	Compiled atomic.Pointer[any]
}

// Within gives the template for a keyword that has another value around it.
func (t *Template) Within(around Value) *Template {
	return &Template{Text: t.Text, Pos: t.Pos, Expr: t.Expr, Literal: t.Literal, Given: t.Given, Around: around}
}

// Undefined is what a missing variable, attribute or element gives.
type Undefined struct {
	// Name is what was missing, as written: "foo" or "foo.bar".
	Name string
	// Msg is the message of the error that using the value raises, as Ansible words it.
	Msg string
	Pos source.Pos
	// Kind is the error's kind where it is not an UndefinedError.
	Kind string
	// Shown is what Jinja2's DebugUndefined shows, where that is not the name.
	Shown string
	// Err is the error of reading the value where that was not merely undefined; nothing but ignoring the value avoids it.
	Err error
	// Silent marks what an inline if without else gives: it prints as nothing and is false.
	Silent bool
}

// Markup is text that is safe to print where output is escaped: what `escape` and `safe` give. It is a str in every other way.
type Markup string

// NewList makes a list of its arguments.
func NewList(elems ...Value) *List { return &List{Elems: elems} }

// NewInt gives an Int or, where it does not fit, a *BigInt.
func NewInt(b *big.Int) Value {
	if b.IsInt64() {
		return Int(b.Int64())
	}
	return &BigInt{V: b}
}
