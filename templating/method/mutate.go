package method

import "github.com/goplay/goplay/templating/value"

// errCycle refuses what Python allows: that a list or dict is put into itself. Nothing that is made of values ends on such a one.
var errCycle = value.ValueError("a list or dict cannot be put into itself")

// adding are the methods that put their arguments, and those that put the elements of them, into their object.
var (
	adding  = words("append insert setdefault")
	merging = words("extend update")
)

// checkCycle refuses a call that would put a container into itself.
func checkCycle(recv value.Value, a *args) error {
	var put []value.Value
	switch {
	case adding[a.name]:
		put = a.pos
	case merging[a.name]:
		for _, v := range a.pos {
			put = append(put, parts(v)...)
		}
	default:
		return nil
	}
	for _, v := range a.kw.Strings() {
		put = append(put, v)
	}
	w := &value.Walk{}
	for _, v := range put {
		if holds(v, recv, 0, w) {
			return errCycle
		}
	}
	return nil
}

// parts gives the values directly inside a container.
func parts(v value.Value) []value.Value {
	switch v := v.(type) {
	case *value.List:
		return v.Elems
	case value.Tuple:
		return v
	case *value.Dict:
		var out []value.Value
		for _, e := range v.All() {
			out = append(out, e)
		}
		return out
	}
	return nil
}

// holds tells whether a value is a container or has it inside. What is nested too deeply to tell is taken for one that does.
func holds(v, container value.Value, depth int, w *value.Walk) bool {
	switch v.(type) {
	case *value.List, *value.Dict:
		if v == container || depth > value.MaxDepth {
			return true
		}
	case value.Tuple:
	default:
		return false
	}
	if w.Again(v) {
		return false
	}
	for _, e := range parts(v) {
		if holds(e, container, depth+1, w) {
			return true
		}
	}
	return false
}
