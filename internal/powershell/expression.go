package powershell

import (
	"strconv"
	"strings"
)

// pipeline reads commands and expressions with | between, or an assignment.
func (p *parser) pipeline() node {
	first := p.element()
	p.blanks()
	for _, op := range []string{"=", "+=", "-=", "*="} {
		if p.has(op) && !p.has("==") {
			p.take(op)
			p.newlines()
			return &assign{to: first, op: op, value: p.statement()}
		}
	}
	n := &pipeline{commands: []node{first}}
	for {
		p.blanks()
		if p.peek(0) != '|' {
			break
		}
		p.at++
		p.newlines()
		n.commands = append(n.commands, p.element())
	}
	if len(n.commands) == 1 {
		return first
	}
	return n
}

// element reads a command, or an expression.
func (p *parser) element() node {
	c := p.peek(0)
	switch {
	case c == '&' || c == '.' && (p.peek(1) == ' ' || p.peek(1) == '('):
		p.at++
		p.blanks()
		if c == '&' && isWord(p.peek(0)) {
			return p.command(literal{p.bare()}, false)
		}
		return p.command(p.postfix(p.primary()), c == '.')
	case isWord(c) && (c < '0' || c > '9'):
		return p.command(literal{p.bare()}, false)
	}
	return p.expression(0)
}

// bare reads a word of a command line.
func (p *parser) bare() string {
	from := p.at
	for c := p.peek(0); c != 0 && !strings.ContainsRune(" \t\n;|(){}\"'`,", c); c = p.peek(0) {
		p.at++
	}
	return string(p.text[from:p.at])
}

func (p *parser) command(name node, dot bool) node {
	n := &command{name: name, dot: dot}
	for {
		p.blanks()
		switch c := p.peek(0); {
		case c == 0 || strings.ContainsRune("\n;|)}", c):
			return n
		case p.take("2>$null"):
			n.quiet = true
		case p.take("2>&1"):
		case c == '-' && (isWord(p.peek(1)) && (p.peek(1) < '0' || p.peek(1) > '9')):
			n.args = append(n.args, p.parameter())
		case c == '@' && isWord(p.peek(1)):
			p.at++
			name := p.word()
			p.at += len([]rune(name))
			n.args = append(n.args, argument{value: variable{"", name}, splat: true})
		default:
			n.args = append(n.args, argument{value: p.argument()})
		}
	}
}

func (p *parser) parameter() argument {
	p.at++
	name := p.word()
	p.at += len([]rune(name))
	a := argument{name: name}
	if p.take(":") {
		a.value = p.argument()
	}
	return a
}

// argument reads a value of a command line; commas make a list of several.
func (p *parser) argument() node {
	items := []node{p.oneArgument()}
	for {
		p.blanks()
		if p.peek(0) != ',' {
			break
		}
		p.at++
		p.newlines()
		items = append(items, p.oneArgument())
	}
	if len(items) == 1 {
		return items[0]
	}
	return list{items}
}

func (p *parser) oneArgument() node {
	if c := p.peek(0); strings.ContainsRune("$(@{\"'", c) {
		return p.postfix(p.primary())
	}
	word := p.bare()
	if n, err := strconv.Atoi(word); err == nil {
		return literal{n}
	}
	if strings.Contains(word, "$") {
		return (&parser{text: []rune(word)}).expandable(0)
	}
	return literal{word}
}

// levels are the binary operators by how loosely they bind, the loosest first.
var levels = [][]string{
	{"-and", "-or", "-xor"},
	{"-band", "-bor", "-bxor"},
	{
		"-eq", "-ceq", "-ne", "-cne", "-lt", "-le", "-gt", "-ge", "-match", "-notmatch", "-cmatch", "-like", "-notlike", "-replace", "-creplace", "-split", "-join",
		"-contains", "-notcontains", "-in", "-notin", "-is", "-isnot", "-as",
	},
	{"+", "-"},
	{"*", "/", "%"},
	{"-f"},
	{".."},
}

func (p *parser) expression(level int) node {
	if level == len(levels) {
		return p.commaList()
	}
	left := p.expression(level + 1)
	for {
		p.blanks()
		op := p.operator(levels[level])
		if op == "" {
			return left
		}
		p.newlines()
		left = &operation{op, left, p.expression(level + 1)}
	}
}

// operator takes one of some operators, or gives "".
func (p *parser) operator(ops []string) string {
	for _, op := range ops {
		if len(op) > 2 && op[0] == '-' || op == "-f" {
			if p.peek(0) == '-' && strings.EqualFold(string(p.text[p.at:min(p.at+len(op), len(p.text))]), op) && !isWord(p.peek(len(op))) {
				p.at += len(op)
				return op
			}
			continue
		}
		if !p.has(op) || p.has(op+"=") || p.has("--") || p.has("++") || op == "-" && isWord(p.peek(1)) && !(p.peek(1) >= '0' && p.peek(1) <= '9') {
			continue
		}
		p.at += len(op)
		return op
	}
	return ""
}

func (p *parser) commaList() node {
	if p.commas && p.peek(0) == ',' {
		p.at++
		p.blanks()
		return list{[]node{p.unary()}}
	}
	items := []node{p.unary()}
	for p.commas {
		p.blanks()
		if p.peek(0) != ',' {
			break
		}
		p.at++
		p.newlines()
		items = append(items, p.unary())
	}
	if len(items) == 1 {
		return items[0]
	}
	return list{items}
}

func (p *parser) unary() node {
	p.blanks()
	switch {
	case p.take("!"):
		return &unary{"-not", p.unary()}
	case p.take("++"):
		return &count{p.unary(), 1}
	case p.take("--"):
		return &count{p.unary(), -1}
	case p.peek(0) == '-' && (p.peek(1) == '$' || p.peek(1) == '('):
		p.at++
		return &unary{"-", p.unary()}
	case p.peek(0) == '[':
		return p.typed()
	}
	if op := p.operator([]string{"-not", "-join", "-split", "-bnot"}); op != "" {
		return &unary{op, p.unary()}
	}
	return p.postfix(p.primary())
}

// typed reads a type, or a cast of what follows it.
func (p *parser) typed() node {
	name := p.typeLiteral()
	if c := p.peek(0); c == ':' || c == '.' {
		return p.postfix(typeName{name})
	}
	p.blanks()
	if c := p.peek(0); c == 0 || strings.ContainsRune("\n;|)},", c) || c == '-' && isWord(p.peek(1)) && !(p.peek(1) >= '0' && p.peek(1) <= '9') {
		return typeName{name}
	}
	return &cast{name, p.unary()}
}

// postfix reads members, calls and indices behind a value.
func (p *parser) postfix(n node) node {
	for {
		switch {
		case p.take("::"):
			n = p.member(n, true)
		case p.peek(0) == '.' && p.peek(1) != '.' && (isWord(p.peek(1)) || strings.ContainsRune("$\"'(", p.peek(1))):
			p.at++
			n = p.member(n, false)
		case p.take("["):
			at := p.inside(']')
			n = &index{n, at}
		case p.take("++"):
			n = &count{n, 1}
		case p.take("--"):
			n = &count{n, -1}
		default:
			return n
		}
	}
}

func (p *parser) inside(end rune) node {
	defer func(commas bool) { p.commas = commas }(p.commas)
	p.commas = true
	p.newlines()
	n := p.expression(0)
	p.newlines()
	p.need(string(end))
	return n
}

func (p *parser) member(of node, static bool) node {
	m := &member{of: of, static: static}
	if isWord(p.peek(0)) {
		from := p.at
		for isWord(p.peek(0)) {
			p.at++
		}
		m.name = literal{string(p.text[from:p.at])}
	} else {
		m.name = p.primary()
	}
	if p.take("(") {
		m.call = true
		m.args = p.arguments()
	}
	return m
}

func (p *parser) arguments() (args []node) {
	defer func(commas bool) { p.commas = commas }(p.commas)
	p.commas = false
	for {
		p.newlines()
		if p.take(")") {
			return args
		}
		args = append(args, p.expression(0))
		p.newlines()
		p.take(",")
	}
}

func (p *parser) primary() node {
	switch c := p.peek(0); {
	case c == '$' && p.peek(1) == '(':
		p.at += 2
		return sub{p.block(')')}
	case c == '$':
		return p.variable()
	case c == '@' && p.peek(1) == '(':
		p.at += 2
		return array{p.block(')')}
	case c == '@' && p.peek(1) == '{':
		p.at += 2
		return p.hash()
	case c == '@' && (p.peek(1) == '\'' || p.peek(1) == '"'):
		return p.here()
	case c == '(':
		p.at++
		return paren{p.closed()}
	case c == '{':
		p.at++
		return script{p.block('}')}
	case c == '\'':
		return literal{p.quoted()}
	case c == '"':
		p.at++
		return p.expandable('"')
	case c >= '0' && c <= '9':
		return literal{p.number(1)}
	case c == '-' && p.peek(1) >= '0' && p.peek(1) <= '9':
		p.at++
		return literal{p.number(-1)}
	case c == '[':
		return p.typed()
	}
	p.fail("unexpected %.20q", string(p.text[p.at:]))
	return nil
}

func (p *parser) variable() node {
	p.at++
	if p.take("{") {
		from := p.at
		p.skipTo('}')
		return named(string(p.text[from : p.at-1]))
	}
	if c := p.peek(0); c == '?' || c == '_' && !isWord(p.peek(1)) || c == '^' {
		p.at++
		return variable{"", string(c)}
	}
	from := p.at
	for isWord(p.peek(0)) || p.peek(0) == ':' && p.peek(1) != ':' && isWord(p.peek(1)) {
		p.at++
	}
	return named(string(p.text[from:p.at]))
}

func named(name string) variable {
	if scope, rest, found := strings.Cut(name, ":"); found {
		return variable{strings.ToLower(scope), rest}
	}
	return variable{"", name}
}

func (p *parser) number(sign int) any {
	from := p.at
	hex := p.take("0x")
	for c := p.peek(0); isWord(c) || c == '.' && p.peek(1) != '.' && p.peek(1) >= '0' && p.peek(1) <= '9'; c = p.peek(0) {
		p.at++
	}
	text := strings.ToLower(string(p.text[from:p.at]))
	if hex {
		n, err := strconv.ParseInt(text[2:], 16, 64)
		if err != nil {
			p.fail("%s is no number", text)
		}
		return sign * int(n)
	}
	scale := 1
	for suffix, factor := range map[string]int{"kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30} {
		if rest, found := strings.CutSuffix(text, suffix); found {
			text, scale = rest, factor
		}
	}
	if n, err := strconv.Atoi(text); err == nil {
		return sign * n * scale
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		p.fail("%s is no number", text)
	}
	return float64(sign) * f
}

func (p *parser) hash() node {
	n := hash{}
	for {
		p.lines()
		if p.take("}") {
			return n
		}
		if isWord(p.peek(0)) {
			w := p.word()
			p.at += len([]rune(w))
			n.keys = append(n.keys, literal{w})
		} else {
			n.keys = append(n.keys, p.primary())
		}
		p.blanks()
		p.need("=")
		p.newlines()
		n.values = append(n.values, p.valueOfHash())
	}
}

func (p *parser) valueOfHash() node {
	defer func(commas bool) { p.commas = commas }(p.commas)
	p.commas = true
	return p.statement()
}

func (p *parser) quoted() string {
	p.at++
	var b strings.Builder
	for {
		switch {
		case p.at >= len(p.text):
			p.fail("a text has no end")
		case p.take("''"):
			b.WriteByte('\'')
		case p.take("'"):
			return b.String()
		default:
			b.WriteRune(p.peek(0))
			p.at++
		}
	}
}

// here reads a text of whole lines.
func (p *parser) here() node {
	quote := string(p.peek(1))
	p.at += 2
	for p.peek(0) != '\n' {
		p.at++
	}
	p.at++
	from := p.at
	for !p.has("\n" + quote + "@") {
		if p.at++; p.at >= len(p.text) {
			p.fail("a text has no end")
		}
	}
	body := string(p.text[from:p.at])
	p.at += 3
	if quote == "'" {
		return literal{body}
	}
	return (&parser{text: []rune(body), commas: true}).expandable(0)
}

// escapes are what a backtick makes of signs.
var escapes = map[rune]string{'n': "\n", 'r': "\r", 't': "\t", '0': "\x00", 'a': "\a", 'b': "\b", 'e': "\x1b", '\n': ""}

// expandable reads a text with variables in it, up to its end.
func (p *parser) expandable(end rune) node {
	var parts []node
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			parts = append(parts, literal{b.String()})
			b.Reset()
		}
	}
	for {
		c := p.peek(0)
		switch {
		case p.at >= len(p.text) && end == 0:
			flush()
			return text{parts}
		case p.at >= len(p.text):
			p.fail("a text has no end")
		case end != 0 && c == end && p.peek(1) == end:
			b.WriteRune(end)
			p.at += 2
		case end != 0 && c == end:
			p.at++
			flush()
			return text{parts}
		case c == '`':
			e := p.peek(1)
			if s, known := escapes[e]; known {
				b.WriteString(s)
			} else {
				b.WriteRune(e)
			}
			p.at += 2
		case c == '$' && (isWord(p.peek(1)) || p.peek(1) == '{' || p.peek(1) == '('):
			flush()
			parts = append(parts, p.primary())
		default:
			b.WriteRune(c)
			p.at++
		}
	}
}
