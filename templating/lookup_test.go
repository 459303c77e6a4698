package templating_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
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

// A lookup's results are data: markers in them are text.
func TestLookupsAreData(t *testing.T) {
	dir := writeFiles(t, map[string]string{"files/x": "{{ 1 + 1 }}"})
	ctx := templating.New().NewContext(dictScope{}, &templating.Env{SearchPaths: []string{dir}})
	got := describe(ctx.Resolve(templating.Trusted("{{ lookup('file', 'x') }}", source.Pos{})))
	if want := `str '{{ 1 + 1 }}'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
