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

// Level names a step of Ansible's order of precedence.
type Level string

// The levels, the strongest first.
const (
	Magic        Level = "magic variable"
	ExtraVars    Level = "extra vars"
	Params       Level = "role and include params"
	SetFacts     Level = "set_fact, registered vars and include_vars"
	LoopVars     Level = "loop variable"
	TaskVars     Level = "task and block vars"
	RoleVars     Level = "role vars"
	VarsFiles    Level = "play vars_files"
	VarsPrompt   Level = "play vars_prompt"
	PlayVars     Level = "play vars"
	Facts        Level = "host facts"
	Inventory    Level = "inventory"
	RoleDefaults Level = "role defaults"
	Settings     Level = "command line values"
)

// Scope is a host's variables in one task. Layers are asked in order, the strongest first.
type Scope struct {
	Layers []Layer
	// Trace is told of each lookup with the level that had the variable, or "" where none had it. It is set before the first layer is added;
	// nil is the usual case.
	Trace func(name string, from Level)
	// Merge makes one dict of the dicts that several layers have for a variable, for hash_behaviour = merge.
	Merge  bool
	levels []Level // of Layers, if there is a Trace
}

// Lookup gives the strongest value of a variable.
func (s *Scope) Lookup(name string) (value.Value, bool) {
	for i, l := range s.Layers {
		if v, ok := l.Lookup(name); ok {
			if s.Trace != nil {
				s.Trace(name, s.levels[i])
			}
			if d, ok := v.(*value.Dict); ok && s.Merge {
				v = s.merged(d, name, s.Layers[i+1:])
			}
			return v, true
		}
	}
	if s.Trace != nil {
		s.Trace(name, "")
	}
	return nil, false
}

// merged puts a dict upon those that weaker layers have, down to the first that has another value.
func (s *Scope) merged(d *value.Dict, name string, weaker []Layer) *value.Dict {
	for i, l := range weaker {
		v, ok := l.Lookup(name)
		if !ok {
			continue
		}
		under, ok := v.(*value.Dict)
		if !ok {
			return d
		}
		return s.merged(under, name, weaker[i+1:]).Merged(d)
	}
	return d
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

// Add adds a layer that is weaker than all before.
func (s *Scope) Add(level Level, l Layer) {
	s.Layers = append(s.Layers, l)
	if s.Trace != nil {
		s.levels = append(s.levels, level)
	}
}

// Push adds layers of dicts, the strongest first; nil and empty ones are left out.
func (s *Scope) Push(level Level, dicts ...*value.Dict) {
	for _, d := range dicts {
		if d.Len() > 0 {
			s.Add(level, Dict{d})
		}
	}
}
