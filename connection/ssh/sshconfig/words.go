package sshconfig

import "strings"

// splitKeyword parts a line into its keyword and the rest: blanks, or one = with blanks around it, stand between.
func splitKeyword(line string) (keyword, rest string) {
	const blank = " \t\r\f"
	line = strings.TrimRight(strings.TrimLeft(line, blank), blank+"\n")
	if line == "" || line[0] == '#' {
		return "", ""
	}
	if line[0] == '"' {
		if end := strings.IndexByte(line[1:], '"'); end >= 0 {
			keyword, rest = line[1:end+1], line[end+2:]
		}
	} else if end := strings.IndexAny(line, blank+"="); end >= 0 {
		keyword, rest = line[:end], line[end:]
	} else {
		keyword = line
	}
	rest = strings.TrimLeft(rest, blank)
	if strings.HasPrefix(rest, "=") {
		rest = strings.TrimLeft(rest[1:], blank)
	}
	return strings.ToLower(keyword), rest
}

// splitWords splits as OpenSSH does: by blanks, with single and double quotes, backslashes before quotes, blanks and backslashes,
// and a # that starts a word ends the line. It reports unbalanced quotes.
func splitWords(s string) (words []string, ok bool) {
	for i := 0; i < len(s); {
		switch s[i] {
		case ' ', '\t':
			i++
			continue
		case '#':
			return words, true
		}
		word, n, ok := nextWord(s[i:])
		if !ok {
			return nil, false
		}
		words = append(words, word)
		i += n
	}
	return words, true
}

// nextWord reads a word and gives its length in s.
func nextWord(s string) (word string, n int, ok bool) {
	var b strings.Builder
	var quote byte
	for n < len(s) {
		c := s[n]
		switch {
		case c == '\\' && n+1 < len(s) && escapable(s[n+1], quote):
			n++
			b.WriteByte(s[n])
		case quote == 0 && (c == ' ' || c == '\t'):
			return b.String(), n, true
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		default:
			b.WriteByte(c)
		}
		n++
	}
	return b.String(), n, quote == 0
}

func escapable(c, quote byte) bool {
	return c == '\'' || c == '"' || c == '\\' || (quote == 0 && c == ' ')
}
