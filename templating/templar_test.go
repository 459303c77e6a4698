package templating_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// templarCase is a template of Ansible's language, as testdata/templar.py reads it too.
type templarCase struct {
	Template string          `json:"template"`
	Context  json.RawMessage `json:"context"`
	Expr     bool            `json:"expr,omitempty"` // a bare expression
}

// templatedVars are more variables, which hold templates.
const templatedVars = `"tmpl": "{{ i }}", "und": "{{ nope }}", "words": "a {{ s }} b", "lt": ["{{ i }}", 1, "{{ s | upper }}"], "chain": "{{ dt.a }}",
"dt": {"a": "{{ l }}", "u": "{{ nope.x }}", "b": 1}, "om": "{{ omit }}", "lo": [1, "{{ omit }}"], "json_text": "{\"a\": [1, 2]}", `

// referenceEnv lets Python find the reference's packages.
func referenceEnv() string {
	root := os.Getenv("GOPLAY_REFERENCE")
	if root == "" {
		cache, _ := os.UserCacheDir()
		root = filepath.Join(cache, "goplay", "reference")
	}
	return "PYTHONPATH=" + filepath.Join(root, "root", "usr", "lib", "python3", "dist-packages")
}

func generatedForAnsible(seed uint64) *templarCase {
	g := newGenerator(seed, true)
	c := &templarCase{Context: json.RawMessage("{" + templatedVars + generatorVars[1:])}
	switch g.n(8) {
	case 0, 1, 2, 3:
		c.Template = "{{ " + g.any(1+g.n(3)) + " }}"
	case 4:
		c.Template = g.words() + "{{ " + g.any(1+g.n(2)) + " }}" + g.pick("", "x", "{{ none }}", "{{ om }}")
	case 5:
		c.Template, c.Expr = g.any(1+g.n(2)), true
	default:
		c.Template = g.template(2)
	}
	return c
}

func (c *templarCase) run(t *testing.T, e *templating.Engine) outcome {
	t.Helper()
	tmpl := templating.Trusted(c.Template, source.Pos{})
	if c.Expr {
		tmpl = templating.ExprTemplate(c.Template, source.Pos{})
	}
	v, err := e.NewContext(scopeOf(t, string(c.Context)), nil).Resolve(tmpl)
	switch {
	case err != nil:
		return outcome{Kind: templarKind(err), Msg: err.Error()}
	case v == value.Value(value.Omit):
		return outcome{Kind: "AnsibleValueOmittedError", Msg: "A template was resolved to an Omit scalar."}
	}
	return outcome{Text: value.Repr(v), Type: v.Type()}
}

func templarKind(err error) string {
	var undefined *templating.UndefinedError
	switch {
	case errors.As(err, &undefined):
		return "AnsibleUndefinedVariable"
	case strings.HasPrefix(err.Error(), "Syntax error in "):
		return "AnsibleTemplateSyntaxError"
	}
	return "AnsibleTemplateError"
}

// kindOfTemplar folds the reference's errors into those that goplay tells apart.
func kindOfTemplar(kind string) string {
	switch kind {
	case "AnsibleTemplatePluginError", "AnsibleTemplatePluginRuntimeError", "AnsibleTemplatePluginLoadError", "AnsibleTemplatePluginNotFoundError", "RecursionError":
		return "AnsibleTemplateError"
	}
	return kind
}

func compareWithTemplar(t *testing.T, o *oracle, e *templating.Engine, seed uint64) bool {
	c := generatedForAnsible(seed)
	want, got := o.ask(t, c), c.run(t, e)
	want.Kind = kindOfTemplar(want.Kind)
	if want.gaveUp() || got.Kind == want.Kind && (got.Kind != "" && got.Kind != "AnsibleUndefinedVariable" || got == want) {
		return true
	}
	t.Errorf("seed %d\n%s\n got %+v\nwant %+v", seed, c.Template, got, want)
	return false
}

// TestAgainstTemplar compares generated cases with the Templar of ansible-core: native values, their types, kinds of errors, and
// the messages of those about undefined values.
func TestAgainstTemplar(t *testing.T) {
	o := startOracle(t, "templar.py", "ansible.template", referenceEnv())
	e := templating.New()
	failures := 0
	for i := range *cases {
		if !compareWithTemplar(t, o, e, *seed+uint64(i)) {
			if failures++; failures == 20 {
				t.Fatal("and so on")
			}
		}
	}
}

// awkward are texts that YAML, JSON and repr treat with care.
var awkward = []string{
	"", " ", "a", "yes", "No", "true", "null", "~", "1", "0x1f", "1.5", "1e3", "-", "- a", "a: b", "a:b", "a #b", "#a", "'", "\"", "it's", "\\", "a\nb", "a\n", "\n", "a\n\nb\n", "\ta", "a\tb", "é", "☃", "😀", "\u0085", "\u200b",
	"2024-01-01", "12:30:45", "0o17", "017", "1_000", "=", "<<", "*a", "&a", "!a", "%a", "@a", "`a", "[a]", "{a}", "a, b", "?", "? a", "|", ">", " a", "a ", "a  b", "on", ".5", "+1", ".inf", "\x7f", "a\rb", "--- a", "...",
	"the quick brown fox jumps over the lazy dog and runs away from the very angry bear that lives in the forest", "averyveryverylongwordwithoutanyspacesthatislongerthaneightycharactersinonelineofyamloutput",
	"the quick brown fox: jumps over the lazy dog and runs away from the very angry bear\nthat lives", "/etc/nginx/conf.d/*.conf", "a'b\"c", "key: value # comment", "line one\n  line two\nline three", "trailing \nspace",
}

// data writes a random value as JSON.
func (g *generator) data(depth int) string {
	if depth > 0 {
		switch g.n(4) {
		case 0:
			return "[" + g.join(4, ", ", func() string { return g.data(depth - 1) }) + "]"
		case 1, 2:
			n := 0
			return "{" + g.join(4, ", ", func() string {
				n++
				return string(mustJSON(g.pick(awkward...)+strings.Repeat("x", n))) + ": " + g.data(depth-1)
			}) + "}"
		}
	}
	return g.pick(string(mustJSON(g.pick(awkward...))), string(mustJSON(g.pick(awkward...))), "0", "-17", "123456789012345678901234567890", "1.5", "1e100", "-0.0", "0.1", "true", "false", "null", "[]", "{}")
}

func mustJSON(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // text is always JSON
	}
	return b
}

// TestFormatsAgainstTemplar compares what filters write of random nested values.
func TestFormatsAgainstTemplar(t *testing.T) {
	o := startOracle(t, "templar.py", "ansible.template", referenceEnv())
	e := templating.New()
	filters := []string{
		"to_json", "to_nice_json", "to_yaml", "to_nice_yaml", "to_json(indent=2, sort_keys=true)", "to_json(ensure_ascii=false)", "to_nice_json(indent=2, sort_keys=false)", "to_nice_yaml(indent=2, width=40)", "to_yaml(sort_keys=false)",
		"to_nice_yaml(sort_keys=false)", "to_yaml(default_flow_style=false)", "to_yaml(width=1000)", "to_nice_yaml(allow_unicode=false)", "to_yaml(indent=8)", "to_yaml(explicit_start=true)", "pprint", "string", "to_yaml | from_yaml", "to_nice_json | from_json",
	}
	failures := 0
	for i := range *cases / 2 {
		g := newGenerator(*seed+uint64(i), true)
		c := &templarCase{Context: json.RawMessage(`{"v": ` + g.data(3) + `}`), Template: "{{ v | " + g.pick(filters...) + " }}"}
		want, got := o.ask(t, c), c.run(t, e)
		if want.Kind = kindOfTemplar(want.Kind); want.gaveUp() || got.Kind == want.Kind && (got.Kind != "" || got == want) {
			continue
		}
		t.Errorf("seed %d\n%s of %s\n got %+v\nwant %+v", *seed+uint64(i), c.Template, c.Context, got, want)
		if failures++; failures == 20 {
			t.Fatal("and so on")
		}
	}
}
