package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks follows every link to a file of the repository.
func TestLinks(t *testing.T) {
	links := 0
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, page), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), target)); err != nil {
				t.Errorf("%s points to %s, which is not there", page, target)
			}
		}
	}
	if links == 0 {
		t.Error("no links found")
	}
}

var makeCommand = regexp.MustCompile(`(?m)(?:^    (?:sudo )?|` + "`" + `)make ([a-z-]+)`)

// TestMakeTargets looks up every make command that a page shows.
func TestMakeTargets(t *testing.T) {
	makefile := read(t, filepath.Join(root, "Makefile"))
	commands := 0
	for _, page := range pages(t) {
		for _, m := range makeCommand.FindAllStringSubmatch(read(t, page), -1) {
			commands++
			if !regexp.MustCompile(`(?m)^` + m[1] + `:`).MatchString(makefile) {
				t.Errorf("%s shows `make %s`, which the Makefile does not have", page, m[1])
			}
		}
	}
	if commands == 0 {
		t.Error("no make commands found")
	}
}

// TestDeviations wants every parity row with a deviation to be named in COMPATIBILITY.md.
func TestDeviations(t *testing.T) {
	page := read(t, "COMPATIBILITY.md")
	files, err := filepath.Glob(filepath.Join(root, "internal/parity/testdata/*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no parity rows: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		row := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if strings.Contains("\n"+string(archive.Comment), "\ndeviation:") && !strings.Contains(page, "`"+row+"`") {
			t.Errorf("COMPATIBILITY.md does not name the row %s, which deviates", row)
		}
	}
}

// TestDecisions wants one page a number.
func TestDecisions(t *testing.T) {
	names, err := filepath.Glob("decisions/*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no decisions: %v", err)
	}
	numbered := regexp.MustCompile(`^(\d{4})-[a-z0-9-]+\.md$`)
	seen := map[string]string{}
	for _, name := range names {
		m := numbered.FindStringSubmatch(filepath.Base(name))
		if m == nil {
			t.Errorf("%s: a decision is named NNNN-title.md", name)
			continue
		}
		if other := seen[m[1]]; other != "" {
			t.Errorf("%s and %s have the same number", other, name)
		}
		seen[m[1]] = name
	}
}
