package source

import (
	"errors"
	"strings"
)

// ShellWords splits a string as a POSIX shell does, without expansions.
func ShellWords(s string) ([]string, error) {
	var words []string
	for s = strings.TrimLeft(s, blanks); s != ""; s = strings.TrimLeft(s, blanks) {
		word, rest, err := shellWord(s)
		if err != nil {
			return nil, err
		}
		words, s = append(words, word), rest
	}
	return words, nil
}

const blanks = " \t\r\n"

func shellWord(s string) (word, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case strings.IndexByte(blanks, c) >= 0:
			return b.String(), s[i:], nil
		case c == '\\':
			if i++; i == len(s) {
				return "", "", errors.New("no escaped character")
			}
			b.WriteByte(s[i])
		case c == '\'' || c == '"':
			n, ok := quoted(&b, s[i+1:], c)
			if !ok {
				return "", "", errors.New("no closing quotation")
			}
			i += n
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", nil
}

// quoted reads up to the closing quote and gives the number of bytes read, with it.
func quoted(b *strings.Builder, s string, quote byte) (int, bool) {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return i + 1, true
		case quote == '"' && s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`"\`, s[i+1]) >= 0:
			i++
		}
		b.WriteByte(s[i])
	}
	return 0, false
}

// ShellQuote makes s one word of a POSIX shell.
func ShellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'" }

// ShlexQuote is ShellQuote where s needs it, as Python's shlex.quote has it.
func ShlexQuote(s string) string {
	odd := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_@%+=:,./-", r))
	}
	if s != "" && !strings.ContainsFunc(s, odd) {
		return s
	}
	return ShellQuote(s)
}
