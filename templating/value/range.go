package value

import (
	"fmt"
	"iter"
)

// Range is Python's range.
type Range struct{ Start, Stop, Step int }

var (
	_ Sequence = Range{}
	_ Iterable = Range{}
)

// Type is "range".
func (Range) Type() string { return "range" }

// Truth tells whether there are elements.
func (r Range) Truth() bool { return r.Len() > 0 }

// String gives range(start, stop[, step]).
func (r Range) String() string {
	if r.Step == 1 {
		return fmt.Sprintf("range(%d, %d)", r.Start, r.Stop)
	}
	return fmt.Sprintf("range(%d, %d, %d)", r.Start, r.Stop, r.Step)
}

// Len is the number of elements.
func (r Range) Len() int {
	switch {
	case r.Step > 0 && r.Start < r.Stop:
		return (r.Stop-r.Start-1)/r.Step + 1
	case r.Step < 0 && r.Start > r.Stop:
		return (r.Start-r.Stop-1)/-r.Step + 1
	}
	return 0
}

// Index gives element i.
func (r Range) Index(i int) Value { return Int(r.Start + i*r.Step) }

// Elements gives the elements in order.
func (r Range) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for i := range r.Len() {
			if !yield(r.Index(i)) {
				return
			}
		}
	}
}
