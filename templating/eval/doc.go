// Package eval compiles Jinja2 trees and runs them.
//
// An [Environment] says which language is spoken (Ansible's or plain Jinja2's) and which filters, tests and globals exist. It
// compiles text into a [*Program], which many goroutines may run at the same time. A [Host] supplies a run with variables and other
// templates.
//
// Values read from a Host may contain raw templates at any depth. They are evaluated when the path to them is read; whatever is
// handed to a filter, test, function or operator is resolved at any depth first, so those never meet a template.
//
// In Ansible's language an undefined value travels through attributes, items, calls, filters and tests until something uses it.
package eval

import (
	"cmp"
	"errors"
	"iter"
	"maps"
	"sync"
	"sync/atomic"

	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

// Host is what a template can see of its surroundings. It is used by one goroutine at a time.
type Host interface {
	// Get gives a variable. A *value.Template on the top level has been evaluated; deeper ones need not be.
	Get(name string) (v value.Value, ok bool, err error)
	// GetResolved gives a variable with all templates in it evaluated; an undefined one becomes an Undefined in its place.
	GetResolved(name string) (v value.Value, ok bool, err error)
	// Names gives the names of all variables.
	Names() iter.Seq[string]
	// Evaluate evaluates a template that was found in a variable. Being undefined is a value, not an error.
	Evaluate(t *value.Template) (value.Value, error)
	// Load gives another template for include, import and extends; ErrNotFound tells that there is none.
	Load(name, from string) (*Program, error)
}

// Watcher is a Host that is told of what templates had better not do.
type Watcher interface {
	// Converted tells of a value that a variable cannot hold as it is: the name of a type that became a list.
	Converted(kind string)
	// Embedded tells of a template inside the text of an expression, or of a lookup's term.
	Embedded(lookup bool)
}

// ErrNotFound tells that a template does not exist.
var ErrNotFound = errors.New("template not found")

// UndefinedMode is what plain Jinja2 does with undefined values.
type UndefinedMode uint8

// The modes are Jinja2's Undefined, StrictUndefined, ChainableUndefined and DebugUndefined.
const (
	Lenient UndefinedMode = iota
	Strict
	Chainable
	Debug
)

// Environment is a language: its options, filters, tests and globals. It is not changed after the first use.
type Environment struct {
	Filters map[string]*Func
	Tests   map[string]*Func
	Globals map[string]value.Value
	// More gives a filter or test (the kind) that comes before those of the tables, or nil where there is none; it may be nil itself.
	// It is asked once for each name that there is, until Renew.
	More func(kind, name string) *Func
	// Ansible selects Ansible's language: native results, its undefined, its messages.
	Ansible bool
	// PlainConstants leaves text in conditionals and in lookups' terms alone, which otherwise may be a template.
	PlainConstants bool
	// The following hold for plain Jinja2.
	Undefined  UndefinedMode
	Native     bool
	Autoescape bool
	// Sandboxed hides attributes with underscores, as Jinja2's SandboxedEnvironment does. Ansible's language always does.
	Sandboxed bool
	// Extensions names the optional tags that are allowed: "do", "loopcontrols", "debug". Nil allows all.
	Extensions map[string]bool
	Syntax     syntax.Config
	// IsModule tells whether a task's action exists, or is nil.
	IsModule func(name string) bool
	// Regexps keeps the regular expressions of filters and tests.
	Regexps regex.Cache

	programs sync.Map // sourceKey -> compiled
	found    sync.Map // funcKey -> found
	count    atomic.Int64
	renewed  atomic.Int64
	ended    atomic.Bool
}

// Fork gives the same language with more globals and with nothing compiled yet. Its other tables are e's own.
func (e *Environment) Fork(more *value.Dict) *Environment {
	f := &Environment{
		Filters: e.Filters, Tests: e.Tests, Globals: e.Globals, More: e.More, Ansible: e.Ansible, PlainConstants: e.PlainConstants,
		Undefined: e.Undefined, Native: e.Native, Autoescape: e.Autoescape, Extensions: e.Extensions, Syntax: e.Syntax,
	}
	if more.Len() > 0 {
		f.Globals = maps.Clone(e.Globals)
		maps.Insert(f.Globals, more.Strings())
	}
	return f
}

// Filter gives the filter of a name.
func (e *Environment) Filter(name string) (*Func, bool) { return e.find("filter", name, e.Filters) }

// Test gives the test of a name.
func (e *Environment) Test(name string) (*Func, bool) { return e.find("test", name, e.Tests) }

func (e *Environment) find(kind, name string, table map[string]*Func) (*Func, bool) {
	if e.More == nil {
		fn, ok := table[name]
		return fn, ok
	}
	key, renewed := funcKey{kind, name}, e.renewed.Load()
	if f, ok := e.found.Load(key); ok && f.(found).renewed == renewed {
		return f.(found).fn, true
	}
	fn := cmp.Or(e.More(kind, name), table[name])
	if fn != nil { // names that there are not may be computed: they are not kept
		e.found.Store(key, found{fn, renewed})
	}
	return fn, fn != nil
}

type funcKey struct{ kind, name string }

type found struct {
	fn      *Func
	renewed int64 // as often as the environment had been then
}

// Renew forgets what was compiled: More gives other functions from now on.
func (e *Environment) Renew() {
	e.forget()
	e.renewed.Add(1)
}

func (e *Environment) forget() {
	e.programs.Clear()
	e.count.Store(0)
}

// Interrupt ends the environment's runs, those under way and all later ones: they fail with a TimeoutError at their next round of a loop or
// call of a macro.
func (e *Environment) Interrupt() { e.ended.Store(true) }

var errInterrupted = value.Errorf("TimeoutError", "the evaluation was ended before it was done")

func (e *Environment) interrupted() error {
	if e.ended.Load() {
		return errInterrupted
	}
	return nil
}

// maxPrograms bounds the cache: texts may be computed.
const maxPrograms = 20_000

type sourceKey struct {
	text string
	cfg  string // of Config.Key
	expr bool
}

type compiled struct {
	program *Program
	err     error
}

// Compile compiles a template, once for each text and configuration.
func (e *Environment) Compile(name, text string, cfg syntax.Config) (*Program, error) {
	return e.cached(name, sourceKey{text, cfg.Key(), false}, cfg)
}

// CompileExpr compiles a bare expression, once for each text.
func (e *Environment) CompileExpr(text string, cfg syntax.Config) (*Program, error) {
	return e.cached("", sourceKey{text, cfg.Key(), true}, cfg)
}

func (e *Environment) cached(name string, key sourceKey, cfg syntax.Config) (*Program, error) {
	if c, ok := e.programs.Load(key); ok {
		c := c.(compiled)
		if c.program != nil && c.program.name != name {
			return c.program.named(name), nil
		}
		return c.program, c.err
	}
	var c compiled
	if key.expr {
		c.program, c.err = e.compileExpr(key.text, cfg)
	} else {
		c.program, c.err = e.compileTemplate(name, key.text, cfg)
	}
	if e.count.Add(1) > maxPrograms {
		e.forget()
	}
	e.programs.Store(key, c)
	return c.program, c.err
}

// MapHost is a Host over plain values, with templates by name.
type MapHost struct {
	Env       *Environment
	Vars      *value.Dict
	Templates map[string]string
}

// Get gives a variable.
func (h *MapHost) Get(name string) (value.Value, bool, error) {
	v, ok := h.Vars.Lookup(name)
	return v, ok, nil
}

// GetResolved gives a variable.
func (h *MapHost) GetResolved(name string) (value.Value, bool, error) { return h.Get(name) }

// Names gives the names of the variables.
func (h *MapHost) Names() iter.Seq[string] {
	names := map[string]bool{}
	for k := range h.Vars.Strings() {
		names[k] = true
	}
	return maps.Keys(names)
}

// Evaluate gives a template's text: plain variables hold no templates.
func (h *MapHost) Evaluate(t *value.Template) (value.Value, error) { return value.String(t.Text), nil }

// Load compiles a template of the map.
func (h *MapHost) Load(name, _ string) (*Program, error) {
	text, ok := h.Templates[name]
	if !ok {
		return nil, ErrNotFound
	}
	return h.Env.Compile(name, text, h.Env.Syntax)
}
