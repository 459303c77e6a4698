package templating_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/goplay/goplay/templating/eval"
)

// generated gives the case of a seed for plain Jinja2: expressions, templates, and templates that extend others, in environments
// of every kind.
func generated(seed uint64) *jinjaCase {
	g := newGenerator(seed, false)
	c := &jinjaCase{Context: json.RawMessage(generatorVars), Templates: generatorTemplates}
	c.Options.Undefined = g.pick("", "", "", "strict", "strict", "chainable", "debug")
	c.Options.Autoescape = g.chance(15)
	c.Options.Native = !c.Options.Autoescape && g.chance(15)
	switch g.n(10) {
	case 0, 1, 2, 3:
		c.Template = "{{ " + g.any(1+g.n(3)) + " }}"
	case 4, 5:
		c.Template = "{{ [" + g.any(1+g.n(3)) + "] }}"
	case 6:
		c.Template = g.child()
	default:
		g.layout(&c.Options)
		c.Template = g.template(3)
	}
	return c
}

// folds tells of what Jinja2 computes otherwise when it is constant: native text of safe text.
func (c *jinjaCase) folds(want outcome) bool {
	return c.Options.Native && strings.Contains(want.Text, "Markup(")
}

// layout chooses delimiters and what happens to whitespace.
func (g *generator) layout(o *jinjaOptions) {
	o.TrimBlocks, o.LstripBlocks, o.KeepTrailingNewline = g.chance(40), g.chance(40), g.chance(30)
	o.NewlineSequence = g.pick("", "", "", "\r\n", "\r")
	if g.chance(15) {
		g.tags = tags{"<%", "%>", "${", "}", "<%#", "%>"}
		o.BlockStart, o.BlockEnd, o.VariableStart, o.VariableEnd, o.CommentStart, o.CommentEnd = "<%", "%>", "${", "}", "<%#", "%>"
	}
	if g.chance(10) {
		o.LineStatementPrefix, o.LineCommentPrefix = "%%", "##"
	}
}

// compareWithJinja2 fails where goplay and Jinja2 make something else of a case: text, native value and type, or kind of error.
func compareWithJinja2(t *testing.T, o *oracle, environments map[jinjaOptions]*eval.Environment, seed uint64) bool {
	c := generated(seed)
	env := environments[c.Options]
	if env == nil {
		env = c.Options.environment()
		env.Sandboxed = true
		environments[c.Options] = env
	}
	want, got := o.ask(t, c), c.run(t, env)
	if want.gaveUp() || c.folds(want) || got.Kind == want.Kind && (got.Kind != "" || got == want) {
		return true
	}
	t.Errorf("seed %d, options %+v\n%s\n got %+v\nwant %+v", seed, c.Options, c.Template, got, want)
	return false
}

// TestAgainstJinja2 compares generated cases with the jinja2 of Python.
func TestAgainstJinja2(t *testing.T) {
	o := startOracle(t, "jinja.py", "jinja2")
	environments := map[jinjaOptions]*eval.Environment{}
	failures := 0
	for i := range *cases {
		if !compareWithJinja2(t, o, environments, *seed+uint64(i)) {
			if failures++; failures == 20 {
				t.Fatal("and so on")
			}
		}
	}
}

// FuzzAgainstJinja2 is TestAgainstJinja2 with seeds that the fuzzer chooses.
func FuzzAgainstJinja2(f *testing.F) {
	o := startOracle(f, "jinja.py", "jinja2")
	environments := map[jinjaOptions]*eval.Environment{}
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { compareWithJinja2(t, o, environments, seed) })
}
