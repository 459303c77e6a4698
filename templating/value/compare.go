package value

import (
	"math"
	"math/big"
	"reflect"
	"strings"
)

// Equal is Python's a == b. It never fails: values of different kinds are unequal.
func Equal(a, b Value) bool { return equal(a, b, &comparison{}) }

// maxCompared bounds how many elements one comparison looks at, and MaxDepth how deep: what goes beyond is unequal.
const maxCompared = 20_000_000

// comparison is how far a comparison has come.
type comparison struct{ n, depth int }

func (c *comparison) enter() bool {
	c.n++
	c.depth++
	return c.n <= maxCompared && c.depth <= MaxDepth
}

func equal(a, b Value, c *comparison) bool {
	switch a := a.(type) {
	case String:
		s, ok := Text(b)
		return ok && s == string(a)
	case Markup, *Template:
		s, _ := Text(a)
		t, ok := Text(b)
		return ok && s == t
	case Int, Bool, Float, *BigInt:
		order, ok := compareNumbers(a, b)
		return ok && order == 0
	case Bytes:
		o, ok := b.(Bytes)
		return ok && string(a) == string(o)
	case *Undefined:
		o, ok := b.(*Undefined)
		return ok && a.Silent == o.Silent
	case *List:
		o, ok := b.(*List)
		return ok && (a == o || equalElems(a.Elems, o.Elems, c))
	case Tuple:
		o, ok := b.(Tuple)
		return ok && equalElems(a, o, c)
	case *Set:
		o, ok := b.(*Set)
		return ok && a.Len() == o.Len() && subset(a, o)
	case Mapping:
		o, ok := b.(Mapping)
		return ok && equalMappings(a, o, c)
	case equaler:
		return a.Equal(b)
	default:
		return reflect.TypeOf(a).Comparable() && a == b
	}
}

// equaler is a value of another package that knows what it is equal to.
type equaler interface{ Equal(Value) bool }

func equalElems(a, b []Value, c *comparison) bool {
	if len(a) != len(b) || !c.enter() {
		return false
	}
	defer func() { c.depth-- }()
	for i := range a {
		if !equal(a[i], b[i], c) {
			return false
		}
	}
	return true
}

func equalMappings(a, b Mapping, c *comparison) bool {
	if a.Len() != b.Len() || !c.enter() {
		return false
	}
	defer func() { c.depth-- }()
	for k, v := range a.All() {
		o, ok, err := LookupKey(b, k)
		if err != nil || !ok || !equal(v, o, c) {
			return false
		}
	}
	return true
}

// LookupKey gives the value of any key of a mapping; the error tells of an unhashable one.
func LookupKey(m Mapping, key Value) (Value, bool, error) {
	if s, ok := Text(key); ok {
		v, ok := m.Lookup(s)
		return v, ok, nil
	}
	if d, ok := m.(interface {
		LookupKey(Value) (Value, bool, error)
	}); ok {
		return d.LookupKey(key)
	}
	_, err := Hash(key)
	return nil, false, err
}

func subset(a, b *Set) bool {
	for e := range a.Elements() {
		if ok, _ := b.Has(e); !ok {
			return false
		}
	}
	return true
}

// Text gives the text of a value that is a str in Python: a String, Markup or a template's text.
func Text(v Value) (string, bool) {
	switch v := v.(type) {
	case String:
		return string(v), true
	case Markup:
		return string(v), true
	case *Template:
		return v.Text, true
	}
	return "", false
}

// Compare orders two values as sorting does: negative where a < b, 0 where they are equal. The error is Python's TypeError.
func Compare(a, b Value) (int, error) { return compare(a, b, "<", 0) }

// Order evaluates a < b, a <= b, a > b or a >= b.
func Order(op string, a, b Value) (bool, error) {
	if s, ok := a.(*Set); ok {
		if o, ok := b.(*Set); ok {
			return orderSets(op, s, o), nil
		}
	}
	if unordered(a) || unordered(b) {
		return false, orderable(a, b, op)
	}
	c, err := compare(a, b, op, 0)
	if err != nil {
		return false, err
	}
	switch op {
	case "<":
		return c < 0, nil
	case "<=":
		return c <= 0, nil
	case ">":
		return c > 0, nil
	default:
		return c >= 0, nil
	}
}

// unordered tells of NaN, of which every comparison is false.
func unordered(v Value) bool {
	f, ok := v.(Float)
	return ok && math.IsNaN(float64(f))
}

func orderable(a, b Value, op string) error {
	_, err := compare(a, b, op, 0)
	return err
}

func orderSets(op string, a, b *Set) bool {
	switch op {
	case "<":
		return a.Len() < b.Len() && subset(a, b)
	case "<=":
		return subset(a, b)
	case ">":
		return b.Len() < a.Len() && subset(b, a)
	default:
		return subset(b, a)
	}
}

func compare(a, b Value, op string, depth int) (int, error) {
	if depth > MaxDepth {
		return 0, Errorf("RecursionError", "maximum recursion depth exceeded in comparison")
	}
	for _, v := range [...]Value{a, b} {
		if u, ok := v.(*Undefined); ok {
			return 0, u.Raise()
		}
	}
	if c, ok := compareNumbers(a, b); ok {
		return c, nil
	}
	switch x := a.(type) {
	case String, Markup, *Template:
		s, _ := Text(a)
		if t, ok := Text(b); ok {
			return strings.Compare(s, t), nil
		}
	case Bytes:
		if y, ok := b.(Bytes); ok {
			return strings.Compare(string(x), string(y)), nil
		}
	case *List:
		if y, ok := b.(*List); ok {
			return compareElems(x.Elems, y.Elems, op, depth)
		}
	case Tuple:
		if y, ok := b.(Tuple); ok {
			return compareElems(x, y, op, depth)
		}
	case comparer:
		if c, ok := x.Compare(b); ok {
			return c, nil
		}
	}
	return 0, TypeError("'%s' not supported between instances of '%s' and '%s'", op, a.Type(), b.Type())
}

// comparer is a value of another package that has an order.
type comparer interface{ Compare(Value) (int, bool) }

func compareElems(a, b []Value, op string, depth int) (int, error) {
	for i := 0; i < len(a) && i < len(b); i++ {
		if !Equal(a[i], b[i]) {
			return compare(a[i], b[i], op, depth+1)
		}
	}
	return len(a) - len(b), nil
}

func compareNumbers(a, b Value) (int, bool) {
	x, xok := smallInt(a)
	y, yok := smallInt(b)
	if xok && yok {
		return compareInts(x, y), true
	}
	if !isNumber(a) || !isNumber(b) {
		return 0, false
	}
	f, fok := a.(Float)
	g, gok := b.(Float)
	if fok && gok {
		return compareFloats(float64(f), float64(g)), true
	}
	if fok && !finite(float64(f)) {
		return compareFloats(float64(f), 0), true
	}
	if gok && !finite(float64(g)) {
		return compareFloats(0, float64(g)), true
	}
	return exact(a).Cmp(exact(b)), true
}

func smallInt(v Value) (int64, bool) {
	switch v := v.(type) {
	case Int:
		return int64(v), true
	case Bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

func isNumber(v Value) bool {
	switch v.(type) {
	case Int, Bool, Float, *BigInt:
		return true
	}
	return false
}

func compareInts(x, y int64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func compareFloats(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x == y:
		return 0
	}
	return 1
}

func finite(f float64) bool { return !math.IsInf(f, 0) && !math.IsNaN(f) }

// exact gives a finite number without rounding, so that 2**53 + 1 is not equal to its float.
func exact(v Value) *big.Rat {
	switch v := v.(type) {
	case *BigInt:
		return new(big.Rat).SetInt(v.V)
	case Float:
		r := new(big.Rat)
		r.SetFloat64(float64(v))
		return r
	default:
		i, _ := smallInt(v)
		return new(big.Rat).SetInt64(i)
	}
}
