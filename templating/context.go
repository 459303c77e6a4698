package templating

import (
	"errors"
	"iter"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

// Context is one host's view in one task. It belongs to one goroutine.
type Context struct {
	engine *Engine
	scope  Scope
	env    *Env

	memo map[string]*variable

	extra  *value.Dict // variables on top, of a view made by With
	under  *Context    // the view below, of a view made by With
	active *active     // the variables being evaluated
	place  source.Pos  // of the template under evaluation
	depth  *int
}

// variable is what is remembered of a variable.
type variable struct {
	shallow value.Value // evaluated on the top level
	deep    value.Value // evaluated at any depth, or nil
	deps    []string    // the names that it was computed from, itself included
	busy    bool
}

// active collects the names that the evaluation in progress has read.
type active struct {
	names []string
	outer *active
}

// With gives a view with extra variables on top, such as the loop item. What was evaluated below is used where it does not depend
// on them.
func (c *Context) With(vars *value.Dict) *Context {
	return &Context{engine: c.engine, scope: c.scope, env: c.env, extra: vars, under: c}
}

// Fork gives a view of another scope with the same surroundings and nothing remembered.
func (c *Context) Fork(scope Scope) *Context { return c.engine.NewContext(scope, c.env) }

// Written gives a variable as it was written: templates in it are not evaluated.
func (c *Context) Written(name string) (value.Value, bool) {
	for x := c; x != nil; x = x.under {
		if x.extra != nil {
			if v, ok := x.extra.Lookup(name); ok {
				return v, true
			}
		}
		if x.under == nil {
			return x.base(name)
		}
	}
	return nil, false
}

func (c *Context) base(name string) (value.Value, bool) {
	if c.scope != nil {
		if v, ok := c.scope.Lookup(name); ok {
			return v, true
		}
	}
	if name == "omit" {
		return value.Omit, true
	}
	return nil, false
}

// has tells whether the view itself (not those below) defines one of the names.
func (c *Context) has(names []string) bool {
	if c.extra == nil {
		return false
	}
	for _, n := range names {
		if _, ok := c.extra.Lookup(n); ok {
			return true
		}
	}
	return false
}

// recall finds what is remembered of a variable, here or below where nothing on top changes it.
func (c *Context) recall(name string) *variable {
	for x := c; x != nil; x = x.under {
		if m, ok := x.memo[name]; ok {
			for y := c; y != x; y = y.under {
				if y.has(m.deps) {
					return nil
				}
			}
			return m
		}
		if x.has([]string{name}) {
			return nil
		}
	}
	return nil
}

// remember keeps a variable at the lowest view that it does not depend on.
func (c *Context) remember(name string, m *variable) {
	x := c
	for x.under != nil && !x.has(m.deps) {
		x = x.under
	}
	if x.memo == nil {
		x.memo = map[string]*variable{}
	}
	x.memo[name] = m
}

// read gives a variable evaluated on the top level.
func (c *Context) read(name string) (*variable, bool, error) {
	if c.env.Outdated[name] && c.place.IsValid() { // another host's variables are read without one
		c.env.Reads(name, c.place)
	}
	if m := c.recall(name); m != nil {
		c.note(m.deps)
		return m, true, c.checkLoop(m)
	}
	raw, ok := c.Written(name)
	if !ok {
		c.note([]string{name})
		return nil, false, nil
	}
	m := &variable{deps: []string{name}}
	if vaulted, ok := raw.(*value.Vaulted); ok {
		text, err := vaulted.Plain()
		if err != nil {
			return nil, false, inPlace(eval.Undecryptable(vaulted, err))
		}
		raw = text
	}
	t, isTemplate := raw.(*value.Template)
	if !isTemplate {
		m.shallow = raw
		c.remember(name, m)
		c.note(m.deps)
		return m, true, nil
	}
	return c.readTemplate(name, t, m)
}

func (c *Context) readTemplate(name string, t *value.Template, m *variable) (*variable, bool, error) {
	if c.memo == nil {
		c.memo = map[string]*variable{}
	}
	m.busy = true
	c.memo[name] = m
	v, deps, err := c.collect(func() (value.Value, error) { return c.Evaluate(t) })
	m.busy = false
	delete(c.memo, name)
	if err != nil {
		return nil, false, err
	}
	m.shallow, m.deep = v, v
	m.deps = append(m.deps, deps...)
	if _, undefined := v.(*value.Undefined); !undefined {
		c.remember(name, m)
	}
	c.note(m.deps)
	return m, true, nil
}

// errLoop says that a variable needs itself.
var errLoop = value.Errorf("RecursionError", "maximum recursion depth exceeded")

func (c *Context) checkLoop(m *variable) error {
	if m.busy {
		return errLoop
	}
	return nil
}

// collect runs an evaluation and gives the names of the variables that it has read.
func (c *Context) collect(f func() (value.Value, error)) (value.Value, []string, error) {
	a := &active{outer: c.active}
	c.active = a
	v, err := f()
	c.active = a.outer
	return v, a.names, err
}

func (c *Context) note(names []string) {
	if c.active == nil {
		return
	}
	for _, n := range names {
		if !containsName(c.active.names, n) {
			c.active.names = append(c.active.names, n)
		}
	}
}

func containsName(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// Get gives a variable to the evaluator.
func (c *Context) Get(name string) (value.Value, bool, error) {
	m, ok, err := c.read(name)
	if err != nil || !ok {
		return nil, false, err
	}
	return m.shallow, true, nil
}

// GetResolved gives a variable with all templates in it evaluated.
func (c *Context) GetResolved(name string) (value.Value, bool, error) {
	m, ok, err := c.read(name)
	if err != nil || !ok {
		return nil, false, err
	}
	if m.deep != nil {
		return m.deep, true, nil
	}
	if !eval.HasTemplates(m.shallow) {
		m.deep = m.shallow
		return m.deep, true, nil
	}
	v, deps, err := c.collect(func() (value.Value, error) { return c.engine.env.Resolve(c, m.shallow) })
	if err != nil {
		return nil, false, err
	}
	full := &variable{shallow: m.shallow, deep: v, deps: append(append([]string(nil), m.deps...), deps...)}
	if eval.FindUndefined(v) == nil {
		c.remember(name, full)
	}
	c.note(full.deps)
	return v, true, nil
}

// Names gives the names of all variables.
func (c *Context) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for x := c; x != nil; x = x.under {
			if x.extra != nil {
				for k := range x.extra.Strings() {
					if !seen[k] && !yield(k) {
						return
					}
					seen[k] = true
				}
			}
			if x.under == nil && x.scope != nil {
				for k := range x.scope.Names() {
					if !seen[k] && !yield(k) {
						return
					}
				}
			}
		}
	}
}

// maxNesting bounds how deep variables may refer to variables.
const maxNesting = 300

// Evaluate evaluates a template found in a variable. What is undefined is a value there: the reader decides whether that is an
// error.
func (c *Context) Evaluate(t *value.Template) (value.Value, error) {
	v, err := c.evaluated(t)
	if err == nil {
		return v, nil
	}
	var x *value.Exception
	if errors.As(err, &x) && x.Kind == "UndefinedError" {
		u := &value.Undefined{Msg: x.Msg, Pos: origin(x, t.Pos)}
		if x.Undefined != nil {
			u.Name = x.Undefined.Name
		}
		return u, nil
	}
	return nil, err
}

// evaluate evaluates a template whose failure is told to the user.
func (c *Context) evaluate(t *value.Template) (value.Value, error) {
	v, err := c.evaluated(t)
	if err != nil {
		c.addHint(err)
	}
	return v, err
}

func (c *Context) evaluated(t *value.Template) (value.Value, error) {
	switch {
	case t.Literal:
		return value.String(t.Text), nil
	case t.Given != nil:
		return c.Resolve(t.Given)
	}
	if c.depth == nil {
		c.depth = new(int)
	}
	*c.depth++
	defer func() { *c.depth-- }()
	if *c.depth > maxNesting {
		return nil, errLoop
	}
	if c.env.Timeless && fleeting().MatchString(t.Text) {
		return nil, errTimeless
	}
	prog, err := c.engine.program(t)
	if err != nil {
		return nil, c.locate(t, err)
	}
	outer := c.place
	c.place = t.Pos
	v, err := prog.ValueEnding(c, endingOf(t), "\n")
	c.place = outer
	if err != nil {
		return nil, c.locate(t, err)
	}
	return v, nil
}

// endingOf counts the newlines that the result of a template keeps at its end, as ansible-core does.
func endingOf(t *value.Template) int {
	if t.Expr {
		return 0
	}
	return trailingNewlines(t.Text)
}

// locate words an error as Ansible does and gives it the template's place.
func (c *Context) locate(t *value.Template, err error) error { return describe(t.Pos, t.Expr, err) }

var _ eval.Host = (*Context)(nil)

// Expression evaluates a bare expression.
func (c *Context) Expression(text string, pos source.Pos) (value.Value, error) {
	t := &value.Template{Text: text, Pos: pos, Expr: true}
	v, err := c.evaluate(t)
	return v, expressionError(t, err)
}

// Variable gives a variable, resolved at any depth; ok is false where there is none.
func (c *Context) Variable(name string) (v value.Value, ok bool, err error) {
	v, ok, err = c.GetResolved(name)
	if err != nil || !ok {
		return nil, ok, err
	}
	if u := eval.FindUndefined(v); u != nil {
		return nil, true, describe(u.Pos, false, u.Raise())
	}
	return v, true, nil
}

// Load gives another template for include, import and extends.
func (c *Context) Load(name, from string) (*eval.Program, error) {
	return c.loadFile(name, from, syntax.Config{TrimBlocks: true})
}
