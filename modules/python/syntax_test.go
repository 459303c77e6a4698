package python

import (
	"io/fs"
	"os/exec"
	"strings"
	"testing"
)

// syntaxCheck parses every file that is named on standard input as Python 3.6.
const syntaxCheck = `
import ast, sys
for path in sys.stdin.read().split('\n'):
    with open(path, encoding='utf-8') as f:
        tree = ast.parse(f.read(), path, feature_version=(3, 6))
    for node in ast.walk(tree):
        # feature_version lets these pass.
        if type(node).__name__ in ('NamedExpr', 'Match') or getattr(getattr(node, 'args', None), 'posonlyargs', None):
            sys.exit('%s:%d: newer than Python 3.6' % (path, getattr(node, 'lineno', 0)))
`

func TestPythonIsOld(t *testing.T) {
	paths := embedded(t)
	cmd := exec.Command("/usr/bin/python3", "-c", syntaxCheck)
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\n"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestOnlyPythonIsEmbedded(t *testing.T) {
	for _, path := range embedded(t) {
		if !strings.HasSuffix(path, ".py") || strings.Contains(path, "__pycache__") {
			t.Errorf("%s does not belong here", path)
		}
	}
}

// TestNoImportsOutsideTheStandardLibrary runs each file's imports without site packages.
func TestNoImportsOutsideTheStandardLibrary(t *testing.T) {
	var names []string
	for _, path := range embedded(t) {
		name := strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(path, ".py"), "/__init__"), "/", ".")
		// deb is loaded only where apt's own Python library is, selinux where libselinux is.
		if strings.HasPrefix(name, "ansible.module_utils") && !strings.Contains(name, ".deb") && !strings.HasSuffix(name, ".selinux") {
			names = append(names, name)
		}
	}
	cmd := exec.Command("/usr/bin/python3", "-S", "-c", "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)")
	cmd.Args = append(cmd.Args, names...)
	cmd.Env = []string{"PYTHONPATH=.", "PYTHONDONTWRITEBYTECODE=1"}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func embedded(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, folder := range []struct {
		fsys fs.FS
		root string
	}{{FS, "ansible"}, {collections, "collections"}} {
		err := fs.WalkDir(folder.fsys, folder.root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil || len(paths) == 0 {
			t.Fatalf("%d files: %v", len(paths), err)
		}
	}
	return paths
}
