package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "site.yml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExcerpt(t *testing.T) {
	path := write(t, "a\n\n  c\n\td: e\n"+strings.Repeat("x", 200)+"\n7\n8\n9\n10\n")
	for _, row := range []struct {
		name      string
		line, col int
		want      string
	}{
		{"first line", 1, 1, "1 a\n  ^ column 1\n"},
		{"empty line above", 3, 3, "1 a\n2\n3   c\n    ^ column 3\n"},
		{"tab", 4, 2, "2\n3   c\n4  d: e\n   ^ column 2\n"},
		{"long line", 5, 3, "3   c\n4  d: e\n5 " + strings.Repeat("x", 115) + "...\n    ^ column 3\n"},
		{"caret outside", 5, 180, "3   c\n4  d: e\n5 " + strings.Repeat("x", 115) + "...\n"},
		{"behind the end", 20, 1, "(source not shown: file truncated)\n"},
	} {
		p := Pos{File: path, Line: row.line, Col: row.col}
		if got, want := Excerpt(p), "Origin: "+p.String()+"\n\n"+row.want; got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", row.name, got, want)
		}
	}
	if got := Excerpt(Pos{}); got != "" {
		t.Errorf("an unknown place gives %q", got)
	}
}

func TestExcerptOfText(t *testing.T) {
	if got, want := Excerpt(InText("expression", "a\n{{ b }}", 2, 4)), "Origin: <expression>:2:4\n\n1 a\n2 {{ b }}\n     ^ column 4\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if p := InText("expression", "a", 1, 1); p.IsWritten() || !p.IsValid() {
		t.Errorf("%v is no place in a file", p)
	}
}

func TestExcerptKeepsVaultsShut(t *testing.T) {
	path := write(t, "$ANSIBLE_VAULT;1.1;AES256\n6633\n")
	if got := Excerpt(Pos{File: path, Line: 2, Col: 1}); strings.Contains(got, "6633") {
		t.Errorf("got %s", got)
	}
}

func TestReport(t *testing.T) {
	path := write(t, "a: b\n")
	in := &Error{Pos: Pos{File: path, Line: 1, Col: 4}, Msg: "Inner thing.", Hint: "Do that.", Err: errors.New("no such device")}
	out := &Error{Pos: Pos{File: path, Line: 1, Col: 1}, Msg: "Outer thing.", Err: in}
	place := "Origin: " + path
	want := "Outer thing: Inner thing: no such device\n\n" +
		"Outer thing.\n" + place + ":1:1\n\n1 a: b\n  ^ column 1\n\n<<< caused by >>>\n\n" +
		"Inner thing: no such device\n" + place + ":1:4\n\n1 a: b\n     ^ column 4\n\nDo that.\n"
	if got := Report(out); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := Report(errors.New("plain")); got != "plain" {
		t.Errorf("got %q", got)
	}
}

func TestPlaceOfLateProblem(t *testing.T) {
	text := strings.Repeat("a: b # c\n", 3000) + "  c: [1,\n\n  2\nd: e\n"
	text = strings.Replace(text, "a: b", "k: v", 1)
	_, err := ParseYAML("f.yml", []byte(text))
	var e *Error
	if !errors.As(err, &e) || e.Pos.Line < 3000 {
		t.Errorf("got %v at %v", err, e.Pos)
	}
}

func FuzzParseYAML(f *testing.F) {
	for _, s := range []string{"a: [b", "a: \"b\" c", "- a\nb", "a: *b", "%X\n---", "a: {b: c\nd: e}", "\ta: b", "a: \"\\q\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := ParseYAML("f.yml", data)
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("an error without a place: %v", err)
		}
	})
}

func TestShorten(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"a  b\nc", "a b c"},
		{"one two three four", "one [...]"},
		{"unbreakablewords and", "unbreakablewords [...]"},
	} {
		if got := shorten(row.text, 12); got != row.want {
			t.Errorf("%q became %q, want %q", row.text, got, row.want)
		}
	}
}
