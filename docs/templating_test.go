package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/table"
)

const templatingHead = `# Templating

goplay speaks Jinja2 3.1 as ansible-core 2.19 uses it: expressions keep their types, variables are evaluated when they are read, and results, facts
and what lookups give are never templates. What differs stands in [COMPATIBILITY.md](COMPATIBILITY.md#templating).

- A template that is one expression has the expression's type; everything else is text. Text ends with as many newlines as its template.
- What is undefined may be asked for (` + "`is defined`, `default`" + `), at any depth of a missing path; every other use is an error that names it.
- Conditionals must be booleans. None prints as nothing beside other text.
- Literal text in the terms of ` + "`lookup`" + ` and in conditionals may hold templates; elsewhere it is text.
- The tags ` + "`do`, `break`, `continue` and `debug`" + ` belong to extensions, which Ansible has off.
- Names of ansible.builtin may be written in full. Names of collections are written in full, unless the table has them without.

*Rows* is how many rows use a name, of the tables templating/testdata/rows, which the reference judges, and templating/testdata/jinja2, which
python3-jinja2 judges (` + "`go test ./templating -run TestJudges`" + `), and of testdata/collections, recorded from the reference with ansible.utils and
ansible.netcommon. This page is made by ` + "`go test ./docs -update`" + `.
`

// TestTemplating keeps templating.md as the engine is. The numbers of rows are written down and not compared, except that there must
// be one.
func TestTemplating(t *testing.T) {
	rows := countUses(t)
	var page strings.Builder
	page.WriteString(templatingHead)
	known := templating.New().Known()
	known["statement"] = table.Statements
	for _, kind := range []string{"filter", "test", "lookup", "function", "statement"} {
		names := shortNames(known[kind])
		fmt.Fprintf(&page, "\n## %ss (%d)\n\n| name | collection | rows |\n|---|---|---|\n", strings.ToUpper(kind[:1])+kind[1:], len(names))
		for _, name := range names {
			n := rows[table.Name{Kind: kind, Name: name}]
			if n == 0 {
				t.Errorf("the %s %s has no row", kind, name)
			}
			fmt.Fprintf(&page, "| %s | %s | %d |\n", code(name), collection(known[kind], kind, name), n)
		}
	}
	wantPage(t, "templating.md", page.String(), withoutNumbers)
}

// shortNames gives the names without those that only add ansible.builtin to another.
func shortNames(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return strings.HasPrefix(n, "ansible.builtin.") })
}

// collection gives the collection of a name. Some names are known without their collection's.
func collection(known []string, kind, name string) string {
	for _, c := range []string{"community.general", "ansible.utils", "ansible.netcommon"} {
		if strings.HasPrefix(name, c+".") || slices.Contains(known, c+"."+name) {
			return c
		}
	}
	if kind == "statement" || kind == "function" {
		return ""
	}
	return "ansible.builtin"
}

func countUses(t *testing.T) map[table.Name]int {
	t.Helper()
	rows := map[table.Name]int{}
	for _, folder := range []string{"rows", "jinja2"} {
		tables, err := table.Load(filepath.Join(root, "templating/testdata", folder))
		if err != nil || len(tables) == 0 {
			t.Fatalf("no tables in %s: %v", folder, err)
		}
		for _, tab := range tables {
			for _, r := range tab.Rows {
				for _, n := range table.Uses(r.Template) {
					rows[n]++
				}
			}
		}
	}
	for _, template := range collectionTemplates(t) {
		for _, n := range table.Uses(template) {
			rows[n]++
		}
	}
	return rows
}

// collectionTemplates are those of testdata/collections: a line with "each" stands for several, and is one here.
func collectionTemplates(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "templating/testdata/collections/*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatal("no tables of collections")
	}
	var list []string
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var row struct {
				Template string
				Each     []string
			}
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			list = append(list, strings.Replace(row.Template, "%s", strings.Join(row.Each[:min(1, len(row.Each))], ""), 1))
		}
	}
	return list
}

var number = regexp.MustCompile(`\| \d+ \|\n`)

func withoutNumbers(page string) string { return number.ReplaceAllString(page, "|\n") }
