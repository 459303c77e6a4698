package templating

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// Resolve evaluates every template in v, at any depth. A lone expression keeps its type; entries and elements that are Omit
// disappear; a value without templates is returned as it is.
func (c *Context) Resolve(v value.Value) (value.Value, error) {
	if t, ok := v.(*value.Template); ok {
		return c.evaluate(t)
	}
	if !needsResolving(v, 0, &value.Walk{}) {
		return v, nil
	}
	return c.resolve(v)
}

// needsResolving tells whether a value has templates, or Omits to drop, in it.
func needsResolving(v value.Value, depth int, w *value.Walk) bool {
	if depth > maxNesting {
		return false
	}
	switch v := v.(type) {
	case *value.Template, *value.Vaulted:
		return true
	case value.OmitType:
		return depth > 0
	case *value.List:
		if w.Again(v) {
			return false
		}
		for _, e := range v.Elems {
			if needsResolving(e, depth+1, w) {
				return true
			}
		}
	case value.Tuple:
		for _, e := range v {
			if needsResolving(e, depth+1, w) {
				return true
			}
		}
	case *value.Dict:
		if w.Again(v) {
			return false
		}
		for k, e := range v.All() {
			if needsResolving(e, depth+1, w) || eval.HasTemplates(k) {
				return true
			}
		}
	}
	return false
}

func (c *Context) resolve(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.Template:
		return c.evaluate(v)
	case *value.Vaulted:
		text, err := v.Plain()
		if err != nil {
			return nil, describe(v.Pos, false, value.Errorf("AnsibleError", "%s", err))
		}
		return text, nil
	case *value.List:
		return c.resolveElems(v.Elems)
	case value.Tuple:
		return c.resolveElems(v)
	case *value.Dict:
		return c.resolveDict(v)
	}
	return v, nil
}

func (c *Context) resolveElems(elems []value.Value) (value.Value, error) {
	out := &value.List{Elems: make([]value.Value, 0, len(elems))}
	for _, e := range elems {
		r, err := c.resolve(e)
		if err != nil {
			return nil, err
		}
		if r != value.Value(value.Omit) {
			out.Elems = append(out.Elems, r)
		}
	}
	return out, nil
}

func (c *Context) resolveDict(d *value.Dict) (value.Value, error) {
	out := value.NewDict(d.Len())
	for k, e := range d.All() {
		r, err := c.resolve(e)
		if err != nil {
			return nil, err
		}
		if r == value.Value(value.Omit) {
			continue
		}
		if t, ok := k.(*value.Template); ok {
			if k, err = c.evaluate(t); err != nil {
				return nil, err
			}
		}
		if err := out.SetKey(k, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}
