package eval

import (
	"math"
	"math/big"
	"strings"

	"github.com/goplay/goplay/templating/format"
	"github.com/goplay/goplay/templating/value"
)

var operators = map[string]func(a, b value.Value) (value.Value, error){
	"+": Add, "-": subtract, "*": multiply, "/": divide, "//": floorDivide, "%": Modulo, "**": power,
}

func unsupported(op string, a, b value.Value) error {
	return value.TypeError("unsupported operand type(s) for %s: '%s' and '%s'", op, a.Type(), b.Type())
}

// ints gives both operands as big integers, or ok false.
func ints(a, b value.Value) (x, y *big.Int, ok bool) {
	x, ok1 := value.BigOf(a)
	y, ok2 := value.BigOf(b)
	return x, y, ok1 && ok2
}

func small(v value.Value) (int64, bool) {
	switch v := v.(type) {
	case value.Int:
		return int64(v), true
	case value.Bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// Float gives a number as a float.
func Float(v value.Value) (float64, bool) {
	switch v := v.(type) {
	case value.Float:
		return float64(v), true
	case *value.BigInt:
		f, _ := new(big.Float).SetInt(v.V).Float64()
		return f, true
	}
	i, ok := small(v)
	return float64(i), ok
}

func floats(a, b value.Value) (x, y float64, ok bool) {
	x, ok1 := Float(a)
	y, ok2 := Float(b)
	return x, y, ok1 && ok2
}

// complexes gives both operands as complex numbers where at least one is one.
func complexes(a, b value.Value) (x, y complex128, ok bool) {
	p, ok1 := a.(value.Complex)
	q, ok2 := b.(value.Complex)
	if f, ok := Float(a); ok && ok2 {
		return complex(f, 0), complex128(q), true
	}
	if f, ok := Float(b); ok && ok1 {
		return complex128(p), complex(f, 0), true
	}
	return complex128(p), complex128(q), ok1 && ok2
}

// Add is a + b.
func Add(a, b value.Value) (value.Value, error) {
	if x, ok := small(a); ok {
		if y, ok := small(b); ok {
			if s := x + y; (s > x) == (y > 0) {
				return value.Int(s), nil
			}
		}
	}
	if x, y, ok := ints(a, b); ok {
		return value.NewInt(new(big.Int).Add(x, y)), nil
	}
	if x, y, ok := floats(a, b); ok {
		return value.Float(x + y), nil
	}
	if x, y, ok := complexes(a, b); ok {
		return value.Complex(x + y), nil
	}
	return addSequences(a, b)
}

func addSequences(a, b value.Value) (value.Value, error) {
	switch x := a.(type) {
	case value.String:
		if y, ok := b.(value.String); ok {
			return (x + y).Unsigned(), nil
		}
		if y, ok := b.(value.Markup); ok {
			return value.Markup(value.EscapeHTML(string(x))) + y, nil
		}
	case value.Markup:
		if y, ok := b.(value.Markup); ok {
			return x + y, nil
		}
		if y, ok := b.(value.String); ok {
			return x + value.Markup(value.EscapeHTML(string(y))), nil
		}
	case *value.List:
		if y, ok := b.(*value.List); ok {
			return &value.List{Elems: join(x.Elems, y.Elems)}, nil
		}
		return nil, value.TypeError(`can only concatenate list (not "%s") to list`, b.Type())
	case value.Tuple:
		if y, ok := b.(value.Tuple); ok {
			return value.Tuple(join(x, y)), nil
		}
		return nil, value.TypeError(`can only concatenate tuple (not "%s") to tuple`, b.Type())
	case value.Bytes:
		if y, ok := b.(value.Bytes); ok {
			return append(append(value.Bytes{}, x...), y...), nil
		}
	case adder:
		if v, ok, err := x.Add(b); ok {
			return v, err
		}
	}
	if _, ok := value.Text(a); ok {
		return nil, value.TypeError(`can only concatenate str (not "%s") to str`, b.Type())
	}
	return nil, unsupported("+", a, b)
}

// adder and subtracter are values of other packages with arithmetic of their own: dates.
type (
	adder interface {
		Add(value.Value) (value.Value, bool, error)
	}
	subtracter interface {
		Subtract(value.Value) (value.Value, bool, error)
	}
)

func join(a, b []value.Value) []value.Value {
	out := make([]value.Value, 0, len(a)+len(b))
	return append(append(out, a...), b...)
}

func subtract(a, b value.Value) (value.Value, error) {
	if x, y, ok := ints(a, b); ok {
		return value.NewInt(new(big.Int).Sub(x, y)), nil
	}
	if x, y, ok := floats(a, b); ok {
		return value.Float(x - y), nil
	}
	if x, y, ok := complexes(a, b); ok {
		return value.Complex(x - y), nil
	}
	switch x := a.(type) {
	case *value.Set:
		if y, ok := b.(*value.Set); ok {
			return without(x, y), nil
		}
	case subtracter:
		if v, ok, err := x.Subtract(b); ok {
			return v, err
		}
	}
	return nil, unsupported("-", a, b)
}

func without(x, y *value.Set) value.Value {
	out := &value.Set{}
	for e := range x.Elements() {
		if in, _ := y.Has(e); !in {
			_ = out.Add(e) // an element of a set is hashable
		}
	}
	return out
}

func multiply(a, b value.Value) (value.Value, error) {
	if x, y, ok := ints(a, b); ok {
		if x.BitLen()+y.BitLen() > maxBits {
			return nil, errTooBig
		}
		return value.NewInt(new(big.Int).Mul(x, y)), nil
	}
	if x, y, ok := floats(a, b); ok {
		return value.Float(x * y), nil
	}
	if x, y, ok := complexes(a, b); ok {
		return value.Complex(x * y), nil
	}
	if n, ok := small(b); ok {
		if v, ok, err := repeat(a, n); ok {
			return v, err
		}
	}
	if n, ok := small(a); ok {
		if v, ok, err := repeat(b, n); ok {
			return v, err
		}
	}
	for _, p := range [][2]value.Value{{a, b}, {b, a}} {
		_, isRange := p[0].(value.Range)
		if _, seq := p[0].(value.Sequence); seq && !isRange {
			return nil, value.TypeError("can't multiply sequence by non-int of type '%s'", p[1].Type())
		}
		if _, text := value.Text(p[0]); text {
			return nil, value.TypeError("can't multiply sequence by non-int of type '%s'", p[1].Type())
		}
	}
	return nil, unsupported("*", a, b)
}

func repeat(v value.Value, n int64) (value.Value, bool, error) {
	n = max(n, 0)
	switch v := v.(type) {
	case value.String:
		if n > maxText || int64(len(v))*n > maxText {
			return nil, true, errTooBig
		}
		return value.String(strings.Repeat(string(v), int(n))).Unsigned(), true, nil
	case value.Markup:
		if n > maxText || int64(len(v))*n > maxText {
			return nil, true, errTooBig
		}
		return value.Markup(strings.Repeat(string(v), int(n))), true, nil
	case *value.List:
		elems, err := repeatElems(v.Elems, n)
		return &value.List{Elems: elems}, true, err
	case value.Tuple:
		elems, err := repeatElems(v, n)
		return value.Tuple(elems), true, err
	}
	return nil, false, nil
}

func repeatElems(elems []value.Value, n int64) ([]value.Value, error) {
	if n > maxText || int64(len(elems))*n > maxElements {
		return nil, errTooBig
	}
	out := make([]value.Value, 0, len(elems)*int(n))
	for range n {
		if len(elems) == 0 {
			break
		}
		out = append(out, elems...)
	}
	return out, nil
}

func divide(a, b value.Value) (value.Value, error) {
	if x, y, ok := ints(a, b); ok {
		if y.Sign() == 0 {
			return nil, value.Errorf("ZeroDivisionError", "division by zero")
		}
		f, _ := new(big.Rat).SetFrac(x, y).Float64()
		if x.Sign() == 0 && y.Sign() < 0 {
			f = math.Copysign(0, -1)
		}
		if math.IsInf(f, 0) {
			return nil, value.Errorf("OverflowError", "integer division result too large for a float")
		}
		return value.Float(f), nil
	}
	x, y, ok := floats(a, b)
	if v, w, isComplex := complexes(a, b); !ok && isComplex && w != 0 {
		return value.Complex(v / w), nil
	}
	if !ok {
		return nil, unsupported("/", a, b)
	}
	if y == 0 {
		return nil, value.Errorf("ZeroDivisionError", "float division by zero")
	}
	return value.Float(x / y), nil
}

func floorDivide(a, b value.Value) (value.Value, error) {
	if x, y, ok := ints(a, b); ok {
		if y.Sign() == 0 {
			return nil, value.Errorf("ZeroDivisionError", "integer division or modulo by zero")
		}
		q, _ := floorDivMod(x, y)
		return value.NewInt(q), nil
	}
	x, y, ok := floats(a, b)
	if !ok {
		return nil, unsupported("//", a, b)
	}
	if y == 0 {
		return nil, value.Errorf("ZeroDivisionError", "float floor division by zero")
	}
	q, _ := floatDivMod(x, y)
	return value.Float(q), nil
}

// floatDivMod gives x // y and x % y as Python computes them: the remainder is exact and has the divisor's sign.
func floatDivMod(x, y float64) (q, m float64) {
	m = math.Mod(x, y)
	q = (x - m) / y
	switch {
	case m == 0:
		m = math.Copysign(0, y)
	case (y < 0) != (m < 0):
		m += y
		q--
	}
	if q == 0 {
		return math.Copysign(0, x/y), m
	}
	floor := math.Floor(q)
	if q-floor > 0.5 {
		floor++
	}
	return floor, m
}

func floorDivMod(x, y *big.Int) (q, m *big.Int) {
	q, m = new(big.Int).QuoRem(x, y, new(big.Int))
	if m.Sign() != 0 && m.Sign() != y.Sign() {
		q.Sub(q, big.NewInt(1))
		m.Add(m, y)
	}
	return q, m
}

// Modulo is a % b.
func Modulo(a, b value.Value) (value.Value, error) {
	if text, ok := value.Text(a); ok {
		s, err := format.Percent(text, b)
		if _, safe := a.(value.Markup); safe {
			return value.Markup(s), err
		}
		return value.String(s), err
	}
	if x, y, ok := ints(a, b); ok {
		if y.Sign() == 0 {
			return nil, value.Errorf("ZeroDivisionError", "integer modulo by zero")
		}
		_, m := floorDivMod(x, y)
		return value.NewInt(m), nil
	}
	x, y, ok := floats(a, b)
	if !ok {
		return nil, unsupported("%", a, b)
	}
	if y == 0 {
		return nil, value.Errorf("ZeroDivisionError", "float modulo")
	}
	_, m := floatDivMod(x, y)
	return value.Float(m), nil
}

func negate(v value.Value) (value.Value, error) {
	switch x := v.(type) {
	case value.Int:
		if x != math.MinInt64 {
			return -x, nil
		}
	case value.Float:
		return -x, nil
	case value.Complex:
		return -x, nil
	}
	if b, ok := value.BigOf(v); ok {
		return value.NewInt(new(big.Int).Neg(b)), nil
	}
	return nil, value.TypeError("bad operand type for unary -: '%s'", v.Type())
}

func positive(v value.Value) (value.Value, error) {
	switch v.(type) {
	case value.Float, value.Complex:
		return v, nil
	}
	if b, ok := value.BigOf(v); ok {
		return value.NewInt(b), nil
	}
	return nil, value.TypeError("bad operand type for unary +: '%s'", v.Type())
}

func containsText(text string, v value.Value) (bool, error) {
	part, ok := value.Text(v)
	if !ok {
		return false, value.TypeError("'in <string>' requires string as left operand, not %s", v.Type())
	}
	return strings.Contains(text, part), nil
}
