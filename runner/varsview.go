package runner

import (
	"iter"

	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// varsView is the variable vars: all the others, as they were written; a template is evaluated when it is read.
type varsView struct{ scope *vars.Scope }

var (
	_ value.Mapping  = varsView{}
	_ value.Iterable = varsView{}
)

func (varsView) Type() string     { return "dict" }
func (varsView) Truth() bool      { return true }
func (v varsView) String() string { return value.Repr(v.dict()) }

// Lookup gives a variable; vars itself is not among them, nor is what tasks get last.
func (v varsView) Lookup(name string) (value.Value, bool) {
	switch name {
	case "vars", "ansible_search_path", "ansible_current_hosts", "ansible_failed_hosts":
		return nil, false
	}
	return v.scope.Lookup(name)
}

// Len is the number of variables.
func (v varsView) Len() int { return v.dict().Len() }

// All gives every variable.
func (v varsView) All() iter.Seq2[value.Value, value.Value] {
	return func(yield func(value.Value, value.Value) bool) {
		for name := range v.scope.Names() {
			got, ok := v.Lookup(name)
			if ok && !yield(value.String(name), got) {
				return
			}
		}
	}
}

// Elements gives the names.
func (v varsView) Elements() iter.Seq[value.Value] {
	return func(yield func(value.Value) bool) {
		for k := range v.All() {
			if !yield(k) {
				return
			}
		}
	}
}

func (v varsView) dict() *value.Dict {
	d := &value.Dict{}
	d.Update(v)
	return d
}
