package payload

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestImports(t *testing.T) {
	const pkg = "ansible_collections.a.b.plugins.modules"
	for _, c := range []struct {
		name, source string
		want         []string
	}{
		{"plain", "import os\nimport a.b.c as d, e\n", []string{"os", "a.b.c", "e"}},
		{"from", "from a.b import c, d as e\n", []string{"a.b", "a.b.c", "a.b.d"}},
		{"several lines", "from a import (  # why\n    b,\n    c as d,\n)\nimport e", []string{"a", "a.b", "a.c", "e"}},
		{"backslash", "from a import b, \\\n  c\nimport \\\n d.e", []string{"a", "a.b", "a.c", "d.e"}},
		{"star", "from a.b import *\n", []string{"a.b"}},
		{"within try and def", "try:\n    import a\nexcept ImportError:\n    import b\ndef f():\n  from c import d", []string{"a", "b", "c", "c.d"}},
		{"one line", "try: import a\nexcept: pass\nx = 1; import b", []string{"a", "b"}},
		{"relative", "from . import x\nfrom ..module_utils.y import z\nfrom .w import v", []string{
			pkg, pkg + ".x", "ansible_collections.a.b.plugins.module_utils.y", "ansible_collections.a.b.plugins.module_utils.y.z", pkg + ".w", pkg + ".w.v",
		}},
		{"too many dots", "from ........ import x", nil},
		{"strings", "'''\nimport a\n'''\nx = \"\"\"import b\"\"\"\ny = 'import c'\nz = r'\\'\nimport d\n", []string{"d"}},
		{"escaped quotes", `x = 'it\'s'; import a` + "\ny = '''a\\'''\nimport no\n'''\nimport b", []string{"a", "b"}},
		{"comments", "# import a\nx = 1 # import b\n", nil},
		{"not statements", "yield from a\nraise X from b\nimported = 1\nx.import_ = 2\nf(x=\n import_)\n", nil},
		{"dict over lines", "x = {\n 'import': 1,\n}\nimport a\n", []string{"a"}},
		{"windows lines", "import a\r\nfrom b import (c,\r\n d)\r\n", []string{"a", "b", "b.c", "b.d"}},
		{"unclosed string", "x = 'abc\nimport a\n", []string{"a"}},
		{"cut off", "from a import (b", []string{"a", "a.b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, imports(c.source, pkg)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzImports checks that no source makes the scanner fail or run on, and that it gives only well-formed names.
func FuzzImports(f *testing.F) {
	f.Add("from . import (a as b, # c\n c)\nimport d")
	f.Add("'''\\'''\nimport a.")
	f.Fuzz(func(t *testing.T, source string) {
		for _, name := range imports(source, "a.b") {
			if name == "" || name[0] == '.' {
				t.Errorf("%q from %q", name, source)
			}
		}
	})
}
