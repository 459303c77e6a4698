package templating

import (
	"regexp"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// author is a scope that knows which of its variables are as their author wrote them, not what a run has learned.
type author interface {
	Authored(name string) (value.Value, bool)
}

var onlyNames = regexp.MustCompile(`^\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\}\}$`)

const maxIndirections = 20

// authored gives the plain text that a template like "{{ name }}" or "{{ name.key }}" stands for where an author has written it:
// as an expression such a text is as good as the template. What modules returned and what templates put together is nobody's text.
func (c *Context) authored(t *value.Template) (value.String, bool) {
	for range maxIndirections {
		v, ok := c.named(t)
		if !ok {
			return "", false
		}
		switch v := v.(type) {
		case value.String:
			return v, true
		case *value.Template:
			t = v
		default:
			return "", false
		}
	}
	return "", false
}

// named gives what a template of names alone stands for, as it was written.
func (c *Context) named(t *value.Template) (value.Value, bool) {
	m := onlyNames.FindStringSubmatch(strings.TrimSpace(t.Text))
	if m == nil || t.Expr {
		return nil, false
	}
	names := strings.Split(m[1], ".")
	v, ok := c.fromAuthor(names[0])
	for _, key := range names[1:] {
		d, is := v.(*value.Dict)
		if !ok || !is {
			return nil, false
		}
		v, ok = d.Lookup(key)
	}
	return v, ok
}

func (c *Context) fromAuthor(name string) (value.Value, bool) {
	for x := c; x != nil; x = x.under {
		if x.has([]string{name}) {
			return nil, false
		}
	}
	scope, ok := c.scope.(author)
	if !ok {
		return nil, false
	}
	return scope.Authored(name)
}

// Conditions gives the conditions of a list of them, of a template that stands for a list, or the one that there is.
func (c *Context) Conditions(v value.Value) ([]value.Value, error) {
	if l, ok := v.(*value.List); ok {
		return l.Elems, nil
	}
	t, ok := v.(*value.Template)
	if !ok || t.Expr || !isAllTemplate(t.Text) {
		return []value.Value{v}, nil
	}
	r, err := c.evaluate(t)
	if l, ok := r.(*value.List); ok && err == nil {
		written, _ := c.named(t)
		return trustedElements(l, written, t)
	}
	return []value.Value{v}, nil // its evaluation as a condition words what is wrong with it
}

func isTemplate(v value.Value) bool {
	_, ok := v.(*value.Template)
	return ok
}

// trustedElements gives the elements of a list as conditions: those that were written as text are expressions.
func trustedElements(l *value.List, written value.Value, t *value.Template) ([]value.Value, error) {
	w, _ := written.(*value.List)
	list := make([]value.Value, len(l.Elems))
	for i, v := range l.Elems {
		if w != nil && len(w.Elems) == len(l.Elems) {
			v = w.Elems[i]
			if text, ok := v.(value.String); ok {
				v = ExprTemplate(string(text), t.Pos)
			}
		}
		if v.Type() == "str" && !isTemplate(v) {
			return nil, Untrusted(t.Pos)
		}
		list[i] = v
	}
	return list, nil
}
