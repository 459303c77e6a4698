package playbook

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
)

// deviations are the rows of testdata/errors.txt where the loader wants something else than the reference.
var deviations = map[string]string{
	"e-54":      "the first bad keyword is named",
	"broken-26": "a list that contains itself is refused at once",
	"broken-33": "we point at the value",
	"broken-35": "we point at the value",
}

// TestErrors loads every playbook of testdata/errors.txt and compares the report of its error, and the exit code, with what the
// reference gave. A hint may follow where the reference has none.
func TestErrors(t *testing.T) {
	data, err := os.ReadFile("testdata/errors.txt")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeRoles(t, dir)
	for _, row := range strings.Split(string(data), "#### ")[1:] {
		name, rest, _ := strings.Cut(row, "\n")
		text, verdict, _ := strings.Cut(rest, "#--> ")
		exit, want, _ := strings.Cut(verdict, "\n")
		t.Run(name, func(t *testing.T) {
			got, code := loadText(t, dir, text)
			want = strings.TrimSuffix(strings.TrimPrefix(want, "[ERROR]: "), "\n")
			same := strconv.Itoa(code) == exit && sameReport(got, want)
			if _, deviates := deviations[name]; deviates == same {
				t.Errorf("%s\n got %d %s\nwant %s %s", text, code, got, exit, want)
			}
		})
	}
}

// sameReport tells whether two reports are the same but for a hint that only the first has.
func sameReport(got, want string) bool {
	if got == want {
		return true
	}
	i := strings.Index(got, "\nDid you mean ")
	return i > 0 && strings.TrimRight(got[:i], "\n") == strings.TrimRight(want, "\n")
}

func loadText(t *testing.T, dir, text string) (report string, code int) {
	site := filepath.Join(dir, "site.yml")
	if err := os.WriteFile(site, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{
		"debug": true, "copy": true, "command": true, "ping": true, "set_fact": true, "include_vars": true, "include_tasks": true,
		"import_role": true, validateAction: true,
	}
	l := NewLoader(Options{
		RolesPath: []string{"/root/.ansible/roles", "/usr/share/ansible/roles", "/etc/ansible/roles"},
		IsAction:  func(name string) bool { return known[name] || name == "foo" },
		IsLookup:  func(name string) bool { return name == "items" || name == "dict" },
		Render:    renderSimple,
	})
	_, err := l.Playbook(site)
	if err == nil {
		return "", 0
	}
	var e *source.Error
	if !errors.As(err, &e) {
		return err.Error(), 250
	}
	return strings.ReplaceAll(source.Report(err), dir, "DIR"), e.ExitCode()
}

// TestPythonErrors: mistakes that the reference ends with an error of Python for have its exit code, and a place.
func TestPythonErrors(t *testing.T) {
	dir := t.TempDir()
	writeRoles(t, dir)
	for _, use := range []string{
		"tasks: [{debug: , action: ''}]",
		"tasks: [{action: {module: }}]",
		"tasks: [{action: {module: [debug]}}]",
		"tasks: [{include_tasks: {1: 2}}]",
		"tasks: [{import_role: {name: r1}, args: {1: 2}}]",
		"tasks: [{debug: , module_defaults: {1: 2}}]",
		"roles: [odd-dependency]",
		"roles: [specs-text]",
		"roles: [spec-number]",
		"roles: [spec-description]",
	} {
		report, code := loadText(t, dir, "- hosts: all\n  "+use+"\n")
		if code != source.ExitUnexpected || !strings.Contains(report, "\nOrigin: DIR/") {
			t.Errorf("%s: %d %s", use, code, report)
		}
	}
}

func writeRoles(t *testing.T, dir string) {
	for path, text := range map[string]string{
		"r1/tasks/main.yml": "- debug: msg=hi\n", "r2/tasks/main.yml": "foo: bar\n", "bad/meta/main.yml": "foo: bar\n",
		"odd-dependency/meta/main.yml":        "dependencies: [1]\n",
		"specs-text/meta/argument_specs.yml":  "argument_specs: text\n",
		"spec-number/meta/argument_specs.yml": "argument_specs: {main: 5}\n",
		"spec-description/meta/main.yml":      "argument_specs: {main: {short_description: [a]}}\n",
	} {
		full := filepath.Join(dir, "roles", path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzPlaybook(f *testing.F) {
	data, err := os.ReadFile("testdata/errors.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, row := range strings.Split(string(data), "#### ")[1:] {
		_, rest, _ := strings.Cut(row, "\n")
		text, _, _ := strings.Cut(rest, "#--> ")
		f.Add(text)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		site := filepath.Join(dir, "site.yml")
		if err := os.WriteFile(site, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := NewLoader(Options{}).Playbook(site)
		var e *source.Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("an error without a place: %v", err)
		}
	})
}
