package eval

import (
	"errors"
	"fmt"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Limits that keep a hostile template from eating the machine.
const (
	maxCallDepth = 200
	maxOutput    = 256 << 20
)

// State is one run of a template: what filters, tests and functions can reach.
type State struct {
	Env  *Environment
	Host Host
	// Autoescape tells whether output is being escaped.
	Autoescape bool

	exported map[string]value.Value // what top-level statements have set, for blocks, includes and importers
	overlay  *overlay
	scoped   *overlay               // what scoped blocks that are running see of the places where they stand
	blocks   map[string][]*function // by name, the most derived first
	depth    int
	copies   map[string]value.Value // variables that this run may change in place
	copying  bool
	printing bool // what is finalized will be printed

	mend func(error) (value.Value, error) // see Program.Forgiving

	spent  budget
	shared *budget // that of the including template, or nil
}

// mended gives what stands in place of a failure, or the failure.
func (s *State) mended(err error) (value.Value, error) {
	if s.mend == nil {
		return nil, err
	}
	return s.mend(err)
}

// overlay is a layer of variables that an include or a scoped block sees on top of the context.
type overlay struct {
	vars  map[string]value.Value
	under *overlay
}

// Lookup gives a variable or global as a template sees it; an undefined one gives an Undefined.
func (s *State) Lookup(name string) (value.Value, error) {
	if v, ok := s.local(name); ok {
		return v, nil
	}
	v, ok, err := s.Host.Get(name)
	if err != nil {
		return nil, err
	}
	if ok {
		return s.own(name, v)
	}
	return s.global(name), nil
}

// lookupResolved is Lookup for a value that will be used as a whole.
func (s *State) lookupResolved(name string) (value.Value, error) {
	if s.exported != nil || s.overlay != nil || s.scoped != nil || s.copying {
		v, err := s.Lookup(name)
		if err != nil {
			return nil, err
		}
		return s.resolve(v)
	}
	v, ok, err := s.Host.GetResolved(name)
	if err != nil {
		return nil, err
	}
	if ok {
		return v, nil
	}
	return s.global(name), nil
}

func (s *State) local(name string) (value.Value, bool) {
	for o := s.scoped; o != nil; o = o.under {
		if v, ok := o.vars[name]; ok {
			return v, true
		}
	}
	if s.exported != nil {
		if v, ok := s.exported[name]; ok {
			return v, true
		}
	}
	for o := s.overlay; o != nil; o = o.under {
		if v, ok := o.vars[name]; ok {
			return v, true
		}
	}
	return nil, false
}

func (s *State) global(name string) value.Value {
	if v, ok := s.Env.Globals[name]; ok {
		return v
	}
	return undefinedName(name)
}

func undefinedName(name string) *value.Undefined {
	return &value.Undefined{Name: name, Msg: "'" + name + "' is undefined"}
}

// own gives a variable that the run may change: templates that call append and the like work on copies, since variables are
// shared. All reads in a run see the same copy.
func (s *State) own(name string, v value.Value) (value.Value, error) {
	if !s.copying {
		return v, nil
	}
	if c, ok := s.copies[name]; ok {
		return c, nil
	}
	v, err := s.resolve(v)
	if err != nil {
		return nil, err
	}
	if s.copies == nil {
		s.copies = map[string]value.Value{}
	}
	s.copies[name] = copier{}.deep(v)
	return s.copies[name], nil
}

// copier copies containers, each once.
type copier map[value.Value]value.Value

func (m copier) deep(v value.Value) value.Value { return m.copy(v, 0) }

func (m copier) copy(v value.Value, depth int) value.Value {
	if depth > value.MaxDepth {
		return v
	}
	switch v := v.(type) {
	case *value.List:
		if c, ok := m[v]; ok {
			return c
		}
		c := &value.List{Elems: make([]value.Value, len(v.Elems))}
		m[v] = c
		for i, e := range v.Elems {
			c.Elems[i] = m.copy(e, depth+1)
		}
		return c
	case *value.Dict:
		if c, ok := m[v]; ok {
			return c
		}
		c := value.NewDict(v.Len())
		m[v] = c
		for k, e := range v.All() {
			_ = c.SetKey(k, m.copy(e, depth+1)) // a key of a dict is hashable
		}
		return c
	}
	return v
}

// force evaluates a template that was read from a container.
func (s *State) force(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.Template:
		return s.Host.Evaluate(v)
	case *value.Vaulted:
		return plain(v)
	}
	return v, nil
}

// plain decrypts vaulted text; the text may be empty where that fails.
func plain(v *value.Vaulted) (value.Value, error) {
	t, err := v.Plain()
	if err != nil {
		return nil, Undecryptable(v, err)
	}
	return t, nil
}

// resolve evaluates all templates in a value. What is undefined stays in its place as an Undefined; so does what fails.
func (s *State) resolve(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.Template:
		return s.Host.Evaluate(v)
	case *value.Vaulted:
		return plain(v)
	case *value.List, *value.Dict, value.Tuple:
		if !HasTemplates(v) {
			return v, nil
		}
		return s.resolveDeep(v, 0), nil
	}
	return v, nil
}

func (s *State) resolveDeep(v value.Value, depth int) value.Value {
	if depth > maxCallDepth {
		return &value.Undefined{Msg: "maximum recursion depth exceeded"}
	}
	switch v := v.(type) {
	case *value.Template, *value.Vaulted:
		r, err := s.force(v)
		if err != nil {
			return &value.Undefined{Msg: err.Error(), Err: err}
		}
		return r
	case *value.List:
		return &value.List{Elems: s.resolveElems(v.Elems, depth)}
	case value.Tuple:
		return value.Tuple(s.resolveElems(v, depth))
	case *value.Dict:
		d := value.NewDict(v.Len())
		for k, e := range v.All() {
			if e = s.resolveDeep(e, depth+1); e == value.Omit {
				continue
			}
			_ = d.SetKey(s.resolveDeep(k, depth+1), e) // keys are hashable text
		}
		return d
	}
	return v
}

func (s *State) resolveElems(elems []value.Value, depth int) []value.Value {
	out := make([]value.Value, 0, len(elems))
	for _, e := range elems {
		if e = s.resolveDeep(e, depth+1); e != value.Omit {
			out = append(out, e)
		}
	}
	return out
}

// HasTemplates tells whether a value is or contains a template or vaulted text.
func HasTemplates(v value.Value) bool { return hasTemplates(v, 0, &value.Walk{}) }

func hasTemplates(v value.Value, depth int, w *value.Walk) bool {
	if depth > maxCallDepth {
		return false
	}
	switch v := v.(type) {
	case *value.Template, *value.Vaulted:
		return true
	case *value.List:
		return !w.Again(v) && anyTemplates(v.Elems, depth, w)
	case value.Tuple:
		return !w.Again(v) && anyTemplates(v, depth, w)
	case *value.Dict:
		if w.Again(v) {
			return false
		}
		for k, e := range v.All() {
			if hasTemplates(e, depth+1, w) {
				return true
			}
			if _, ok := k.(*value.Template); ok {
				return true
			}
		}
	}
	return false
}

func anyTemplates(elems []value.Value, depth int, w *value.Walk) bool {
	for _, e := range elems {
		if hasTemplates(e, depth+1, w) {
			return true
		}
	}
	return false
}

// Use gives an error where a value is undefined.
func (s *State) Use(v value.Value) error {
	if u, ok := v.(*value.Undefined); ok {
		return u.Raise()
	}
	return nil
}

// strict tells whether every use of an undefined value is an error.
func (s *State) strict() bool { return s.Env.Ansible || s.Env.Undefined == Strict }

// Truth is bool(v); an undefined value may be an error.
func (s *State) Truth(v value.Value) (bool, error) {
	switch v := v.(type) {
	case value.Bool:
		return bool(v), nil
	case *value.Undefined:
		if (s.strict() || v.Err != nil) && !v.Silent {
			return false, v.Raise()
		}
		return false, nil
	}
	return v.Truth(), nil
}

// Text is str(v); an undefined value may be an error.
func (s *State) Text(v value.Value) (string, error) {
	switch v := v.(type) {
	case value.String:
		return string(v), nil
	case *value.Undefined:
		return s.undefinedText(v)
	case *value.BigInt:
		return intText(v)
	case *value.List, *value.Dict, value.Tuple, *value.Set:
		if s.Env.Ansible {
			if u := FindUndefined(v); u != nil {
				return "", u.Raise()
			}
		}
	}
	return v.String(), nil
}

func (s *State) undefinedText(u *value.Undefined) (string, error) {
	if u.Silent {
		return "", nil
	}
	if s.strict() || u.Err != nil {
		return "", u.Raise()
	}
	if s.Env.Undefined == Debug {
		return debugText(u), nil
	}
	return "", nil
}

func debugText(u *value.Undefined) string {
	switch {
	case u.Shown != "":
		return "{{ " + u.Shown + " }}"
	case u.Name == "":
		return "{{ undefined value printed: " + u.Msg + " }}"
	}
	return "{{ " + u.Name + " }}"
}

// FindUndefined gives the first undefined value in a value, or nil.
func FindUndefined(v value.Value) *value.Undefined { return findUndefined(v, 0, &value.Walk{}) }

func findUndefined(v value.Value, depth int, w *value.Walk) *value.Undefined {
	if depth > maxCallDepth {
		return nil
	}
	switch v := v.(type) {
	case *value.Undefined:
		if v.Silent {
			return nil
		}
		return v
	case *value.List:
		return undefinedElem(v, v.Elems, depth, w)
	case value.Tuple:
		return undefinedElem(v, v, depth, w)
	case *value.Dict:
		if w.Again(v) {
			return nil
		}
		for _, e := range v.All() {
			if u := findUndefined(e, depth+1, w); u != nil {
				return u
			}
		}
	}
	return nil
}

func undefinedElem(container value.Value, elems []value.Value, depth int, w *value.Walk) *value.Undefined {
	if w.Again(container) {
		return nil
	}
	for _, e := range elems {
		if u := findUndefined(e, depth+1, w); u != nil {
			return u
		}
	}
	return nil
}

// Error is a failure in a template: its place, and the exception.
type Error struct {
	Template  string // name, or ""
	Line, Col int    // in the template's text, from 1
	Err       error
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap gives the exception.
func (e *Error) Unwrap() error { return e.Err }

// KindOf names the Python exception that an error is.
func KindOf(err error) string {
	var x *value.Exception
	if errors.As(err, &x) {
		return x.Kind
	}
	var located *source.Error
	if errors.As(err, &located) && located.Err != nil {
		return KindOf(located.Err)
	}
	return "TemplateRuntimeError"
}

// PluginError is a filter, test or lookup that failed, in Ansible's language.
type PluginError struct {
	Plugin string // "filter", "test" or "lookup"
	Name   string
	Err    error
}

func (e *PluginError) Error() string {
	if why := e.Err.Error(); why != "" {
		return e.Short() + ": " + why
	}
	return e.Short() + "."
}

// Short is the message without the cause.
func (e *PluginError) Short() string {
	return fmt.Sprintf("The %s plugin '%s' failed", e.Plugin, e.Name)
}

// Unwrap gives the cause.
func (e *PluginError) Unwrap() error { return e.Err }

func (s *State) enter() error {
	if err := s.step(); err != nil {
		return err
	}
	s.depth++
	if s.depth > maxCallDepth {
		return value.Errorf("RecursionError", "maximum recursion depth exceeded")
	}
	return nil
}

func (s *State) leave() { s.depth-- }

// State makes a state outside any template, for running filters and lookups alone.
func (e *Environment) State(h Host) *State { return &State{Env: e, Host: h} }
