package jmespath

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// node is a part of an expression.
type node interface {
	find(in value.Value) (value.Value, error)
}

type (
	identity struct{}
	constant struct{ v value.Value }
	field    string
	index    struct{ i value.Value }
	slice    struct{ bounds [3]value.Value }
	chain    struct{ first, second node } // a.b, a[0], a | b
	choice   struct {
		left, right node
		or          bool
	}
	negation   struct{ x node }
	comparison struct {
		op          string
		left, right node
	}
	flattened  struct{ x node }
	projection struct {
		x, each   node
		condition node // or nil
	}
	values struct{ x, each node }
	list   []node
	pair   struct {
		key string
		x   node
	}
	dict []pair
	call struct {
		name string
		args []node
	}
)

// reference is &x: an expression as a value, for functions that apply it.
type reference struct{ x node }

func (reference) Type() string   { return "_Expression" }
func (reference) Truth() bool    { return true }
func (reference) String() string { return "<expression>" }

func (r reference) find(value.Value) (value.Value, error) { return r, nil }

func (identity) find(in value.Value) (value.Value, error) { return in, use(in) }

func (c constant) find(value.Value) (value.Value, error) { return c.v, nil }

func (f field) find(in value.Value) (value.Value, error) {
	m, ok := in.(value.Mapping)
	if !ok {
		return value.None, use(in)
	}
	v, ok := m.Lookup(string(f))
	if !ok {
		return value.None, nil
	}
	return v, use(v)
}

func (x index) find(in value.Value) (value.Value, error) {
	l, ok := in.(*value.List)
	i, small := x.i.(value.Int)
	if !ok || !small {
		return value.None, use(in)
	}
	if i < 0 {
		i += value.Int(l.Len())
	}
	if i < 0 || i >= value.Int(l.Len()) {
		return value.None, nil
	}
	return l.Elems[i], use(l.Elems[i])
}

func (s slice) find(in value.Value) (value.Value, error) {
	if _, ok := in.(*value.List); !ok {
		return value.None, use(in)
	}
	return eval.Slice(in, s.bounds)
}

func (c chain) find(in value.Value) (value.Value, error) {
	v, err := c.first.find(in)
	if err != nil {
		return nil, err
	}
	return c.second.find(v)
}

func (c choice) find(in value.Value) (value.Value, error) {
	v, err := c.left.find(in)
	if err != nil || holds(v) == c.or {
		return v, err
	}
	return c.right.find(in)
}

func (n negation) find(in value.Value) (value.Value, error) {
	v, err := n.x.find(in)
	if err != nil {
		return nil, err
	}
	return value.Bool(!holds(v)), nil
}

func (c comparison) find(in value.Value) (value.Value, error) {
	x, err := c.left.find(in)
	if err != nil {
		return nil, err
	}
	y, err := c.right.find(in)
	if err != nil {
		return nil, err
	}
	switch c.op {
	case "==":
		return value.Bool(same(x, y)), nil
	case "!=":
		return value.Bool(!same(x, y)), nil
	}
	if !hasOrder(x) || !hasOrder(y) {
		return value.None, nil
	}
	ok, err := value.Order(c.op, x, y)
	return value.Bool(ok), err
}

func (f flattened) find(in value.Value) (value.Value, error) {
	v, err := f.x.find(in)
	l, ok := v.(*value.List)
	if err != nil || !ok {
		return value.None, err
	}
	out := &value.List{Elems: []value.Value{}}
	for _, e := range l.Elems {
		if inner, ok := e.(*value.List); ok {
			out.Append(inner.Elems...)
		} else {
			out.Append(e)
		}
	}
	return out, nil
}

func (p projection) find(in value.Value) (value.Value, error) {
	v, err := p.x.find(in)
	l, ok := v.(*value.List)
	if err != nil || !ok {
		return value.None, err
	}
	elems := l.Elems
	if p.condition != nil {
		if elems, err = matching(elems, p.condition); err != nil {
			return nil, err
		}
	}
	return found(elems, p.each)
}

func (s values) find(in value.Value) (value.Value, error) {
	v, err := s.x.find(in)
	m, ok := v.(value.Mapping)
	if err != nil || !ok {
		return value.None, err
	}
	var elems []value.Value
	for _, e := range m.All() {
		elems = append(elems, e)
	}
	return found(elems, s.each)
}

// matching gives the elements for which a condition holds.
func matching(elems []value.Value, condition node) ([]value.Value, error) {
	var out []value.Value
	for _, e := range elems {
		ok, err := condition.find(e)
		if err != nil {
			return nil, err
		}
		if holds(ok) {
			out = append(out, e)
		}
	}
	return out, nil
}

// found gives what an expression finds in each element, less what it does not find.
func found(elems []value.Value, each node) (value.Value, error) {
	out := &value.List{Elems: []value.Value{}}
	for _, e := range elems {
		v, err := each.find(e)
		if err != nil {
			return nil, err
		}
		if v != value.Value(value.None) {
			out.Append(v)
		}
	}
	return out, nil
}

func (l list) find(in value.Value) (value.Value, error) {
	if in == value.Value(value.None) {
		return in, nil
	}
	out := &value.List{}
	for _, n := range l {
		v, err := n.find(in)
		if err != nil {
			return nil, err
		}
		out.Append(v)
	}
	return out, nil
}

func (d dict) find(in value.Value) (value.Value, error) {
	if in == value.Value(value.None) {
		return in, nil
	}
	out := value.NewDict(len(d))
	for _, p := range d {
		v, err := p.x.find(in)
		if err != nil {
			return nil, err
		}
		out.Set(p.key, v)
	}
	return out, nil
}

// use is the error of an undefined value.
func use(v value.Value) error {
	if u, ok := v.(*value.Undefined); ok {
		return u.Raise()
	}
	return nil
}

// holds tells what counts as true: all but None, false, and what is empty. Zero is true.
func holds(v value.Value) bool {
	switch v := v.(type) {
	case value.NoneType, value.Bool, value.String, *value.List, *value.Dict:
		return v.Truth()
	}
	return true
}

// same is equality: true and false are no numbers, unless deep in containers, where Python decides.
func same(x, y value.Value) bool {
	_, boolX := x.(value.Bool)
	_, boolY := y.(value.Bool)
	if boolX != boolY && (isNumber(x) || isNumber(y)) {
		return false
	}
	return value.Equal(x, y)
}

func isNumber(v value.Value) bool {
	switch v.(type) {
	case value.Int, *value.BigInt, value.Float:
		return true
	}
	return false
}

func hasOrder(v value.Value) bool {
	_, isText := value.Text(v)
	return isText || isNumber(v)
}
