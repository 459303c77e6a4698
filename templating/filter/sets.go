package filter

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/method"
	"github.com/goplay/goplay/templating/value"
)

func setRows() []row {
	return []row{
		{name: "difference", params: "b", run: setOperation(difference)},
		{name: "intersect", params: "b", run: setOperation(intersect)},
		{name: "symmetric_difference", params: "b", run: setOperation(symmetricDifference)},
		{name: "union", params: "b", run: setOperation(union)},
	}
}

// bag finds values quickly where they are hashable.
type bag struct {
	set    value.Set
	others []value.Value
}

func (b *bag) add(v value.Value) {
	if b.set.Add(v) != nil {
		b.others = append(b.others, v)
	}
}

func (b *bag) has(v value.Value) bool {
	ok, err := b.set.Has(v)
	if err != nil {
		return contains(b.others, v)
	}
	return ok
}

func newBag(elems []value.Value) *bag {
	b := &bag{}
	for _, e := range elems {
		b.add(e)
	}
	return b
}

func setOperation(op func(x, y []value.Value) []value.Value) run {
	return func(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
		x, err := elements(s, in)
		if err != nil {
			return nil, err
		}
		y, err := elements(s, a[0])
		if err != nil {
			return nil, err
		}
		if err := defined(s, x); err != nil {
			return nil, err
		}
		if err := defined(s, y); err != nil {
			return nil, err
		}
		return list(ordered(op(x, y))), nil
	}
}

// ordered sorts integers, whose order in Python's sets is theirs as long as they are small; everything else keeps its order, which is
// random in Python.
func ordered(elems []value.Value) []value.Value {
	for _, e := range elems {
		if _, ok := e.(value.Int); !ok {
			return elems
		}
	}
	_ = method.Sort(elems, false) // integers have an order
	return elems
}

// keep gives the elements, each once, that fit.
func keep(elems []value.Value, fits func(value.Value) bool) []value.Value {
	seen := &bag{}
	out := []value.Value{}
	for _, e := range elems {
		if fits(e) && !seen.has(e) {
			seen.add(e)
			out = append(out, e)
		}
	}
	return out
}

func difference(x, y []value.Value) []value.Value {
	other := newBag(y)
	return keep(x, func(e value.Value) bool { return !other.has(e) })
}

func intersect(x, y []value.Value) []value.Value {
	other := newBag(y)
	return keep(x, other.has)
}

func union(x, y []value.Value) []value.Value {
	return keep(append(append([]value.Value(nil), x...), y...), func(value.Value) bool { return true })
}

func symmetricDifference(x, y []value.Value) []value.Value {
	inX, inY := newBag(x), newBag(y)
	return keep(append(append([]value.Value(nil), x...), y...), func(e value.Value) bool { return inX.has(e) != inY.has(e) })
}
