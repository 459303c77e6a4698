package value_test

import (
	"math"
	"math/big"
	"runtime"
	"strings"
	"testing"

	"github.com/goplay/goplay/templating/value"
)

func TestRepr(t *testing.T) {
	huge, _ := new(big.Int).SetString("12345678901234567890123", 10)
	set, err := value.NewSet(value.Int(1), value.String("a"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct {
		v    value.Value
		want string
	}{
		{value.String(`it's`), `"it's"`},
		{value.String(`it's "q"`), `'it\'s "q"'`},
		{value.String("a\n\t\x00\x7f\u00e9\u200b\xff\\"), `'a\n\t\x00\x7fé\u200b\udcff\\'`},
		{value.Float(1e16), "1e+16"},
		{value.Float(1e-5), "1e-05"},
		{value.Float(0.0001), "0.0001"},
		{value.Float(123456789012345680), "1.2345678901234568e+17"},
		{value.Float(3), "3.0"},
		{value.Float(math.Copysign(0, -1)), "-0.0"},
		{value.Float(math.Inf(-1)), "-inf"},
		{value.NewInt(huge), "12345678901234567890123"},
		{value.Tuple{value.Int(1)}, "(1,)"},
		{value.Tuple{}, "()"},
		{value.NewList(value.None, value.Bool(true), value.DictOf("a", value.Tuple{value.Int(1), value.String("b")})), "[None, True, {'a': (1, 'b')}]"},
		{value.Bytes("a'\x00\xff"), `b"a'\x00\xff"`},
		{set, "{1, 'a'}"},
		{value.Range{Stop: 3, Step: 1}, "range(0, 3)"},
	} {
		if got := value.Repr(r.v); got != r.want {
			t.Errorf("got %s, want %s", got, r.want)
		}
	}
}

func TestJSON(t *testing.T) {
	d := value.DictOf("b", value.NewList(value.Int(1), value.Float(1), value.None), "a", value.DictOf())
	if err := d.SetKey(value.Int(1), value.String("é\u2028\"\\\x01😀\xff")); err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct {
		o    value.JSONOptions
		want string
	}{
		{value.JSONOptions{EnsureASCII: true}, `{"b": [1, 1.0, null], "a": {}, "1": "\u00e9\u2028\"\\\u0001\ud83d\ude00\udcff"}`},
		{value.JSONOptions{ItemSeparator: ",", KeySeparator: ":"}, `{"b":[1,1.0,null],"a":{},"1":"é` + "\u2028" + `\"\\\u0001😀\udcff"}`},
		{value.JSONOptions{Indent: 2, EnsureASCII: true}, "{\n  \"b\": [\n    1,\n    1.0,\n    null\n  ],\n  \"a\": {},\n  \"1\": \"\\u00e9\\u2028\\\"\\\\\\u0001\\ud83d\\ude00\\udcff\"\n}"},
	} {
		got, err := value.AppendJSON(nil, d, r.o)
		if err != nil || string(got) != r.want {
			t.Errorf("got %s, %v\nwant %s", got, err, r.want)
		}
	}
	if _, err := value.AppendJSON(nil, d, value.JSONOptions{SortKeys: true}); err == nil {
		t.Error("keys without an order were sorted")
	}
}

func TestFromJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"b": 1, "a": [1.5, -0, 1e3, true, null, "\u00e9\n\ud83d\ude00"], "b": 2}`: "{'b': 2, 'a': [1.5, 0, 1000.0, True, None, 'é\\n😀']}",
		`123456789012345678901234567890`:                                            "123456789012345678901234567890",
		` [NaN, Infinity, -Infinity] `:                                              "[nan, inf, -inf]",
		`"\udcff"`:                                                                  `'\udcff'`,
		``:                                                                          "Expecting value: line 1 column 1 (char 0)",
		"[1,\n 2":                                                                   "Expecting ',' delimiter: line 2 column 3 (char 6)",
		`{"a" 1}`:                                                                   "Expecting ':' delimiter: line 1 column 6 (char 5)",
		`{a`:                                                                        "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
		`1 2`:                                                                       "Extra data: line 1 column 3 (char 2)",
		`"abc`:                                                                      "Unterminated string starting at: line 1 column 1 (char 0)",
		`"\q"`:                                                                      `Invalid \escape: line 1 column 2 (char 1)`,
	} {
		v, err := value.FromJSON([]byte(in))
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = value.Repr(v)
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestCompare(t *testing.T) {
	big53 := value.Int(1<<53 + 1)
	for _, r := range []struct {
		a, b  value.Value
		equal bool
		less  string // "true", "false" or the error
	}{
		{value.Int(1), value.Float(1), true, "false"},
		{value.Bool(true), value.Int(1), true, "false"},
		{big53, value.Float(1 << 53), false, "false"},
		{value.Float(1 << 53), big53, false, "true"},
		{value.Float(math.NaN()), value.Int(1), false, "false"},
		{value.String("a"), value.String("b"), false, "true"},
		{value.NewList(value.Int(1), value.Int(2)), value.NewList(value.Int(1), value.Int(3)), false, "true"},
		{value.NewList(value.Int(1)), value.Tuple{value.Int(1)}, false, "'<' not supported between instances of 'list' and 'tuple'"},
		{value.DictOf("a", value.Int(1), "b", value.Int(2)), value.DictOf("b", value.Int(2), "a", value.Float(1)), true, "'<' not supported between instances of 'dict' and 'dict'"},
		{value.None, value.Int(0), false, "'<' not supported between instances of 'NoneType' and 'int'"},
	} {
		if got := value.Equal(r.a, r.b); got != r.equal {
			t.Errorf("%s == %s: %v", r.a, r.b, got)
		}
		got := ""
		if ok, err := value.Order("<", r.a, r.b); err != nil {
			got = err.Error()
		} else if ok {
			got = "true"
		} else {
			got = "false"
		}
		if got != r.less {
			t.Errorf("%s < %s: %s, want %s", r.a, r.b, got, r.less)
		}
	}
}

func TestDict(t *testing.T) {
	d := &value.Dict{}
	for i := range 20 {
		if err := d.SetKey(value.Int(i), value.Int(i)); err != nil {
			t.Fatal(err)
		}
	}
	d.Set("s", value.None)
	if v, ok, err := d.LookupKey(value.Float(7)); !ok || err != nil || v != value.Value(value.Int(7)) {
		t.Errorf("1 and 1.0 are one key: %v %v %v", v, ok, err)
	}
	if ok, err := d.DeleteKey(value.Int(3)); !ok || err != nil {
		t.Errorf("delete: %v %v", ok, err)
	}
	if _, ok := d.Lookup("s"); !ok || d.Len() != 20 {
		t.Errorf("after delete: %v, %d", ok, d.Len())
	}
	if err := d.SetKey(value.NewList(), value.None); err == nil {
		t.Error("a list became a key")
	}
}

func TestConvert(t *testing.T) {
	v := value.FromGo(map[string]any{"b": []string{"x"}, "a": map[string]any{"n": nil, "f": 1.5}, "u": uint64(math.MaxUint64)})
	if got, want := value.Repr(v), "{'a': {'f': 1.5, 'n': None}, 'b': ['x'], 'u': 18446744073709551615}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	back := value.ToGo(v).(map[string]any)
	if back["b"].([]any)[0] != "x" || back["a"].(map[string]any)["n"] != nil {
		t.Errorf("got %v", back)
	}
}

func FuzzFromJSON(f *testing.F) {
	f.Add([]byte(`{"a": [1, "\u00e9", {}], "b": 1e5}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := value.FromJSON(data)
		if err != nil {
			return
		}
		text, err := value.AppendJSON(nil, v, value.JSONOptions{EnsureASCII: true})
		if err != nil {
			t.Fatal(err)
		}
		again, err := value.FromJSON(text)
		if err != nil || value.Repr(again) != value.Repr(v) {
			t.Fatalf("%s became %s: %v", value.Repr(v), text, err)
		}
	})
}

func TestAuthored(t *testing.T) {
	text := value.Authored("x == 1")
	long := value.Authored(strings.Repeat("long ", 100_000))
	passed := value.NewList(text).Elems[0].(value.String)
	for _, c := range []struct {
		name string
		text value.String
		want bool
	}{
		{"itself", text, true},
		{"passed on", passed, true},
		{"a long one", long, true},
		{"the same text of somebody else", value.String(strings.Clone("x == 1")), false},
		{"its beginning", text[:4], false},
		{"its end", text[2:], false},
		{"a copy", text.Unsigned(), false},
		{"nothing", value.Authored(""), false},
	} {
		if got := c.text.IsAuthored(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Text of a block that nobody needs any more does not make strangers' text authored, which may lie there later.
func TestAuthoredForgotten(t *testing.T) {
	for range 20 {
		value.Authored(strings.Repeat("z", 1<<20))
		runtime.GC()
	}
	for range 100 {
		if value.String(strings.Clone(strings.Repeat("y", 1<<10))).IsAuthored() {
			t.Fatal("a stranger's text is an author's")
		}
	}
}
