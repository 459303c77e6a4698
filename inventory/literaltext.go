package inventory

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// textStart tells whether a Python text begins here: a quote, with a prefix of r, u or b before it.
func (p *literalParser) textStart() bool {
	prefix, _ := p.textPrefix()
	return prefix >= 0
}

// textPrefix gives the length of the prefix before a quote, or -1, and the prefix in lower case.
func (p *literalParser) textPrefix() (int, string) {
	for n := range 3 {
		if p.i+n >= len(p.s) {
			return -1, ""
		}
		if c := p.s[p.i+n]; c == '"' || c == '\'' {
			switch prefix := strings.ToLower(p.s[p.i : p.i+n]); prefix {
			case "", "r", "u", "b", "rb", "br":
				return n, prefix
			}
			return -1, ""
		}
	}
	return -1, ""
}

// text reads texts that follow each other as one, as Python does.
func (p *literalParser) text() (value.Value, bool) {
	var b strings.Builder
	bytes := 0
	parts := 0
	for p.textStart() {
		n, prefix := p.textPrefix()
		p.i += n
		parts++
		if strings.Contains(prefix, "b") {
			bytes++
		}
		if !p.quoted(&b, strings.Contains(prefix, "r"), strings.Contains(prefix, "b")) {
			return nil, false
		}
		p.space()
	}
	switch bytes {
	case 0:
		return value.String(b.String()), true
	case parts:
		return value.Bytes(b.String()), true
	default:
		return nil, false
	}
}

func (p *literalParser) quoted(b *strings.Builder, raw, isBytes bool) bool {
	q := p.s[p.i : p.i+1]
	if triple := strings.Repeat(q, 3); strings.HasPrefix(p.s[p.i:], triple) {
		q = triple
	}
	p.i += len(q)
	for p.i < len(p.s) {
		switch {
		case strings.HasPrefix(p.s[p.i:], q):
			p.i += len(q)
			return true
		case p.s[p.i] == '\\' && raw:
			b.WriteString(p.s[p.i:min(p.i+2, len(p.s))])
			p.i += 2
		case p.s[p.i] == '\\':
			if !p.escape(b, isBytes) {
				return false
			}
		case isBytes && p.s[p.i] >= utf8.RuneSelf:
			return false
		default:
			b.WriteByte(p.s[p.i])
			p.i++
		}
	}
	return false
}

// simpleEscapes are the escapes of one character and what they stand for.
const simpleEscapes = "n\nt\tr\ra\ab\bf\fv\v\\\\''\"\""

// escape reads a backslash and what belongs to it; an unknown escape stays as it is.
func (p *literalParser) escape(b *strings.Builder, isBytes bool) bool {
	if p.i+1 >= len(p.s) {
		return false
	}
	c := p.s[p.i+1]
	for i := 0; i < len(simpleEscapes); i += 2 {
		if simpleEscapes[i] == c {
			b.WriteByte(simpleEscapes[i+1])
			p.i += 2
			return true
		}
	}
	switch {
	case c == 'x':
		return p.coded(b, 2, isBytes)
	case c == 'u' && !isBytes:
		return p.coded(b, 4, false)
	case c == 'U' && !isBytes:
		return p.coded(b, 8, false)
	case c == 'N' && !isBytes:
		return false // names of characters: no inventory has them
	case c >= '0' && c <= '7':
		p.octal(b, isBytes)
	default:
		b.WriteByte('\\')
		p.i++
	}
	return true
}

func (p *literalParser) coded(b *strings.Builder, digits int, isBytes bool) bool {
	start := p.i + 2
	if start+digits > len(p.s) {
		return false
	}
	n, err := strconv.ParseUint(p.s[start:start+digits], 16, 32)
	if err != nil || n > utf8.MaxRune {
		return false
	}
	p.i = start + digits
	writeCode(b, uint32(n), isBytes)
	return true
}

func (p *literalParser) octal(b *strings.Builder, isBytes bool) {
	n := uint32(0)
	p.i++
	for k := 0; k < 3 && p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '7'; k++ {
		n = n*8 + uint32(p.s[p.i]-'0')
		p.i++
	}
	writeCode(b, n, isBytes)
}

func writeCode(b *strings.Builder, n uint32, isBytes bool) {
	if isBytes {
		b.WriteByte(byte(n))
		return
	}
	b.WriteRune(rune(n))
}
