package syntax_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/goplay/goplay/templating/syntax"
)

func TestErrors(t *testing.T) {
	for _, r := range []struct {
		text, msg string
		line, col int
	}{
		{"{{ }}", "Expected an expression, got 'end of print statement'", 1, 4},
		{"{{ a b }}", "expected token 'end of print statement', got 'b'", 1, 6},
		{"{% if a %}\n{% for x in y %}\n{% endif %}", "Encountered unknown tag 'endif'. You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for 'endfor' or 'else'. The innermost block that needs to be closed is 'for'.", 3, 4},
		{"{% for x in y %}", "Unexpected end of template. Jinja was looking for the following tags: 'endfor' or 'else'. The innermost block that needs to be closed is 'for'.", 1, 17},
		{"{% nope %}", "Encountered unknown tag 'nope'.", 1, 4},
		{"{# open", "Missing end of comment tag", 1, 1},
		{"{% raw %}x", "Missing end of raw directive", 1, 1},
		{"{{ a ? b }}", "unexpected char '?' at 5", 1, 6},
		{"{{ (a] }}", "unexpected ']', expected ')'", 1, 6},
		{"{{ f(a=1, b) }}", "invalid syntax for function call expression", 1, 5},
		{"{{ x is defined is none }}", "You cannot chain multiple tests with is", 1, 17},
		{"{% block a %}{% endblock %}{% block a %}{% endblock %}", "block 'a' defined twice", 1, 31},
		{"{% set 1 = 2 %}", "can't assign to 'const'", 1, 8},
	} {
		_, err := syntax.Parse(r.text, syntax.Config{})
		e, ok := err.(*syntax.Error)
		if !ok || e.Msg != r.msg || e.Line != r.line || e.Col != r.col {
			t.Errorf("%q\n got %#v\nwant %q at %d:%d", r.text, err, r.msg, r.line, r.col)
		}
	}
}

// templates gives those of the tables of package templating.
func templates(t testing.TB) []string {
	var out []string
	for _, name := range []string{"rows/language.jsonl", "rows/expressions.jsonl"} {
		f, err := os.Open(filepath.Join("..", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for dec := json.NewDecoder(f); dec.More(); {
			var row struct{ Template string }
			if err := dec.Decode(&row); err != nil {
				t.Fatal(err)
			}
			out = append(out, row.Template)
		}
		f.Close()
	}
	return out
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"{{ a.b[1:2] | f(x=1) is t }}", "{% for a, b in c if d recursive %}{% else %}{% endfor %}", "{%- raw -%}x{%- endraw +%}", "{# c -#} {{ {'a': [1,]} }}"} {
		f.Add(s, true)
	}
	for i, text := range templates(f) {
		f.Add(text, i%2 == 0)
	}
	f.Fuzz(func(_ *testing.T, text string, flag bool) {
		cfg := syntax.Config{TrimBlocks: flag, LstripBlocks: !flag, RawStrings: flag}
		_, _ = syntax.Parse(text, cfg)
		_, _ = syntax.ParseExpr(text, cfg)
		cfg.LineStatementPrefix, cfg.LineCommentPrefix = "%", "##"
		_, _ = syntax.Parse(text, cfg)
	})
}
