package regex

import "strings"

// translation is a Python pattern in the words of both engines.
type translation struct {
	fast, slow string
	linear     bool // Go's engine knows everything in it
	dollar     bool // it has a $
	zeroWidth  bool // it has \b or an anchor, with which it could match nothing in the middle of text
}

type translator struct {
	src        string
	i          int
	fast, slow strings.Builder
	t          translation
}

func translate(pattern string) translation {
	tr := &translator{src: pattern}
	tr.t.linear = true
	for tr.i < len(pattern) {
		tr.step()
	}
	tr.t.fast, tr.t.slow = tr.fast.String(), tr.slow.String()
	return tr.t
}

func (tr *translator) both(s string) {
	tr.fast.WriteString(s)
	tr.slow.WriteString(s)
}

func (tr *translator) step() {
	rest := tr.src[tr.i:]
	switch {
	case rest[0] == '\\':
		tr.escape(false)
	case rest[0] == '[':
		tr.class()
	case strings.HasPrefix(rest, "(?"):
		tr.group()
	case rest[0] == '$':
		tr.t.dollar = true
		tr.t.zeroWidth = true
		tr.both("$")
		tr.i++
	case strings.HasPrefix(rest, "{,"):
		tr.openRepeat(rest)
	default:
		if rest[0] == '^' {
			tr.t.zeroWidth = true
		}
		tr.both(rest[:1])
		tr.i++
	}
}

// openRepeat writes {,n}, which is {0,n} in Python.
func (tr *translator) openRepeat(rest string) {
	end := strings.IndexByte(rest, '}')
	if end > 2 && isNumber(rest[2:end]) {
		tr.both("{0," + rest[2:end] + "}")
		tr.i += end + 1
		return
	}
	tr.both(`\{`)
	tr.i++
}

func (tr *translator) escape(inClass bool) {
	if tr.i+1 >= len(tr.src) {
		tr.both(`\`)
		tr.i++
		return
	}
	c := tr.src[tr.i+1]
	tr.i += 2
	switch {
	case c == 'Z' && !inClass:
		tr.t.zeroWidth = true
		tr.both(`\z`)
	case (c == 'b' || c == 'B') && !inClass:
		tr.t.zeroWidth = true
		tr.both(`\` + string(c))
	case c == 'b':
		tr.both(`\x08`)
	case c >= '1' && c <= '9' && !inClass:
		tr.t.linear = false
		tr.slow.WriteString(`\` + string(c))
	case strings.IndexByte("_-'\"#%&,/:;<=>@`~! ", c) >= 0:
		tr.literal(c)
	case c == 'u' && tr.i+4 <= len(tr.src):
		tr.fast.WriteString(`\x{` + tr.src[tr.i:tr.i+4] + `}`)
		tr.slow.WriteString(`\u` + tr.src[tr.i:tr.i+4])
		tr.i += 4
	case c == 's' && !inClass:
		tr.fast.WriteString(`[\s\v\x1c-\x1f]`)
		tr.slow.WriteString(`\s`)
	case c == 's':
		tr.fast.WriteString(`\s\v\x1c-\x1f`)
		tr.slow.WriteString(`\s`)
	case c == 'S' && !inClass:
		tr.fast.WriteString(`[^\s\v\x1c-\x1f]`)
		tr.slow.WriteString(`\S`)
	default:
		tr.both(`\` + string(c))
	}
}

// literal writes a character whose escape means itself.
func (tr *translator) literal(c byte) {
	if c == '-' || c == '#' || c == ' ' {
		tr.both(`\x` + hex(c))
		return
	}
	tr.both(string(c))
}

func hex(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

// class writes a character class: a [ in it is a plain character in Python.
func (tr *translator) class() {
	tr.both("[")
	tr.i++
	if tr.i < len(tr.src) && tr.src[tr.i] == '^' {
		tr.both("^")
		tr.i++
	}
	if tr.i < len(tr.src) && tr.src[tr.i] == ']' {
		tr.both(`\]`)
		tr.i++
	}
	for tr.i < len(tr.src) {
		switch c := tr.src[tr.i]; c {
		case ']':
			tr.both("]")
			tr.i++
			return
		case '[':
			tr.both(`\[`)
			tr.i++
		case '\\':
			tr.escape(true)
		default:
			tr.both(string(c))
			tr.i++
		}
	}
}

func (tr *translator) group() {
	rest := tr.src[tr.i:]
	switch {
	case strings.HasPrefix(rest, "(?P<"):
		tr.fast.WriteString("(?P<")
		tr.slow.WriteString("(?<")
		tr.i += 4
	case strings.HasPrefix(rest, "(?P="):
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			end = len(rest) - 1
		}
		tr.t.linear = false
		tr.slow.WriteString(`\k<` + rest[4:end] + `>`)
		tr.i += end + 1
	case strings.HasPrefix(rest, "(?#"):
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			end = len(rest) - 1
		}
		tr.i += end + 1
	case strings.HasPrefix(rest, "(?:"):
		tr.both("(?:")
		tr.i += 3
	default:
		tr.flagsOrLook(rest)
	}
}

// flagsOrLook writes (?i), (?i:…), and what only the backtracking engine knows: look-around, conditions, atomic groups.
func (tr *translator) flagsOrLook(rest string) {
	n := 2
	for n < len(rest) && strings.IndexByte("aiLmsux-", rest[n]) >= 0 {
		n++
	}
	if n == 2 || n == len(rest) || rest[n] != ')' && rest[n] != ':' {
		tr.t.linear = false
		tr.both("(?")
		tr.i += 2
		return
	}
	flags := strings.NewReplacer("a", "", "u", "", "L", "").Replace(rest[2:n])
	if strings.ContainsAny(flags, "xm") {
		tr.t.linear = false
	}
	tr.i += n + 1
	if flags == "" {
		if rest[n] == ':' {
			tr.both("(?:")
		}
		return
	}
	tr.both("(?" + flags + string(rest[n]))
}
