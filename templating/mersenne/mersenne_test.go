package mersenne

import (
	"testing"

	"github.com/goplay/goplay/templating/value"
)

// The numbers are what CPython's random.Random(seed).randrange(1000) gives.
func TestBelow(t *testing.T) {
	for seed, want := range map[value.Value][3]int{
		value.String("foo"): {465, 737, 282},
		value.String(""):    {983, 465, 609},
		value.Int(42):       {654, 114, 25},
		value.Int(-42):      {654, 114, 25},
		value.Bool(true):    {137, 582, 867},
		value.Int(0):        {864, 394, 776},
	} {
		m := New(seed)
		if got := [3]int{m.Below(1000), m.Below(1000), m.Below(1000)}; got != want {
			t.Errorf("%s: got %v, want %v", value.Repr(seed), got, want)
		}
	}
}
