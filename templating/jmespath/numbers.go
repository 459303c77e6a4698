package jmespath

import (
	"math"
	"math/big"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func absolute(_ string, a []value.Value) (value.Value, error) {
	if f, ok := a[0].(value.Float); ok {
		return value.Float(math.Abs(float64(f))), nil
	}
	n, _ := value.BigOf(a[0]) // a number
	return value.NewInt(new(big.Int).Abs(n)), nil
}

func up(f float64) float64   { return math.Ceil(f) }
func down(f float64) float64 { return math.Floor(f) }

func rounded(how func(float64) float64) func(string, []value.Value) (value.Value, error) {
	return func(_ string, a []value.Value) (value.Value, error) {
		f, ok := a[0].(value.Float)
		if !ok {
			return a[0], nil
		}
		switch x := float64(f); {
		case math.IsNaN(x):
			return nil, value.ValueError("cannot convert float NaN to integer")
		case math.IsInf(x, 0):
			return nil, value.Errorf("OverflowError", "cannot convert float infinity to integer")
		}
		n, _ := big.NewFloat(how(float64(f))).Int(nil)
		return value.NewInt(n), nil
	}
}

func sum(_ string, a []value.Value) (value.Value, error) {
	var total value.Value = value.Int(0)
	for _, e := range a[0].(*value.List).Elems {
		var err error
		if total, err = eval.Add(total, e); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func average(name string, a []value.Value) (value.Value, error) {
	n := a[0].(*value.List).Len()
	if n == 0 {
		return value.None, nil
	}
	total, err := sum(name, a)
	if err != nil {
		return nil, err
	}
	f, _ := eval.Float(total) // a number
	return value.Float(f / float64(n)), nil
}

func toNumber(_ string, a []value.Value) (value.Value, error) {
	if isNumber(a[0]) {
		return a[0], nil
	}
	t, ok := value.Text(a[0])
	if !ok {
		return value.None, nil
	}
	if n, ok := value.ParseInt(t, 10); ok {
		return n, nil
	}
	if f, ok := value.ParseFloat(t); ok {
		return value.Float(f), nil
	}
	return value.None, nil
}

// extreme makes max and min.
func extreme(op string) func(string, []value.Value) (value.Value, error) {
	return func(_ string, a []value.Value) (value.Value, error) {
		elems := a[0].(*value.List).Elems
		return outermost(op, elems, elems)
	}
}

// extremeBy makes max_by and min_by.
func extremeBy(op string) func(string, []value.Value) (value.Value, error) {
	return func(name string, a []value.Value) (value.Value, error) {
		elems := a[0].(*value.List).Elems
		keys, err := by(name, elems, a[1].(reference), []string{"number", "string"})
		if err != nil {
			return nil, err
		}
		return outermost(op, elems, keys)
	}
}

// outermost gives the element with the first key that none is beyond, or None.
func outermost(op string, elems, keys []value.Value) (value.Value, error) {
	if len(elems) == 0 {
		return value.None, nil
	}
	best := 0
	for i := range elems[1:] {
		beyond, err := value.Order(op, keys[i+1], keys[best])
		if err != nil {
			return nil, err
		}
		if beyond {
			best = i + 1
		}
	}
	return elems[best], nil
}
