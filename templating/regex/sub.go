package regex

import (
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// maxResult bounds the text that replacements make.
const maxResult = 256 << 20

// Sub is re.subn(pattern, replacement, text, count): the replacement may hold \1, \g<1> and \g<name>.
func (r *Regexp) Sub(replacement, text string, count int) (string, int, error) {
	parts, err := r.template(replacement)
	if err != nil {
		return "", 0, err
	}
	matches, err := r.All(text, count)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	last := 0
	for _, m := range matches {
		if b.Len() > maxResult {
			return "", 0, value.Errorf("MemoryError", "the result is longer than %d bytes", maxResult)
		}
		start, end := m.Span()
		b.WriteString(text[last:start])
		for _, p := range parts {
			if p.group < 0 {
				b.WriteString(p.text)
				continue
			}
			g, _ := m.Group(p.group)
			b.WriteString(g)
		}
		last = end
	}
	b.WriteString(text[last:])
	return b.String(), len(matches), nil
}

// part is a piece of a replacement: literal text, or a group where group is not negative.
type part struct {
	text  string
	group int
}

func (r *Regexp) template(s string) ([]part, error) {
	var parts []part
	var lit strings.Builder
	group := func(n int) error {
		if n < 0 || n > r.Groups() {
			return value.Errorf("re.error", "invalid group reference %d at position 1", n)
		}
		if lit.Len() > 0 {
			parts = append(parts, part{lit.String(), -1})
			lit.Reset()
		}
		parts = append(parts, part{"", n})
		return nil
	}
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			if s[i] == '\\' {
				return nil, value.Errorf("re.error", "bad escape (end of pattern) at position %d", i)
			}
			lit.WriteByte(s[i])
			i++
			continue
		}
		n, err := r.replaceEscape(s, i, &lit, group)
		if err != nil {
			return nil, err
		}
		i += n
	}
	if lit.Len() > 0 {
		parts = append(parts, part{lit.String(), -1})
	}
	return parts, nil
}

// replaceEscape reads one escape of a replacement and gives its length.
func (r *Regexp) replaceEscape(s string, i int, lit *strings.Builder, group func(int) error) (int, error) {
	c := s[i+1]
	switch {
	case c == 'g':
		return r.namedGroup(s, i, group)
	case c == '0' || isOctal(s[i+1:]):
		n := 1
		for n < 4 && i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '7' {
			n++
		}
		code, _ := strconv.ParseUint(s[i+1:i+n], 8, 32)
		lit.WriteRune(rune(code))
		return n, nil
	case c >= '1' && c <= '9':
		n := 2
		if i+2 < len(s) && s[i+2] >= '0' && s[i+2] <= '9' {
			n = 3
		}
		k, _ := strconv.Atoi(s[i+1 : i+n])
		return n, group(k)
	}
	if k := strings.IndexByte(`abfnrtv\`, c); k >= 0 {
		lit.WriteByte("\a\b\f\n\r\t\v\\"[k])
		return 2, nil
	}
	if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
		return 0, value.Errorf("re.error", "bad escape \\%c at position %d", c, i)
	}
	lit.WriteString(s[i : i+2])
	return 2, nil
}

// isOctal tells of three octal digits, which are a character's code.
func isOctal(s string) bool {
	return len(s) >= 3 && s[0] <= '3' && s[0] >= '0' && s[1] >= '0' && s[1] <= '7' && s[2] >= '0' && s[2] <= '7'
}

func (r *Regexp) namedGroup(s string, i int, group func(int) error) (int, error) {
	end := strings.IndexByte(s[i:], '>')
	if i+2 >= len(s) || s[i+2] != '<' || end < 0 {
		return 0, value.Errorf("re.error", "missing < at position %d", i+2)
	}
	name := s[i+3 : i+end]
	n, err := strconv.Atoi(name)
	if err != nil {
		if n = r.GroupIndex(name); n < 0 {
			return 0, value.Errorf("IndexError", "unknown group name %s", value.Repr(value.String(name)))
		}
	}
	return end + 1, group(n)
}

// Escape is re.escape.
func Escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 && strings.ContainsRune("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
