package evaluate_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/evaluate"
)

// row is a request of testdata/*.txt with its answer; the comment above them names it.
type row struct{ name, request, answer string }

func rows(t testing.TB) []row {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rows: %v", err)
	}
	var found []row
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for block := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n\n") {
			lines := strings.Split(block, "\n")
			if len(lines) != 3 || !strings.HasPrefix(lines[0], "# ") {
				t.Fatalf("%s: a row is a comment, a request and an answer, not:\n%s", file, block)
			}
			found = append(found, row{filepath.Base(file) + "/" + lines[0][2:], lines[1], lines[2]})
		}
	}
	return found
}

// TestAnswers sends all rows in one go and one by one: what one request sets must not reach another.
func TestAnswers(t *testing.T) {
	all := rows(t)
	var requests strings.Builder
	for _, r := range all {
		requests.WriteString(r.request + "\n \n")
	}
	e := evaluate.New(templating.Env{})
	var out bytes.Buffer
	if err := e.Serve(t.Context(), strings.NewReader(requests.String()), &out); err != nil {
		t.Fatal(err)
	}
	answers := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(answers) != len(all) {
		t.Fatalf("%d answers to %d requests", len(answers), len(all))
	}
	for i, r := range all {
		t.Run(r.name, func(t *testing.T) {
			if answers[i] != r.answer {
				t.Errorf("%s\n got %s\nwant %s", r.request, answers[i], r.answer)
			}
			if alone := string(evaluate.New(templating.Env{}).Answer([]byte(r.request), time.Minute)); alone != r.answer {
				t.Errorf("alone: got %s", alone)
			}
			if !json.Valid([]byte(answers[i])) {
				t.Errorf("no JSON: %s", answers[i])
			}
		})
	}
}

// Whatever comes has one answer, soon, and those behind it have theirs.
func TestHostile(t *testing.T) {
	quoted := func(text string) string {
		b, err := json.Marshal(map[string]string{"template": text})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, line := range map[string]string{
		"10 MB":         quoted(strings.Repeat("{{ x }} ", 10<<17)),
		"longer":        quoted(strings.Repeat("x", 70<<20)),
		"no UTF-8":      "{\"template\": \"\xff\"}",
		"parentheses":   quoted("{{ " + strings.Repeat("(", 100_000)),
		"blocks":        quoted(strings.Repeat("{% if 1 %}", 100_000)),
		"nested JSON":   strings.Repeat("[", 1<<20),
		"nested object": `{"template": "{{ a }}", "context": ` + strings.Repeat(`{"a":`, 100_000) + "1",
		"itself":        `{"templates": {"a": "{% include 'a' %}"}, "entry": "a", "options": {"dialect": "jinja2"}}`,
		"its parent":    `{"templates": {"a": "{% extends 'a' %}"}, "entry": "a"}`,
		"macro":         quoted("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
		"variables":     `{"template": "{{ a }}", "context": {"a": "{{ b }}", "b": "{{ a }}"}}`,
		"text":          quoted("{{ 'a' * 10 ** 12 }}"),
		"long list":     quoted("{{ range(45 * 10 ** 5) | list }}"),
		"long text":     `{"template": "{% for i in range(5) %}{{ 'a' * 10 ** 7 }}{% endfor %}", "options": {"dialect": "jinja2"}}`,
		"endless value": `{"template": "{% do l.append(l) %}{{ l }}", "context": {"l": []}, "options": {"dialect": "jinja2", "native": true, "extensions": ["do"]}}`,
		"half a line":   `{"template": "`,
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			in := strings.NewReader(line + "\n" + `{"template": "{{ 1 }}"}`)
			if err := evaluate.New(templating.Env{}).Serve(t.Context(), in, &out); err != nil {
				t.Fatal(err)
			}
			first, second, _ := strings.Cut(out.String(), "\n")
			if !strings.HasPrefix(first, `{"error": {"kind": "`) || !json.Valid([]byte(first)) {
				t.Errorf("got %.300s", first)
			}
			if second != `{"value": 1, "text": "1", "type": "int"}`+"\n" {
				t.Errorf("behind it: got %.300s", second)
			}
		})
	}
}

// An evaluation that would not end is ended, in either dialect.
func TestTimeLimit(t *testing.T) {
	loops := `{% for i in range(9999) %}{% for j in range(9999) %}{% for k in range(9999) %}{% endfor %}{% endfor %}{% endfor %}`
	for _, options := range []string{`{}`, `{"dialect": "jinja2"}`} {
		request := `{"template": "` + loops + `", "options": ` + options + `}`
		got := string(evaluate.New(templating.Env{}).Answer([]byte(request), 20*time.Millisecond))
		if !strings.HasPrefix(got, `{"error": {"kind": "TimeoutError", "message": "`) {
			t.Errorf("%s: got %s", options, got)
		}
	}
}

// An editor gets each answer before it sends the next request.
func TestDialogue(t *testing.T) {
	in, requests := io.Pipe()
	answers, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- evaluate.New(templating.Env{}).Serve(context.Background(), in, out)
	}()
	lines := bufio.NewReader(answers)
	for range 3 {
		if _, err := io.WriteString(requests, `{"template": "{{ 1 + 1 }}"}`+"\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, `{"value": 2,`) {
			t.Fatalf("got %q, %v", line, err)
		}
	}
	_ = requests.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestBrokenPipes(t *testing.T) {
	e := evaluate.New(templating.Env{})
	broken := errors.New("broken")
	in, w := io.Pipe()
	_ = w.CloseWithError(broken)
	if err := e.Serve(t.Context(), in, io.Discard); !errors.Is(err, broken) {
		t.Errorf("requests: got %v", err)
	}
	r, out := io.Pipe()
	_ = r.CloseWithError(broken)
	if err := e.Serve(t.Context(), strings.NewReader(`{"template": ""}`), out); !errors.Is(err, broken) {
		t.Errorf("answers: got %v", err)
	}
}

func FuzzAnswer(f *testing.F) {
	for _, r := range rows(f) {
		f.Add([]byte(r.request))
	}
	e := evaluate.New(templating.Env{})
	f.Fuzz(func(t *testing.T, request []byte) {
		for _, word := range []string{"pipe", "lines", "url", "password", "**", "range", "rounds", "lookup", "query", "q(", `\u`} {
			if bytes.Contains(request, []byte(word)) {
				t.Skip()
			}
		}
		answer := e.Answer(request, time.Second)
		if !json.Valid(answer) || bytes.Contains(answer, []byte("InternalError")) {
			t.Errorf("got %s", answer)
		}
	})
}

func BenchmarkAnswer(b *testing.B) {
	e := evaluate.New(templating.Env{})
	for name, options := range map[string]string{"ansible": `{}`, "jinja2": `{"dialect": "jinja2"}`} {
		request := []byte(`{"template": "listen {{ port | default(80) }}\n{% for h in hosts %}{{ h | upper }} {% endfor %}", "context": {"hosts": ["a", "b"]}, "options": ` + options + `}`)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				e.Answer(request, time.Minute)
			}
		})
	}
}
