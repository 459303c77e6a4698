package inventory

import (
	"strings"
)

// splitWords splits a line as a POSIX shell does, without expansions: quotes, backslashes, and '#' that starts a comment even inside
// of a word.
func splitWords(line string) ([]string, error) {
	if !strings.ContainsAny(line, `'"\#`) {
		return strings.Fields(line), nil
	}
	var s wordSplitter
	for i := 0; i < len(line); i++ {
		if line[i] == '#' && s.quote == 0 {
			break
		}
		i += s.next(line, i)
	}
	if s.quote != 0 {
		return nil, said("No closing quotation")
	}
	if s.broken {
		return nil, said("No escaped character")
	}
	s.end()
	return s.words, nil
}

type wordSplitter struct {
	words  []string
	word   strings.Builder
	inWord bool
	quote  byte
	broken bool // a backslash ends the line
}

// next takes the byte at i and tells how many more it took.
func (s *wordSplitter) next(line string, i int) int {
	c := line[i]
	switch {
	case c == s.quote:
		s.quote = 0
	case s.quote == '\'':
		s.word.WriteByte(c)
	case c == '\\':
		return s.escape(line, i)
	case s.quote != 0:
		s.word.WriteByte(c)
	case c == '"' || c == '\'':
		s.quote, s.inWord = c, true
	case c == ' ' || c == '\t' || c == '\r':
		s.end()
	default:
		s.inWord = true
		s.word.WriteByte(c)
	}
	return 0
}

// escape takes a backslash. In double quotes it only escapes the quote and itself.
func (s *wordSplitter) escape(line string, i int) int {
	if i+1 == len(line) {
		s.broken = true
		return 0
	}
	next := line[i+1]
	if s.quote == '"' && next != '"' && next != '\\' {
		s.word.WriteByte('\\')
	}
	s.inWord = true
	s.word.WriteByte(next)
	return 1
}

func (s *wordSplitter) end() {
	if s.inWord {
		s.words = append(s.words, s.word.String())
	}
	s.word.Reset()
	s.inWord = false
}
