package payload

import "strings"

// scanner cuts Python source into names, single characters and line ends ("\n"). Strings, comments, blanks, and line ends within
// brackets or after a backslash are passed over.
type scanner struct {
	text    string
	at      int
	depth   int  // open brackets
	start   bool // the next token may begin a statement
	atStart bool // the token that was given last may
}

// next gives the next token, "" at the end.
func (s *scanner) next() string {
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			s.at++
		case c == '\\':
			s.skipContinuation()
		case c == '#':
			s.skipTo("\n")
		case c == '"' || c == '\'':
			s.start = false
			s.skipString(c)
		case isNameByte(c):
			return s.name()
		case c == '\n' && s.depth > 0:
			s.at++
		default:
			return s.single(c)
		}
	}
	return ""
}

func (s *scanner) name() string {
	begin := s.at
	for s.at < len(s.text) && isNameByte(s.text[s.at]) {
		s.at++
	}
	s.atStart, s.start = s.start, false
	return s.text[begin:s.at]
}

// single gives one character. A line end, a semicolon and the colon of "try:" let a statement begin.
func (s *scanner) single(c byte) string {
	switch c {
	case '(', '[', '{':
		s.depth++
	case ')', ']', '}':
		s.depth = max(0, s.depth-1)
	}
	s.at++
	s.atStart, s.start = false, s.depth == 0 && (c == '\n' || c == ';' || c == ':')
	return s.text[s.at-1 : s.at]
}

func (s *scanner) skipContinuation() {
	s.at++
	if strings.HasPrefix(s.text[s.at:], "\r\n") {
		s.at++
	}
	if s.at < len(s.text) {
		s.at++
	}
}

// skipTo goes to the next mark, or to the end.
func (s *scanner) skipTo(mark string) {
	if i := strings.Index(s.text[s.at:], mark); i >= 0 {
		s.at += i
		return
	}
	s.at = len(s.text)
}

// skipString passes over a string, of one line or of several. Even in a raw string a backslash keeps the quote from ending it.
func (s *scanner) skipString(quote byte) {
	end := string(quote)
	if long := strings.Repeat(end, 3); strings.HasPrefix(s.text[s.at:], long) {
		end = long
	}
	s.at += len(end)
	for s.at < len(s.text) && !strings.HasPrefix(s.text[s.at:], end) {
		if s.text[s.at] == '\n' && len(end) == 1 {
			return // not closed: Python would complain; the next line is looked at as usual
		}
		if s.text[s.at] == '\\' {
			s.at++
		}
		s.at++
	}
	s.at = min(s.at+len(end), len(s.text))
}
