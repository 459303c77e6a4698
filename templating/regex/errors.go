package regex

import (
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// complaint words what is wrong with a pattern as Python does, since people read it in messages; what it does not recognise is told in
// the engine's words.
func complaint(pattern string, cause error) error {
	msg, at := diagnose(pattern)
	if msg == "" {
		return value.Errorf("re.error", "%s", cause)
	}
	return value.Errorf("re.error", "%s at position %d", msg, utf8.RuneCountInString(pattern[:at]))
}

func diagnose(p string) (msg string, at int) {
	var open []int
	repeatable := false
	for i := 0; i < len(p); i++ {
		switch c := p[i]; c {
		case '\\':
			if i+1 == len(p) {
				return "bad escape (end of pattern)", i
			}
			i++
			repeatable = true
		case '[':
			end := classEnd(p, i)
			if end < 0 {
				return "unterminated character set", i
			}
			i = end
			repeatable = true
		case '(':
			open = append(open, i)
			repeatable = false
			if strings.HasPrefix(p[i+1:], "?") {
				i++
			}
		case ')':
			if len(open) == 0 {
				return "unbalanced parenthesis", i
			}
			open = open[:len(open)-1]
			repeatable = true
		case '*', '+', '?':
			if !repeatable {
				return "nothing to repeat", i
			}
			if i+1 < len(p) && (p[i+1] == '?' || p[i+1] == '+') {
				i++
			}
			if i+1 < len(p) && p[i+1] == '*' {
				return "multiple repeat", i + 1
			}
		case '|', '^':
			repeatable = false
		default:
			repeatable = true
		}
	}
	if len(open) > 0 {
		return "missing ), unterminated subpattern", open[len(open)-1]
	}
	return "", 0
}

// classEnd finds the bracket that closes a character class; a bracket right at the start is a plain one.
func classEnd(p string, start int) int {
	i := start + 1
	if i < len(p) && p[i] == '^' {
		i++
	}
	for first := true; i < len(p); i, first = i+1, false {
		switch {
		case p[i] == '\\':
			i++
		case p[i] == ']' && !first:
			return i
		}
	}
	return -1
}
