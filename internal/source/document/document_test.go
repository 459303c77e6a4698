package document

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// TestTyping holds what the reference's reader makes of each scalar: its Python type and its repr.
func TestTyping(t *testing.T) {
	for _, row := range [][3]string{
		{"2020-01-02", "date", "2020-01-02"},
		{"2020-01-02 10:11:12", "datetime", "2020-01-02 10:11:12"},
		{"2020-01-02T10:11:12Z", "datetime", "2020-01-02 10:11:12+00:00"},
		{"2020-1-2 3:04:05.25 -5:30", "datetime", "2020-01-02 03:04:05.250000-05:30"},
		{"0o644", "str", "0o644"},
		{"0644", "int", "420"},
		{"1:30", "int", "90"},
		{"1:30:05", "int", "5405"},
		{"1e3", "str", "1e3"},
		{"1.5e3", "str", "1.5e3"},
		{"1.5e+3", "float", "1500.0"},
		{".5", "float", "0.5"},
		{"1_000", "int", "1000"},
		{".inf", "float", "inf"},
		{"-.inf", "float", "-inf"},
		{".nan", "float", "nan"},
		{"190:20:30.15", "float", "685230.15"},
		{"y", "str", "y"},
		{"on", "bool", "True"},
		{"No", "bool", "False"},
		{"~", "NoneType", "None"},
		{"", "NoneType", "None"},
		{"!!binary aGVsbG8=", "bytes", "b'hello'"},
		{"!!str 5", "str", "5"},
		{`!!int "5"`, "int", "5"},
		{"!!float 5", "float", "5.0"},
		{"08", "str", "08"},
		{"0x1F", "int", "31"},
		{"0b11", "int", "3"},
		{"-1", "int", "-1"},
		{"+12", "int", "12"},
		{"0_7", "int", "7"},
		{"99999999999999999999", "int", "99999999999999999999"},
		{`!unsafe "a {{ b }}"`, "str", "a {{ b }}"},
		{`"1"`, "str", "1"},
		{"[1, a]", "list", "[1, 'a']"},
		{"!!omap [a: 1]", "list", "[('a', 1)]"},
		{"-", "list", "[None]"},
		{"a b", "str", "a b"},
	} {
		v, err := Load("f.yml", []byte(row[0]))
		if err != nil {
			t.Errorf("%s: %v", row[0], err)
			continue
		}
		if v.Type() != row[1] || v.String() != row[2] {
			t.Errorf("%s: got %s %s, want %s %s", row[0], v.Type(), v, row[1], row[2])
		}
	}
}

func TestTemplatesKnowTheirPlace(t *testing.T) {
	v, err := Load("f.yml", []byte("a:\n  - b: x {{ y }}\n  - '{% if %}'\n  - '{a}'\n"))
	if err != nil {
		t.Fatal(err)
	}
	l := v.(*value.Dict).Get("a").(*value.List)
	tpl := l.Elems[0].(*value.Dict).Get("b").(*value.Template)
	if want := (source.Pos{File: "f.yml", Line: 2, Col: 8}); tpl.Pos != want {
		t.Errorf("got %v, want %v", tpl.Pos, want)
	}
	if _, ok := l.Elems[1].(*value.Template); !ok {
		t.Errorf("got %T for a statement, want a template", l.Elems[1])
	}
	if _, ok := l.Elems[2].(value.String); !ok {
		t.Errorf("got %T for text with one brace, want a string", l.Elems[2])
	}
}

func TestMergeAndDuplicates(t *testing.T) {
	var warned []string
	o := Options{Warn: func(w Warning) { warned = append(warned, w.Pos.String()+" "+w.Msg) }}
	v, err := o.Load("f.yml", []byte("b: &b {k1: 1, k2: 2}\nc: &c {k1: 5, k9: 9}\nm:\n  k0: 1\n  <<: [*b, *c]\n  k2: 3\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.(*value.Dict).Get("m").String(), "{'k1': 1, 'k9': 9, 'k2': 3, 'k0': 1}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := "f.yml:1:8 Found duplicate mapping key 'k1'.,f.yml:6:3 Found duplicate mapping key 'k2'."
	if got := strings.Join(warned, ","); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What an anchor names is one value wherever it stands, so that a million of them take no memory.
func TestAliasesAreShared(t *testing.T) {
	text := "a0: &a0 [x]\n"
	for i := 1; i < 13; i++ {
		text += fmt.Sprintf("a%d: &a%[1]d [*a%d, *a%[2]d, *a%[2]d]\n", i, i-1)
	}
	v, err := Load("f.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < 13; i++ {
		whole, part := v.(*value.Dict).Get(fmt.Sprint("a", i)).(*value.List), v.(*value.Dict).Get(fmt.Sprint("a", i-1))
		if whole.Elems[0] != part || whole.Elems[2] != part {
			t.Errorf("a%d does not share a%d", i, i-1)
		}
	}
}

func TestRecursionIsAnError(t *testing.T) {
	for _, text := range []string{"a: &a [*a]", "&a {<<: *a}", "a: &a {b: {c: *a}}"} {
		if _, err := Load("f.yml", []byte(text)); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}

func TestVaultIsLazy(t *testing.T) {
	opener := &opener{}
	o := Options{Vault: opener}
	v, err := o.Load("f.yml", []byte("a: !vault |\n  $ANSIBLE_VAULT;1.1\n  66\nb:\n- !vault two\n"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := v.(*value.Dict).Get("a").(*value.Vaulted).Plain()
	if err != nil || s != "open:$ANSIBLE_VAULT;1.1\n66" {
		t.Errorf("got %q, %v", s, err)
	}
	if want := "$ANSIBLE_VAULT;1.1\n66\n,two"; strings.Join(opener.expected, ",") != want {
		t.Errorf("expected are %q, want %q", opener.expected, want)
	}
}

// opener is a vault whose data is its own plain text.
type opener struct {
	value.Vault
	expected []string
}

func (*opener) Decrypt(data []byte) ([]byte, error) {
	return append([]byte("open:"), bytes.TrimSpace(data)...), nil
}

func (o *opener) Expect(data []string) { o.expected = data }

func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yml")
	for _, name := range files {
		b, _ := os.ReadFile(name)
		f.Add(b)
	}
	f.Add([]byte("a: &a [1, 2]\nb: *a\n<<: {c: !!set {d}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Load("f.yml", data)
		if err == nil && v == nil {
			t.Fatal("neither value nor error")
		}
	})
}
