package syntax

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

func at(pos int) exprNode { return exprNode{At(pos)} }

// expression reads one expression, with or without an inline if.
func (p *parser) expression(cond bool) Expr {
	if cond {
		return p.condExpr()
	}
	return p.or()
}

func (p *parser) condExpr() Expr {
	p.enter()
	defer p.leave()
	x := p.or()
	for p.isName("if") {
		pos := p.next().pos
		c := &Cond{exprNode: at(pos), Then: x, If: p.or()}
		if p.skipName("else") {
			c.Else = p.condExpr()
		}
		x = c
	}
	return x
}

func (p *parser) or() Expr {
	x := p.and()
	for p.isName("or") {
		pos := p.next().pos
		x = &Binary{at(pos), "or", x, p.and()}
	}
	return x
}

func (p *parser) and() Expr {
	x := p.not()
	for p.isName("and") {
		pos := p.next().pos
		x = &Binary{at(pos), "and", x, p.not()}
	}
	return x
}

func (p *parser) not() Expr {
	if p.isName("not") {
		p.enter()
		defer p.leave()
		pos := p.next().pos
		return &Unary{at(pos), "not", p.not()}
	}
	return p.compare()
}

func (p *parser) compareOp() string {
	t := p.cur()
	switch t.kind {
	case tokOp:
		switch t.val {
		case "==", "!=", "<", "<=", ">", ">=":
			p.next()
			return t.val
		}
	case tokName:
		if t.val == "in" {
			p.next()
			return "in"
		}
		if l := p.look(); t.val == "not" && l.kind == tokName && l.val == "in" {
			p.next()
			p.next()
			return "not in"
		}
	}
	return ""
}

func (p *parser) compare() Expr {
	pos := p.cur().pos
	x := p.sum()
	var c *Compare
	for {
		op := p.compareOp()
		if op == "" {
			break
		}
		if c == nil {
			c = &Compare{exprNode: at(pos), X: x}
		}
		c.Ops = append(c.Ops, op)
		c.Rest = append(c.Rest, p.sum())
	}
	if c == nil {
		return x
	}
	return c
}

func (p *parser) sum() Expr {
	x := p.concat()
	for p.isOp("+") || p.isOp("-") {
		t := p.next()
		x = &Binary{at(t.pos), t.val, x, p.concat()}
	}
	return x
}

func (p *parser) concat() Expr {
	pos := p.cur().pos
	x := p.product()
	if !p.isOp("~") {
		return x
	}
	items := []Expr{x}
	for p.skipOp("~") {
		items = append(items, p.product())
	}
	return &Concat{at(pos), items}
}

func (p *parser) product() Expr {
	x := p.power()
	for p.isOp("*") || p.isOp("/") || p.isOp("//") || p.isOp("%") {
		t := p.next()
		x = &Binary{at(t.pos), t.val, x, p.power()}
	}
	return x
}

func (p *parser) power() Expr {
	x := p.unary(true)
	for p.isOp("**") {
		t := p.next()
		x = &Binary{at(t.pos), "**", x, p.unary(true)}
	}
	return x
}

func (p *parser) unary(filters bool) Expr {
	p.enter()
	defer p.leave()
	var x Expr
	if p.isOp("-") || p.isOp("+") {
		t := p.next()
		x = &Unary{at(t.pos), t.val, p.unary(false)}
	} else {
		x = p.primary()
	}
	x = p.postfix(x)
	if filters {
		x = p.filters(x)
	}
	return x
}

func (p *parser) primary() Expr {
	t := p.cur()
	switch t.kind {
	case tokName:
		p.next()
		return nameOrConst(t)
	case tokString:
		return p.strings()
	case tokInt, tokFloat:
		p.next()
		return &Const{at(t.pos), number(t)}
	case tokOp:
		switch t.val {
		case "(":
			p.next()
			x := p.tuple(tupleOptions{cond: true, parens: true})
			p.expectOp(")")
			return x
		case "[":
			return p.list()
		case "{":
			return p.dict()
		}
	}
	p.failAt(t.pos, "unexpected '%s'", t.describe())
	return nil
}

func nameOrConst(t token) Expr {
	switch t.val {
	case "true", "True":
		return &Const{at(t.pos), value.Bool(true)}
	case "false", "False":
		return &Const{at(t.pos), value.Bool(false)}
	case "none", "None":
		return &Const{at(t.pos), value.None}
	}
	return &Name{at(t.pos), t.val}
}

// strings joins literals that stand beside each other.
func (p *parser) strings() Expr {
	t := p.next()
	s := t.val
	for p.cur().kind == tokString {
		s += p.next().val
	}
	return &Const{at(t.pos), value.String(s)}
}

func number(t token) value.Value {
	text := strings.ReplaceAll(t.val, "_", "")
	if t.kind == tokFloat {
		f, _ := strconv.ParseFloat(text, 64) // out of range gives infinity, as in Python
		return value.Float(f)
	}
	b, ok := new(big.Int).SetString(text, 0)
	if !ok {
		b, _ = new(big.Int).SetString(text, 10)
	}
	return value.NewInt(b)
}

func (p *parser) list() Expr {
	pos := p.expectOp("[").pos
	l := &List{exprNode: at(pos)}
	for !p.isOp("]") {
		if len(l.Items) > 0 {
			p.expectOp(",")
		}
		if p.isOp("]") {
			break
		}
		l.Items = append(l.Items, p.condExpr())
	}
	p.expectOp("]")
	return l
}

func (p *parser) dict() Expr {
	pos := p.expectOp("{").pos
	d := &Dict{exprNode: at(pos)}
	for !p.isOp("}") {
		if len(d.Keys) > 0 {
			p.expectOp(",")
		}
		if p.isOp("}") {
			break
		}
		d.Keys = append(d.Keys, p.condExpr())
		p.expectOp(":")
		d.Values = append(d.Values, p.condExpr())
	}
	p.expectOp("}")
	return d
}

type tupleOptions struct {
	target bool     // only names: the left side of for and with
	cond   bool     // inline ifs are allowed
	parens bool     // it stands in parentheses, so it may be empty
	end    []string // names that end it
}

func (p *parser) tuple(o tupleOptions) Expr {
	pos := p.cur().pos
	var items []Expr
	isTuple := false
	for {
		if len(items) > 0 {
			p.expectOp(",")
		}
		if p.tupleEnd(o.end) {
			break
		}
		if o.target {
			items = append(items, p.primary())
		} else {
			items = append(items, p.expression(o.cond))
		}
		if !p.isOp(",") {
			break
		}
		isTuple = true
	}
	if isTuple {
		return &Tuple{at(pos), items}
	}
	if len(items) > 0 {
		return items[0]
	}
	if !o.parens {
		p.failAt(p.cur().pos, "Expected an expression, got '%s'", p.cur().describe())
	}
	return &Tuple{at(pos), nil}
}

func (p *parser) tupleEnd(names []string) bool {
	t := p.cur()
	switch t.kind {
	case tokVarEnd, tokBlockEnd:
		return true
	case tokOp:
		return t.val == ")"
	case tokName:
		for _, n := range names {
			if t.val == n {
				return true
			}
		}
	}
	return false
}
