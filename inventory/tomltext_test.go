package inventory

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/goplay/goplay/templating/value"
)

// What is written is what the reference writes with the library tomli-w 1.0, and what our own reader and Python's read back.
func TestTOML(t *testing.T) {
	long := strings.Repeat("x", 90)
	d, err := value.FromJSON([]byte(`{
		"n": 1, "f": 1.5, "t": "a\"b\\c\n\td\u0001", "odd key": true, "empty": [], "list": [1, [2, {}], {"a": [1], "b.c": "x"}],
		"tables": [{"a": 1}, {"b": 2}], "long": [{"a": "` + long + `"}, {"x": {"y": 1}}], "d": {}, "in": {"side": {"k": "v"}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := TOML(d.(*value.Dict))
	if err != nil {
		t.Fatal(err)
	}
	want := `n = 1
f = 1.5
t = "a\"b\\c\n` + "\t" + `d\u0001"
"odd key" = true
empty = []
list = [
    1,
    [
        2,
        {},
    ],
    { a = [
    1,
], "b.c" = "x" },
]
tables = [
    { a = 1 },
    { b = 2 },
]

[[long]]
a = "` + long + `"

[[long]]

[long.x]
y = 1

[d]

[in.side]
k = "v"
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	back, err := tomlDict("x.toml", []byte(got))
	if err != nil || !value.Equal(back, d) {
		t.Errorf("read back: %v, %v", back, err)
	}
	python(t, got, d)
}

// python reads a text with Python's tomllib, where there is one.
func python(t *testing.T, text string, want value.Value) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "python3", "-c", "import json, sys, tomllib; json.dump(tomllib.loads(sys.stdin.read()), sys.stdout)")
	cmd.Stdin = strings.NewReader(text)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if strings.Contains(stderr.String(), "ModuleNotFoundError") || cmd.ProcessState == nil {
		t.Skip("no python3 with tomllib")
	}
	back, jsonErr := value.FromJSON(out)
	if err != nil || jsonErr != nil || !value.Equal(back, want) {
		t.Errorf("Python reads %s %s (%v, %v)", out, &stderr, err, jsonErr)
	}
}

func TestTOMLNull(t *testing.T) {
	_, err := TOML(value.DictOf("web", value.DictOf("a b", value.NewList(value.DictOf("x", value.None)))))
	if err == nil || err.Error() != `web."a b".x: TOML has no null` {
		t.Errorf("got %v", err)
	}
}
