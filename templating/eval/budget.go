package eval

import (
	"github.com/goplay/goplay/templating/value"
)

// What one evaluation of a template may do. No template that means well comes near it.
const (
	maxSteps    = 50_000_000 // rounds of loops and calls
	maxMade     = 1 << 30    // bytes of text and elements of lists that expressions made, kept or not
	maxText     = 64 << 20   // bytes of text that one operation may make
	maxElements = maxText / 16
	maxRange    = 100_000 // of a range in Jinja2's sandbox
	maxDigits   = 4300    // of integers that become text, as in Python
)

var errTooBig = value.Errorf("MemoryError", "the result is too big")

// CheckSize refuses to make a list of n elements that would be too big.
func CheckSize(n int) error {
	if n > maxElements {
		return errTooBig
	}
	return nil
}

// CheckText refuses to make text of n bytes that would be too big.
func CheckText(n int) error {
	if n > maxText || n < 0 {
		return errTooBig
	}
	return nil
}

// budget is what evaluations have used up. Included templates use that of the template that includes them.
type budget struct{ steps, made int }

func (s *State) step() error {
	s.used().steps++
	if s.used().steps > maxSteps {
		return value.Errorf("MemoryError", "the template takes more than %d steps", maxSteps)
	}
	return s.Env.interrupted()
}

// used gives the budget of the run that the state belongs to.
func (s *State) used() *budget {
	if s.shared == nil {
		return &s.spent
	}
	return s.shared
}

// made counts a new value.
func (s *State) made(v value.Value) error {
	n := 0
	switch v := v.(type) {
	case value.String:
		n = len(v)
	case value.Markup:
		n = len(v)
	case *value.List:
		n = 16 * len(v.Elems)
	case value.Tuple:
		n = 16 * len(v)
	case *value.BigInt:
		n = v.V.BitLen() / 8
	}
	if n == 0 {
		return nil
	}
	s.used().made += n
	if s.used().made > maxMade {
		return value.Errorf("MemoryError", "the template makes more than %d bytes of values", maxMade)
	}
	return nil
}

// intText refuses integers that Python would not print.
func intText(b *value.BigInt) (string, error) {
	const bitsOfDigit = 3.3219280948873626
	if float64(b.V.BitLen()) > maxDigits*bitsOfDigit+1 {
		return "", value.ValueError("Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit", maxDigits)
	}
	return b.String(), nil
}
