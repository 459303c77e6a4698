package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// listed is what go list tells of a package.
type listed struct {
	ImportPath string
	Doc        string
	Imports    []string
	GoFiles    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Doc,Imports,GoFiles", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// name is a package's path within the module, or the import path of another's.
func name(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
}

func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		importer := name(p.ImportPath)
		if _, found := closest(importer); !found {
			t.Errorf("%s has no row in the table of imports", importer)
			continue
		}
		for _, path := range p.Imports {
			ours := strings.HasPrefix(path, module+"/")
			foreign := strings.Contains(strings.Split(path, "/")[0], ".")
			if (ours || foreign) && !allowed(importer, name(path)) {
				t.Errorf("%s may not import %s: no row of the table of imports allows it", importer, name(path))
			}
		}
	}
}

func TestRowsAreUsed(t *testing.T) {
	known := map[string]bool{}
	for _, p := range packages(t) {
		known[name(p.ImportPath)] = true
	}
	for _, r := range table {
		base := strings.TrimSuffix(r.importer, "/...")
		if r.why == "" {
			t.Errorf("%s: a row without a reason", r.importer)
		}
		if !known[base] && base != "internal/bench" && !strings.HasSuffix(r.importer, "/...") {
			t.Errorf("%s: a row for a package that is not there", r.importer)
		}
	}
}

func TestPackageDocs(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 && len(strings.Fields(p.Doc)) < 4 {
			t.Errorf("%s has no package comment", name(p.ImportPath))
		}
	}
}

func TestFiles(t *testing.T) {
	for _, path := range committed(t) {
		data, err := os.ReadFile(filepath.Join(root, path))
		if errors.Is(err, fs.ErrNotExist) || isFolder(path) {
			continue // removed, not yet committed; or a link to a folder
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range faults(path, data) {
			t.Error(fault)
		}
	}
}

// committed lists the files of the repository, or of the tree where there is no git.
func committed(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "-c", "safe.directory=*", "ls-files", "-z")
	cmd.Dir = root
	if out, err := cmd.Output(); err == nil && len(out) > 0 {
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	}
	var paths []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			rel, _ := filepath.Rel(root, path) // below it
			paths = append(paths, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func isFolder(path string) bool {
	info, err := os.Stat(filepath.Join(root, path))
	return err == nil && info.IsDir()
}

// The rules themselves: what they must catch, and what they must let pass.
func TestRules(t *testing.T) {
	for _, row := range []struct {
		path, text string
		bad        bool
	}{
		{"a.go", "package a\n", false},
		{"a.go", strings.Repeat("x\n", maxLines+1), true},
		{"a.golden", strings.Repeat("x\n", maxLines+1), false},
		{"a.md", "see /wo" + "rk/main\n", true},
		{"a.md", "the artwork/ of it, frame" + "work/x\n", false},
		{"tools/x", "curl https://deb.deb" + "ian.org/debian\n", true},
		{"runner/a.go", `exec.Command("ansible-playbook", x)`, true},
		{"internal/parity/a.go", `exec.Command("ansible-playbook", x)`, false},
	} {
		if got := faults(row.path, []byte(row.text)); (len(got) > 0) != row.bad {
			t.Errorf("%s with %.40q: %q", row.path, row.text, got)
		}
	}
}

func TestAllowed(t *testing.T) {
	for _, row := range []struct {
		importer, imported string
		want               bool
	}{
		{"playbook", "inventory", false},
		{"strategy", "connection", false},
		{"strategy", "modules", false},
		{"connection/ssh", "vars", false},
		{"connection/ssh", "connection", true},
		{"modules/action", "runner", false},
		{"runner/callback", "runner", false},
		{"runner/callback", "runner/event", true},
		{"templating/eval", "templating/value", true},
		{"templating/value", "templating/eval", false},
		{"runner", "cmd/goplay", false},
		{"new/package", "internal/source", false},
	} {
		if got := allowed(row.importer, row.imported); got != row.want {
			t.Errorf("%s imports %s: allowed is %v", row.importer, row.imported, got)
		}
	}
}
