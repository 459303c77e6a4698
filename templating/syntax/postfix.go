package syntax

func (p *parser) postfix(x Expr) Expr {
	for {
		switch {
		case p.isOp("."):
			x = p.attribute(x)
		case p.isOp("["):
			x = p.subscript(x)
		case p.isOp("("):
			x = p.call(x)
		default:
			return x
		}
	}
}

func (p *parser) attribute(x Expr) Expr {
	pos := p.next().pos
	t := p.next()
	switch t.kind {
	case tokName:
		return &Getattr{at(pos), x, t.val}
	case tokInt:
		return &Getitem{at(pos), x, &Const{at(t.pos), number(t)}}
	}
	p.failAt(t.pos, "expected name or number")
	return nil
}

func (p *parser) subscript(x Expr) Expr {
	pos := p.expectOp("[").pos
	var items []Expr
	for !p.isOp("]") {
		if len(items) > 0 {
			p.expectOp(",")
		}
		items = append(items, p.index())
	}
	p.expectOp("]")
	switch len(items) {
	case 0:
		p.failAt(pos, "expected subscript expression")
	case 1:
		return &Getitem{at(pos), x, items[0]}
	}
	return &Getitem{at(pos), x, &Tuple{at(pos), items}}
}

// index reads an expression or a slice.
func (p *parser) index() Expr {
	pos := p.cur().pos
	var low Expr
	if !p.isOp(":") {
		low = p.condExpr()
		if !p.isOp(":") {
			return low
		}
	}
	p.next()
	s := &Slice{exprNode: at(pos), Low: low}
	if !p.isOp(":") && !p.isOp("]") && !p.isOp(",") {
		s.High = p.condExpr()
	}
	if p.skipOp(":") && !p.isOp("]") && !p.isOp(",") {
		s.Step = p.condExpr()
	}
	return s
}

func (p *parser) call(fn Expr) Expr {
	pos := p.cur().pos
	return &Call{at(pos), fn, p.args()}
}

// args reads parenthesised arguments.
func (p *parser) args() Args {
	open := p.expectOp("(")
	var a Args
	comma := false
	for !p.isOp(")") {
		if comma {
			p.expectOp(",")
			if p.isOp(")") {
				break
			}
		}
		comma = true
		p.arg(&a, open.pos)
	}
	p.expectOp(")")
	return a
}

func (p *parser) arg(a *Args, open int) {
	ensure := func(ok bool) {
		if !ok {
			p.failAt(open, "invalid syntax for function call expression")
		}
	}
	switch {
	case p.isOp("*"):
		ensure(a.Star == nil && a.StarStar == nil)
		p.next()
		a.Star = p.condExpr()
	case p.isOp("**"):
		ensure(a.StarStar == nil)
		p.next()
		a.StarStar = p.condExpr()
	case p.cur().kind == tokName && p.look().kind == tokOp && p.look().val == "=":
		ensure(a.StarStar == nil)
		name := p.next().val
		p.next()
		a.Keywords = append(a.Keywords, Keyword{name, p.condExpr()})
	default:
		ensure(a.Star == nil && a.StarStar == nil && len(a.Keywords) == 0)
		a.Pos = append(a.Pos, p.condExpr())
	}
}

// filters reads what follows a postfix expression: filters, tests, and calls of their results.
func (p *parser) filters(x Expr) Expr {
	for {
		switch {
		case p.isOp("|"):
			p.next()
			x = p.filter(x)
		case p.isName("is"):
			x = p.test(x)
		case p.isOp("("):
			x = p.call(x)
		default:
			return x
		}
	}
}

// filter reads a filter's name and arguments.
func (p *parser) filter(x Expr) Expr {
	t := p.expectKind(tokName)
	f := &Filter{exprNode: at(t.pos), X: x, Name: p.dotted(t.val)}
	if p.isOp("(") {
		f.Args = p.args()
	}
	return f
}

func (p *parser) dotted(name string) string {
	for p.skipOp(".") {
		name += "." + p.expectKind(tokName).val
	}
	return name
}

func (p *parser) test(x Expr) Expr {
	pos := p.next().pos
	negated := p.skipName("not")
	t := p.expectKind(tokName)
	test := &Test{exprNode: at(t.pos), X: x, Name: p.dotted(t.val)}
	switch {
	case p.isOp("("):
		test.Args = p.args()
	case p.startsTestArg():
		if p.isName("is") {
			p.failAt(p.cur().pos, "You cannot chain multiple tests with is")
		}
		test.Args.Pos = []Expr{p.postfix(p.primary())}
	}
	if negated {
		return &Unary{at(pos), "not", test}
	}
	return test
}

// startsTestArg tells whether the argument of a test follows without parentheses: `is divisibleby 3`.
func (p *parser) startsTestArg() bool {
	t := p.cur()
	switch t.kind {
	case tokName:
		return t.val != "else" && t.val != "or" && t.val != "and"
	case tokString, tokInt, tokFloat:
		return true
	case tokOp:
		return t.val == "[" || t.val == "{"
	}
	return false
}
