package templating_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

func TestVariables(t *testing.T) {
	scope := scopeOf(t, `{"a": "{{ b }}", "b": "{{ c.d }}", "c": {"d": 5, "bad": "{{ nope }}", "worse": "{{ 1 + 'x' }}"},
		"loop_a": "{{ loop_b }}", "loop_b": "{{ loop_a }}", "undef": "{{ nope }}-x", "l": ["{{ a }}", "{{ omit }}", 1], "own": {"x": "{{ own.x }}"}}`)
	for _, r := range [][2]string{
		{`{{ a }}`, `int 5`},
		{`{{ c.d }}`, `int 5`},
		{`{{ c | length }}`, `int 3`},
		{`{{ c.bad | default('x') }}`, `str 'x'`},
		{`{{ undef | default('x') }}`, `str 'x'`},
		{`{{ undef }}`, `error 'nope' is undefined`},
		{`{{ c }}`, `error 'nope' is undefined`},
		{`{{ c.worse | default(1) }}`, `error Error rendering template: unsupported operand type(s) for +: 'int' and 'str'`},
		{`{{ loop_a }}`, `error Recursive loop detected in template: maximum recursion depth exceeded`},
		{`{{ own.x }}`, `error Recursive loop detected in template: maximum recursion depth exceeded`},
		{`{{ l }}`, `list [5, 1]`},
		{`{{ [l.append(9), l] }}`, `list [None, [5, 1, 9]]`},
		{`{{ l | length }}`, `int 2`},
		{`{{ omit }}`, `Omit <<Omit>>`},
	} {
		ctx := templating.New().NewContext(scope, nil)
		if got := describe(ctx.Resolve(templating.Trusted(r[0], source.Pos{}))); got != r[1] {
			t.Errorf("%s\n got %s\nwant %s", r[0], got, r[1])
		}
	}
}

// A view with more on top must not use, or leave below, what depends on it.
func TestWith(t *testing.T) {
	ctx := templating.New().NewContext(scopeOf(t, `{"item": "low", "dep": "<{{ item }}>", "free": "{{ 1 }}", "far": "{{ dep }}"}`), nil)
	far := templating.Trusted("{{ far }}{{ free }}", source.Pos{})
	for _, item := range []string{"a", "b"} {
		view := ctx.With(value.DictOf("item", value.String(item)))
		if got, want := describe(view.Resolve(far)), "str '<"+item+">1'"; got != want {
			t.Errorf("with %s: got %s, want %s", item, got, want)
		}
		if got, want := describe(ctx.Resolve(far)), "str '<low>1'"; got != want {
			t.Errorf("below %s: got %s, want %s", item, got, want)
		}
	}
}

func TestResolve(t *testing.T) {
	ctx := templating.New().NewContext(scopeOf(t, `{"k": "key"}`), nil)
	plain := value.NewList(value.Int(1), value.DictOf("a", value.String("{{ data }}")))
	if got, err := ctx.Resolve(plain); err != nil || got != value.Value(plain) {
		t.Errorf("a value without templates: got %v, %v", got, err)
	}
	d := value.DictOf("a", templating.Trusted("{{ omit }}", source.Pos{}), "b", value.NewList(templating.Trusted("{{ k }}", source.Pos{}), value.Omit))
	if err := d.SetKey(templating.Trusted("{{ k }}", source.Pos{}), value.Int(1)); err != nil {
		t.Fatal(err)
	}
	if got, want := describe(ctx.Resolve(d)), "dict {'b': ['key'], 'key': 1}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUndefinedError(t *testing.T) {
	pos := source.Pos{File: "x.yml", Line: 3, Col: 7}
	ctx := templating.New().NewContext(dictScope{}, nil)
	_, err := ctx.Resolve(templating.Trusted("{{ nope.a }}", pos))
	var u *templating.UndefinedError
	var located *source.Error
	if !errors.As(err, &u) || u.Name != "nope" || !errors.As(err, &located) || located.Pos != pos {
		t.Errorf("got %#v, %#v", u, located)
	}
}

func TestCondition(t *testing.T) {
	pos := source.Pos{File: "p.yml", Line: 2, Col: 3}
	ctx := templating.New().NewContext(scopeOf(t, `{"yes": true, "l": [1], "flag": "{{ yes }}"}`), nil)
	for _, r := range []struct {
		in   value.Value
		want string
	}{
		{value.Bool(true), "true"},
		{value.None, "true"},
		{value.Authored("yes and l | length == 1"), "true"},
		{value.Authored("flag"), "true"},
		{value.Authored("not yes"), "false"},
		{templating.Trusted("{{ yes }}", pos), "true"},
		{value.Int(1), "Conditional expressions must be strings."},
		{value.String("flag"), "Encountered untrusted template or expression."},
		{value.Authored("flag").Unsigned(), "Encountered untrusted template or expression."},
		{value.String(""), "Empty conditional expressions are not allowed."},
		{templating.ExprTemplate("l", pos), "Conditional result (True) was derived from value of type 'list' at 'p.yml:2:3'. Conditionals must have a boolean result."},
		{value.Authored("'{{ l }}x' == '[1]x'"), "true"},
		{templating.Trusted("{{ yes }} and true", pos), "Syntax error in expression. Template delimiters are not supported in expressions: expected token ':', got '}'"},
		{templating.ExprTemplate("1 + 'a'", pos), "Error rendering expression: unsupported operand type(s) for +: 'int' and 'str'"},
		{templating.ExprTemplate("1 | from_json", pos), "The filter plugin 'ansible.builtin.from_json' failed: the JSON object must be str, bytes or bytearray, not int"},
		{value.Authored("none"), "Conditional result (False) was derived from value of type 'NoneType' at '<unknown>'. Conditionals must have a boolean result."},
		{templating.ExprTemplate("nope.a", pos), "Error while evaluating conditional: 'nope' is undefined"},
		{templating.ExprTemplate("1, 2", pos), "Syntax error in expression: chunk after expression"},
		{templating.ExprTemplate("x y", pos), "Syntax error in expression: chunk after expression"},
		{templating.ExprTemplate("x and", pos), "Syntax error in expression: unexpected 'end of template'"},
		{templating.ExprTemplate("'a' | nope", pos), "Syntax error in expression: No filter named 'nope'."},
	} {
		ok, err := ctx.Condition(r.in)
		got := value.Bool(ok).String()
		if err != nil {
			got = err.Error()
		}
		if !strings.EqualFold(got, r.want) {
			t.Errorf("%s\n got %s\nwant %s", r.in, got, r.want)
		}
	}
	broken := templating.New()
	broken.AllowBrokenConditionals = true
	if ok, err := broken.NewContext(dictScope{}, nil).Condition(value.Authored("'text'")); !ok || err != nil {
		t.Errorf("broken conditionals allowed: %v, %v", ok, err)
	}
}

func TestRenderFile(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"templates/part.j2":  "part {{ x }} {{ y }}\n",
		"templates/base.j2":  "<{% block a %}base{% endblock %}>",
		"templates/macro.j2": "{% macro m(v) %}[{{ v }}]{% endmacro %}{% set z = 3 %}",
	})
	ctx := templating.New().NewContext(scopeOf(t, `{"x": 1}`), &templating.Env{SearchPaths: []string{dir}})
	trim := templating.FileOptions{TrimBlocks: true, KeepTrailingNewline: true}
	for _, r := range []struct {
		text, want string
		o          templating.FileOptions
	}{
		{"{% set y = 2 %}\n{% include 'part.j2' %}\nend\n", "part 1 2end\n", trim},
		{"{% extends 'base.j2' %}{% block a %}child {{ super() }}{% endblock %}", "<child base>", trim},
		{"{% import 'macro.j2' as q %}{{ q.m(5) }}{{ q.z }}", "[5]3", trim},
		{"{% from 'macro.j2' import m with context %}{{ m(x) }}", "[1]", trim},
		{"#jinja2: lstrip_blocks: True, variable_start_string: '[%', variable_end_string: '%]'\n  {% if x %}\n[% x %]{{ no }}\n  {% endif %}\n", "1{{ no }}\n", trim},
		{"{{ none }}|{{ [1, 'a'] }}|{{ '\\n' }}|", "|[1, 'a']|\n|", trim},
		{"a\n", "a", templating.FileOptions{}},
		{"a\n\n", "a\n\n", trim},
		{"a\n{{ x }}\n", "a\r\n1\r\n", templating.FileOptions{KeepTrailingNewline: true, NewlineSequence: "\r\n"}},
		{"{{ [1] }}\n", "[1]", trim}, // as ansible-core: what is no text gets no newline
		{"{% if 0 %}x{% endif %}\n", "", trim},
		{"{{ nope }}", "x.j2:1:4: 'nope' is undefined", trim},
		{"{{ 1 }}\n{{ nope }}", "x.j2:2:4: 'nope' is undefined", trim},
		{"{{ 1 }}\n{% if %}", "x.j2:2:7: Syntax error in template: Expected an expression, got 'end of statement block'", trim},
	} {
		got, err := ctx.RenderFile("x.j2", r.text, r.o)
		var located *source.Error
		if errors.As(err, &located) {
			got = located.Pos.String() + ": " + located.Error()
		}
		if got != r.want {
			t.Errorf("%q\n got %q\nwant %q", r.text, got, r.want)
		}
	}
}

// Templates and containers are shared by all hosts.
func TestConcurrent(t *testing.T) {
	e := templating.New()
	shared := scopeOf(t, `{"l": [1, "{{ n }}"], "d": {"a": "{{ l }}"}, "n": 2}`)
	text := templating.Trusted("{{ [l.append(3), d.a, l] }} {{ d | combine({'b': l}) }} {{ 'a1' | regex_replace('\\d', n | string) }}", source.Pos{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				got := describe(e.NewContext(shared, nil).Resolve(text))
				if want := "str '[None, [1, 2], [1, 2, 3]] {\\'a\\': [1, 2], \\'b\\': [1, 2, 3]} a2'"; strings.ReplaceAll(got, `"`, "'") != strings.ReplaceAll(want, `\'`, "'") {
					t.Errorf("got %s", got)
				}
			}
		})
	}
	wg.Wait()
}

func TestIsTemplate(t *testing.T) {
	for text, want := range map[string]bool{"{{ a }}": true, "x{% a %}": true, "{#": true, "{ {": false, "a{": false, "": false, "{{{": true, "{a {{": true} {
		if templating.IsTemplate(text) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

// Text that would eat the machine ends in an error.
func FuzzResolve(f *testing.F) {
	for _, tab := range loadTables(f, "rows") {
		for _, r := range tab.Rows {
			f.Add(r.Template)
		}
	}
	for seed := range uint64(200) {
		f.Add(generatedForAnsible(seed).Template)
	}
	e := templating.New()
	f.Fuzz(func(t *testing.T, text string) {
		for _, word := range []string{"pipe", "lines", "url", "password", "rounds", "lookup", "query", "q("} { // they reach beyond the template
			if strings.Contains(text, word) {
				t.Skip()
			}
		}
		ctx := e.NewContext(scopeOf(t, `{"x": [1, {"a": "{{ y }}"}], "y": "text"}`), nil)
		if v, err := ctx.Resolve(templating.Trusted(text, source.Pos{})); err == nil {
			_ = value.Repr(v)
		}
	})
}

// An error's place is that of the innermost template.
func TestOrigins(t *testing.T) {
	at := func(line int) source.Pos { return source.Pos{File: "x.yml", Line: line, Col: 1} }
	vars := &value.Dict{}
	for i, r := range [][2]string{
		{"undef", "{{ zork.a.b }}"},
		{"one", "{{ undef }}"},
		{"two", "a {{ one | upper }}"},
		{"bad", "{{ 1 + 'a' }}"},
		{"worse", "{{ bad }}"},
		{"syntax", "{{ 1 +"},
		{"loop", "{{ loop_b }}"},
		{"loop_b", "{{ loop }}"},
	} {
		vars.Set(r[0], templating.Trusted(r[1], at(i+1)))
	}
	vars.Set("deep", value.DictOf("k", value.NewList(templating.Trusted("{{ two }}", at(20)))))
	for text, want := range map[string]int{
		"{{ nope }}": 99, "{{ undef }}": 1, "{{ one }}": 1, "x {{ two }}": 1, "{{ worse ~ 1 }}": 4, "{{ syntax }}": 6,
		"{{ loop }}": 8, "{{ deep }}": 1, "{{ deep.k[0] }} x": 1,
	} {
		_, err := templating.New().NewContext(dictScope{vars}, nil).Resolve(templating.Trusted(text, at(99)))
		var located *source.Error
		if !errors.As(err, &located) || located.Pos != at(want) {
			t.Errorf("%s: got %#v, want line %d", text, err, want)
		}
	}
}

// An unknown name gets the nearest one as a hint; the message stays Ansible's.
func TestHints(t *testing.T) {
	ctx := templating.New().NewContext(scopeOf(t, `{"http_port": 1, "x": "{{ http_prot }}"}`), nil)
	for text, want := range map[string]string{
		"{{ htp_port }}": "Did you mean 'http_port'?", "{{ x }}": "Did you mean 'http_port'?", "{{ 'a' | uper }}": "Did you mean 'upper'?",
		"{{ 1 is defnied }}": "Did you mean 'defined'?", "{{ lookup('fil', 1) }}": "Did you mean 'file'?", "{{ lookpu('file') }}": "Did you mean 'lookup'?",
		"{{ nothing_like_it }}": "", "{{ 'a' | nothing_like_it }}": "", "{{ http_port.prot }}": "",
	} {
		_, err := ctx.Resolve(templating.Trusted(text, source.Pos{}))
		var e *source.Error
		if !errors.As(err, &e) || e.Hint != want || strings.Contains(err.Error(), "Did you") {
			t.Errorf("%s: got %#v, want %q", text, err, want)
		}
	}
}

// A conditional's error tells the conditional and, where that is elsewhere, the place of what was undefined in it.
func TestConditionOrigins(t *testing.T) {
	pos, inner := source.Pos{File: "p.yml", Line: 2, Col: 3}, source.Pos{File: "vars.yml", Line: 1, Col: 4}
	vars := value.DictOf("x", templating.Trusted("{{ nope }}", inner))
	ctx := templating.New().NewContext(dictScope{vars}, nil)
	_, err := ctx.Condition(templating.ExprTemplate("x == 1", pos))
	var outer, cause *source.Error
	if !errors.As(err, &outer) || outer.Pos != pos || !errors.As(outer.Err, &cause) || cause.Pos != inner {
		t.Errorf("got %#v", err)
	}
	_, err = ctx.Condition(templating.ExprTemplate("[1]", pos))
	if !errors.As(err, &outer) || !strings.Contains(outer.Hint, "ALLOW_BROKEN_CONDITIONALS") {
		t.Errorf("got %#v", err)
	}
}
