package console

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goplay/goplay/templating/value"
)

func TestComplete(t *testing.T) {
	w := Words{
		Variables: []string{"groups", "group_names", "hostvars"}, Filters: []string{"ansible.builtin.upper", "to_json", "to_yaml", "upper"},
		Tests: []string{"defined", "divisibleby"},
	}
	for _, r := range []struct{ text, done, choices string }{
		{"ho", "hostvars", "hostvars"},
		{"{{ gr", "{{ group", "groups group_names"},
		{"{{ group", "{{ group", "groups group_names"},
		{"x | up", "x | upper", "upper"},
		{"x|", "x|", "ansible.builtin.upper to_json to_yaml upper"},
		{"x | ansible.bui", "x | ansible.builtin.upper", "ansible.builtin.upper"},
		{"x is def", "x is defined", "defined"},
		{"x is not d", "x is not d", "defined divisibleby"},
		{"this d", "this d", ""},
		{"groups.ho", "groups.ho", ""},
		{"x[0].ho", "x[0].ho", ""},
		{"nothing_like_it", "nothing_like_it", ""},
		{"", "", "groups group_names hostvars"},
	} {
		done, choices := w.complete(r.text)
		if done != r.done || strings.Join(choices, " ") != r.choices {
			t.Errorf("%q: got %q, %q", r.text, done, choices)
		}
	}
}

func TestColumns(t *testing.T) {
	if got, want := string(columns([]string{"a", "bb", "ccc", "d", "e"}, 14)), "a    d\nbb   e\nccc\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := string(columns([]string{"longer", "than"}, 3)); got != "longer\nthan\n" {
		t.Errorf("got %q", got)
	}
	if got := string(columns(make([]string, maxChoices+1), 80)); got != "201 names, type more letters\n" {
		t.Errorf("got %q", got)
	}
}

func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "history")
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"one", "one", "", " secret", "two", "one"} {
		h.Add(line)
	}
	if h, err = OpenHistory(path); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for i := range h.Len() {
		lines = append(lines, h.At(i))
	}
	if !slices.Equal(lines, []string{"one", "two", "one"}) || h.Err() != nil {
		t.Errorf("got %q, %v", lines, h.Err())
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestHistoryIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	if err := os.WriteFile(path, []byte(strings.Repeat("old\n", 2*maxHistory)+"last\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := OpenHistory(path)
	if err != nil || h.Len() != maxHistory || h.At(0) != "last" {
		t.Errorf("%d lines, %v", h.Len(), err)
	}
	data, err := os.ReadFile(path)
	if got := strings.Count(string(data), "\n"); err != nil || got != maxHistory {
		t.Errorf("%d lines in the file, %v", got, err)
	}
}

// A file that cannot be written costs nothing but the memory of it.
func TestHistoryWithoutFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := OpenHistory(filepath.Join(path, "history"))
	if err == nil {
		t.Error("a file was taken for a folder")
	}
	h.Add("line")
	if h.Err() == nil || h.Len() != 1 {
		t.Errorf("%d lines, %v", h.Len(), h.Err())
	}
}

func TestHistoryFile(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	for state, want := range map[string]string{
		"": "/home/me/.local/state/goplay/h", "/var/state": "/var/state/goplay/h", "relative": "/home/me/.local/state/goplay/h",
	} {
		t.Setenv("XDG_STATE_HOME", state)
		if got := HistoryFile("h"); got != want {
			t.Errorf("%q: got %s, want %s", state, got, want)
		}
	}
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "")
	if got := HistoryFile("h"); got != "" {
		t.Errorf("without a home: %s", got)
	}
}

func TestFormat(t *testing.T) {
	v := value.DictOf("a", value.NewList(value.Int(1), value.Float(1), value.None, value.Bool(true)), "b", value.Tuple{value.String("ä")}, "c", value.Bytes("x"))
	for kind, want := range map[string]string{
		"json": "{\n    \"a\": [\n        1,\n        1.0,\n        null,\n        true\n    ],\n    \"b\": [\n        \"ä\"\n    ],\n    \"c\": \"b'x'\"\n}\n",
		"yaml": "a:\n- 1\n- 1.0\n- null\n- true\nb:\n- ä\nc: x\n",
		"raw":  "{'a': [1, 1.0, None, True], 'b': ('ä',), 'c': b'x'}\n",
	} {
		if got, err := Format(v, kind); got != want || err != nil {
			t.Errorf("%s: got %s%v", kind, got, err)
		}
	}
	for _, kind := range []string{"json", "yaml"} {
		if got, err := Format(&value.Undefined{Name: "x", Msg: "'x' is undefined"}, kind); err == nil || err.Error() != "'x' is undefined" {
			t.Errorf("%s: got %q, %v", kind, got, err)
		}
	}
}

// ^C becomes keys that drop the line, however little is read at a time.
func TestInterruptible(t *testing.T) {
	r := &interruptible{in: strings.NewReader("ab\x03c\x03")}
	got, err := io.ReadAll(oneByte{r})
	if want := "ab" + string(dropLine) + "c" + string(dropLine); string(got) != want || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

type oneByte struct{ io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.Reader.Read(p[:1]) }
