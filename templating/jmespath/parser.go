package jmespath

import (
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// powers tell how tightly operators bind, by the specification's order of precedence. A projection ends at what binds less than
// projectionEnd.
var powers = map[kind]int{
	pipe: 1, or: 2, and: 3, equal: 5, unequal: 5, less: 5, lessEq: 5, greater: 5, greaterEq: 5,
	flatten: 9, star: 20, filter: 21, dot: 40, not: 45, lbrace: 50, lbracket: 55, lparen: 60,
}

const (
	projectionEnd = 10
	maxDepth      = 300
)

var errDepth = value.Errorf("RecursionError", "maximum recursion depth exceeded")

// parser reads an expression by the powers of its operators, from left to right.
type parser struct {
	text   string
	tokens []token
	i      int
	depth  int
}

func parse(text string) (node, error) {
	all, err := tokens(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, tokens: all}
	n, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != eof {
		return nil, p.refuse(t, "Unexpected token: "+t.text)
	}
	return n, nil
}

func (p *parser) peek() token { return p.tokens[p.i] }

func (p *parser) take() token {
	t := p.tokens[p.i]
	if t.kind != eof {
		p.i++
	}
	return t
}

// refuse is the error of a token that does not fit.
func (p *parser) refuse(t token, why string) error {
	return failf("%s: Parse error at column %d, token \"%s\" (%s), for expression:\n\"%s\"\n%s^",
		why, t.at, t.text, strings.ToUpper(string(t.kind)), p.text, strings.Repeat(" ", t.at+1))
}

func (p *parser) incomplete() error {
	return failf("Invalid jmespath expression: Incomplete expression:\n\"%s\"\n%s^", p.text, strings.Repeat(" ", len([]rune(p.text))+1))
}

// expect takes a token of a kind.
func (p *parser) expect(k kind) error {
	t := p.peek()
	switch t.kind {
	case k:
		p.take()
		return nil
	case eof:
		return p.incomplete()
	}
	return p.refuse(t, "Expecting: "+string(k)+", got: "+string(t.kind))
}

// expression reads as far as operators bind tighter than power.
func (p *parser) expression(power int) (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errDepth
	}
	defer func() { p.depth-- }()
	n, err := p.start()
	for err == nil && power < powers[p.peek().kind] {
		n, err = p.operator(n)
	}
	return n, err
}

// start reads what an expression can begin with.
func (p *parser) start() (node, error) {
	t := p.take()
	switch t.kind {
	case name:
		return field(t.text), nil
	case quoted:
		if next := p.peek(); next.kind == lparen {
			next.at = t.at
			return nil, p.refuse(next, "Quoted identifier not allowed for function names.")
		}
		return field(t.text), nil
	case literal:
		return constant{t.value}, nil
	case current:
		return identity{}, nil
	case star:
		return p.valuesOf(identity{}, powers[star])
	case flatten:
		return p.project(flattened{identity{}}, powers[flatten])
	case filter:
		return p.filtered(identity{})
	case not:
		n, err := p.expression(powers[not])
		return negation{n}, err
	case expref:
		n, err := p.expression(0)
		return reference{n}, err
	case lparen:
		n, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		return n, p.expect(rparen)
	case lbrace:
		return p.dict()
	case lbracket:
		return p.bracket()
	case eof:
		return nil, p.incomplete()
	}
	return nil, p.refuse(t, "invalid token")
}

// bracket reads what a leading [ opens: an index, all elements, or a list of expressions.
func (p *parser) bracket() (node, error) {
	switch k := p.peek().kind; {
	case k == number || k == colon:
		return p.index(identity{})
	case k == star && p.tokens[p.i+1].kind == rbracket:
		p.i += 2
		return p.project(identity{}, powers[star])
	}
	return p.list()
}

// operator reads an operator and what stands on its right.
func (p *parser) operator(left node) (node, error) {
	t := p.take()
	switch t.kind {
	case dot:
		if p.peek().kind == star {
			p.take()
			return p.valuesOf(left, powers[dot])
		}
		right, err := p.behindDot(powers[dot])
		return chain{left, right}, err
	case pipe:
		right, err := p.expression(powers[pipe])
		return chain{left, right}, err
	case or, and:
		right, err := p.expression(powers[t.kind])
		return choice{left, right, t.kind == or}, err
	case lparen:
		return p.call(left)
	case filter:
		return p.filtered(left)
	case flatten:
		return p.project(flattened{left}, powers[flatten])
	case lbracket:
		return p.element(left)
	case equal, unequal, less, lessEq, greater, greaterEq:
		right, err := p.expression(powers[t.kind])
		return comparison{t.text, left, right}, err
	}
	return nil, p.refuse(t, "invalid token")
}

// element reads the index, the slice or the star behind a value's [.
func (p *parser) element(left node) (node, error) {
	if k := p.peek().kind; k == number || k == colon {
		return p.index(left)
	}
	if err := p.expect(star); err != nil {
		return nil, err
	}
	if err := p.expect(rbracket); err != nil {
		return nil, err
	}
	return p.project(left, powers[star])
}

// index reads a number or a slice and the closing bracket. A slice is a projection.
func (p *parser) index(left node) (node, error) {
	if p.peek().kind == number && p.tokens[p.i+1].kind != colon {
		n := p.take()
		return chain{left, index{n.value}}, p.expect(rbracket)
	}
	var bounds [3]value.Value
	for i := 0; p.peek().kind != rbracket; {
		switch t := p.peek(); {
		case t.kind == colon && i < 2:
			i++
		case t.kind == number && bounds[i] == nil:
			bounds[i] = t.value
		case t.kind == eof:
			return nil, p.incomplete()
		default:
			return nil, p.refuse(t, "syntax error")
		}
		p.take()
	}
	p.take()
	return p.project(chain{left, slice{bounds}}, powers[star])
}

// project reads what is done with each element of a list.
func (p *parser) project(left node, power int) (node, error) {
	each, err := p.each(power)
	return projection{left, each, nil}, err
}

// valuesOf reads what is done with each value of a dict.
func (p *parser) valuesOf(left node, power int) (node, error) {
	each, err := p.each(power)
	return values{left, each}, err
}

func (p *parser) filtered(left node) (node, error) {
	condition, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if err := p.expect(rbracket); err != nil {
		return nil, err
	}
	if p.peek().kind == flatten {
		return projection{left, identity{}, condition}, nil
	}
	each, err := p.each(powers[filter])
	return projection{left, each, condition}, err
}

// each reads the right side of a projection.
func (p *parser) each(power int) (node, error) {
	t := p.peek()
	switch {
	case powers[t.kind] < projectionEnd:
		return identity{}, nil
	case t.kind == lbracket || t.kind == filter:
		return p.expression(power)
	case t.kind == dot:
		p.take()
		return p.behindDot(power)
	}
	return nil, p.refuse(t, "syntax error")
}

// behindDot reads what a dot can be followed by.
func (p *parser) behindDot(power int) (node, error) {
	t := p.peek()
	switch t.kind {
	case name, quoted, star:
		return p.expression(power)
	case lbracket:
		p.take()
		return p.list()
	case lbrace:
		p.take()
		return p.dict()
	}
	return nil, p.refuse(t, "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: "+string(t.kind))
}

// list reads [a, b], whose bracket is taken.
func (p *parser) list() (node, error) {
	var l list
	for {
		n, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		l = append(l, n)
		if p.peek().kind == rbracket {
			p.take()
			return l, nil
		}
		if err := p.expect(comma); err != nil {
			return nil, err
		}
	}
}

// dict reads {k: v, …}, whose brace is taken.
func (p *parser) dict() (node, error) {
	var d dict
	for {
		key := p.take()
		if key.kind == eof {
			return nil, p.incomplete()
		}
		if key.kind != name && key.kind != quoted {
			return nil, p.refuse(key, "Expecting: ['quoted_identifier', 'unquoted_identifier'], got: "+string(key.kind))
		}
		if err := p.expect(colon); err != nil {
			return nil, err
		}
		n, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		d = append(d, pair{key.text, n})
		switch p.peek().kind {
		case comma:
			p.take()
		case rbrace:
			p.take()
			return d, nil
		}
	}
}

// call reads a function's arguments.
func (p *parser) call(left node) (node, error) {
	f, ok := left.(field)
	if !ok {
		return nil, p.refuse(p.tokens[max(p.i-2, 0)], "Invalid function name")
	}
	c := call{name: string(f)}
	for p.peek().kind != rparen {
		n, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, n)
		if p.peek().kind == comma {
			p.take()
		}
	}
	p.take()
	return c, nil
}
