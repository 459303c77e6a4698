package filter

import (
	"math"
	"math/big"
	"strconv"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func numberRows() []row {
	return []row{
		{name: "abs", run: abs},
		{name: "filesizeformat", params: "binary=False", run: filesizeformat},
		{name: "float", params: "default=0.0", run: toFloat},
		{name: "int", params: "default=0, base=10", run: toInt},
		{name: "round", params: "precision=0, method='common'", run: round},
	}
}

func abs(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	switch v := in.(type) {
	case value.Int:
		if v < 0 {
			return value.NewInt(new(big.Int).Neg(big.NewInt(int64(v)))), nil
		}
		return v, nil
	case value.Bool:
		n, err := intArg(v)
		return value.Int(n), err
	case value.Float:
		return value.Float(math.Abs(float64(v))), nil
	case *value.BigInt:
		return value.NewInt(new(big.Int).Abs(v.V)), nil
	}
	return nil, value.TypeError("bad operand type for abs(): '%s'", in.Type())
}

func toInt(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	base, err := intArg(a[1])
	if err != nil {
		return nil, err
	}
	switch v := in.(type) {
	case value.Int, *value.BigInt:
		return v, nil
	case value.Bool:
		n, err := intArg(v)
		return value.Int(n), err
	case value.Float:
		return truncated(float64(v), a[0])
	case *value.Undefined:
		return nil, v.Raise()
	}
	t, ok := value.Text(in)
	if !ok {
		return a[0], nil
	}
	if base < 2 || base > 36 {
		base = 10
	}
	if n, ok := value.ParseInt(t, base); ok {
		return n, nil
	}
	if f, ok := value.ParseFloat(t); ok {
		return truncated(f, a[0])
	}
	return a[0], nil
}

func truncated(f float64, standard value.Value) (value.Value, error) {
	if math.IsNaN(f) {
		return standard, nil
	}
	if math.IsInf(f, 0) {
		return nil, value.Errorf("OverflowError", "cannot convert float infinity to integer")
	}
	b, _ := big.NewFloat(math.Trunc(f)).Int(nil)
	return value.NewInt(b), nil
}

func toFloat(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if err := s.Use(in); err != nil {
		return nil, err
	}
	if f, ok := eval.Float(in); ok {
		return value.Float(f), nil
	}
	if t, ok := value.Text(in); ok {
		if f, ok := value.ParseFloat(t); ok {
			return value.Float(f), nil
		}
	}
	return a[0], nil
}

func round(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if err := s.Use(in); err != nil {
		return nil, err
	}
	f, ok := eval.Float(in)
	if !ok {
		return nil, value.TypeError("type %s doesn't define __round__ method", in.Type())
	}
	precision, err := intArg(a[0])
	if err != nil {
		return nil, err
	}
	how, _ := value.Text(a[1])
	switch how {
	case "common":
		_, isFloat := in.(value.Float)
		if !isFloat && precision >= 0 {
			return eval.Add(in, value.Int(0))
		}
		r := roundHalfEven(f, precision)
		if !isFloat {
			return roundInt(in, -precision), nil
		}
		return value.Float(r), nil
	case "ceil", "floor":
		p := math.Pow(10, float64(precision))
		if n, isInt := value.BigOf(in); isInt && precision >= 0 {
			exact, _ := new(big.Float).SetInt(n).Float64()
			return value.Float(exact), nil
		}
		if how == "ceil" {
			return value.Float((math.Ceil(f*p) + 0) / p), nil // an integer over an integer: there is no -0
		}
		return value.Float((math.Floor(f*p) + 0) / p), nil
	}
	return nil, value.Errorf("FilterArgumentError", "method must be common, ceil or floor")
}

// roundInt rounds an integer to a multiple of a power of ten, halves to the even one.
func roundInt(v value.Value, zeros int) value.Value {
	n, _ := value.BigOf(v)
	if zeros > n.BitLen() {
		return value.Int(0)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(zeros)), nil)
	q, r := new(big.Int).DivMod(n, unit, new(big.Int))
	if c := new(big.Int).Lsh(r, 1).Cmp(unit); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return value.NewInt(q.Mul(q, unit))
}

// roundHalfEven rounds the exact value of a float to a number of decimal digits, as Python does.
func roundHalfEven(f float64, digits int) float64 {
	if math.IsInf(f, 0) || math.IsNaN(f) || digits > 300 {
		return f
	}
	if digits >= 0 {
		r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', digits, 64), 64)
		return r
	}
	p := math.Pow(10, float64(-digits))
	return math.RoundToEven(f/p) * p
}

func filesizeformat(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if err := s.Use(in); err != nil {
		return nil, err
	}
	f, ok := eval.Float(in)
	if t, isText := value.Text(in); isText {
		if f, ok = value.ParseFloat(t); !ok {
			return nil, value.ValueError("could not convert string to float: %s", value.Repr(in))
		}
	}
	if !ok {
		return nil, value.TypeError("float() argument must be a string or a real number, not '%s'", in.Type())
	}
	base, units := 1000.0, []string{"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"}
	if a[0].Truth() {
		base, units = 1024, []string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
	}
	if f == 1 {
		return value.String("1 Byte"), nil
	}
	if f < base {
		return value.String(strconv.FormatFloat(math.Trunc(f)+0, 'f', 0, 64) + " Bytes"), nil
	}
	unit := base
	for i, u := range units {
		unit *= base
		if f < unit || i == len(units)-1 {
			return value.String(strconv.FormatFloat(base*f/unit, 'f', 1, 64) + " " + u), nil
		}
	}
	return nil, nil
}
