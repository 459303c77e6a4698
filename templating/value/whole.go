package value

import (
	"math"
	"strconv"
	"strings"
)

// Whole reads a whole number as keywords have it: a number, a boolean, or text of one.
func Whole(v Value) (n int, ok bool) {
	switch v := v.(type) {
	case Int:
		return int(v), true
	case Float:
		return int(v), v == Float(int(v))
	case Bool:
		if v {
			n = 1
		}
		return n, true
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(v.String()), "_", ""), 64)
	return int(f), err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53
}
