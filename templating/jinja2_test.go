package templating_test

import (
	"io/fs"
	"os"
	"testing"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/filter"
	"github.com/goplay/goplay/templating/test"
	"github.com/goplay/goplay/templating/value"
)

// TestJinja2 replays testdata/jinja2: plain Jinja2 with the extensions do, loopcontrols and debug, by python3-jinja2.
func TestJinja2(t *testing.T) {
	env := &eval.Environment{Filters: filter.Jinja(), Tests: test.Jinja(), Globals: eval.Globals()}
	templates := readTemplates(t)
	for _, tab := range loadTables(t, "jinja2") {
		t.Run(tab.Name, func(t *testing.T) {
			for _, r := range tab.Rows {
				vars, err := value.FromJSON(tab.Sets[r.Set])
				if err != nil {
					t.Fatal(err)
				}
				host := &eval.MapHost{Env: env, Vars: vars.(*value.Dict), Templates: templates}
				if got := rendered(env, host, r.Template); got != r.Result() {
					t.Errorf("%s: %s\n got %s\nwant %s", r, r.Template, got, r.Result())
				}
			}
		})
	}
}

func rendered(env *eval.Environment, host eval.Host, text string) string {
	prog, err := env.Compile("", text, env.Syntax)
	if err != nil {
		return "error " + err.Error()
	}
	out, err := prog.Text(host)
	return describe(value.String(out), err)
}

// readTemplates gives the templates of testdata/tree by their names.
func readTemplates(t *testing.T) map[string]string {
	t.Helper()
	tree := os.DirFS("testdata/tree")
	names, err := fs.Glob(tree, "*.j2")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, n := range names {
		data, err := fs.ReadFile(tree, n)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = string(data)
	}
	return out
}
