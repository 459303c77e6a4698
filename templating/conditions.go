package templating

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Conditions gives the conditions of a list of them, of a template that stands for a list, or the one that there is.
func (c *Context) Conditions(v value.Value) ([]value.Value, error) {
	if l, ok := v.(*value.List); ok {
		return l.Elems, nil
	}
	t, ok := v.(*value.Template)
	if !ok || t.Expr || !isAllTemplate(t.Text) {
		return []value.Value{v}, nil
	}
	if l, ok := c.written(t).(*value.List); ok {
		return placed(l.Elems, t.Pos), nil // each is evaluated when it is reached
	}
	r, err := c.evaluate(t)
	if l, ok := r.(*value.List); ok && err == nil {
		return placed(l.Elems, t.Pos), nil
	}
	return []value.Value{v}, nil // its evaluation as a condition words what is wrong with it
}

// placed gives the elements of a list as conditions. Expressions among them have the place of the template that gave the list.
func placed(elems []value.Value, pos source.Pos) []value.Value {
	list := slices.Clone(elems)
	for i, v := range list {
		if text, ok := v.(value.String); ok && text.IsAuthored() {
			list[i] = ExprTemplate(string(text), pos)
		}
	}
	return list
}

var onlyNames = regexp.MustCompile(`^\s*\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\}\}\s*$`)

const maxIndirections = 20

// written gives what a template of names alone stands for, as it was written, or nil.
func (c *Context) written(t *value.Template) value.Value {
	for range maxIndirections {
		m := onlyNames.FindStringSubmatch(t.Text)
		if m == nil || t.Expr {
			return nil
		}
		names := strings.Split(m[1], ".")
		v, _ := c.Written(names[0])
		for _, key := range names[1:] {
			d, ok := v.(*value.Dict)
			if !ok {
				return nil
			}
			v = d.Get(key)
		}
		next, ok := v.(*value.Template)
		if !ok {
			return v
		}
		t = next
	}
	return nil
}
