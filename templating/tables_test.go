package templating_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/table"
	"github.com/goplay/goplay/templating/value"
)

// world is where the rows are played: a copy of testdata/tree, a web server, and what variables and settings the lookups see.
type world struct{ dir, url string }

// inWorld replaces DIR and URL in a row's template; told puts them back in what came out.
func (w world) inWorld(text string) string {
	return strings.NewReplacer("DIR", w.dir, "URL", w.url).Replace(text)
}

func (w world) told(text string) string {
	return strings.NewReplacer(w.dir, "DIR", w.url, "URL").Replace(text)
}

func newWorld(t *testing.T) world {
	t.Helper()
	t.Setenv("GOPLAY_TEST_VARIABLE", "set")
	dir := filepath.Join(t.TempDir(), "tree")
	if err := os.CopyFS(dir, os.DirFS("testdata/tree")); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, answer(r)) }))
	t.Cleanup(server.Close)
	return world{dir, server.URL}
}

// answer is what the server gives: two lines, or what it was sent.
func answer(r *http.Request) string {
	user, password, _ := r.BasicAuth()
	switch r.URL.Path {
	case "/sent":
		body, _ := io.ReadAll(r.Body)
		return r.Method + " " + string(body) + " " + r.Header.Get("X-Test") + " " + r.UserAgent()
	case "/login":
		return user + ":" + password
	}
	return "one\ntwo\n"
}

func (w world) env(t *testing.T) *templating.Env {
	t.Helper()
	cfg, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	hosts := filepath.Join(w.dir, "hosts")
	if err := os.WriteFile(hosts, []byte("b\nc\n[web]\na\nb\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := inventory.Load(context.Background(), []string{hosts}, inventory.Options{Config: cfg, Warn: func(document.Warning) {}})
	if err != nil {
		t.Fatal(err)
	}
	return &templating.Env{
		SearchPaths: []string{w.dir}, Cwd: w.dir, Config: cfg.Value,
		HostPattern: func(pattern string) ([]string, error) {
			hosts, _, err := inv.Match(pattern)
			var names []string
			for _, h := range hosts {
				names = append(names, h.Name)
			}
			return names, err
		},
	}
}

func describe(v value.Value, err error) string {
	if err != nil {
		return "error " + err.Error()
	}
	return v.Type() + " " + value.Repr(v)
}

// loadTables reads the tables of a folder of testdata: rows, which are Ansible's language, or jinja2.
func loadTables(t testing.TB, folder string) []*table.Table {
	t.Helper()
	tables, err := table.Load(filepath.Join("testdata", folder))
	if err != nil || len(tables) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	return tables
}

// TestTables replays the rows of testdata/rows.
func TestTables(t *testing.T) {
	e := templating.New()
	e.KnowModules(func(name string) bool { return name == "ping" || name == "ansible.builtin.ping" })
	for _, tab := range loadTables(t, "rows") {
		t.Run(tab.Name, func(t *testing.T) {
			w := newWorld(t)
			env := w.env(t)
			scopes := map[string]templating.Scope{}
			for name, vars := range tab.Sets {
				scopes[name] = scopeOf(t, w.inWorld(string(vars)))
			}
			for _, r := range tab.Rows {
				ctx := e.NewContext(scopes[r.Set], env)
				got := w.told(describe(ctx.Resolve(templating.Trusted(w.inWorld(r.Template), source.Pos{}))))
				if got != r.Result() {
					t.Errorf("%s: %s\n got %s\nwant %s", r, r.Template, got, r.Result())
				}
			}
		})
	}
}

// TestDeviationsAreDecided wants a reason for each row on which goplay differs from its judge.
func TestDeviationsAreDecided(t *testing.T) {
	for _, tab := range append(loadTables(t, "rows"), loadTables(t, "jinja2")...) {
		for _, r := range tab.Rows {
			if (r.Ours == "") != (r.Why == "") || r.Ours == r.Want {
				t.Errorf("%s: a deviation has ours, which is not want, and why", r)
			}
		}
	}
}
