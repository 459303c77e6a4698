package inventory

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// parseLiteral reads a Python literal, as ini inventories have them: numbers, texts, True, False, None, lists, tuples, dicts, sets.
// ok is false for any other text.
func parseLiteral(text string) (v value.Value, ok bool) {
	if !literalStart(text) {
		return nil, false
	}
	p := literalParser{s: strings.TrimLeft(text, " \t")}
	v, ok = p.list(0)
	if p.space(); !ok || p.i < len(p.s) {
		return nil, false
	}
	return v, true
}

// literalStart rules out most text by its first character.
func literalStart(text string) bool {
	text = strings.TrimLeft(text, " \t")
	if text == "" {
		return false
	}
	switch c := text[0]; {
	case c >= '0' && c <= '9', strings.IndexByte(`'"([{-+.`, c) >= 0:
		return true
	default:
		return strings.IndexByte("TFNrRuUbBs", c) >= 0
	}
}

const maxNesting = 200

type literalParser struct {
	s     string
	i     int
	depth int
}

// list reads an expression, and a tuple where a comma follows it. end is the byte that closes it, or 0.
func (p *literalParser) list(end byte) (value.Value, bool) {
	v, ok := p.value()
	if p.space(); !ok || p.peek() != ',' {
		return v, ok
	}
	t := value.Tuple{v}
	for p.take(',') {
		if p.space(); p.peek() == end {
			return t, true
		}
		if v, ok = p.value(); !ok {
			return nil, false
		}
		t = append(t, v)
		p.space()
	}
	return t, true
}

func (p *literalParser) value() (value.Value, bool) {
	p.space()
	if p.depth++; p.depth > maxNesting {
		return nil, false
	}
	defer func() { p.depth-- }()
	switch c := p.peek(); {
	case c == '(':
		return p.tuple()
	case c == '[':
		elems, ok := p.elements('[', ']')
		return value.NewList(elems...), ok
	case c == '{':
		return p.braces()
	case c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9':
		return p.number()
	case p.textStart():
		return p.text()
	default:
		return p.word()
	}
}

func (p *literalParser) tuple() (value.Value, bool) {
	p.i++
	if p.space(); p.take(')') {
		return value.Tuple{}, true
	}
	v, ok := p.list(')')
	p.space()
	return v, ok && p.take(')')
}

func (p *literalParser) elements(open, end byte) ([]value.Value, bool) {
	p.take(open)
	var out []value.Value
	for {
		if p.space(); p.take(end) {
			return out, true
		}
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		out = append(out, v)
		if p.space(); !p.take(',') && p.peek() != end {
			return nil, false
		}
	}
}

// braces reads a dict or a set.
func (p *literalParser) braces() (value.Value, bool) {
	start := p.i
	p.i++
	if p.space(); p.take('}') {
		return &value.Dict{}, true
	}
	if _, ok := p.value(); !ok {
		return nil, false
	}
	p.space()
	isDict := p.peek() == ':'
	p.i = start
	if isDict {
		return p.dict()
	}
	elems, ok := p.elements('{', '}')
	if !ok {
		return nil, false
	}
	set, err := value.NewSet(elems...)
	return set, err == nil
}

func (p *literalParser) dict() (value.Value, bool) {
	p.i++
	d := &value.Dict{}
	for {
		if p.space(); p.take('}') {
			return d, true
		}
		k, ok := p.value()
		if p.space(); !ok || !p.take(':') {
			return nil, false
		}
		v, ok := p.value()
		if !ok || d.SetKey(k, v) != nil {
			return nil, false
		}
		if p.space(); !p.take(',') && p.peek() != '}' {
			return nil, false
		}
	}
}

func (p *literalParser) word() (value.Value, bool) {
	start := p.i
	for p.i < len(p.s) && (p.s[p.i] == '_' || isAlnum(p.s[p.i])) {
		p.i++
	}
	switch p.s[start:p.i] {
	case "True":
		return value.Bool(true), true
	case "False":
		return value.Bool(false), true
	case "None":
		return value.None, true
	case "set":
		if strings.HasPrefix(p.s[p.i:], "()") {
			p.i += 2
			return &value.Set{}, true
		}
	}
	return nil, false
}

func (p *literalParser) number() (value.Value, bool) {
	neg := p.peek() == '-'
	if neg || p.peek() == '+' {
		p.i++
		p.space()
	}
	start := p.i
	for p.i < len(p.s) && p.numeric(start) {
		p.i++
	}
	return parseNumber(p.s[start:p.i], neg)
}

// numeric tells whether the byte belongs to a number that began at start.
func (p *literalParser) numeric(start int) bool {
	c := p.s[p.i]
	if c == '+' || c == '-' {
		hex := strings.HasPrefix(strings.ToLower(p.s[start:]), "0x")
		return !hex && p.i > start && p.s[p.i-1]|0x20 == 'e'
	}
	return c == '.' || c == '_' || isAlnum(c)
}

func parseNumber(s string, neg bool) (value.Value, bool) {
	if s == "" || s[0] != '.' && (s[0] < '0' || s[0] > '9') || strings.Contains(s, "__") || strings.HasSuffix(s, "_") {
		return nil, false
	}
	if v, ok := integer(s, neg); ok {
		return v, true
	}
	return float(s, neg)
}

func integer(s string, neg bool) (value.Value, bool) {
	base := 10
	if len(s) > 1 && s[0] == '0' && strings.IndexByte("xXoObB", s[1]) >= 0 {
		base = 0
	} else if strings.TrimLeft(s, "0_") != "" && s[0] == '0' {
		return nil, false // Python refuses 0777
	}
	n, ok := new(big.Int).SetString(withoutUnderscores(s, base), base)
	if !ok {
		return nil, false
	}
	if neg {
		n.Neg(n)
	}
	return value.NewInt(n), true
}

func withoutUnderscores(s string, base int) string {
	if base == 0 {
		return s
	}
	return strings.ReplaceAll(s, "_", "")
}

func float(s string, neg bool) (value.Value, bool) {
	if strings.ContainsAny(s, "xXpP") || !strings.ContainsAny(s, ".eE") {
		return nil, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, false
	}
	if neg {
		f = -f
	}
	return value.Float(f), true
}

// space skips blanks and a comment that ends the text.
func (p *literalParser) space() {
	for p.i < len(p.s) && (p.s[p.i] == ' ' || p.s[p.i] == '\t' || p.s[p.i] == '\f') {
		p.i++
	}
	if p.peek() == '#' {
		p.i = len(p.s)
	}
}

func (p *literalParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *literalParser) take(c byte) bool {
	if p.peek() != c || p.i >= len(p.s) {
		return false
	}
	p.i++
	return true
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
