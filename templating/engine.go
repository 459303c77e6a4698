package templating

import (
	"errors"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Engine holds what all templates share: filters, tests, lookups, and what was compiled. It is safe for concurrent use.
type Engine struct {
	// AllowBrokenConditionals accepts conditionals whose result is no boolean, as Ansible's setting of the same name does.
	// It is set before the first use.
	AllowBrokenConditionals bool
}

// New makes an engine with everything that goplay knows.
func New() *Engine { return &Engine{} }

// Context is one host's view in one task. It belongs to one goroutine.
type Context struct {
	engine *Engine
	scope  Scope
	env    *Env
}

var errUnfinished = errors.New("templating is not finished")

// NewContext makes a view of a scope.
func (e *Engine) NewContext(scope Scope, env *Env) *Context {
	return &Context{engine: e, scope: scope, env: env}
}

// With gives a view with extra variables on top, such as the loop item.
func (c *Context) With(vars *value.Dict) *Context { return &Context{engine: c.engine, scope: c.scope, env: c.env} }

// Resolve evaluates every template in v, at any depth. A lone expression keeps its type; entries and elements that are Omit
// disappear; a value without templates is returned as it is.
func (c *Context) Resolve(v value.Value) (value.Value, error) { return nil, errUnfinished }

// Condition evaluates one item of `when` and its like by ansible-core 2.19's rules.
func (c *Context) Condition(v value.Value) (bool, error) { return false, errUnfinished }

// Expression evaluates a bare expression.
func (c *Context) Expression(text string, pos source.Pos) (value.Value, error) {
	return nil, errUnfinished
}

// Variable gives a variable, resolved at any depth; ok is false where there is none.
func (c *Context) Variable(name string) (v value.Value, ok bool, err error) {
	return nil, false, errUnfinished
}

// RenderFile renders a file's text, as the template module does.
func (c *Context) RenderFile(name string, text []byte, o FileOptions) (string, error) {
	return "", errUnfinished
}

// Lookup runs a lookup plugin and gives its results as a list, as with_* loops need them.
func (c *Context) Lookup(plugin string, terms []value.Value, kwargs *value.Dict) (*value.List, error) {
	return nil, errUnfinished
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
