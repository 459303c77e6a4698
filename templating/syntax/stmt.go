package syntax

import (
	"fmt"
	"strings"
)

// statement reads the tag whose name is the current token.
func (p *parser) statement(body []Stmt) []Stmt {
	t := p.cur()
	if t.kind != tokName {
		p.failAt(t.pos, "tag name expected")
	}
	read := p.reader(t.val)
	if read == nil {
		p.failUnknownTag(t)
	}
	p.opens = append(p.opens, t.val)
	p.next()
	body = read(body, stmtNode{At(t.pos)})
	p.opens = p.opens[:len(p.opens)-1]
	return body
}

type reader func(body []Stmt, at stmtNode) []Stmt

func (p *parser) reader(tag string) reader {
	switch tag {
	case "for":
		return p.forStmt
	case "if":
		return p.ifStmt
	case "set":
		return p.setStmt
	case "with":
		return p.withStmt
	case "block":
		return p.blockStmt
	case "macro":
		return p.macroStmt
	case "call":
		return p.callStmt
	case "filter":
		return p.filterStmt
	case "print":
		return p.printStmt
	case "autoescape":
		return p.autoescapeStmt
	}
	return p.simpleReader(tag)
}

func (p *parser) simpleReader(tag string) reader {
	switch tag {
	case "extends":
		return func(body []Stmt, at stmtNode) []Stmt { return append(body, &Extends{at, p.condExpr()}) }
	case "include":
		return p.includeStmt
	case "import":
		return p.importStmt
	case "from":
		return p.fromStmt
	case "do":
		return func(body []Stmt, at stmtNode) []Stmt {
			return append(body, &Do{at, p.tuple(tupleOptions{cond: true}), p.withoutExtension("do")})
		}
	case "break":
		return func(body []Stmt, at stmtNode) []Stmt { return append(body, &Break{at, p.withoutExtension("break")}) }
	case "continue":
		return func(body []Stmt, at stmtNode) []Stmt {
			return append(body, &Continue{at, p.withoutExtension("continue")})
		}
	case "debug":
		return func(body []Stmt, at stmtNode) []Stmt { return append(body, &Debug{at, p.withoutExtension("debug")}) }
	}
	return nil
}

func (p *parser) forStmt(body []Stmt, at stmtNode) []Stmt {
	f := &For{stmtNode: at, Target: p.target("in")}
	p.expectName("in")
	f.Iter = p.tuple(tupleOptions{end: []string{"recursive"}})
	if p.skipName("if") {
		f.If = p.condExpr()
	}
	f.Recursive = p.skipName("recursive")
	f.Body = p.body(false, "endfor", "else")
	if p.next().val == "else" {
		f.Else = p.body(true, "endfor")
	}
	return append(body, f)
}

func (p *parser) ifStmt(body []Stmt, at stmtNode) []Stmt {
	first := &If{stmtNode: at}
	for node := first; ; {
		node.Test = p.tuple(tupleOptions{})
		node.Body = p.body(false, "elif", "else", "endif")
		t := p.next()
		switch t.val {
		case "elif":
			inner := &If{stmtNode: stmtNode{At(t.pos)}, Elif: true}
			node.Else = []Stmt{inner}
			node = inner
			continue
		case "else":
			node.Else = p.body(true, "endif")
		}
		return append(body, first)
	}
}

// target reads what is assigned to: a name, a tuple of names.
func (p *parser) target(ends ...string) Expr {
	x := p.tuple(tupleOptions{target: true, end: ends})
	p.checkTarget(x)
	return x
}

func (p *parser) checkTarget(x Expr) {
	switch x := x.(type) {
	case *Name:
		return
	case *Tuple:
		for _, item := range x.Items {
			p.checkTarget(item)
		}
		return
	}
	p.failAt(x.Pos(), "can't assign to '%s'", kindOf(x))
}

func kindOf(x Expr) string {
	switch x.(type) {
	case *Const:
		return "const"
	case *Getattr:
		return "getattr"
	case *Getitem:
		return "getitem"
	case *Call:
		return "call"
	case *List:
		return "list"
	case *Dict:
		return "dict"
	}
	return "expression"
}

// setTarget reads the target of set, which may be an attribute of a namespace.
func (p *parser) setTarget() Expr {
	t, dot := p.cur(), p.look()
	if t.kind == tokName && dot.kind == tokOp && dot.val == "." {
		p.next()
		p.next()
		return &NamespaceRef{exprNode{At(t.pos)}, t.val, p.expectKind(tokName).val}
	}
	return p.target()
}

func (p *parser) setStmt(body []Stmt, at stmtNode) []Stmt {
	target := p.setTarget()
	if p.skipOp("=") {
		return append(body, &Set{at, target, p.tuple(tupleOptions{cond: true})})
	}
	s := &SetBlock{stmtNode: at, Target: target, Filter: p.filterChain(nil)}
	s.Body = p.body(true, "endset")
	return append(body, s)
}

// filterChain reads `| a | b(1)`; the innermost filter has no input.
func (p *parser) filterChain(first *Filter) *Filter {
	chain := first
	for p.skipOp("|") {
		var in Expr
		if chain != nil {
			in = chain
		}
		chain = p.filter(in).(*Filter)
	}
	return chain
}

func (p *parser) withStmt(body []Stmt, at stmtNode) []Stmt {
	w := &With{stmtNode: at}
	for p.cur().kind != tokBlockEnd {
		if len(w.Targets) > 0 {
			p.expectOp(",")
		}
		w.Targets = append(w.Targets, p.target())
		p.expectOp("=")
		w.Values = append(w.Values, p.condExpr())
	}
	w.Body = p.body(true, "endwith")
	return append(body, w)
}

func (p *parser) autoescapeStmt(body []Stmt, at stmtNode) []Stmt {
	a := &Autoescape{stmtNode: at, On: p.condExpr()}
	a.Body = p.body(true, "endautoescape")
	return append(body, a)
}

func (p *parser) printStmt(body []Stmt, _ stmtNode) []Stmt {
	for first := true; p.cur().kind != tokBlockEnd; first = false {
		if !first {
			p.expectOp(",")
		}
		x := p.condExpr()
		body = append(body, &Output{stmtNode{At(x.Pos())}, x})
	}
	return body
}

func (p *parser) blockStmt(body []Stmt, at stmtNode) []Stmt {
	b := &Block{stmtNode: at, Name: p.expectKind(tokName).val}
	b.Scoped = p.skipName("scoped")
	b.Required = p.skipName("required")
	if p.isOp("-") {
		p.failAt(p.cur().pos, "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.")
	}
	b.Body = p.body(true, "endblock")
	p.skipName(b.Name)
	if b.Required {
		p.checkRequired(b)
	}
	if _, dup := p.blocks[b.Name]; dup {
		p.failAt(b.Pos(), "block '%s' defined twice", b.Name)
	}
	if p.blocks != nil {
		p.blocks[b.Name] = b
	}
	return append(body, b)
}

// checkRequired refuses a required block with something in it. Jinja2 before 3.1.6 stumbles over a statement there.
func (p *parser) checkRequired(b *Block) {
	for _, s := range b.Body {
		switch s := s.(type) {
		case *Text:
			if strings.Trim(s.Text, " \t\v\f\n") != "" {
				p.failAt(b.Pos(), "Required blocks can only contain comments or whitespace")
			}
		case *Output:
			p.failAt(b.Pos(), "Required blocks can only contain comments or whitespace")
		default:
			line, col := Position(p.src, b.Pos())
			name := strings.TrimPrefix(fmt.Sprintf("%T", s), "*syntax.")
			panic(failure{&Error{Kind: "AttributeError", Msg: "'" + name + "' object has no attribute 'nodes'", Line: line, Col: col}})
		}
	}
}

func (p *parser) macroStmt(body []Stmt, at stmtNode) []Stmt {
	t := p.expectKind(tokName)
	m := &Macro{stmtNode: at, Name: t.val, Sig: p.signature()}
	m.Body = p.body(true, "endmacro")
	return append(body, m)
}

func (p *parser) signature() Signature {
	var s Signature
	p.expectOp("(")
	for !p.isOp(")") {
		if len(s.Params) > 0 {
			p.expectOp(",")
		}
		t := p.expectKind(tokName)
		switch {
		case p.skipOp("="):
			s.Defaults = append(s.Defaults, p.condExpr())
		case len(s.Defaults) > 0:
			p.failAt(t.pos, "non-default argument follows default argument")
		}
		s.Params = append(s.Params, t.val)
	}
	p.expectOp(")")
	return s
}

func (p *parser) callStmt(body []Stmt, at stmtNode) []Stmt {
	c := &CallBlock{stmtNode: at}
	if p.isOp("(") {
		c.Sig = p.signature()
	}
	x := p.condExpr()
	call, ok := x.(*Call)
	if !ok {
		p.failAt(int(at.At), "expected call")
	}
	c.Call = call
	c.Body = p.body(true, "endcall")
	return append(body, c)
}

func (p *parser) filterStmt(body []Stmt, at stmtNode) []Stmt {
	f := &FilterBlock{stmtNode: at, Filter: p.filterChain(p.filter(nil).(*Filter))}
	f.Body = p.body(true, "endfilter")
	return append(body, f)
}

func (p *parser) includeStmt(body []Stmt, at stmtNode) []Stmt {
	i := &Include{stmtNode: at, Template: p.condExpr()}
	if next := p.look(); p.isName("ignore") && next.kind == tokName && next.val == "missing" {
		p.next()
		p.next()
		i.IgnoreMissing = true
	}
	i.WithoutContext = !p.contextClause(true)
	return append(body, i)
}

// contextClause reads `with context` or `without context`.
func (p *parser) contextClause(standard bool) bool {
	next := p.look()
	if next.kind != tokName || next.val != "context" || !p.isName("with") && !p.isName("without") {
		return standard
	}
	with := p.next().val == "with"
	p.next()
	return with
}

func (p *parser) importStmt(body []Stmt, at stmtNode) []Stmt {
	i := &Import{stmtNode: at, Template: p.condExpr()}
	p.expectName("as")
	i.Name = p.expectKind(tokName).val
	i.WithContext = p.contextClause(false)
	return append(body, i)
}

func (p *parser) fromStmt(body []Stmt, at stmtNode) []Stmt {
	f := &FromImport{stmtNode: at, Template: p.condExpr()}
	p.expectName("import")
	for {
		if len(f.Names) > 0 && !p.skipOp(",") {
			break
		}
		if next := p.look(); p.cur().kind == tokName && next.kind == tokName && next.val == "context" &&
			(p.isName("with") || p.isName("without")) {
			f.WithContext = p.contextClause(false)
			break
		}
		if p.cur().kind != tokName {
			p.failExpected("name")
		}
		f.Names = append(f.Names, p.importName())
	}
	if !f.WithContext {
		f.WithContext = p.contextClause(false)
	}
	return append(body, f)
}

func (p *parser) importName() ImportName {
	t := p.next()
	if t.val[0] == '_' {
		p.failAt(t.pos, "names starting with an underline can not be imported")
	}
	n := ImportName{t.val, t.val}
	if p.skipName("as") {
		n.Alias = p.expectKind(tokName).val
	}
	return n
}
