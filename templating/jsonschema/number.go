package jsonschema

import (
	"math"
	"math/big"

	"github.com/goplay/goplay/templating/value"
)

// isMultiple divides as Python does: by a float, a quotient that floats do not have exactly is none.
func isMultiple(v, of value.Value) (bool, error) {
	n, whole := value.BigOf(v)
	m, ofWhole := value.BigOf(of)
	if whole && ofWhole {
		if m.Sign() == 0 {
			return false, value.Errorf("ZeroDivisionError", "integer modulo by zero")
		}
		return new(big.Int).Rem(n, m).Sign() == 0, nil
	}
	a, b := float(v), float(of)
	if b == 0 {
		return false, value.Errorf("ZeroDivisionError", "float division by zero")
	}
	if ofWhole {
		return math.Mod(a, b) == 0, nil
	}
	return a/b == math.Trunc(a/b), nil
}

func float(v value.Value) float64 {
	if f, ok := v.(value.Float); ok {
		return float64(f)
	}
	n, ok := value.BigOf(v)
	if !ok {
		return math.NaN()
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return f
}
