package eval

import (
	"errors"
	"sync/atomic"

	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

type compiler struct {
	env         *Environment
	prog        *Program
	scope       *scope
	block       string // the block being compiled, or ""
	conditional int    // how many branches enclose the place: unknown filters there fail when they run
	bare        bool   // it is a bare expression: text in it may hold templates
	err         error
}

func (e *Environment) newCompiler(name, source string) *compiler {
	return &compiler{env: e, prog: &Program{env: e, renewed: e.renewed.Load(), name: name, source: source, size: &atomic.Int64{}}}
}

func (e *Environment) compileTemplate(name, text string, cfg syntax.Config) (*Program, error) {
	tree, err := syntax.Parse(text, cfg)
	if err != nil {
		return nil, syntaxError(name, err)
	}
	c := e.newCompiler(name, tree.Source)
	c.template(tree)
	if c.err != nil {
		return nil, c.err
	}
	return c.prog, nil
}

func (e *Environment) compileExpr(text string, cfg syntax.Config) (*Program, error) {
	tree, err := syntax.ParseExpr(text, cfg)
	if err != nil {
		return nil, syntaxError("", err)
	}
	c := e.newCompiler("", text)
	c.pushFunction(true)
	c.bare = e.Ansible && !e.PlainConstants
	c.prog.lone = c.deep(c.expr(tree))
	c.prog.root = &function{prog: c.prog, slots: c.scope.fn.slots}
	if c.err != nil {
		return nil, c.err
	}
	return c.prog, nil
}

func syntaxError(name string, err error) error {
	var se *syntax.Error
	if !errors.As(err, &se) {
		return err
	}
	kind := se.Kind
	if kind == "" {
		kind = "TemplateSyntaxError"
	}
	return &Error{Template: name, Line: se.Line, Col: se.Col, Err: value.Errorf(kind, "%s", se.Msg)}
}

func (c *compiler) fail(pos int, kind, format string, args ...any) {
	if c.err == nil {
		line, col := syntax.Position(c.prog.source, pos)
		c.err = &Error{Template: c.prog.name, Line: line, Col: col, Err: value.Errorf(kind, format, args...)}
	}
}

func (c *compiler) template(tree *syntax.Template) {
	sc := c.pushFunction(true)
	sc.declareAll(tree.Body)
	c.prog.root = &function{prog: c.prog}
	if len(tree.Blocks) > 0 {
		c.prog.blocks = map[string]*function{}
	}
	c.prog.root.body = c.stmts(tree.Body)
	c.prog.root.slots = sc.fn.slots
	if len(tree.Body) == 1 {
		if o, ok := c.prog.root.body[0].(*printStmt); ok && c.env.Ansible {
			c.prog.lone, c.prog.lonePos = o.x, o.pos
		}
	}
	c.pop()
}

func (c *compiler) stmts(body []syntax.Stmt) []stmt {
	out := make([]stmt, 0, len(body))
	for _, s := range body {
		if st := c.stmt(s); st != nil {
			out = append(out, st)
		}
	}
	return out
}

func (c *compiler) stmt(s syntax.Stmt) stmt {
	switch s := s.(type) {
	case *syntax.Text:
		return &textStmt{s.Text, value.String(s.Text)}
	case *syntax.Output:
		return &printStmt{c.deep(c.expr(s.X)), s.Pos()}
	case *syntax.If:
		return c.ifStmt(s)
	case *syntax.For:
		return c.forStmt(s)
	case *syntax.Set:
		return &setStmt{c.target(s.Target, c.scope.under == nil && c.block == ""), c.expr(s.X), s.Pos()}
	case *syntax.SetBlock:
		return c.setBlock(s)
	case *syntax.With:
		return c.with(s)
	case *syntax.Macro:
		m := c.macro(s.Name, s.Sig, s.Body)
		t := c.target(&syntax.Name{Name: s.Name}, c.scope.under == nil && c.block == "")
		return &macroStmt{m, t, s.Pos()}
	case *syntax.CallBlock:
		return c.callBlock(s)
	case *syntax.FilterBlock:
		return c.filterBlock(s)
	default:
		return c.otherStmt(s)
	}
}

func (c *compiler) otherStmt(s syntax.Stmt) stmt {
	switch s := s.(type) {
	case *syntax.Block:
		return c.blockStmt(s)
	case *syntax.Extends:
		return &extendsStmt{c.expr(s.Template), s.Pos()}
	case *syntax.Include:
		return &includeStmt{c.deep(c.expr(s.Template)), s.IgnoreMissing, s.WithoutContext, c.scope.visible(), s.Pos()}
	case *syntax.Import:
		t := c.target(&syntax.Name{Name: s.Name}, c.scope.under == nil && c.block == "")
		return &importStmt{c.expr(s.Template), s.WithContext, c.scope.visible(), t, s.Pos()}
	case *syntax.FromImport:
		return c.fromImport(s)
	case *syntax.Autoescape:
		st := &autoescapeStmt{on: c.expr(s.On), pos: s.Pos()}
		c.push().declareAll(s.Body)
		st.body = c.stmts(s.Body)
		c.pop()
		return st
	case *syntax.Do:
		c.extension("do", s.Unknown, s.Pos())
		return &doStmt{c.expr(s.X), s.Pos()}
	case *syntax.Break:
		c.extension("loopcontrols", s.Unknown, s.Pos())
		return jumpStmt(sigBreak)
	case *syntax.Continue:
		c.extension("loopcontrols", s.Unknown, s.Pos())
		return jumpStmt(sigContinue)
	case *syntax.Debug:
		c.extension("debug", s.Unknown, s.Pos())
		return &debugStmt{}
	}
	return nil
}

// extension refuses a tag of an extension that is off.
func (c *compiler) extension(name, unknown string, pos int) {
	if c.env.Extensions != nil && !c.env.Extensions[name] {
		c.fail(pos, "TemplateSyntaxError", "%s", unknown)
	}
}

func (c *compiler) ifStmt(s *syntax.If) stmt {
	c.conditional++
	st := &ifStmt{test: c.expr(s.Test), pos: s.Test.Pos()}
	st.body = c.stmts(s.Body)
	st.orelse = c.stmts(s.Else)
	c.conditional--
	return st
}

func (c *compiler) target(x syntax.Expr, export bool) target {
	switch x := x.(type) {
	case *syntax.Name:
		return &nameTarget{c.scope.declare(x.Name), x.Name, export && c.scope.fn.outer == nil}
	case *syntax.NamespaceRef:
		return &attrTarget{c.name(x.Name, x.Pos()), x.Attr}
	case *syntax.Tuple:
		t := &tupleTarget{}
		for _, item := range x.Items {
			t.items = append(t.items, c.target(item, export))
		}
		return t
	}
	c.fail(x.Pos(), "TemplateSyntaxError", "can't assign to this expression")
	return nil
}

func (c *compiler) forStmt(s *syntax.For) stmt {
	st := &forStmt{pos: s.Iter.Pos(), iter: c.expr(s.Iter)}
	if s.Recursive {
		return c.recursiveFor(s, st)
	}
	c.loopBody(s, st)
	c.push()
	c.scope.declareAll(s.Else)
	st.orelse = c.stmts(s.Else)
	c.pop()
	return st
}

func (c *compiler) loopBody(s *syntax.For, st *forStmt) {
	sc := c.push()
	st.firstSlot = sc.fn.slots
	if n, ok := s.Target.(*syntax.Name); ok && n.Name == "loop" {
		c.fail(s.Target.Pos(), "TemplateAssertionError", "Can't assign to special loop variable in for-loop target")
	}
	st.target = c.target(s.Target, false)
	if s.If != nil {
		st.cond = c.expr(s.If)
	}
	st.loopSlot = sc.declare("loop")
	sc.declareAll(s.Body)
	st.body = c.stmts(s.Body)
	st.hasLoop = sc.read["loop"]
	st.lastSlot = sc.fn.slots
	c.pop()
}

// recursiveFor compiles a loop that may call itself: its body is a function, so that each level has its own variables.
func (c *compiler) recursiveFor(s *syntax.For, st *forStmt) stmt {
	sc := c.pushFunction(false)
	c.loopBody(s, st)
	c.push()
	c.scope.declareAll(s.Else)
	st.orelse = c.stmts(s.Else)
	c.pop()
	st.fn = &function{prog: c.prog, name: "loop", slots: sc.fn.slots}
	c.pop()
	return st
}

func (c *compiler) setBlock(s *syntax.SetBlock) stmt {
	sc := c.push()
	sc.declareAll(s.Body)
	st := &setBlockStmt{body: c.stmts(s.Body), slot: sc.temp(), pos: s.Pos()}
	if s.Filter != nil {
		st.filter = c.chain(s.Filter, st.slot)
	}
	c.pop()
	st.target = c.target(s.Target, c.scope.under == nil && c.block == "")
	return st
}

func (c *compiler) filterBlock(s *syntax.FilterBlock) stmt {
	sc := c.push()
	sc.declareAll(s.Body)
	st := &filterStmt{body: c.stmts(s.Body), slot: sc.temp(), pos: s.Pos()}
	st.filter = c.chain(s.Filter, st.slot)
	c.pop()
	return st
}

// chain compiles filters whose innermost input is in a slot.
func (c *compiler) chain(f *syntax.Filter, slot int) expr {
	var in expr = &slotExpr{slot}
	if inner, ok := f.X.(*syntax.Filter); ok {
		in = c.chain(inner, slot)
	}
	return c.filterOf(f, in)
}

func (c *compiler) with(s *syntax.With) stmt {
	st := &withStmt{pos: s.Pos()}
	for _, v := range s.Values {
		st.values = append(st.values, c.expr(v))
	}
	c.push()
	for _, t := range s.Targets {
		st.targets = append(st.targets, c.target(t, false))
	}
	c.scope.declareAll(s.Body)
	st.body = c.stmts(s.Body)
	c.pop()
	return st
}

func (c *compiler) macro(name string, sig syntax.Signature, body []syntax.Stmt) *macroDef {
	m := &macroDef{name: name, params: sig.Params}
	sc := c.pushFunction(false)
	for i, p := range sig.Params {
		if p == "caller" && i < len(sig.Params)-len(sig.Defaults) {
			c.fail(0, "TemplateAssertionError", `When defining macros or call blocks the special "caller" argument must be omitted or be given a default.`)
		}
		m.slots = append(m.slots, sc.declare(p))
	}
	m.caller, m.varargs, m.kwargs = sc.declare("caller"), sc.declare("varargs"), sc.declare("kwargs")
	for _, d := range sig.Defaults {
		m.defaults = append(m.defaults, c.expr(d))
	}
	block := c.block
	sc.declareAll(body)
	stmts := c.stmts(body)
	c.block = block
	m.usesCaller, m.usesVarargs, m.usesKwargs = sc.fn.special["caller"], sc.fn.special["varargs"], sc.fn.special["kwargs"]
	m.fn = &function{prog: c.prog, name: name, slots: sc.fn.slots, body: stmts}
	c.pop()
	return m
}

func (c *compiler) callBlock(s *syntax.CallBlock) stmt {
	m := c.macro("caller", s.Sig, s.Body)
	m.isCaller = true
	slot := c.scope.temp()
	call := c.call(s.Call)
	call.args.addKeyword("caller", &slotExpr{slot})
	return &callStmt{m, slot, call, s.Pos()}
}

func (c *compiler) blockStmt(s *syntax.Block) stmt {
	st := &blockStmt{name: s.Name, scoped: s.Scoped, required: s.Required, visible: c.scope.visible(), pos: s.Pos()}
	outerScope, outerBlock, conditional := c.scope, c.block, c.conditional
	sc := c.pushFunction(true)
	c.block = s.Name
	sc.declareAll(s.Body)
	fn := &function{prog: c.prog, name: s.Name}
	fn.body = c.stmts(s.Body)
	fn.slots = sc.fn.slots
	c.scope, c.block, c.conditional = outerScope, outerBlock, conditional
	c.prog.blocks[s.Name] = fn
	return st
}

func (c *compiler) fromImport(s *syntax.FromImport) stmt {
	st := &fromImportStmt{template: c.expr(s.Template), withContext: s.WithContext, visible: c.scope.visible(), pos: s.Pos()}
	for _, n := range s.Names {
		st.names = append(st.names, n.Name)
		st.targets = append(st.targets, c.target(&syntax.Name{Name: n.Alias}, c.scope.under == nil && c.block == ""))
	}
	return st
}
