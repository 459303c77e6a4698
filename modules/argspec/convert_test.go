package argspec

import (
	"math/big"
	"testing"

	"github.com/goplay/goplay/templating/value"
)

func TestConvert(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	huge := value.NewInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil))
	for _, row := range []struct {
		to   string
		v    value.Value
		want string // the value as Python shows it; "" where it cannot be
	}{
		{"str", value.Float(2), "'2.0'"},
		{"str", value.None, "''"},
		{"int", value.String(" 2 "), "2"},
		{"int", value.String("1__0"), "10"},
		{"int", value.String("+5."), "5"},
		{"int", value.String("10e-1"), "1"},
		{"int", value.String("1E+2"), "100"},
		{"int", value.String("-0"), "0"},
		{"int", value.String("٣"), "3"},
		{"int", value.String("1e-1"), ""},
		{"int", value.String(".5"), ""},
		{"int", value.String("."), ""},
		{"int", value.String("e5"), ""},
		{"int", value.String("0x10"), ""},
		{"int", value.String("nan"), ""},
		{"int", value.String("inf"), ""},
		{"int", value.Float(2), "2"},
		{"int", value.Float(1.5), ""},
		{"int", value.Bool(true), "1"},
		{"int", huge, huge.String()},
		{"int", value.None, ""},
		{"float", value.String("1_0.5"), "10.5"},
		{"float", value.String("1__0"), ""},
		{"float", value.String(" -Infinity "), "-inf"},
		{"float", value.String("0x1p3"), ""},
		{"float", value.Bool(true), "1.0"},
		{"bool", value.String(" YES"), "True"},
		{"bool", value.Float(0), "False"},
		{"bool", value.String("1.0"), ""},
		{"bool", value.Int(2), ""},
		{"bool", &value.List{}, ""},
		{"list", value.String(" a, b"), "[' a', ' b']"},
		{"list", value.Int(5), "['5']"},
		{"list", value.None, ""},
		{"dict", value.String(`a=1 b='x, y' ,c="d\"e" f=g\ h`), `{'a': '1', 'b': 'x, y', 'c': 'd"e', 'f': 'g h'}`},
		{"dict", value.String(`{"a": null}`), "{'a': None}"},
		{"dict", value.String("{1: (2,), 'x': -1.5}"), "{1: (2,), 'x': -1.5}"},
		{"dict", value.String(` {"a": 1}`), ""},
		{"dict", value.String("a=1 b"), ""},
		{"path", value.String("~/x$NOSUCHVAR/$HOME/${HOME}"), "'/home/me/x$NOSUCHVAR//home/me//home/me'"},
		{"json", value.DictOf("a", value.NewList(value.Bool(true))), `'{"a": [true]}'`},
		{"jsonarg", value.Int(1), ""},
		{"raw", value.None, "None"},
		{"bytes", value.String("1.5K"), "1536"},
		{"bytes", value.String("10 MB "), "10485760"},
		{"bytes", value.String("2kilobyte"), "2048"},
		{"bytes", value.String("10B"), "10"},
		{"bytes", value.String("10KiB"), ""},
		{"bytes", value.String("10Kb"), ""},
		{"bytes", value.String("10kB"), ""},
		{"bytes", value.Int(-3), ""},
		{"bytes", value.Bool(true), ""},
		{"bits", value.String("1Kb"), "1024"},
		{"bits", value.String("1 megabit"), "1048576"},
		{"bits", value.String("1KB"), ""},
	} {
		got, err := converters[row.to](row.v)
		switch {
		case err != nil && row.want != "":
			t.Errorf("%s of %s: %v", row.to, value.Repr(row.v), err)
		case err == nil && value.Repr(got) != row.want:
			t.Errorf("%s of %s is %s, want %q", row.to, value.Repr(row.v), value.Repr(got), row.want)
		}
	}
}
