package callback

import (
	"io"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// Form is how a callback of a plugin wants a text to be shown.
type Form struct {
	Color      string // "" is none
	Stderr     bool
	ScreenOnly bool // not in the log file
	LogOnly    bool
	Unended    bool // without the end of the line
}

// Show writes a text in a form.
func (d *Display) Show(text string, f Form) {
	if !f.ScreenOnly {
		d.log(info, text)
	}
	if f.LogOnly {
		return
	}
	w := d.out
	if f.Stderr {
		w = d.err
	}
	if !f.Unended {
		d.put(w, text, f.Color)
		return
	}
	_, _ = io.WriteString(w, d.Paint(text, f.Color)) // as in put, a reader that went away does not stop the run
}

// ShowBanner writes a title in a form.
func (d *Display) ShowBanner(title string, f Form) { d.Show(d.banner(title), f) }

// Paint colours a text, where output is coloured.
func (d *Display) Paint(text, color string) string {
	if !d.o.Color || color == "" {
		return text
	}
	return paint(text, color)
}

// Colored tells whether output is coloured.
func (d *Display) Colored() bool { return d.o.Color }

// YAML is data as results are shown in YAML, with a line end in front of it; indent is 0 for that of results.
func YAML(v *value.Dict, plain bool, indent int) string {
	switch {
	case plain:
		return plainYAML(v)
	case indent > 0:
		return "\n" + readableYAML(v, indent)
	}
	return yamlResult(v)
}

// Failure words the causes of a task's failure with the places that matter; "" where there are none.
func Failure(t *event.Task, causes []event.Cause) string {
	if len(causes) == 0 {
		return ""
	}
	return source.ReportParts(joinedCauses(openCauses(t, causes)))
}

// Warnings words the warnings and deprecations that came with a result, but for a secret one.
func Warnings(t *event.Task, r *value.Dict) (warnings, deprecations []string) {
	if t.NoLog || isTrue(r, "_ansible_no_log") {
		return nil, nil
	}
	return worded(t, r)
}

func worded(t *event.Task, r *value.Dict) (warnings, deprecations []string) {
	help, _ := r.Get("_ansible_warning_help").(*value.Dict)
	for _, w := range elements(r, "warnings") {
		warnings = append(warnings, advised(w.String(), help))
	}
	for _, w := range elements(r, "deprecations") {
		told := w.String()
		if m, ok := w.(*value.Dict); ok {
			told = advised(deprecation(m, t.BaseName()), help, text(m, "msg"))
		}
		deprecations = append(deprecations, told)
	}
	return warnings, deprecations
}

// ShortOf is a callback's name without a namespace of ansible-core's.
func ShortOf(name string) string {
	for _, namespace := range []string{"ansible.builtin.", "ansible.legacy."} {
		name = strings.TrimPrefix(name, namespace)
	}
	return name
}
