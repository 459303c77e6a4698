package templating

import "github.com/goplay/goplay/templating/value"

// Finalize is Resolve for what is kept, as arguments and results are: a view of variables, such as hostvars, becomes a dict of what it has now.
func (c *Context) Finalize(v value.Value) (value.Value, error) {
	got, err := c.Resolve(v)
	if err != nil || !hasView(got, 0, &value.Walk{}) {
		return got, err
	}
	return c.settle(got)
}

// hasView tells whether a value is a view, or has one in it.
func hasView(v value.Value, depth int, w *value.Walk) bool {
	if depth > maxNesting {
		return false
	}
	switch v := v.(type) {
	case *value.List:
		if w.Again(v) {
			return false
		}
		for _, e := range v.Elems {
			if hasView(e, depth+1, w) {
				return true
			}
		}
	case *value.Dict:
		if w.Again(v) {
			return false
		}
		for _, e := range v.All() {
			if hasView(e, depth+1, w) {
				return true
			}
		}
	case value.Mapping:
		return true
	}
	return false
}

func (c *Context) settle(v value.Value) (value.Value, error) {
	v, err := c.Resolve(v)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case *value.List:
		out := &value.List{Elems: make([]value.Value, len(v.Elems))}
		for i, e := range v.Elems {
			if out.Elems[i], err = c.settle(e); err != nil {
				return nil, err
			}
		}
		return out, nil
	case value.Mapping:
		out := value.NewDict(v.Len())
		for k, e := range v.All() {
			if e, err = c.settle(e); err != nil {
				return nil, err
			}
			if err := out.SetKey(k, e); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}
