package eval

import (
	"strings"

	"github.com/goplay/goplay/templating/method"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

func (c *compiler) expr(x syntax.Expr) expr {
	switch x := x.(type) {
	case *syntax.Const:
		if text, ok := x.Value.(value.String); ok && c.bare && hasMarkers(string(text)) {
			return &embeddedExpr{&value.Template{Text: string(text)}, x.Pos(), false}
		}
		return &constExpr{x.Value}
	case *syntax.Name:
		return c.name(x.Name, x.Pos())
	case *syntax.Filter:
		return c.filter(x)
	case *syntax.Test:
		return c.test(x)
	case *syntax.Getattr:
		c.noteMutator(x.Name)
		return &attrExpr{x: c.expr(x.X), name: x.Name, pos: x.Pos(), isMethod: method.OfDict(x.Name)}
	case *syntax.Getitem:
		return c.item(x)
	case *syntax.Call:
		return c.call(x)
	case *syntax.Unary:
		return c.unary(x)
	case *syntax.Binary:
		return c.binary(x)
	case *syntax.Compare:
		return c.compare(x)
	default:
		return c.display(x)
	}
}

// hasMarkers tells of text that is a template: Ansible still evaluates those inside the text of conditionals.
func hasMarkers(text string) bool {
	return strings.Contains(text, "{{") || strings.Contains(text, "{%")
}

// embeddedExpr is a template inside the text of a bare expression, or of a lookup's term.
type embeddedExpr struct {
	t      *value.Template
	pos    int
	lookup bool
}

func (e *embeddedExpr) eval(f *frame) (value.Value, error) {
	if w, ok := f.s.Host.(Watcher); ok {
		w.Embedded(e.lookup)
	}
	v, err := f.s.Host.Evaluate(e.t)
	if err != nil {
		return nil, f.fail(err, e.pos)
	}
	return v, nil
}

func (c *compiler) display(x syntax.Expr) expr {
	switch x := x.(type) {
	case *syntax.Concat:
		return &concatExpr{c.deepAll(x.Items), x.Pos()}
	case *syntax.Cond:
		c.conditional++
		e := &condExpr{test: c.expr(x.If), pos: x.Pos()}
		e.then = c.expr(x.Then)
		if x.Else != nil {
			e.orelse = c.expr(x.Else)
		}
		c.conditional--
		return e
	case *syntax.List:
		return &listExpr{c.exprs(x.Items)}
	case *syntax.Tuple:
		return &tupleExpr{c.exprs(x.Items)}
	case *syntax.Dict:
		return &dictExpr{c.deepAll(x.Keys), c.exprs(x.Values), x.Pos()}
	case *syntax.Slice:
		return &sliceExpr{c.optional(x.Low), c.optional(x.High), c.optional(x.Step)}
	}
	c.fail(x.Pos(), "TemplateSyntaxError", "this expression is not allowed here")
	return &constExpr{value.None}
}

func (c *compiler) exprs(items []syntax.Expr) []expr {
	out := make([]expr, len(items))
	for i, item := range items {
		out[i] = c.expr(item)
	}
	return out
}

func (c *compiler) deepAll(items []syntax.Expr) []expr {
	out := c.exprs(items)
	for i := range out {
		out[i] = c.deep(out[i])
	}
	return out
}

func (c *compiler) optional(x syntax.Expr) expr {
	if x == nil {
		return nil
	}
	return c.expr(x)
}

func (c *compiler) name(name string, pos int) expr {
	refs := c.scope.refs(name)
	if len(refs) == 0 {
		switch {
		case name == "super" && c.block != "":
			return &superExpr{}
		case name == "self":
			return &selfExpr{}
		}
		return &contextExpr{name, pos}
	}
	context := c.scope.fromContext(name)
	if len(refs) == 1 && refs[0].depth == 0 {
		return &localExpr{refs[0].slot, name, context, pos}
	}
	return &nameExpr{refs, name, context, pos}
}

// deep makes an expression whose value is free of templates, for what looks at the whole value.
func (c *compiler) deep(x expr) expr {
	switch x := x.(type) {
	case *contextExpr:
		return &resolvedContextExpr{x.name, x.pos}
	case *constExpr, *filterExpr, *testExpr, *binaryExpr, *compareExpr, *notExpr, *negExpr, *concatExpr, *callExpr:
		return x
	}
	return &deepExpr{x}
}

func (c *compiler) unary(x *syntax.Unary) expr {
	in := c.expr(x.X)
	if x.Op == "not" {
		return &notExpr{in, x.Pos()}
	}
	return &negExpr{c.deep(in), x.Op, x.Pos()}
}

func (c *compiler) binary(x *syntax.Binary) expr {
	l, r := c.expr(x.L), c.expr(x.R)
	if x.Op == "and" || x.Op == "or" {
		return &logicExpr{l, r, x.Op == "and", x.Pos()}
	}
	return &binaryExpr{operators[x.Op], x.Op, c.deep(l), c.deep(r), x.Pos()}
}

func (c *compiler) compare(x *syntax.Compare) expr {
	if len(x.Ops) == 1 {
		return &compareExpr{c.deep(c.expr(x.X)), x.Ops[0], c.deep(c.expr(x.Rest[0])), x.Pos()}
	}
	return &chainExpr{c.deep(c.expr(x.X)), x.Ops, c.deepAll(x.Rest), x.Pos()}
}

func (c *compiler) item(x *syntax.Getitem) expr {
	in := c.expr(x.X)
	if s, ok := x.Index.(*syntax.Slice); ok {
		return &sliceOfExpr{in, c.expr(s).(*sliceExpr), x.Pos()}
	}
	if k, ok := x.Index.(*syntax.Const); ok {
		if name, ok := k.Value.(value.String); ok {
			c.noteMutator(string(name))
			return &keyExpr{in, string(name), x.Pos()}
		}
	}
	return &itemExpr{in, c.deep(c.expr(x.Index)), x.Pos()}
}

// mutators are the methods that change their object: a template that names one works on copies of variables.
var mutators = map[string]bool{
	"append": true, "extend": true, "insert": true, "pop": true, "remove": true, "clear": true, "update": true,
	"setdefault": true, "popitem": true, "sort": true, "reverse": true, "add": true, "discard": true,
}

func (c *compiler) noteMutator(name string) {
	if mutators[name] {
		c.prog.mutates = true
	}
}

func (c *compiler) args(a syntax.Args) argList {
	l := argList{pos: c.deepAll(a.Pos)}
	for _, k := range a.Keywords {
		l.addKeyword(k.Name, c.deep(c.expr(k.Value)))
	}
	if a.Star != nil {
		l.star = c.deep(c.expr(a.Star))
	}
	if a.StarStar != nil {
		l.starStar = c.deep(c.expr(a.StarStar))
	}
	return l
}

// isLookup tells of lookup, query and q: literal text in their terms may be a template in Ansible's language.
func (c *compiler) isLookup(x *syntax.Call) bool {
	fn, ok := x.Fn.(*syntax.Name)
	return ok && c.env.Ansible && !c.env.PlainConstants && (fn.Name == "lookup" || fn.Name == "query" || fn.Name == "q")
}

// term compiles a lookup's term.
func (c *compiler) term(x syntax.Expr) expr {
	switch x := x.(type) {
	case *syntax.Const:
		if text, ok := x.Value.(value.String); ok && hasMarkers(string(text)) {
			return &embeddedExpr{&value.Template{Text: string(text)}, x.Pos(), true}
		}
	case *syntax.List:
		return &listExpr{c.terms(x.Items)}
	case *syntax.Dict:
		return &dictExpr{c.deepAll(x.Keys), c.terms(x.Values), x.Pos()}
	}
	return c.expr(x)
}

func (c *compiler) terms(items []syntax.Expr) []expr {
	out := make([]expr, len(items))
	for i, item := range items {
		out[i] = c.term(item)
	}
	return out
}

func (c *compiler) call(x *syntax.Call) *callExpr {
	call := &callExpr{args: c.args(x.Args), pos: x.Pos()}
	if c.isLookup(x) {
		for i, a := range c.terms(x.Args.Pos) {
			call.args.pos[i] = c.deep(a)
		}
	}
	if a, ok := x.Fn.(*syntax.Getattr); ok {
		c.noteMutator(a.Name)
		call.recv, call.method = c.expr(a.X), a.Name
		return call
	}
	call.fn = c.expr(x.Fn)
	return call
}

func (c *compiler) filter(x *syntax.Filter) expr {
	return c.filterOf(x, c.deep(c.expr(x.X)))
}

func (c *compiler) filterOf(x *syntax.Filter, in expr) expr {
	fn, ok := c.env.Filter(x.Name)
	if !ok {
		return c.unknown("filter", x.Name, x.Pos())
	}
	e := &filterExpr{invocation{fn: fn, in: in, args: c.args(x.Args), pos: x.Pos(), kind: "filter"}}
	e.prepare()
	return e
}

func (c *compiler) test(x *syntax.Test) expr {
	fn, ok := c.env.Test(x.Name)
	if !ok {
		return c.unknown("test", x.Name, x.Pos())
	}
	in := c.expr(x.X)
	if !fn.Undef {
		in = c.deep(in)
	}
	e := &testExpr{invocation{fn: fn, in: in, args: c.args(x.Args), pos: x.Pos(), kind: "test"}}
	e.prepare()
	return e
}

// unknown refuses a filter or test that does not exist; inside a branch only when it is reached.
func (c *compiler) unknown(kind, name string, pos int) expr {
	if c.conditional == 0 {
		c.fail(pos, "TemplateAssertionError", "No %s named '%s'.", kind, name)
	}
	return &failExpr{value.Errorf("TemplateRuntimeError", "No %s named '%s' found.", kind, name), pos}
}
