package inventory

import (
	"regexp"
	"strings"
)

// globSource turns a shell wildcard into a regular expression.
func globSource(glob string) string {
	var b strings.Builder
	b.WriteString("(?s)^")
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; c {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteByte('.')
		case '[':
			i += globClass(&b, glob[i:])
		default:
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		}
	}
	b.WriteByte('$')
	return b.String()
}

// globClass writes the class at the start of glob and tells how many more bytes it took; a bracket that is not closed is itself.
func globClass(b *strings.Builder, glob string) int {
	j := 1
	if j < len(glob) && glob[j] == '!' {
		j++
	}
	if j < len(glob) && glob[j] == ']' {
		j++
	}
	end := strings.IndexByte(glob[min(j, len(glob)):], ']')
	if end < 0 {
		b.WriteString(`\[`)
		return 0
	}
	b.WriteString(classSource(glob[1 : j+end]))
	return j + end
}

// classSource is the regular expression of a class of characters and ranges. A range whose end is before its start has no character.
func classSource(class string) string {
	class, negated := strings.CutPrefix(class, "!")
	var b strings.Builder
	chars := []rune(class)
	for i := 0; i < len(chars); i++ {
		if i+2 >= len(chars) || chars[i+1] != '-' {
			b.WriteString(classRune(chars[i]))
			continue
		}
		if chars[i] <= chars[i+2] {
			b.WriteString(classRune(chars[i]) + "-" + classRune(chars[i+2]))
		}
		i += 2
	}
	switch {
	case b.Len() == 0 && negated:
		return "."
	case b.Len() == 0:
		return `[^\x00-\x{10FFFF}]`
	case negated:
		return "[^" + b.String() + "]"
	default:
		return "[" + b.String() + "]"
	}
}

// classRune is a character in a class.
func classRune(r rune) string {
	if strings.ContainsRune(`\[]^-&~|`, r) {
		return `\` + string(r)
	}
	return string(r)
}
