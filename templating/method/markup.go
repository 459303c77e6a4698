package method

import (
	"strings"

	"github.com/goplay/goplay/templating/format"
	"github.com/goplay/goplay/templating/value"
)

// What Markup's own methods do, beside what str's do: arguments that are text are escaped, and results are safe.
var (
	escaping = words("capitalize title lower upper replace ljust rjust lstrip rstrip center strip translate expandtabs swapcase zfill partition rpartition join")
	safe     = words("split rsplit splitlines")
)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

func markupMethod(name string) function {
	if name == "format" {
		return formatMarkup
	}
	fn, ok := strMethods[name]
	if !ok {
		return nil
	}
	return func(recv value.Value, a *args) (value.Value, error) {
		if escaping[name] {
			a = a.escaped()
		}
		v, err := fn(string(recv.(value.Markup)), a)
		if err == nil && (escaping[name] || safe[name]) {
			v = marked(v)
		}
		return v, err
	}
}

func formatMarkup(recv value.Value, a *args) (value.Value, error) {
	o := a.formatting()
	o.Escape, o.Formatter = value.EscapeHTML, true
	t, err := format.Braces(string(recv.(value.Markup)), a.pos, a.keywords(), o)
	return value.Markup(t), err
}

// escaped gives the arguments with text in them escaped; so are the elements of join's.
func (a *args) escaped() *args {
	c := *a
	c.pos = make([]value.Value, len(a.pos))
	for i, v := range a.pos {
		c.pos[i] = escapedText(v)
		if elems, err := elements(v); a.name == "join" && err == nil {
			c.pos[i] = escapedElems(elems)
		}
	}
	return &c
}

func escapedElems(elems []value.Value) value.Value {
	out := &value.List{}
	for _, e := range elems {
		if _, ok := e.(*value.Undefined); !ok {
			if _, ok := e.(value.Markup); !ok {
				e = value.Markup(value.EscapeHTML(e.String()))
			}
		}
		out.Append(e)
	}
	return out
}

func escapedText(v value.Value) value.Value {
	if t, ok := v.(value.String); ok {
		return value.Markup(value.EscapeHTML(string(t)))
	}
	return v
}

// marked makes the text of a result Markup.
func marked(v value.Value) value.Value {
	switch v := v.(type) {
	case value.String:
		return value.Markup(v)
	case *value.List:
		for i, e := range v.Elems {
			v.Elems[i] = marked(e)
		}
	case value.Tuple:
		for i, e := range v {
			v[i] = marked(e)
		}
	}
	return v
}
