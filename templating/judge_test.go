package templating_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/goplay/goplay/internal/reference"
	"github.com/goplay/goplay/templating/table"
)

var record = flag.Bool("record", false, "write down what the judges give for each row")

// TestJudges replays every row by its judge: python3-jinja2 for testdata/jinja2, the reference for testdata/rows. It is skipped where
// they are not installed; CI has both.
func TestJudges(t *testing.T) {
	dir := referenceDir(t)
	for judge, folder := range map[string]string{"ansible": "rows", "jinja2": "jinja2"} {
		for _, tab := range loadTables(t, folder) {
			t.Run(judge+"/"+tab.Name, func(t *testing.T) {
				w := newWorld(t)
				given := w.judge(t, judge, dir, tab)
				if *record {
					if err := tab.Record(filepath.Join("testdata", folder), given); err != nil {
						t.Fatal(err)
					}
					return
				}
				for i, r := range tab.Rows {
					if given[i] != r.Want {
						t.Errorf("%s: %s\n judge %s\nrecord %s", r, r.Template, given[i], r.Want)
					}
				}
			})
		}
	}
}

// referenceDir gives the folder of the unpacked reference. In CI it is unpacked if need be.
func referenceDir(t *testing.T) string {
	t.Helper()
	if os.Getenv("CI") == "" && !reference.Unpacked() {
		t.Skip("the reference is not unpacked (make reference)")
	}
	r, err := reference.Unpack(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r.Dir
}

// judge gives what a judge makes of a table's rows.
func (w world) judge(t *testing.T, judge, dir string, tab *table.Table) []string {
	t.Helper()
	script, err := filepath.Abs("testdata/judge.py")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", script, judge)
	cmd.Dir = w.dir
	packages := filepath.Join(dir, "root/usr/lib/python3/dist-packages")
	cmd.Env = append(os.Environ(), "PYTHONPATH="+packages, "ANSIBLE_COLLECTIONS_PATH="+packages, "ANSIBLE_DEPRECATION_WARNINGS=0",
		"ANSIBLE_LOCALHOST_WARNING=0", "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stdin = w.rows(t, tab)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	var given []string
	for line := range bytes.Lines(out) {
		var text string
		if err := json.Unmarshal(line, &text); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		given = append(given, w.told(text))
	}
	if len(given) != len(tab.Rows) {
		t.Fatalf("%d results for %d rows\n%s", len(given), len(tab.Rows), stderr.Bytes())
	}
	return given
}

func (w world) rows(t *testing.T, tab *table.Table) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for name, vars := range tab.Sets {
		if err := enc.Encode(map[string]any{"set": name, "vars": json.RawMessage(w.inWorld(string(vars)))}); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range tab.Rows {
		if err := enc.Encode(map[string]string{"set": r.Set, "template": w.inWorld(r.Template)}); err != nil {
			t.Fatal(err)
		}
	}
	return &b
}
