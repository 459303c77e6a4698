package callback

import (
	"fmt"
	"strings"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// diffs prints the differences that a change made.
func (d *Default) diffs(t *event.Task, r *value.Dict) {
	diff := r.Get("diff")
	if !t.Diff || t.NoLog || diff == nil || !diff.Truth() || !isTrue(r, "changed") || isTrue(r, "_ansible_no_log") {
		return
	}
	if text := d.diffText(diff); text != "" {
		d.title(t)
		d.Line(text, "")
	}
}

// diffText is the text of a diff: a dict, or a list of them.
func (d *Default) diffText(v value.Value) string {
	l, ok := v.(*value.List)
	if !ok {
		l = value.NewList(v)
	}
	var b strings.Builder
	for _, e := range l.Elems {
		if m, ok := e.(*value.Dict); ok {
			d.oneDiff(&b, m)
		}
	}
	return b.String()
}

func (d *Default) oneDiff(b *strings.Builder, m *value.Dict) {
	for _, note := range []struct{ key, text string }{
		{"dst_binary", "diff skipped: destination file appears to be binary\n"},
		{"src_binary", "diff skipped: source file appears to be binary\n"},
	} {
		if _, ok := m.Lookup(note.key); ok {
			b.WriteString(note.text)
		}
	}
	for _, note := range []struct{ key, what string }{{"dst_larger", "destination"}, {"src_larger", "source"}} {
		if v, ok := m.Lookup(note.key); ok {
			fmt.Fprintf(b, "diff skipped: %s file size is greater than %s\n", note.what, v)
		}
	}
	before, ok1 := m.Lookup("before")
	after, ok2 := m.Lookup("after")
	if ok1 && ok2 {
		d.beforeAfter(b, m, before, after)
	}
	if v, ok := m.Lookup("prepared"); ok {
		b.WriteString(v.String())
	}
}

func (d *Default) beforeAfter(b *strings.Builder, m *value.Dict, before, after value.Value) {
	a, c := splitLines(d.side(before)), splitLines(d.side(after))
	a, c = unended(a), unended(c)
	lines := unified(a, c, header("before", m), header("after", m), d.o.DiffContext)
	for _, l := range lines {
		b.WriteString(d.diffLine(l))
	}
	if len(lines) > 0 {
		b.WriteString("\n")
	}
}

// side is one side of a diff as text: data is shown as JSON or YAML.
func (d *Default) side(v value.Value) string {
	switch v := v.(type) {
	case *value.Dict:
		if d.o.ResultFormat == "yaml" {
			return yamlResult(v)[1:] + "\n\n"
		}
		return jsonText(v, 4) + "\n"
	case value.NoneType:
		return ""
	}
	return v.String()
}

// unended marks a last line that has no end.
func unended(lines []string) []string {
	if n := len(lines); n > 0 && !strings.HasSuffix(lines[n-1], "\n") {
		lines[n-1] += "\n\\ No newline at end of file\n"
	}
	return lines
}

func header(side string, m *value.Dict) string {
	if h, ok := m.Lookup(side + "_header"); ok && h.Truth() {
		return side + ": " + h.String()
	}
	return side
}

func (d *Default) diffLine(l string) string {
	if !d.o.Color {
		return strings.Replace(l, "\r\n", "\n", 1)
	}
	switch l[0] {
	case '+':
		return paint(l, d.o.Colors.DiffAdd)
	case '-':
		return paint(l, d.o.Colors.DiffRemove)
	case '@':
		return paint(l, d.o.Colors.DiffLines)
	}
	return l
}
