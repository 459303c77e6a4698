// Package vars layers the variables of a run by Ansible's precedence into one lazy Scope per host and task. Nothing is copied:
// a Scope is a short list of layers that are asked from the strongest to the weakest, and [Store] keeps what a run learns about its hosts
// (facts, registered results, set_fact, include_vars).
//
// The order is that of "Understanding variable precedence" in Ansible's documentation.
package vars

import (
	"iter"
	"slices"

	"github.com/goplay/goplay/templating/value"
)

// Layer is one source of variables. A *value.Dict is one by FromDict.
type Layer interface {
	Lookup(name string) (value.Value, bool)
	Names() iter.Seq[string]
}

// Dict is a layer of a dict's string keys. A Dict of nil is empty.
type Dict struct{ D *value.Dict }

// Lookup gives a variable.
func (d Dict) Lookup(name string) (value.Value, bool) { return d.D.Lookup(name) }

// Names gives the names of all variables.
func (d Dict) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range d.D.Strings() {
			if !yield(k) {
				return
			}
		}
	}
}

// Scope is a host's variables in one task. Layers are asked in order, the strongest first.
type Scope struct{ Layers []Layer }

// Lookup gives the strongest value of a variable.
func (s *Scope) Lookup(name string) (value.Value, bool) {
	for _, l := range s.Layers {
		if v, ok := l.Lookup(name); ok {
			return v, true
		}
	}
	return nil, false
}

// Names gives every name once, those of the weakest layer first.
func (s *Scope) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for _, l := range slices.Backward(s.Layers) {
			for n := range l.Names() {
				if seen[n] {
					continue
				}
				seen[n] = true
				if !yield(n) {
					return
				}
			}
		}
	}
}

// Push adds layers of dicts, the strongest first; nil and empty ones are left out.
func (s *Scope) Push(dicts ...*value.Dict) {
	for _, d := range dicts {
		if d.Len() > 0 {
			s.Layers = append(s.Layers, Dict{d})
		}
	}
}
