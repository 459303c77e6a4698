package templating

import (
	"strings"

	"github.com/goplay/goplay/internal/source"
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

	env     *eval.Environment
	lookups map[string]lookup.Plugin
}

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
	return e
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
	return value.String(text)
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
