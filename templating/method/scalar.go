package method

import (
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

var intMethods = map[string]function{
	"bit_length": func(v value.Value, a *args) (value.Value, error) { return value.Int(bigOf(v).BitLen()), a.count(0, 0) },
	"bit_count": func(v value.Value, a *args) (value.Value, error) {
		n := 0
		for _, c := range new(big.Int).Abs(bigOf(v)).Text(2) {
			n += int(c - '0')
		}
		return value.Int(n), a.count(0, 0)
	},
	"conjugate": func(v value.Value, a *args) (value.Value, error) { return v, a.count(0, 0) },
	"as_integer_ratio": func(v value.Value, a *args) (value.Value, error) {
		return value.Tuple{v, value.Int(1)}, a.count(0, 0)
	},
	"is_integer": func(_ value.Value, a *args) (value.Value, error) { return value.Bool(true), a.count(0, 0) },
}

func bigOf(v value.Value) *big.Int {
	switch v := v.(type) {
	case value.Int:
		return big.NewInt(int64(v))
	case *value.BigInt:
		return v.V
	case value.Bool:
		if v {
			return big.NewInt(1)
		}
	}
	return new(big.Int)
}

var floatMethods = map[string]function{
	"is_integer": func(v value.Value, a *args) (value.Value, error) {
		f := float64(v.(value.Float))
		return value.Bool(f == math.Trunc(f) && !math.IsInf(f, 0)), a.count(0, 0)
	},
	"conjugate": func(v value.Value, a *args) (value.Value, error) { return v, a.count(0, 0) },
	"hex": func(v value.Value, a *args) (value.Value, error) {
		return value.String(strconv.FormatFloat(float64(v.(value.Float)), 'x', 13, 64)), a.count(0, 0)
	},
}

var bytesMethods = map[string]function{"decode": decode, "hex": bytesHex}

func bytesHex(v value.Value, a *args) (value.Value, error) {
	const digits = "0123456789abcdef"
	var out []byte
	for _, c := range v.(value.Bytes) {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return value.String(out), a.count(0, 0)
}

func decode(v value.Value, a *args) (value.Value, error) {
	name, err := a.text(0, "encoding", "utf-8")
	if err != nil {
		return nil, err
	}
	enc, err := encodingName(name)
	if err != nil {
		return nil, err
	}
	b := v.(value.Bytes)
	if enc == "utf-8" {
		if i := invalidUTF8(b); i >= 0 {
			return nil, value.Errorf("UnicodeDecodeError", "'utf-8' codec can't decode byte 0x%02x in position %d: invalid start byte", b[i], i)
		}
		return value.String(b), nil
	}
	out := make([]rune, len(b))
	for i, c := range b {
		if enc == "ascii" && c > 0x7f {
			return nil, value.Errorf("UnicodeDecodeError", "'ascii' codec can't decode byte 0x%02x in position %d: ordinal not in range(128)", c, i)
		}
		out[i] = rune(c)
	}
	return value.String(string(out)), nil
}

func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

var setMethods = map[string]function{
	"union": setOp(func(inA, inB bool) bool { return true }), "intersection": setOp(func(inA, inB bool) bool { return inA && inB }),
	"difference":           setOp(func(inA, inB bool) bool { return inA && !inB }),
	"symmetric_difference": setOp(func(inA, inB bool) bool { return inA != inB }),
	"issubset":             setRelation("<="), "issuperset": setRelation(">="), "isdisjoint": setDisjoint, "copy": setCopy, "add": setAdd,
}

func setOf(v value.Value) (*value.Set, error) {
	if s, ok := v.(*value.Set); ok {
		return s, nil
	}
	elems, err := elements(v)
	if err != nil {
		return nil, err
	}
	return value.NewSet(elems...)
}

func setOp(keep func(inA, inB bool) bool) function {
	return func(v value.Value, a *args) (value.Value, error) {
		x := v.(*value.Set)
		for _, other := range a.pos {
			y, err := setOf(other)
			if err != nil {
				return nil, err
			}
			x = combine(x, y, keep)
		}
		return x, nil
	}
}

func combine(x, y *value.Set, keep func(inA, inB bool) bool) *value.Set {
	out := &value.Set{}
	for _, s := range []*value.Set{x, y} {
		for e := range s.Elements() {
			inX, _ := x.Has(e)
			inY, _ := y.Has(e)
			if keep(inX, inY) {
				_ = out.Add(e) // an element of a set is hashable
			}
		}
	}
	return out
}

func setRelation(op string) function {
	return func(v value.Value, a *args) (value.Value, error) {
		if err := a.count(1, 1); err != nil {
			return nil, err
		}
		y, err := setOf(a.pos[0])
		if err != nil {
			return nil, err
		}
		ok, err := value.Order(op, v, y)
		return value.Bool(ok), err
	}
}

func setDisjoint(v value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	y, err := setOf(a.pos[0])
	if err != nil {
		return nil, err
	}
	both := combine(v.(*value.Set), y, func(inA, inB bool) bool { return inA && inB })
	return value.Bool(both.Len() == 0), nil
}

func setCopy(v value.Value, a *args) (value.Value, error) {
	elems, err := elements(v)
	if err != nil {
		return nil, err
	}
	s, err := value.NewSet(elems...)
	if err != nil {
		return nil, err
	}
	return s, a.count(0, 0)
}

func setAdd(v value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	return value.None, v.(*value.Set).Add(a.pos[0])
}
