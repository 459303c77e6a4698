package callback

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/templating/yaml"
)

// yamlIndent is how far results in the yaml format stand from the margin, and a level of them from the one above.
const yamlIndent = 4

// yamlResult shows a result in the yaml format: on lines of its own, indented.
func yamlResult(r *value.Dict) string { return "\n" + readableYAML(r, yamlIndent) }

// plainYAML shows a result as YAML that reads back as the same data, on lines of its own.
func plainYAML(r *value.Dict) string {
	text, err := yaml.Dump(r, yaml.Options{Flow: yaml.Block, SortKeys: true, Literal: true})
	if err != nil {
		return yamlResult(r)
	}
	return "\n" + indented(strings.TrimSuffix(text, "\n"), yamlIndent)
}

// readableYAML is YAML for people: what is shown as text is not shown as lines too.
func readableYAML(r *value.Dict, indent int) string {
	out := value.NewDict(r.Len())
	for k, v := range r.Strings() {
		if base, ok := strings.CutSuffix(k, "_lines"); ok {
			if _, has := r.Lookup(base); has && (base == "stdout" || base == "stderr") {
				v = omitted{}
			}
		}
		out.Set(k, v)
	}
	w := yamlWriter{step: max(2, indent)}
	w.dict(out, 0)
	return indented(w.String(), indent)
}

// indented moves every line that is not empty to the right.
func indented(s string, by int) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = strings.Repeat(" ", by) + l
		}
	}
	return strings.Join(lines, "\n")
}

// omitted stands for lines that are shown as text already.
type omitted struct{ value.NoneType }

// yamlWriter writes block style with sorted keys and lines of about 80 columns, as PyYAML does.
type yamlWriter struct {
	strings.Builder
	step int // spaces a level
}

const yamlWidth = 80

func (w *yamlWriter) newline(depth int) {
	w.WriteString("\n" + strings.Repeat(" ", depth))
}

// dict writes the entries; the first one stands where the writer is.
func (w *yamlWriter) dict(d *value.Dict, depth int) {
	for i, k := range sortedKeys(d) {
		if i > 0 {
			w.newline(depth)
		}
		v, _, _ := d.LookupKey(k) // a key of the dict is hashable
		key := yamlScalar(k, depth, -1)
		w.WriteString(key + ":")
		switch e := v.(type) {
		case *value.Dict:
			w.below(e.Len() == 0, " {}", depth+w.step, func() { w.dict(e, depth+w.step) })
		case *value.List:
			w.below(len(e.Elems) == 0, " []", depth, func() { w.list(e.Elems, depth) })
		case value.Tuple:
			w.below(len(e) == 0, " []", depth, func() { w.list(e, depth) })
		default:
			w.WriteString(" " + yamlScalar(v, depth+w.step, depth+len([]rune(key))+2))
		}
	}
}

// below writes what belongs to a key on the lines under it, or the form of an empty value beside it.
func (w *yamlWriter) below(empty bool, form string, depth int, write func()) {
	if empty {
		w.WriteString(form)
		return
	}
	w.newline(depth)
	write()
}

func (w *yamlWriter) list(elems []value.Value, depth int) {
	for i, e := range elems {
		if i > 0 {
			w.newline(depth)
		}
		w.WriteString("-")
		w.element(e, depth)
	}
}

func (w *yamlWriter) element(e value.Value, depth int) {
	gap := strings.Repeat(" ", w.step-1)
	switch e := e.(type) {
	case *value.Dict:
		if e.Len() > 0 {
			w.WriteString(gap)
			w.dict(e, depth+w.step)
			return
		}
		w.WriteString(" {}")
	case *value.List:
		if len(e.Elems) > 0 {
			w.WriteString(gap)
			w.list(e.Elems, depth+w.step)
			return
		}
		w.WriteString(" []")
	default:
		w.WriteString(" " + yamlScalar(e, depth+w.step, depth+2))
	}
}

func sortedKeys(d *value.Dict) []value.Value {
	var keys []value.Value
	for k := range d.All() {
		keys = append(keys, k)
	}
	slices.SortStableFunc(keys, func(a, b value.Value) int {
		c, err := value.Compare(a, b)
		if err != nil {
			return 0
		}
		return c
	})
	return keys
}

// yamlScalar writes a value that starts at a column; text goes on at the indentation. A negative column is a key's: it is not broken.
func yamlScalar(v value.Value, indent, column int) string {
	switch v := v.(type) {
	case omitted:
		return "<omitted>"
	case value.NoneType:
		return "null"
	case value.Bool:
		return strconv.FormatBool(bool(v))
	case value.Int, value.Float, *value.BigInt:
		return v.String()
	}
	return yamlText(v.String(), indent, column)
}

var (
	plainText   = regexp.MustCompile(`^[^\s\-?:,\[\]{}#&*!|>'"%@` + "`" + `=][^\n]*$`)
	unprintable = regexp.MustCompile(`[^\n\x20-\x7e\x{85}\x{a0}-\x{d7ff}\x{e000}-\x{fffd}]`)
)

// yamlText writes text plain where it reads back as the same text, in quotes where not, and as a block where it has several lines.
func yamlText(s string, indent, column int) string {
	lines := tabsExpanded(strings.ReplaceAll(s, "\r\n", "\n"))
	switch {
	case strings.Contains(s, "\n") && !unprintable.MatchString(lines):
		return yamlBlock(lines, indent, yamlIndent)
	case unprintable.MatchString(s):
		return doubleQuoted(s)
	case plain(s):
		return wrapped(s, indent, column)
	default:
		return wrapped("'"+strings.ReplaceAll(s, "'", "''")+"'", indent, column)
	}
}

const tabWidth = 8

// tabsExpanded puts spaces in the place of tabs, up to the next column that a tab leads to.
func tabsExpanded(s string) string {
	var b strings.Builder
	column := 0
	for _, r := range s {
		switch r {
		case '\t':
			n := tabWidth - column%tabWidth
			b.WriteString(strings.Repeat(" ", n))
			column += n
			continue
		case '\n', '\r':
			column = -1
		}
		b.WriteRune(r)
		column++
	}
	return b.String()
}

// wrapped breaks long text at single spaces.
func wrapped(s string, indent, column int) string {
	if column < 0 || column+len(s) <= yamlWidth {
		return s
	}
	var b strings.Builder
	words := strings.Split(s, " ")
	for i, w := range words {
		switch {
		case i == 0:
		case column > yamlWidth && w != "" && words[i-1] != "" && i > 1:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(w)
		column += len([]rune(w))
	}
	return b.String()
}

var yamlEscapes = map[rune]string{
	0: `\0`, 7: `\a`, 8: `\b`, '\t': `\t`, '\n': `\n`, 11: `\v`, 12: `\f`, '\r': `\r`, 27: `\e`, '"': `\"`, '\\': `\\`,
	0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`,
}

// doubleQuoted writes text with escapes.
func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		esc, known := yamlEscapes[r]
		switch {
		case known && r != 0xa0:
			b.WriteString(esc)
		case !unprintable.MatchString(string(r)):
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	return b.String() + `"`
}

// yamlBlock writes lines as a block; white space at line ends is taken off, as the reference does to keep the block form.
func yamlBlock(s string, indent, step int) string {
	pad := strings.Repeat(" ", indent)
	b := "|-"
	if s[0] == ' ' || s[0] == '\n' {
		b = fmt.Sprintf("|%d-", step)
	}
	for _, l := range strings.Split(strings.TrimRight(s, " \n"), "\n") {
		b += "\n"
		if l = strings.TrimRight(l, " "); l != "" {
			b += pad + l
		}
	}
	return b
}

// plain tells whether text without quotes reads back as the same text.
func plain(s string) bool {
	if s == "" || strings.HasSuffix(s, " ") || strings.HasSuffix(s, ":") || strings.Contains(s, ": ") || strings.Contains(s, " #") {
		return false
	}
	if !plainText.MatchString(s) && !dashed(s) {
		return false
	}
	v, err := document.Options{Data: true}.Load("", []byte(s))
	got, ok := v.(value.String)
	return err == nil && ok && string(got) == s
}

// dashed tells of text that begins with an indicator which the next character makes harmless: "-x", ":x", "?x".
func dashed(s string) bool {
	return len(s) > 1 && strings.ContainsRune("-?:", rune(s[0])) && !strings.ContainsRune(" \t\n", rune(s[1])) && !strings.HasPrefix(s, "---")
}
