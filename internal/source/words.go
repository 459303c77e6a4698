package source

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

var errUnbalanced = errors.New("failed at splitting arguments, either an unbalanced jinja2 block or quotes")

// Words splits arguments at spaces and line ends as the reference does: quotes and template blocks stay whole, and the white space
// between the words is kept in them, so that JoinWords can give the text back where it is a command.
func Words(text string) ([]string, error) {
	var s splitter
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		s.line(line)
		if i < len(lines)-1 {
			s.newline()
		}
	}
	if s.quote != 0 || s.depth != [3]int{} {
		return nil, errUnbalanced
	}
	return s.words, nil
}

// splitter is where the splitting of a text stands.
type splitter struct {
	words     []string
	quote     byte   // the quote that is open, or 0
	depth     [3]int // how many {{, {% and {# are open
	continued bool   // the line ended with a backslash of its own
}

var braces = [3][2]string{{"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}}

func (s *splitter) inside() bool { return s.quote != 0 || s.depth != [3]int{} }

func (s *splitter) line(line string) {
	s.continued = false
	pieces := strings.Split(line, " ")
	for i, piece := range pieces {
		if i == len(pieces)-1 && i > 0 && piece == `\` && !s.inside() {
			s.continued = true
			return
		}
		s.piece(i, piece)
	}
}

// piece takes what stands between two spaces.
func (s *splitter) piece(i int, piece string) {
	open := s.inside()
	s.scan(piece)
	switch {
	case open && i > 0:
		s.extend(" " + piece)
	case open:
		s.extend(piece)
	case piece != "":
		s.words = append(s.words, piece)
	case i > 0:
		s.extend(" ")
	}
}

func (s *splitter) newline() {
	if !s.continued {
		s.extend("\n")
	}
}

// extend adds text to the last word.
func (s *splitter) extend(text string) {
	if len(s.words) == 0 {
		s.words = append(s.words, text)
		return
	}
	s.words[len(s.words)-1] += text
}

// scan follows quotes through a piece, and counts its braces, those within quotes too.
func (s *splitter) scan(piece string) {
	for i := range len(piece) {
		c := piece[i]
		switch {
		case c != '"' && c != '\'' || i > 0 && piece[i-1] == '\\':
		case s.quote == 0:
			s.quote = c
		case s.quote == c:
			s.quote = 0
		}
	}
	for b, pair := range braces {
		s.depth[b] = max(0, s.depth[b]+strings.Count(piece, pair[0])-strings.Count(piece, pair[1]))
	}
}

// JoinWords gives words back as one text: a space between two, but none after a line end.
func JoinWords(ws []string) string {
	var b strings.Builder
	for i, w := range ws {
		if i > 0 && !strings.HasSuffix(ws[i-1], "\n") {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// Pair parts key=value at the first = that has no backslash before it; the value loses its quotes and Python's escapes.
func Pair(w string) (k, v string, ok bool) {
	for i := 0; i < len(w); i++ {
		if w[i] == '=' && (i == 0 || w[i-1] != '\\') {
			return strings.TrimSpace(w[:i]), unquote(unescape(strings.TrimSpace(w[i+1:]))), strings.TrimSpace(w[:i]) != ""
		}
	}
	return "", "", false
}

// unquote takes off a pair of quotes around the text.
func unquote(s string) string {
	if n := len(s); n > 1 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] && s[n-2] != '\\' {
		return s[1 : n-1]
	}
	return s
}

var escapes = regexp.MustCompile(`\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\\'"abfnrtv])`)

var oneLetter = map[byte]string{
	'\\': `\`, '\'': `'`, '"': `"`, 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// unescape reads Python's escapes in a value.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return escapes.ReplaceAllStringFunc(s, func(e string) string {
		if one, ok := oneLetter[e[1]]; ok && len(e) == 2 {
			return one
		}
		digits, base := e[1:], 8
		if c := e[1]; c == 'x' || c == 'u' || c == 'U' {
			digits, base = e[2:], 16
		}
		n, err := strconv.ParseInt(digits, base, 32)
		if err != nil || n > 0x10FFFF {
			return e
		}
		return string(rune(n))
	})
}
