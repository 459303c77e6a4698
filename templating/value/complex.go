package value

import (
	"math"
	"strconv"
)

// Complex is Python's complex: what a power of a negative number with a fraction is. It can be printed and computed with.
type Complex complex128

// Type is complex.
func (Complex) Type() string { return "complex" }

// Truth tells whether the number is not zero.
func (c Complex) Truth() bool { return c != 0 }

// String gives Python's repr: "(1+2j)", or "2j" where there is no real part.
func (c Complex) String() string {
	im := digits(imag(c)) + "j"
	if real(c) == 0 && !math.Signbit(real(c)) {
		return im
	}
	if im[0] != '-' {
		im = "+" + im
	}
	return "(" + digits(real(c)) + im + ")"
}

// digits is a float's text without the ".0" of whole numbers.
func digits(f float64) string {
	text := Float(f).String()
	if whole := strconv.FormatFloat(f, 'f', 0, 64); text == whole+".0" {
		return whole
	}
	return text
}
