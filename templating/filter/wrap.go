package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Wrap breaks a line into pieces of at most width characters as Python's textwrap does, keeping white space inside.
func Wrap(line string, width int, breakLong, hyphens bool) []string {
	chunks := spaceChunks(line)
	if hyphens {
		chunks = wordChunks([]rune(line))
	}
	var lines []string
	for len(chunks) > 0 {
		if len(lines) > 0 && isBlankText(chunks[0]) {
			chunks = chunks[1:]
			continue
		}
		cur, rest := fillLine(chunks, width, breakLong, hyphens)
		chunks = rest
		if n := len(cur); n > 0 && isBlankText(cur[n-1]) {
			cur = cur[:n-1]
		}
		if len(cur) > 0 {
			lines = append(lines, strings.Join(cur, ""))
		}
	}
	return lines
}

func isBlankText(s string) bool { return strings.TrimSpace(s) == "" }

// fillLine takes chunks as long as they fit; one that fits on no line is broken, or stands alone.
func fillLine(chunks []string, width int, breakLong, hyphens bool) (line, rest []string) {
	used := 0
	for len(chunks) > 0 {
		n := utf8.RuneCountInString(chunks[0])
		if used+n > width {
			break
		}
		line = append(line, chunks[0])
		used += n
		chunks = chunks[1:]
	}
	switch {
	case len(chunks) == 0 || utf8.RuneCountInString(chunks[0]) <= width:
		return line, chunks
	case breakLong:
		end := breakAt(chunks[0], width-used, hyphens)
		line = append(line, chunks[0][:end])
		chunks[0] = chunks[0][end:] // the caller's chunks are used up
		return line, chunks
	case len(line) == 0:
		return chunks[:1], chunks[1:]
	}
	return line, chunks
}

// breakAt tells where a long word is broken: behind the last hyphen that fits, or where the room ends.
func breakAt(word string, room int, hyphens bool) int {
	end := 0
	for ; room > 0; room-- {
		_, n := utf8.DecodeRuneInString(word[end:])
		end += n
	}
	if i := strings.LastIndexByte(word[:end], '-'); hyphens && i > 0 && strings.Trim(word[:i], "-") != "" {
		return i + 1
	}
	return end
}

func isASCIISpace(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' }

// spaceChunks splits text into words and the white space between them.
func spaceChunks(text string) []string {
	var chunks []string
	for text != "" {
		space := isASCIISpace(rune(text[0]))
		end := strings.IndexFunc(text, func(r rune) bool { return isASCIISpace(r) != space })
		if end < 0 {
			end = len(text)
		}
		chunks = append(chunks, text[:end])
		text = text[end:]
	}
	return chunks
}

// wordChunks splits text where it may be broken: around white space and dashes between words, and behind hyphens in words.
func wordChunks(text []rune) []string {
	var chunks []string
	for i := 0; i < len(text); {
		end := i + 1
		switch {
		case isASCIISpace(text[i]):
			for end < len(text) && isASCIISpace(text[end]) {
				end++
			}
		case dashEnd(text, i) > 0:
			end = dashEnd(text, i)
		default:
			end = wordEnd(text, i)
		}
		chunks = append(chunks, string(text[i:end]))
		i = end
	}
	return chunks
}

func at(text []rune, i int) rune {
	if i < 0 || i >= len(text) {
		return 0
	}
	return text[i]
}

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

func isWordLetter(r rune) bool { return isWordRune(r) && !unicode.IsDigit(r) }

func isWordPunct(r rune) bool { return isWordRune(r) || r != 0 && strings.ContainsRune("!\"'&.,?", r) }

// dashEnd gives the end of two or more dashes between words that begin at i, or 0.
func dashEnd(text []rune, i int) int {
	end := i
	for at(text, end) == '-' {
		end++
	}
	if end-i < 2 || !isWordPunct(at(text, i-1)) || !isWordRune(at(text, end)) {
		return 0
	}
	return end
}

// wordEnd gives the first place behind i where a word may end.
func wordEnd(text []rune, i int) int {
	for end := i + 1; end < len(text); end++ {
		switch {
		case breaksBehind(text, end):
			return end + 1
		case isASCIISpace(text[end]) || dashEnd(text, end) > 0:
			return end
		}
	}
	return len(text)
}

// breaksBehind tells whether a hyphen at i stands between parts of a word that are two letters long at least.
func breaksBehind(text []rune, i int) bool {
	if text[i] != '-' || !isWordLetter(at(text, i-1)) {
		return false
	}
	before := isWordLetter(at(text, i-2)) || at(text, i-2) == '-' && isWordLetter(at(text, i-3))
	after := isWordLetter(at(text, i+2)) || at(text, i+2) == '-' && isWordLetter(at(text, i+3))
	return before && isWordLetter(at(text, i+1)) && after
}
