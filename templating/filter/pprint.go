package filter

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// prettyWidth is the line length that pprint aims at.
const prettyWidth = 80

// PrettyRepr is Python's pprint.pformat: containers that do not fit on a line are broken one element a line.
func PrettyRepr(v value.Value) string {
	p := &pretty{}
	p.value(v, 0, 0, 0)
	return p.b.String()
}

type pretty struct{ b strings.Builder }

func (p *pretty) value(v value.Value, indent, allowance, level int) {
	r := prettyFlat(v, level)
	if utf8.RuneCountInString(r) <= prettyWidth-indent-allowance || level > 100 {
		p.b.WriteString(r)
		return
	}
	switch v := v.(type) {
	case *value.List:
		p.elems("[", v.Elems, "]", indent, allowance, level)
	case value.Tuple:
		end := ")"
		if len(v) == 1 {
			end = ",)"
		}
		p.elems("(", v, end, indent, allowance, level)
	case value.Mapping:
		p.dict(v, indent, allowance, level)
	case value.String:
		p.text(string(v), indent, allowance, level)
	default:
		p.b.WriteString(r)
	}
}

// prettyFlat is repr with sorted dicts.
func prettyFlat(v value.Value, level int) string {
	if level > 100 {
		return "..."
	}
	switch v := v.(type) {
	case *value.List:
		return "[" + flatElems(v.Elems, level) + "]"
	case value.Tuple:
		if len(v) == 1 {
			return "(" + flatElems(v, level) + ",)"
		}
		return "(" + flatElems(v, level) + ")"
	case value.Mapping:
		var parts []string
		for _, e := range sortedEntries(v) {
			parts = append(parts, prettyFlat(e[0], level+1)+": "+prettyFlat(e[1], level+1))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return value.Repr(v)
}

func flatElems(elems []value.Value, level int) string {
	parts := make([]string, len(elems))
	for i, e := range elems {
		parts[i] = prettyFlat(e, level+1)
	}
	return strings.Join(parts, ", ")
}

func sortedEntries(m value.Mapping) [][2]value.Value {
	var entries [][2]value.Value
	for k, v := range m.All() {
		entries = append(entries, [2]value.Value{k, v})
	}
	sort.SliceStable(entries, func(i, j int) bool {
		c, err := value.Compare(entries[i][0], entries[j][0])
		if err != nil {
			return entries[i][0].Type() < entries[j][0].Type()
		}
		return c < 0
	})
	return entries
}

func (p *pretty) elems(open string, elems []value.Value, end string, indent, allowance, level int) {
	p.b.WriteString(open)
	for i, e := range elems {
		if i > 0 {
			p.b.WriteString(",\n" + strings.Repeat(" ", indent+1))
		}
		after := 1
		if i == len(elems)-1 {
			after = allowance + len(end)
		}
		p.value(e, indent+1, after, level+1)
	}
	p.b.WriteString(end)
}

func (p *pretty) dict(m value.Mapping, indent, allowance, level int) {
	p.b.WriteString("{")
	entries := sortedEntries(m)
	for i, e := range entries {
		if i > 0 {
			p.b.WriteString(",\n" + strings.Repeat(" ", indent+1))
		}
		after := 1
		if i == len(entries)-1 {
			after = allowance + 1
		}
		key := prettyFlat(e[0], level+1)
		p.b.WriteString(key + ": ")
		p.value(e[1], indent+utf8.RuneCountInString(key)+3, after, level+1)
	}
	p.b.WriteString("}")
}

// text breaks a long string into literals that stand beside each other.
func (p *pretty) text(s string, indent, allowance, level int) {
	parts := textPieces(s, prettyWidth-indent, allowance, level)
	if len(parts) == 1 {
		p.b.WriteString(parts[0])
		return
	}
	if level == 0 {
		indent++
		p.b.WriteByte('(')
	}
	for i, part := range parts {
		if i > 0 {
			p.b.WriteString("\n" + strings.Repeat(" ", indent))
		}
		p.b.WriteString(part)
	}
	if level == 0 {
		p.b.WriteByte(')')
	}
}

func textPieces(s string, width, allowance, level int) []string {
	if level == 0 {
		width--
		allowance++
	}
	var pieces []string
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i, line := range lines {
		rep := value.Repr(value.String(line))
		limit := width
		if i == len(lines)-1 {
			limit -= allowance
		}
		if utf8.RuneCountInString(rep) <= limit {
			pieces = append(pieces, rep)
			continue
		}
		pieces = append(pieces, wordPieces(line, width, allowance, i == len(lines)-1)...)
	}
	return pieces
}

func wordPieces(line string, width, allowance int, lastLine bool) []string {
	words := splitWords(line)
	var pieces []string
	cur := ""
	for i, w := range words {
		limit := width
		if i == len(words)-1 && lastLine {
			limit -= allowance
		}
		if cur != "" && utf8.RuneCountInString(value.Repr(value.String(cur+w))) > limit {
			pieces = append(pieces, value.Repr(value.String(cur)))
			cur = w
			continue
		}
		cur += w
	}
	if cur != "" {
		pieces = append(pieces, value.Repr(value.String(cur)))
	}
	return pieces
}

// splitWords splits behind white space.
func splitWords(s string) []string {
	var words []string
	start, inSpace := 0, false
	for i, r := range s {
		space := r == ' ' || r == '\t' || r == '\n'
		if inSpace && !space {
			words = append(words, s[start:i])
			start = i
		}
		inSpace = space
	}
	return append(words, s[start:])
}
