package templating_test

import (
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/filter"
	"github.com/goplay/goplay/templating/test"
	"github.com/goplay/goplay/templating/value"
)

// variables is a Scope over a map.
type variables map[string]value.Value

func (v variables) Lookup(name string) (value.Value, bool) { x, ok := v[name]; return x, ok }
func (v variables) Names() iter.Seq[string]                { return maps.Keys(v) }

func Example() {
	pos := source.Pos{File: "vars.yml", Line: 1, Col: 7}
	scope := variables{
		"port": value.Int(8080),
		"url":  templating.Trusted("http://{{ host }}:{{ port }}/", pos),
		"host": value.String("web1"),
	}
	ctx := templating.New().NewContext(scope, nil)
	v, err := ctx.Resolve(templating.Trusted("see {{ url }}", pos))
	fmt.Println(v, err)
	// Output: see http://web1:8080/ <nil>
}

// A lone expression keeps its type; omitted entries disappear.
func ExampleContext_Resolve() {
	pos := source.Pos{}
	ctx := templating.New().NewContext(variables{"ports": value.NewList(value.Int(80), value.Int(443))}, nil)
	args := value.DictOf(
		"first", templating.Trusted("{{ ports | first }}", pos),
		"all", templating.Trusted("{{ ports }}", pos),
		"text", templating.Trusted("ports {{ ports | join(' and ') }}", pos),
		"mode", templating.Trusted("{{ mode | default(omit) }}", pos),
	)
	v, err := ctx.Resolve(args)
	fmt.Println(v, err)
	// Output: {'first': 80, 'all': [80, 443], 'text': 'ports 80 and 443'} <nil>
}

func ExampleContext_Condition() {
	ctx := templating.New().NewContext(variables{"release": value.String("12.4")}, nil)
	ok, err := ctx.Condition(templating.ExprTemplate("release is version('12', '>=') and nope is not defined", source.Pos{}))
	fmt.Println(ok, err)
	// Output: true <nil>
}

func ExampleContext_With() {
	ctx := templating.New().NewContext(variables{"greeting": templating.Trusted("hello {{ item }}", source.Pos{})}, nil)
	for _, item := range []string{"a", "b"} {
		v, _ := ctx.With(value.DictOf("item", value.String(item))).Expression("greeting", source.Pos{})
		fmt.Println(v)
	}
	// Output:
	// hello a
	// hello b
}

func ExampleContext_RenderFile() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "head.j2"), []byte("# of {{ owner }}\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	ctx := templating.New().NewContext(variables{"owner": value.String("root")}, &templating.Env{SearchPaths: []string{dir}})
	text, err := ctx.RenderFile("app.conf.j2", "{% include 'head.j2' %}\nkey = {{ owner | upper }}\n", templating.FileOptions{KeepTrailingNewline: true})
	fmt.Print(text, err)
	// Output:
	// # of root
	// key = ROOT
	// <nil>
}

// Data is never a template, whatever it contains.
func ExampleTrusted() {
	ctx := templating.New().NewContext(variables{"answer": value.String("{{ 6 * 7 }}")}, nil)
	v, _ := ctx.Resolve(templating.Trusted("{{ answer }} and {{ 6 * 7 }}", source.Pos{}))
	fmt.Println(v)
	// Output: {{ 6 * 7 }} and 42
}

// Plain Jinja2 is spoken by package eval.
func Example_jinja2() {
	env := &eval.Environment{Filters: filter.Jinja(), Tests: test.Jinja(), Globals: eval.Globals(), Autoescape: true, Sandboxed: true}
	prog, err := env.Compile("page", "{% for u in users %}<li>{{ loop.index }} {{ u }}</li>{% endfor %}", env.Syntax)
	if err != nil {
		fmt.Println(err)
		return
	}
	vars := value.DictOf("users", value.NewList(value.String("Ann"), value.String("<Bob>")))
	text, err := prog.Text(&eval.MapHost{Env: env, Vars: vars})
	fmt.Println(text, err)
	// Output: <li>1 Ann</li><li>2 &lt;Bob&gt;</li> <nil>
}
