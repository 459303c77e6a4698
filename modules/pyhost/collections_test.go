package pyhost

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/reference"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// withoutUs are plugins of the reference's collections that need parts of ansible-core which the side car does not have.
var withoutUs = map[string]string{
	"community.general.plugins.test.a_module": "asks ansible-core's loader for modules; goplay has the test itself",
}

// TestCollections loads every filter, test, lookup, inventory and callback plugin of the reference's collections. What else they import, such as
// the library of a cloud, need not be there.
func TestCollections(t *testing.T) {
	if !reference.Unpacked() {
		t.Skip("the reference's collections are not unpacked (make reference does it)")
	}
	root := reference.Collections()
	h := New(Options{
		Collections: []string{root}, Tell: func(Said) {}, Load: func(string) (value.Value, error) { return value.None, nil },
		Config: func(string) (value.Value, bool) { return nil, false }, Ini: func(string, string) (string, bool) { return "", false },
	})
	defer h.Close()
	var loaded int
	for _, kind := range []string{"filter", "test", "lookup", "inventory", "callback"} {
		files, err := filepath.Glob(filepath.Join(root, "ansible_collections/*/*/plugins", kind, "*.py"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no plugins of kind %s: %v", kind, err)
		}
		for _, file := range files {
			rel, err := filepath.Rel(root, strings.TrimSuffix(file, ".py"))
			if err != nil {
				t.Fatal(err)
			}
			module := strings.ReplaceAll(rel, "/", ".")
			_, err = h.do(request{"load", map[string]any{"kind": kind, "path": file, "module": module}}, &answers{opts: &h.opts})
			name := strings.TrimPrefix(module, "ansible_collections.")
			if err != nil && ours(err) != (withoutUs[name] != "") {
				t.Errorf("%s: %v", name, err)
			}
			if err == nil {
				loaded++
			}
		}
	}
	t.Logf("%d plugins loaded", loaded)
}

// ours tells whether something of the package ansible is missing.
func ours(err error) bool {
	kind := eval.KindOf(err)
	return (kind == "ModuleNotFoundError" || kind == "ImportError") && strings.Contains(err.Error(), "'ansible.")
}
