package source

import "bytes"

// lostColon gives the offset where the parser finds that a line which must be a key has no colon: the next token behind the text that the
// line begins. That text goes on over the lines that are indented more.
func (s *search) lostColon() int {
	start := 0
	for _, end := range lineEnds(s.data) {
		if contentLine(s.data[start:end]) && s.has(end) {
			return s.behind(start, end)
		}
		start = end
	}
	return len(s.data)
}

// behind gives the offset of the first token behind the text that begins on a line.
func (s *search) behind(start, end int) int {
	line := s.data[start:end]
	deep := len(line) - len(bytes.TrimLeft(line, " -")) // an entry's dashes belong to the place of its key
	for from := end; from < len(s.data); {
		to := min(endOfLine(s.data, from)+1, len(s.data))
		line := s.data[from:to]
		switch {
		case len(bytes.TrimSpace(line)) == 0:
		case indent(line) <= deep:
			return from + indent(line)
		default:
			if at := keyColon.FindIndex(line); at != nil {
				return from + at[0]
			}
		}
		from = to
	}
	return len(s.data)
}

// indent counts the blanks before a line's text.
func indent(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }
