package templating

import (
	"maps"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/collection"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/filter"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/test"
	"github.com/goplay/goplay/templating/value"
)

// Engine holds what all templates share: filters, tests, lookups, and what was compiled. It is safe for concurrent use.
type Engine struct {
	// AllowBrokenConditionals accepts conditionals whose result is no boolean, as Ansible's setting of the same name does.
	// It is set before the first use.
	AllowBrokenConditionals bool
	// Managed is what ansible_managed is made of in template files, as the setting DEFAULT_MANAGED_STR has it: {file}, {host} and {uid}
	// and the directives of strftime are replaced. "" is "Ansible managed". It is set before the first use.
	Managed string

	env     *eval.Environment
	lookups map[string]lookup.Plugin
	plugins Plugins
}

// PlainConstants leaves templates inside the text of conditionals and of lookups' terms alone: Ansible's setting allow_embedded_templates, when
// it is off. It is called before the first use.
func (e *Engine) PlainConstants() { e.env.PlainConstants = true }

// Extend allows optional tags: "do", "loopcontrols" and "debug". It gives the names that are none of these, and is called before the first use.
func (e *Engine) Extend(names []string) (unknown []string) {
	for _, name := range names {
		if slices.Contains([]string{"do", "loopcontrols", "debug"}, name) {
			e.env.Extensions[name] = true
		} else {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// HasGlobal tells whether a name is a function that templates can call without a filter's bar.
func (e *Engine) HasGlobal(name string) bool {
	_, ok := e.env.Globals[name]
	return ok
}

// PlaybookSyntax is the syntax of templates in playbooks.
func PlaybookSyntax() syntax.Config { return inPlaybooks }

// inPlaybooks is the syntax of templates in playbooks: backslashes in strings need no doubling there. In bare expressions strings are
// Python's.
var (
	inPlaybooks   = syntax.Config{RawStrings: true, TrimBlocks: true}
	inExpressions = syntax.Config{TrimBlocks: true}
)

// New makes an engine with everything that goplay knows.
func New() *Engine {
	e := &Engine{lookups: lookup.Plugins()}
	e.env = &eval.Environment{
		Ansible: true, Filters: filter.Ansible(), Tests: test.Ansible(), Globals: globals(),
		Extensions: map[string]bool{},
	}
	maps.Copy(e.env.Filters, collection.Filters())
	maps.Copy(e.env.Tests, collection.Tests())
	maps.Copy(e.lookups, collection.Lookups())
	return e
}

// HasLookup tells whether a lookup of this name exists.
func (e *Engine) HasLookup(name string) bool { return e.lookup(name) != nil }

// Fork gives an engine with the same filters, tests and lookups, with nothing compiled yet, and with more globals.
func (e *Engine) Fork(more *value.Dict) *Engine {
	return &Engine{AllowBrokenConditionals: e.AllowBrokenConditionals, Managed: e.Managed, env: e.env.Fork(more), lookups: e.lookups, plugins: e.plugins}
}

// Interrupt ends the evaluations of the engine, those under way and all later ones.
func (e *Engine) Interrupt() { e.env.Interrupt() }

// KnowModules tells the engine which actions exist, for the test a_module. It is called before the first use.
func (e *Engine) KnowModules(has func(name string) bool) { e.env.IsModule = has }

// Known gives the names that templates can use, sorted, by their kinds: "filter", "test", "lookup" and "function".
func (e *Engine) Known() map[string][]string {
	return map[string][]string{
		"filter": slices.Sorted(maps.Keys(e.env.Filters)), "test": slices.Sorted(maps.Keys(e.env.Tests)),
		"lookup": slices.Sorted(maps.Keys(e.lookups)), "function": slices.Sorted(maps.Keys(e.env.Globals)),
	}
}

// NewContext makes a view of a scope.
func (e *Engine) NewContext(scope Scope, env *Env) *Context {
	if env == nil {
		env = &Env{}
	}
	return &Context{engine: e, scope: scope, env: env}
}

// IsTemplate tells whether text contains template markers.
func IsTemplate(text string) bool {
	for i := strings.IndexByte(text, '{'); i >= 0 && i+1 < len(text); {
		switch text[i+1] {
		case '{', '%', '#':
			return true
		}
		next := strings.IndexByte(text[i+1:], '{')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// Trusted gives the value of a user's text: a template where it contains markers, else a String.
func Trusted(text string, pos source.Pos) value.Value {
	if IsTemplate(text) {
		return &value.Template{Text: text, Pos: pos}
	}
	return value.Authored(text)
}

// ExprTemplate marks a bare expression, as `until` and debug's `var` hold.
func ExprTemplate(text string, pos source.Pos) *value.Template {
	return &value.Template{Text: text, Pos: pos, Expr: true}
}

// program gives a template's compiled form, made once for all hosts.
func (e *Engine) program(t *value.Template) (*eval.Program, error) {
	if p := t.Compiled.Load(); p != nil {
		if prog, ok := (*p).(*eval.Program); ok && prog.Of(e.env) {
			return prog, nil
		}
	}
	prog, err := e.compile(t)
	if err != nil {
		return nil, err
	}
	var any any = prog
	t.Compiled.Store(&any)
	return prog, nil
}

func (e *Engine) compile(t *value.Template) (*eval.Program, error) {
	if t.Expr {
		return e.env.CompileExpr(t.Text, inExpressions)
	}
	return e.env.Compile("", t.Text, inPlaybooks)
}
