package inventory

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

var record = flag.Bool("record", false, "write down what the ansible-inventory of $GOPLAY_REFERENCE gives")

// TestParity reads every inventory of testdata and compares groups, hosts, variables and warnings with what ansible-inventory
// gave for the same files. The first line of an archive's comment holds the -i arguments.
func TestParity(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txtar"), func(t *testing.T) { judge(t, f) })
	}
}

func judge(t *testing.T, file string) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := unpack(t, ar)
	line, _, _ := strings.Cut(string(ar.Comment), "\n")
	sources := strings.Fields(line)
	if *record {
		writeRecord(t, file, ar, dir, sources)
	}
	var warnings []string
	inv, err := Load(context.Background(), sources, Options{Dir: dir, Config: testConfig(t, dir), Warn: func(w document.Warning) {
		kind := "[WARNING]: "
		if w.Deprecation {
			kind = "[DEPRECATION WARNING]: "
		}
		warnings = append(warnings, kind+strings.SplitN(w.Msg, "\n", 2)[0])
	}, Stderr: func(text string) { warnings = append(warnings, "[ERROR]: "+strings.TrimSpace(text)) }})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	if err := json.Unmarshal([]byte(listing(t, inv)), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{}
	if err := json.Unmarshal(section(ar, "want.json"), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("inventory (-reference +goplay):\n%s", diff)
	}
	text := strings.ReplaceAll(strings.Join(warnings, "\n"), dir, "DIR")
	if diff := cmp.Diff(strings.TrimSpace(string(section(ar, "want.warnings"))), text); diff != "" {
		t.Errorf("warnings (-reference +goplay):\n%s", diff)
	}
}

func testConfig(t testing.TB, dir string) *config.Config {
	cfg, err := config.Load(config.Sources{Dir: dir, Home: "/nonexistent", System: "/nonexistent", Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func unpack(t *testing.T, ar *txtar.Archive) string {
	dir := t.TempDir()
	for _, f := range ar.Files {
		p := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.HasPrefix(string(f.Data), "#!/bin/sh") {
			mode = 0o755
		}
		if err := os.WriteFile(p, f.Data, mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func section(ar *txtar.Archive, name string) []byte {
	for _, f := range ar.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// listing is what `ansible-inventory --list` prints.
func listing(t *testing.T, inv *Inventory) string {
	t.Helper()
	l := &Listing{Inventory: inv}
	all, err := l.Flat()
	if err != nil {
		t.Fatal(err)
	}
	text, err := l.JSON(all, false)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// jsonText writes a value on one line.
func jsonText(v value.Value) string {
	text, err := value.AppendJSON(nil, jsonForm(v, false), value.JSONOptions{Default: isoForm})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// writeRecord runs the reference and stores what it gives in the archive.
func writeRecord(t *testing.T, file string, ar *txtar.Archive, dir string, sources []string) {
	args := []string{"--list"}
	for _, s := range sources {
		args = append(args, "-i", s)
	}
	cmd := exec.Command(filepath.Join(os.Getenv("GOPLAY_REFERENCE"), "bin", "ansible-inventory"), args...)
	cmd.Dir = dir
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatal(err, errs.String())
	}
	var warnings []string
	for _, line := range strings.Split(errs.String(), "\n") {
		if strings.HasPrefix(line, "[") && !strings.Contains(line, "Deprecation warnings can be disabled") {
			warnings = append(warnings, strings.ReplaceAll(line, dir, "DIR"))
		}
	}
	kept := ar.Files[:0]
	for _, f := range ar.Files {
		if !strings.HasPrefix(f.Name, "want.") {
			kept = append(kept, f)
		}
	}
	ar.Files = append(kept, txtar.File{Name: "want.json", Data: []byte(out.String())},
		txtar.File{Name: "want.warnings", Data: []byte(strings.Join(warnings, "\n") + "\n")})
	if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}
