package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// FromJSON reads a JSON document as Python's json.loads does: dicts keep the order of keys, a later equal key wins, integers have
// any size, NaN and Infinity are accepted. Errors carry json.loads' text.
func FromJSON(data []byte) (Value, error) {
	p := &jsonParser{s: string(data)}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.i < len(p.s) {
		return nil, p.fail("Extra data", p.i)
	}
	return v, nil
}

type jsonParser struct {
	s string
	i int
}

func (p *jsonParser) fail(msg string, at int) error {
	at = min(at, len(p.s))
	before := p.s[:at]
	line := strings.Count(before, "\n") + 1
	col := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return Errorf("JSONDecodeError", "%s: line %d column %d (char %d)", msg, line, col, utf8.RuneCountInString(before))
}

func (p *jsonParser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

func (p *jsonParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *jsonParser) value(depth int) (Value, error) {
	if depth > maxJSONDepth {
		return nil, Errorf("RecursionError", "maximum recursion depth exceeded while decoding a JSON document")
	}
	switch c := p.peek(); {
	case c == '"':
		s, err := p.text()
		return String(s), err
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	default:
		return p.word()
	}
}

func (p *jsonParser) word() (Value, error) {
	for _, w := range [...]struct {
		text string
		v    Value
	}{
		{"null", None},
		{"true", Bool(true)},
		{"false", Bool(false)},
		{"NaN", Float(math.NaN())},
		{"Infinity", Float(math.Inf(1))},
	} {
		if strings.HasPrefix(p.s[p.i:], w.text) {
			p.i += len(w.text)
			return w.v, nil
		}
	}
	return nil, p.fail("Expecting value", p.i)
}

func (p *jsonParser) object(depth int) (Value, error) {
	d := &Dict{}
	p.i++
	p.space()
	if p.peek() == '}' {
		p.i++
		return d, nil
	}
	for {
		if p.peek() != '"' {
			return nil, p.fail("Expecting property name enclosed in double quotes", p.i)
		}
		key, err := p.text()
		if err != nil {
			return nil, err
		}
		p.space()
		if p.peek() != ':' {
			return nil, p.fail("Expecting ':' delimiter", p.i)
		}
		p.i++
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		d.Set(key, v)
		p.space()
		switch p.peek() {
		case '}':
			p.i++
			return d, nil
		case ',':
			p.i++
			p.space()
		default:
			return nil, p.fail("Expecting ',' delimiter", p.i)
		}
	}
}

func (p *jsonParser) array(depth int) (Value, error) {
	l := &List{}
	p.i++
	p.space()
	if p.peek() == ']' {
		p.i++
		return l, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		l.Elems = append(l.Elems, v)
		p.space()
		switch p.peek() {
		case ']':
			p.i++
			return l, nil
		case ',':
			p.i++
			p.space()
		default:
			return nil, p.fail("Expecting ',' delimiter", p.i)
		}
	}
}

func (p *jsonParser) number() (Value, error) {
	start := p.i
	if p.peek() == '-' {
		p.i++
		if strings.HasPrefix(p.s[p.i:], "Infinity") {
			p.i += len("Infinity")
			return Float(math.Inf(-1)), nil
		}
	}
	if p.peek() == '0' {
		p.i++
	} else if p.digits() == 0 {
		return nil, p.fail("Expecting value", start)
	}
	isFloat := p.fraction()
	text := p.s[start:p.i]
	if isFloat {
		f, _ := strconv.ParseFloat(text, 64) // out of range gives infinity, as in Python
		return Float(f), nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Int(n), nil
	}
	b, _ := new(big.Int).SetString(text, 10)
	return NewInt(b), nil
}

func (p *jsonParser) digits() int {
	start := p.i
	for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' {
		p.i++
	}
	return p.i - start
}

func (p *jsonParser) fraction() bool {
	isFloat := false
	if start := p.i; p.peek() == '.' {
		p.i++
		if p.digits() == 0 {
			p.i = start
			return false
		}
		isFloat = true
	}
	if start := p.i; p.peek() == 'e' || p.peek() == 'E' {
		p.i++
		if c := p.peek(); c == '+' || c == '-' {
			p.i++
		}
		if p.digits() == 0 {
			p.i = start
			return isFloat
		}
		isFloat = true
	}
	return isFloat
}

func (p *jsonParser) text() (string, error) {
	start := p.i
	p.i++
	for j := p.i; j < len(p.s); j++ {
		switch c := p.s[j]; {
		case c == '"':
			s := p.s[p.i:j]
			p.i = j + 1
			return s, nil
		case c == '\\' || c < ' ':
			return p.escapedText(start, j)
		}
	}
	return "", p.fail("Unterminated string starting at", start)
}

func (p *jsonParser) escapedText(start, j int) (string, error) {
	buf := append([]byte(nil), p.s[p.i:j]...)
	p.i = j
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == '"':
			p.i++
			return string(buf), nil
		case c < ' ':
			return "", p.fail("Invalid control character at", p.i)
		case c != '\\':
			buf = append(buf, c)
			p.i++
		default:
			var err error
			if buf, err = p.escape(buf, start); err != nil {
				return "", err
			}
		}
	}
	return "", p.fail("Unterminated string starting at", start)
}

func (p *jsonParser) escape(buf []byte, start int) ([]byte, error) {
	if p.i+1 >= len(p.s) {
		return nil, p.fail("Unterminated string starting at", start)
	}
	c := p.s[p.i+1]
	if c == 'u' {
		return p.unicode(buf)
	}
	k := strings.IndexByte(`"\/bfnrt`, c)
	if k < 0 {
		return nil, p.fail("Invalid \\escape", p.i)
	}
	p.i += 2
	return append(buf, "\"\\/\b\f\n\r\t"[k]), nil
}

func (p *jsonParser) unicode(buf []byte) ([]byte, error) {
	r, ok := p.hex(p.i + 2)
	if !ok {
		return nil, p.fail("Invalid \\uXXXX escape", p.i+1)
	}
	p.i += 6
	if r >= 0xd800 && r < 0xdc00 && strings.HasPrefix(p.s[p.i:], `\u`) {
		if low, ok := p.hex(p.i + 2); ok && low >= 0xdc00 && low < 0xe000 {
			p.i += 6
			return utf8.AppendRune(buf, 0x10000+(r-0xd800)<<10+(low-0xdc00)), nil
		}
	}
	if r >= 0xdc80 && r <= 0xdcff {
		return append(buf, byte(r-0xdc00)), nil // a byte that was no UTF-8, as surrogateescape writes it
	}
	return utf8.AppendRune(buf, r), nil
}

func (p *jsonParser) hex(at int) (rune, bool) {
	if at+4 > len(p.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.s[at:at+4], 16, 32)
	return rune(n), err == nil
}
