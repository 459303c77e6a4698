package lookup

import (
	"math/rand/v2"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

func items(c *Call) ([]value.Value, error) { return flatten(c.Terms, false), nil }

func list(c *Call) ([]value.Value, error) { return c.Terms, nil }

func indexedItems(c *Call) ([]value.Value, error) {
	var out []value.Value
	for i, e := range flatten(c.Terms, false) {
		out = append(out, value.NewList(value.Int(i), e))
	}
	return out, nil
}

func dict(c *Call) ([]value.Value, error) {
	var out []value.Value
	for _, t := range c.Terms {
		m, ok := t.(value.Mapping)
		if !ok {
			class := value.TaggedClass(t)
			if t.Type() == "list" {
				class = describe(t)
			}
			return nil, failf("the 'dict' lookup plugin expects a dictionary, got '%s' of type %s)", t, class)
		}
		for k, v := range m.All() {
			out = append(out, value.DictOf("key", k, "value", v))
		}
	}
	return out, nil
}

func nested(c *Call) ([]value.Value, error) {
	if len(c.Terms) == 0 {
		return nil, failf("with_nested requires at least one element in the nested list")
	}
	return product(c.Terms, true)
}

// product gives all ways to take one element of each list. What is a list in a row is unpacked: one level, or all.
func product(lists []value.Value, deep bool) ([]value.Value, error) {
	rows := [][]value.Value{nil}
	for _, t := range lists {
		elems := parts(t)
		var next [][]value.Value
		for _, r := range rows {
			for _, e := range elems {
				next = append(next, append(append([]value.Value(nil), r...), e))
			}
		}
		if len(next) > maxItems {
			return nil, failf("the product of the lists has more than %d elements", maxItems)
		}
		rows = next
	}
	out := make([]value.Value, len(rows))
	for i, r := range rows {
		out[i] = value.NewList(flatten(r, deep)...)
	}
	return out, nil
}

// parts gives the elements of a list, the characters of a text, or the value itself.
func parts(v value.Value) []value.Value {
	if elems, ok := elements(v); ok {
		return elems
	}
	text, ok := value.Text(v)
	if !ok {
		return []value.Value{v}
	}
	var out []value.Value
	for _, r := range text {
		out = append(out, value.String(r))
	}
	return out
}

// maxItems bounds what a lookup makes.
const maxItems = 10_000_000

func together(c *Call) ([]value.Value, error) {
	if len(c.Terms) == 0 {
		return nil, failf("with_together requires at least one element in each list")
	}
	var lists [][]value.Value
	longest := 0
	for _, t := range c.Terms {
		elems := parts(t)
		lists = append(lists, elems)
		longest = max(longest, len(elems))
	}
	var out []value.Value
	for i := range longest {
		row := make([]value.Value, len(lists))
		for k, l := range lists {
			row[k] = value.None
			if i < len(l) {
				row[k] = l[i]
			}
		}
		out = append(out, value.NewList(flatten(row, false)...))
	}
	return out, nil
}

func randomChoice(c *Call) ([]value.Value, error) {
	if len(c.Terms) == 0 {
		return nil, nil
	}
	return []value.Value{c.Terms[rand.IntN(len(c.Terms))]}, nil
}

const (
	badSubelements    = "subelements lookup expects a list of two or three items,%s"
	wantedSubelements = " first a dict or a list, second a string pointing to the subkey"
)

func subelements(c *Call) ([]value.Value, error) {
	if len(c.Terms) < 2 || len(c.Terms) > 3 {
		return nil, failf(badSubelements, "")
	}
	path, ok := value.Text(c.Terms[1])
	if !ok {
		return nil, failf(badSubelements, wantedSubelements)
	}
	skip := false
	if len(c.Terms) == 3 {
		d, ok := c.Terms[2].(*value.Dict)
		if !ok {
			return nil, value.TypeError("'%s' object is not iterable", c.Terms[2].Type())
		}
		if s, ok := d.Lookup("skip_missing"); ok {
			skip = Truth(s)
		}
	}
	objects, ok := elements(c.Terms[0])
	if m, isDict := c.Terms[0].(value.Mapping); isDict {
		for _, v := range m.All() {
			objects = append(objects, v)
		}
	} else if !ok {
		return nil, failf(badSubelements, wantedSubelements)
	}
	var out []value.Value
	for _, o := range objects {
		pairs, err := subelementsOf(o, strings.Split(path, "."), skip)
		if err != nil {
			return nil, err
		}
		out = append(out, pairs...)
	}
	return out, nil
}

func subelementsOf(o value.Value, path []string, skip bool) ([]value.Value, error) {
	d, ok := o.(*value.Dict)
	if !ok {
		return nil, failf("subelements lookup expects a dictionary, got '%s'", o)
	}
	if s, ok := d.Lookup("skipped"); ok && Truth(s) {
		return nil, nil
	}
	var sub value.Value = d
	for i, key := range path {
		m, ok := sub.(value.Mapping)
		if !ok {
			return nil, failf("the key %s should point to a dictionary, got '%s'", path[i-1], sub)
		}
		if sub, ok = m.Lookup(key); !ok {
			if skip {
				return nil, nil
			}
			return nil, failf("could not find '%s' key in iterated item '%s'", key, o)
		}
	}
	elems, ok := elements(sub)
	if !ok {
		if skip {
			return nil, nil
		}
		return nil, failf("the key %s should point to a list, got '%s'", path[len(path)-1], sub)
	}
	rest := withoutPath(d, path)
	var out []value.Value
	for _, e := range elems {
		out = append(out, value.NewList(rest, e))
	}
	return out, nil
}

// withoutPath copies a dict without the element at a path.
func withoutPath(d *value.Dict, path []string) *value.Dict {
	c := d.Clone()
	if len(path) == 1 {
		c.Delete(path[0])
	} else if inner, ok := d.Get(path[0]).(*value.Dict); ok {
		c.Set(path[0], withoutPath(inner, path[1:]))
	}
	return c
}
