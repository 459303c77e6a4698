package powershell

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// parser reads a script from its beginning to its end.
type parser struct {
	text []rune
	at   int
	// commas says that a comma makes a list; it parts arguments elsewhere.
	commas bool
}

// syntaxError is what a parser panics with.
type syntaxError struct{ msg string }

func (p *parser) fail(format string, args ...any) {
	line := 1 + strings.Count(string(p.text[:min(p.at, len(p.text))]), "\n")
	panic(syntaxError{fmt.Sprintf("line %d: %s", line, fmt.Sprintf(format, args...))})
}

// parsed are scripts that were read: machines are given the same ones again and again.
var parsed sync.Map

// Parse reads a script.
func Parse(source string) (*block, error) {
	if b, ok := parsed.Load(source); ok {
		return b.(*block), nil
	}
	b, err := parse(source)
	if err == nil {
		parsed.Store(source, b)
	}
	return b, err
}

func parse(source string) (b *block, err error) {
	p := &parser{text: []rune(strings.ReplaceAll(source, "\r\n", "\n")), commas: true}
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(syntaxError)
			if !ok {
				panic(r)
			}
			err = fmt.Errorf("the script cannot be read: %s", e.msg)
		}
	}()
	b = p.block(0)
	return b, nil
}

func (p *parser) peek(ahead int) rune {
	if p.at+ahead < len(p.text) {
		return p.text[p.at+ahead]
	}
	return 0
}

func (p *parser) has(s string) bool {
	r := []rune(s)
	for i, c := range r {
		if p.peek(i) != c {
			return false
		}
	}
	return true
}

func (p *parser) take(s string) bool {
	if p.has(s) {
		p.at += len([]rune(s))
		return true
	}
	return false
}

func (p *parser) need(s string) {
	if !p.take(s) {
		p.fail("%q is missing before %.20q", s, string(p.text[p.at:]))
	}
}

// blanks skips blanks, comments and lines that go on.
func (p *parser) blanks() {
	for {
		switch c := p.peek(0); {
		case c == ' ' || c == '\t' || c == '\r':
			p.at++
		case c == '`' && p.peek(1) == '\n':
			p.at += 2
		case c == '<' && p.peek(1) == '#':
			for !p.take("#>") && p.at < len(p.text) {
				p.at++
			}
		case c == '#':
			for p.at < len(p.text) && p.peek(0) != '\n' {
				p.at++
			}
		default:
			return
		}
	}
}

// lines skips blanks and ends of statements.
func (p *parser) lines() {
	for {
		p.blanks()
		if c := p.peek(0); c != '\n' && c != ';' {
			return
		}
		p.at++
	}
}

// newlines skips blanks and ends of lines.
func (p *parser) newlines() {
	for {
		p.blanks()
		if p.peek(0) != '\n' {
			return
		}
		p.at++
	}
}

func isWord(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

// word gives the word that follows without taking it.
func (p *parser) word() string {
	end := p.at
	for end < len(p.text) && (isWord(p.text[end]) || p.text[end] == '-' && end > p.at) {
		end++
	}
	return string(p.text[p.at:end])
}

func (p *parser) takeWord(w string) bool {
	if strings.EqualFold(p.word(), w) {
		p.at += len([]rune(w))
		return true
	}
	return false
}

// block reads statements up to a closing sign, or to the end.
func (p *parser) block(end rune) *block {
	defer func(commas bool) { p.commas = commas }(p.commas)
	p.commas = true
	b := &block{}
	p.lines()
	for p.peek(0) == '[' && p.attribute() {
		p.lines()
	}
	if p.takeWord("param") {
		b.params = p.params()
		p.lines()
	}
	for p.at < len(p.text) && p.peek(0) != end {
		b.statements = append(b.statements, p.statement())
		p.blanks()
		if c := p.peek(0); c != '\n' && c != ';' && c != end && c != 0 && !afterBrace(p.text, p.at) {
			p.fail("unexpected %.20q", string(p.text[p.at:]))
		}
		p.lines()
	}
	if end != 0 {
		p.need(string(end))
	}
	return b
}

// afterBrace tells whether a statement ended with a brace, which needs no other end.
func afterBrace(text []rune, at int) bool {
	for at--; at >= 0 && unicode.IsSpace(text[at]); at-- {
	}
	return at >= 0 && text[at] == '}'
}

// attribute skips [CmdletBinding()] and the like before param.
func (p *parser) attribute() bool {
	from := p.at
	p.at++
	if name := strings.ToLower(p.word()); name != "cmdletbinding" && name != "outputtype" && name != "diagnostics" {
		p.at = from
		return false
	}
	p.skipTo(']')
	return true
}

// skipTo goes behind a closing sign, with what is in brackets before it.
func (p *parser) skipTo(end rune) {
	for depth := 0; ; p.at++ {
		switch c := p.peek(0); {
		case c == 0:
			p.fail("%q is missing", end)
		case c == end && depth == 0:
			p.at++
			return
		case c == '[' || c == '(':
			depth++
		case c == ']' || c == ')':
			depth--
		}
	}
}

func (p *parser) params() (params []param) {
	p.newlines()
	p.need("(")
	for {
		p.newlines()
		if p.take(")") {
			return params
		}
		var one param
		for p.peek(0) == '[' {
			one.typ = p.typeOrAttribute(one.typ)
			p.newlines()
		}
		p.need("$")
		one.name = p.word()
		p.at += len([]rune(one.name))
		p.newlines()
		if p.take("=") {
			p.newlines()
			p.commas = false
			one.value = p.expression(0)
			p.commas = true
		}
		params = append(params, one)
		p.newlines()
		p.take(",")
	}
}

func (p *parser) typeOrAttribute(before string) string {
	from := p.at
	p.at++
	if name := strings.ToLower(p.word()); strings.HasPrefix(name, "validate") || name == "parameter" || name == "alias" || strings.HasPrefix(name, "allow") {
		p.skipTo(']')
		return before
	}
	p.at = from
	return p.typeLiteral()
}

// typeLiteral reads [name], and gives the name.
func (p *parser) typeLiteral() string {
	p.need("[")
	from := p.at
	p.skipTo(']')
	return strings.TrimSpace(string(p.text[from : p.at-1]))
}

func (p *parser) braces() *block {
	p.newlines()
	p.need("{")
	return p.block('}')
}

func (p *parser) condition() node {
	p.newlines()
	p.need("(")
	return p.closed()
}

// closed reads a statement up to ")".
func (p *parser) closed() node {
	defer func(commas bool) { p.commas = commas }(p.commas)
	p.commas = true
	p.newlines()
	n := p.statement()
	p.newlines()
	p.need(")")
	return n
}

func (p *parser) statement() node {
	switch w := strings.ToLower(p.word()); w {
	case "function", "filter":
		return p.function(w)
	case "if":
		p.takeWord(w)
		return p.branches()
	case "while", "do", "for":
		p.takeWord(w)
		return p.loop(w)
	case "foreach":
		if p.at+7 < len(p.text) && p.text[p.at+7] != '-' {
			p.takeWord(w)
			return p.foreach()
		}
	case "switch":
		p.takeWord(w)
		return p.switching()
	case "try":
		p.takeWord(w)
		return p.try()
	case "return", "throw", "exit", "break", "continue":
		p.takeWord(w)
		return p.jump(w)
	}
	return p.pipeline()
}

func (p *parser) function(w string) node {
	p.takeWord(w)
	p.blanks()
	f := &function{name: p.word()}
	p.at += len([]rune(f.name))
	p.newlines()
	var params []param
	if p.peek(0) == '(' {
		params = p.params()
	}
	f.body = p.braces()
	if params != nil {
		f.body.params = params
	}
	return f
}

func (p *parser) branches() node {
	n := &branches{conditions: []node{p.condition()}}
	n.bodies = append(n.bodies, p.braces())
	for {
		from := p.at
		p.newlines()
		switch {
		case p.takeWord("elseif"):
			n.conditions = append(n.conditions, p.condition())
			n.bodies = append(n.bodies, p.braces())
		case p.takeWord("else"):
			n.bodies = append(n.bodies, p.braces())
			return n
		default:
			p.at = from
			return n
		}
	}
}

func (p *parser) loop(w string) node {
	n := &loop{}
	switch w {
	case "while":
		n.condition = p.condition()
		n.body = p.braces()
	case "do":
		n.after = true
		n.body = p.braces()
		p.newlines()
		if n.until = p.takeWord("until"); !n.until && !p.takeWord("while") {
			p.fail("while or until is missing")
		}
		n.condition = p.condition()
	case "for":
		p.newlines()
		p.need("(")
		parts := []*node{&n.first, &n.condition, &n.step}
		for i, part := range parts {
			p.newlines()
			if c := p.peek(0); c != ';' && c != ')' {
				*part = p.statement()
			}
			p.newlines()
			p.need(map[bool]string{true: ")", false: ";"}[i == len(parts)-1])
		}
		n.body = p.braces()
	}
	return n
}

func (p *parser) foreach() node {
	p.newlines()
	p.need("(")
	p.newlines()
	p.need("$")
	n := &foreach{name: p.word()}
	p.at += len([]rune(n.name))
	p.blanks()
	if !p.takeWord("in") {
		p.fail("in is missing")
	}
	n.over = p.closed()
	n.body = p.braces()
	return n
}

func (p *parser) switching() node {
	n := &switching{on: p.condition()}
	p.newlines()
	p.need("{")
	for {
		p.lines()
		if p.take("}") {
			return n
		}
		if p.takeWord("default") {
			n.values = append(n.values, nil)
		} else if c := p.peek(0); isWord(c) {
			w := p.word()
			p.at += len([]rune(w))
			n.values = append(n.values, literal{numberOr(w)})
		} else {
			n.values = append(n.values, p.primary())
		}
		n.bodies = append(n.bodies, p.braces())
	}
}

func numberOr(w string) any {
	if n, err := strconv.Atoi(w); err == nil {
		return n
	}
	return w
}

func (p *parser) try() node {
	n := &try{body: p.braces()}
	for {
		from := p.at
		p.newlines()
		switch {
		case p.takeWord("catch"):
			var c catch
			p.newlines()
			for p.peek(0) == '[' {
				c.types = append(c.types, p.typeLiteral())
				p.newlines()
				p.take(",")
				p.newlines()
			}
			c.body = p.braces()
			n.catches = append(n.catches, c)
		case p.takeWord("finally"):
			n.finally = p.braces()
			return n
		default:
			p.at = from
			return n
		}
	}
}

func (p *parser) jump(w string) node {
	n := &jump{word: w}
	p.blanks()
	if c := p.peek(0); c != '\n' && c != ';' && c != '}' && c != ')' && c != 0 {
		n.value = p.statement()
	}
	return n
}
