package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// operators, the longer first.
var operators = [...]string{
	"//", "**", "==", "!=", ">=", "<=",
	"+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
}

// token reads one token inside a tag.
func (lx *lexer) token(inVariable bool) {
	c := lx.src[lx.pos]
	switch {
	case c >= '0' && c <= '9':
		lx.number()
	case c == '\'' || c == '"':
		lx.str(inVariable && lx.cfg.RawStrings)
	case isNameStart(lx.src[lx.pos:]):
		lx.name()
	default:
		lx.operator()
	}
}

func isNameStart(s string) bool {
	if c := s[0]; c < utf8.RuneSelf {
		return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	r, _ := utf8.DecodeRuneInString(s)
	return isNamePart(r)
}

func isNamePart(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Other_ID_Start, unicode.Other_ID_Continue)
}

// isIdentifier tells whether the parts of a name make one for Python: there are digits and signs that don't.
func isIdentifier(name string) bool {
	for i, r := range name {
		start := r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start)
		if !start && (i == 0 || !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)) {
			return false
		}
	}
	return true
}

func (lx *lexer) name() {
	start := lx.pos
	end := strings.IndexFunc(lx.src[start:], func(r rune) bool { return !isNamePart(r) })
	if end < 0 {
		end = len(lx.src) - start
	}
	lx.pos = start + end
	name := lx.src[start:lx.pos]
	if !isIdentifier(name) {
		lx.fail(start, "Invalid character in identifier")
		return
	}
	lx.add(tokName, name, start)
}

// digits gives how many bytes of digits, with single underscores between them, s starts with.
func digits(s string, valid string) int {
	n := 0
	for n < len(s) {
		switch {
		case strings.IndexByte(valid, s[n]) >= 0:
			n++
		case s[n] == '_' && n+1 < len(s) && strings.IndexByte(valid, s[n+1]) >= 0 && n > 0:
			n++
		default:
			return n
		}
	}
	return n
}

const decimal = "0123456789"

func (lx *lexer) number() {
	start := lx.pos
	s := lx.src[start:]
	if n := radixNumber(s); n > 0 {
		lx.pos += n
		lx.add(tokInt, s[:n], start)
		return
	}
	afterDot := start > 0 && s != "" && lx.src[start-1] == '.'
	if n := floatLength(s); n > 0 && !afterDot {
		lx.pos += n
		lx.add(tokFloat, s[:n], start)
		return
	}
	n := digits(s, decimal)
	if s[0] == '0' {
		n = digits(s, "0")
	}
	lx.pos += n
	lx.add(tokInt, s[:n], start)
}

func radixNumber(s string) int {
	if len(s) < 3 || s[0] != '0' {
		return 0
	}
	valid := ""
	switch s[1] {
	case 'x', 'X':
		valid = "0123456789abcdefABCDEF"
	case 'o', 'O':
		valid = "01234567"
	case 'b', 'B':
		valid = "01"
	default:
		return 0
	}
	rest := strings.TrimPrefix(s[2:], "_")
	n := digits(rest, valid)
	if n == 0 {
		return 0
	}
	return len(s) - len(rest) + n
}

func floatLength(s string) int {
	n := digits(s, decimal)
	whole := n
	if n < len(s) && s[n] == '.' {
		if d := digits(s[n+1:], decimal); d > 0 {
			n += 1 + d
		}
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		e := n + 1
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if d := digits(s[e:], decimal); d > 0 {
			return e + d
		}
	}
	if n == whole {
		return 0
	}
	return n
}

func (lx *lexer) str(raw bool) {
	start := lx.pos
	quote := lx.src[start]
	for i := start + 1; i < len(lx.src); i++ {
		switch lx.src[i] {
		case '\\':
			i++
		case quote:
			lx.pos = i + 1
			lx.addString(lx.src[start+1:i], start, raw)
			return
		}
	}
	lx.fail(start, "unexpected char %s at %d", quoteChar(lx.src[start:]), utf8.RuneCountInString(lx.src[:start]))
}

func (lx *lexer) addString(body string, start int, raw bool) {
	if lx.cfg.NewlineSequence != "\n" {
		body = strings.ReplaceAll(body, "\n", lx.cfg.NewlineSequence)
	}
	if raw {
		body = unescapeRaw(body)
	} else if strings.IndexByte(body, '\\') >= 0 {
		var msg string
		if body, msg = unescape(body); msg != "" {
			lx.fail(start, "%s", msg)
		}
	}
	lx.add(tokString, body, start)
}

func (lx *lexer) operator() {
	rest := lx.src[lx.pos:]
	for _, op := range operators {
		if strings.HasPrefix(rest, op) {
			lx.balanceOp(op)
			lx.add(tokOp, op, lx.pos)
			lx.pos += len(op)
			return
		}
	}
	lx.fail(lx.pos, "unexpected char %s at %d", quoteChar(rest), utf8.RuneCountInString(lx.src[:lx.pos]))
}

func (lx *lexer) balanceOp(op string) {
	switch op {
	case "(":
		lx.balance = append(lx.balance, ')')
	case "[":
		lx.balance = append(lx.balance, ']')
	case "{":
		lx.balance = append(lx.balance, '}')
	case ")", "]", "}":
		if len(lx.balance) == 0 {
			lx.fail(lx.pos, "unexpected '%s'", op)
			return
		}
		want := lx.balance[len(lx.balance)-1]
		if op[0] != want {
			lx.fail(lx.pos, "unexpected '%s', expected '%c'", op, want)
			return
		}
		lx.balance = lx.balance[:len(lx.balance)-1]
	}
}
