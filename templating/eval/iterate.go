package eval

import (
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// Elements gives what a for statement sees of a value, templates in them evaluated.
func (s *State) Elements(v value.Value) ([]value.Value, error) {
	switch v := v.(type) {
	case *value.List:
		return v.Elems, nil
	case value.Tuple:
		return v, nil
	case value.String:
		return runes(string(v)), nil
	case value.Markup:
		return runes(string(v)), nil
	case *value.Template:
		r, err := s.force(v)
		if err != nil {
			return nil, err
		}
		return s.Elements(r)
	case *value.Undefined:
		if s.Env.Ansible || s.strict() && !v.Silent || v.Err != nil {
			return nil, v.Raise()
		}
		return nil, nil
	case value.Bytes:
		out := make([]value.Value, len(v))
		for i, b := range v {
			out[i] = value.Int(b)
		}
		return out, nil
	case value.Range:
		return rangeElements(v)
	case value.Iterable:
		var out []value.Value
		for e := range v.Elements() {
			out = append(out, e)
		}
		return out, nil
	case value.Mapping:
		var out []value.Value
		for k := range v.All() {
			out = append(out, k)
		}
		return out, nil
	case value.Sequence:
		out := make([]value.Value, v.Len())
		for i := range out {
			out[i] = v.Index(i)
		}
		return out, nil
	}
	return nil, value.TypeError("'%s' object is not iterable", v.Type())
}

func rangeElements(r value.Range) ([]value.Value, error) {
	n := r.Len()
	if err := CheckSize(n); err != nil {
		return nil, err
	}
	out := make([]value.Value, n)
	for i := range out {
		out[i] = r.Index(i)
	}
	return out, nil
}

func runes(s string) []value.Value {
	out := make([]value.Value, 0, utf8.RuneCountInString(s))
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		out = append(out, value.String(s[i:i+n]))
		i += n
	}
	return out
}

// Contains is `v in container`.
func (s *State) Contains(container, v value.Value) (bool, error) {
	switch c := container.(type) {
	case *value.Set:
		return c.Has(v)
	case value.Mapping:
		_, ok, err := value.LookupKey(c, v)
		return ok, err
	}
	if text, ok := value.Text(container); ok {
		return containsText(text, v)
	}
	elems, err := s.Elements(container)
	if err != nil {
		if _, undefined := container.(*value.Undefined); undefined {
			return false, err
		}
		return false, value.TypeError("argument of type '%s' is not iterable", container.Type())
	}
	for _, e := range elems {
		if u, ok := e.(*value.Undefined); ok && s.Env.Ansible {
			return false, u.Raise()
		}
		if value.Equal(e, v) {
			return true, nil
		}
	}
	return false, nil
}

// Slice gives v[low:high:step]; a nil bound is left out.
func Slice(v value.Value, bounds [3]value.Value) (value.Value, error) {
	if text, ok := value.Text(v); ok {
		part, err := sliceText(string(value.String(text).Unsigned()), bounds)
		if _, safe := v.(value.Markup); safe {
			return value.Markup(part), err
		}
		return part, err
	}
	if b, ok := v.(value.Bytes); ok {
		idx, err := sliceIndexes(len(b), bounds)
		if err != nil {
			return nil, err
		}
		out := make(value.Bytes, 0, len(idx))
		for _, i := range idx {
			out = append(out, b[i])
		}
		return out, nil
	}
	q, ok := v.(value.Sequence)
	if !ok {
		if _, isDict := v.(value.Mapping); isDict {
			return nil, value.TypeError("unhashable type: 'slice'")
		}
		return nil, value.TypeError("'%s' object is not subscriptable", v.Type())
	}
	idx, err := sliceIndexes(q.Len(), bounds)
	if err != nil {
		return nil, err
	}
	if r, ok := v.(value.Range); ok {
		return sliceRange(r, bounds)
	}
	out := make([]value.Value, len(idx))
	for k, i := range idx {
		out[k] = q.Index(i)
	}
	if _, ok := v.(value.Tuple); ok {
		return value.Tuple(out), nil
	}
	return &value.List{Elems: out}, nil
}

func sliceText(text string, bounds [3]value.Value) (value.String, error) {
	r := runes(text)
	idx, err := sliceIndexes(len(r), bounds)
	if err != nil {
		return "", err
	}
	out := make([]byte, 0, len(idx))
	for _, i := range idx {
		out = append(out, r[i].(value.String)...)
	}
	return value.String(out), nil
}

// sliceRange gives a part of a range: a range.
func sliceRange(r value.Range, bounds [3]value.Value) (value.Value, error) {
	low, high, step, err := sliceBounds(r.Len(), bounds)
	at := func(i int) int { return r.Start + i*r.Step }
	return value.Range{Start: at(low), Stop: at(high), Step: r.Step * step}, err
}

func sliceIndexes(n int, bounds [3]value.Value) ([]int, error) {
	low, high, step, err := sliceBounds(n, bounds)
	if err != nil {
		return nil, err
	}
	var out []int
	for i := low; step > 0 && i < high || step < 0 && i > high; i += step {
		out = append(out, i)
	}
	return out, nil
}

// sliceBounds gives where a slice of n elements begins and ends, and its step.
func sliceBounds(n int, bounds [3]value.Value) (low, high, step int, err error) {
	step, low, high = 1, 0, n
	if b := bounds[2]; b != nil && b != value.Value(value.None) {
		i, ok := index(b)
		if !ok {
			return 0, 0, 0, errSliceIndex
		}
		if i == 0 {
			return 0, 0, 0, value.ValueError("slice step cannot be zero")
		}
		step = max(-n-1, min(i, n+1)) // longer ones step beyond the end too
	}
	if step < 0 {
		low, high = n-1, -1
	}
	for i, p := range []*int{&low, &high} {
		b := bounds[i]
		if b == nil || b == value.Value(value.None) {
			continue
		}
		k, ok := index(b)
		if !ok {
			return 0, 0, 0, errSliceIndex
		}
		*p = clampIndex(k, n, step)
	}
	return low, high, step, nil
}

var errSliceIndex = value.TypeError("slice indices must be integers or None or have an __index__ method")

func clampIndex(k, n, step int) int {
	if k < 0 {
		k += n
	}
	if step > 0 {
		return max(0, min(k, n))
	}
	return max(-1, min(k, n-1))
}
