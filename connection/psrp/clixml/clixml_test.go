package clixml

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Each element of section 2.2.5 and its value.
func TestPrimitives(t *testing.T) {
	for text, want := range map[string]any{
		`<Nil></Nil>`: nil,
		`<S>a&lt;b _x000A__x005F_x _xD83D__xDE00_</S>`: "a<b \n_x 😀",
		`<S></S>`:                         "",
		`<C>97</C>`:                       Char('a'),
		`<B>true</B>`:                     true,
		`<By>254</By>`:                    uint8(254),
		`<SB>-127</SB>`:                   int8(-127),
		`<U16>65535</U16>`:                uint16(65535),
		`<I16>-1</I16>`:                   int16(-1),
		`<U32>4294967295</U32>`:           uint32(4294967295),
		`<I32>-2147483648</I32>`:          int32(math.MinInt32),
		`<U64>18446744073709551615</U64>`: uint64(math.MaxUint64),
		`<I64>-9223372036854775808</I64>`: int64(math.MinInt64),
		`<Sg>12.5</Sg>`:                   float32(12.5),
		`<Db>-INF</Db>`:                   math.Inf(-1),
		`<Db>1e+100</Db>`:                 1e100,
		`<D>12.34</D>`:                    Decimal("12.34"),
		`<BA>AQID</BA>`:                   []byte{1, 2, 3},
		`<G>792e5b37-4505-47ef-b7d2-8711bb7affa8</G>`: GUID("792e5b37-4505-47ef-b7d2-8711bb7affa8"),
		`<URI>http://x/</URI>`:                        URI("http://x/"),
		`<Version>6.2.1.3</Version>`:                  Version("6.2.1.3"),
		`<XD>&lt;a/&gt;</XD>`:                         XML("<a/>"),
		`<SBK>get-command</SBK>`:                      ScriptBlock("get-command"),
		`<SS>bnVsbA==</SS>`:                           SecureString("bnVsbA=="),
		`<DT>2008-04-11T10:42:32.2731993-07:00</DT>`:  time.Date(2008, 4, 11, 10, 42, 32, 273199300, time.FixedZone("", -7*3600)),
		`<TS>PT9.026904200S</TS>`:                     9026904200 * time.Nanosecond,
		`<TS>-PT90061.000000000S</TS>`:                -(25*time.Hour + time.Minute + time.Second),
	} {
		got, err := Decode([]byte(text))
		if err != nil || !cmp.Equal(got, want, cmp.Comparer(time.Time.Equal)) {
			t.Errorf("%s is %#v, %v; want %#v", text, got, err, want)
			continue
		}
		if again, err := Encode(got); err != nil || string(again) != strings.ReplaceAll(text, "&lt;b", "&lt;b") {
			t.Errorf("%s is written as %s, %v", text, again, err)
		}
	}
	if got, err := Decode([]byte(`<TS>P1DT1H1M1S</TS>`)); got != 25*time.Hour+time.Minute+time.Second || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestObjects(t *testing.T) {
	o := &Object{
		Types: []string{"My.Type", "System.Object"}, Text: "text", Value: int32(3),
		Adapted:  []Property{{"A", NewList("x", nil, NewDict(Entry{"k", int32(1)}, Entry{"l", NewList()}))}},
		Extended: []Property{{"E <&\"\n", NewEnum("My.Enum", "Two", 2)}, {"F", NewObject(Property{"p", true})}},
	}
	text, err := Encode(o)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(text)
	if err != nil || !cmp.Equal(got, o) {
		t.Errorf("%s\n%v\n%s", text, err, cmp.Diff(o, got))
	}
	if strings.Count(string(text), "System.Collections.ArrayList") != 1 || !strings.Contains(string(text), "<TNRef") {
		t.Errorf("types are told twice: %s", text)
	}
	if v, found := o.Get("A"); !found || v != o.Adapted[0].Value {
		t.Errorf("A is %v", v)
	}
}

func TestReferences(t *testing.T) {
	const text = `<Obj RefId="0"><MS><Obj N="a" RefId="1"><LST><S>x</S></LST></Obj><Ref N="b" RefId="1"/><Ref N="self" RefId="0"/></MS></Obj>`
	v, err := Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	o := v.(*Object)
	a, _ := o.Get("a")
	b, _ := o.Get("b")
	if self, _ := o.Get("self"); a != b || self != o {
		t.Errorf("%v, %v, %v", a, b, self)
	}
	if again, err := Encode(o); err != nil || string(again) != text {
		t.Errorf("%s, %v", again, err)
	}
}

// What powershell.exe writes to its standard error.
func TestStreams(t *testing.T) {
	records, err := DecodeAll([]byte("#< CLIXML\r\n" + `<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">` +
		`<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Object</T></TN><MS><I64 N="SourceId">1</I64></MS></Obj>` +
		`<S S="Error">no such thing_x000D__x000A_</S><I32>3</I32></Objs>`))
	want := []Record{{"progress", &Object{Types: []string{"System.Object"}, Extended: []Property{{"SourceId", int64(1)}}}}, {"error", "no such thing\r\n"}, {"output", int32(3)}}
	if err != nil || !reflect.DeepEqual(records, want) {
		t.Errorf("%v, %v", records, err)
	}
}

func TestBadText(t *testing.T) {
	for _, text := range []string{
		"", "x", "<S>", "<X/>", "<I32>x</I32>", "<I32>2147483648</I32>", "<B>maybe</B>", "<BA>!</BA>", "<DT>yesterday</DT>", "<TS>P1Y</TS>",
		"<TS>P999999DT99999999H</TS>", `<Ref RefId="1"/>`, "<Obj><LST><X/></LST></Obj>", "<Obj><DCT><En><X N='Key'/></En></DCT></Obj>",
		"<Obj><MS><X N='a'/></MS></Obj>", strings.Repeat("<Obj><LST>", 300) + strings.Repeat("</LST></Obj>", 300),
	} {
		if v, err := Decode([]byte(text)); err == nil {
			t.Errorf("%.40s is %v", text, v)
		}
	}
	if _, err := DecodeAll([]byte("<S>x</S>")); err == nil {
		t.Error("records without <Objs>")
	}
	if _, err := Encode(struct{}{}); err == nil {
		t.Error("a struct was written")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`<Obj RefId="0"><TN RefId="0"><T>a</T></TN><ToString>t</ToString><MS><S N="a">_x000A_</S></MS><DCT><En><S N="Key">k</S><Nil N="Value"/></En></DCT></Obj>`))
	f.Add([]byte(`<TS>-P1DT2.5S</TS>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Decode(data)
		if err != nil {
			return
		}
		text, err := Encode(v)
		if err == nil {
			_, err = Decode(text)
		}
		if err != nil {
			t.Errorf("%q is written as %q: %v", data, text, err)
		}
	})
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"_x0041_", "a\n_X", "__x", "😀_", "\ufffe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s = strings.ToValidUTF8(s, "?"); unescape(escape(s)) != s {
			t.Errorf("%q is %q", s, unescape(escape(s)))
		}
	})
}
