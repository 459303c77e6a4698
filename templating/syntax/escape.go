package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// unescape resolves Python's string escapes. An unknown escape keeps its backslash. The message tells of a broken one.
func unescape(s string) (text, msg string) {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		n, msg := escapeSequence(&b, s[i:], i)
		if msg != "" {
			return "", msg
		}
		i += n
	}
	return b.String(), ""
}

const (
	simpleEscapes = `\'"abfnrtv`
	simpleValues  = "\\'\"\a\b\f\n\r\t\v"
)

// escapeSequence writes what the sequence at the start of s stands for and gives its length.
func escapeSequence(b *strings.Builder, s string, at int) (n int, msg string) {
	c := s[1]
	if k := strings.IndexByte(simpleEscapes, c); k >= 0 {
		b.WriteByte(simpleValues[k])
		return 2, ""
	}
	switch c {
	case '\n':
		return 2, ""
	case 'x':
		return hexEscape(b, s, 2, at, `truncated \xXX escape`)
	case 'u':
		return hexEscape(b, s, 4, at, `truncated \uXXXX escape`)
	case 'U':
		return hexEscape(b, s, 8, at, `truncated \UXXXXXXXX escape`)
	}
	if c >= '0' && c <= '7' {
		n = 2
		for n < 4 && n < len(s) && s[n] >= '0' && s[n] <= '7' {
			n++
		}
		r, _ := strconv.ParseUint(s[1:n], 8, 32)
		b.WriteRune(rune(r))
		return n, ""
	}
	b.WriteByte('\\')
	return 1, ""
}

func hexEscape(b *strings.Builder, s string, digits, at int, msg string) (int, string) {
	end := 2 + digits
	if len(s) >= end {
		if r, err := strconv.ParseUint(s[2:end], 16, 32); err == nil && r <= utf8.MaxRune {
			b.WriteRune(rune(r))
			return end, ""
		}
	}
	return 0, msg
}

// unescapeRaw keeps all backslashes: Ansible doubles them in the {{ }} of playbooks before Jinja2 halves them again, so that
// regular expressions need no escaping.
func unescapeRaw(s string) string { return s }

func quoteChar(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return value.Repr(value.String(s[:n]))
}
