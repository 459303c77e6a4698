package templating_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

func writeFiles(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLookups(t *testing.T) {
	t.Setenv("GOPLAY_TEST_VARIABLE", "set")
	dir := writeFiles(t, map[string]string{
		"files/x.txt": "text\n", "x.csv": "k,v,w\n", "x.ini": "[s]\na=1\n", "templates/x.j2": "v is {{ v }}\n",
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "one\ntwo\n") }))
	defer server.Close()
	env := &templating.Env{
		SearchPaths: []string{dir}, Cwd: dir,
		HostPattern: func(pattern string) ([]string, error) { return []string{pattern}, nil },
		Config:      func(name string) (value.Value, bool) { return value.Int(5), name == "DEFAULT_FORKS" },
	}
	ctx := templating.New().NewContext(scopeOf(t, `{"hidden": "a {{ 1 }}"}`), env)
	for name, r := range lookupRows {
		t.Run(name, func(t *testing.T) {
			text := strings.NewReplacer("DIR", dir, "URL", server.URL).Replace(r[0])
			if got := describe(ctx.Expression(text, source.Pos{})); got != r[1] {
				t.Errorf("%s\n got %s\nwant %s", r[0], got, r[1])
			}
		})
	}
	info, err := os.Stat(filepath.Join(dir, "pw"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the password file: %v, %v", info, err)
	}
}

// A lookup's results are data: markers in them are text.
func TestLookupsAreData(t *testing.T) {
	dir := writeFiles(t, map[string]string{"files/x": "{{ 1 + 1 }}"})
	ctx := templating.New().NewContext(dictScope{}, &templating.Env{SearchPaths: []string{dir}})
	got := describe(ctx.Resolve(templating.Trusted("{{ lookup('file', 'x') }}", source.Pos{})))
	if want := `str '{{ 1 + 1 }}'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
