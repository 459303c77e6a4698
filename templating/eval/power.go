package eval

import (
	"math"
	"math/big"

	"github.com/goplay/goplay/templating/value"
)

// maxBits bounds the size of integers.
const maxBits = 1 << 20

func power(a, b value.Value) (value.Value, error) {
	x, y, ok := ints(a, b)
	if ok && y.Sign() >= 0 {
		if !y.IsInt64() || x.BitLen() > 1 && (y.Int64() > maxBits || int64(x.BitLen())*y.Int64() > maxBits) {
			return nil, errTooBig
		}
		return value.NewInt(new(big.Int).Exp(x, y, nil)), nil
	}
	f, g, ok := floats(a, b)
	if !ok {
		return nil, value.TypeError("unsupported operand type(s) for ** or pow(): '%s' and '%s'", a.Type(), b.Type())
	}
	return floatPower(f, g)
}

func floatPower(f, g float64) (value.Value, error) {
	if f == 0 && g < 0 {
		return nil, value.Errorf("ZeroDivisionError", "0.0 cannot be raised to a negative power")
	}
	if f < 0 && g != math.Trunc(g) && !math.IsInf(f, 0) {
		return complexPower(f, g), nil
	}
	r := Pow(f, g)
	if math.IsInf(r, 0) && !math.IsInf(f, 0) && !math.IsInf(g, 0) {
		return nil, value.Errorf("OverflowError", "(34, 'Numerical result out of range')")
	}
	return value.Float(r), nil
}

// complexPower is f ** g of a negative f, by polar coordinates as Python computes it.
func complexPower(f, g float64) value.Value {
	size, angle := Pow(-f, g), math.Pi*g
	return value.Complex(complex(size*math.Cos(angle), size*math.Sin(angle)))
}

// powerPrec is the precision of powers in bits: more than twice a float's, so that the result is rounded correctly.
const powerPrec = 160

// Pow is x ** y rounded correctly, as C's pow gives it on the usual machines. (math.Pow is off by one in the last place for many.)
func Pow(x, y float64) float64 {
	rough := math.Pow(x, y)
	if rough == 0 || math.IsInf(rough, 0) || math.IsNaN(rough) || y == 0 || math.Abs(x) == 1 || math.IsInf(y, 0) {
		return rough
	}
	t := newFloat(0).Mul(logarithm(math.Abs(x)), newFloat(y))
	r, _ := exponential(t).Float64()
	if rough < 0 {
		return -r
	}
	return r
}

// Log is the natural logarithm of a positive finite number, rounded correctly.
func Log(x float64) float64 {
	r, _ := logarithm(x).Float64()
	return r
}

// Log10 is the decimal logarithm of a positive finite number, rounded correctly.
func Log10(x float64) float64 {
	r, _ := newFloat(0).Quo(logarithm(x), logarithm(10)).Float64()
	return r
}

func newFloat(f float64) *big.Float { return new(big.Float).SetPrec(powerPrec).SetFloat64(f) }

// ln2 is the natural logarithm of 2: 2·artanh(1/3).
var ln2 = artanhTwice(newFloat(0).Quo(newFloat(1), newFloat(3)))

// logarithm is ln x of a positive x.
func logarithm(x float64) *big.Float {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	z := newFloat(0).Quo(newFloat(0).Sub(newFloat(m), newFloat(1)), newFloat(0).Add(newFloat(m), newFloat(1)))
	return newFloat(0).Add(artanhTwice(z), newFloat(0).Mul(ln2, newFloat(float64(e))))
}

// artanhTwice is 2·artanh z: 2(z + z³/3 + z⁵/5 + …).
func artanhTwice(z *big.Float) *big.Float {
	sum, term := newFloat(0), newFloat(0).Mul(z, newFloat(2))
	square := newFloat(0).Mul(z, z)
	for k := 1.0; term.Sign() != 0 && (sum.Sign() == 0 || term.MantExp(nil) > sum.MantExp(nil)-powerPrec); k += 2 {
		sum.Add(sum, newFloat(0).Quo(term, newFloat(k)))
		term.Mul(term, square)
	}
	return sum
}

// exponential is e ** t.
func exponential(t *big.Float) *big.Float {
	q, _ := newFloat(0).Quo(t, ln2).Float64()
	whole := math.Round(q)
	r := newFloat(0).Sub(t, newFloat(0).Mul(ln2, newFloat(whole)))
	sum, term := newFloat(1), newFloat(1)
	for k := 1.0; term.Sign() != 0 && term.MantExp(nil) > -powerPrec; k++ {
		term.Mul(term, r)
		term.Quo(term, newFloat(k))
		sum.Add(sum, term)
	}
	return sum.SetMantExp(sum, int(whole))
}
