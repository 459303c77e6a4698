package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/playbook"
)

const keywordsHead = `# Keywords

Every keyword of plays, roles, blocks, tasks and handlers of ansible-core 2.19, and ` + "`validate_argspec`" + ` of 2.20. None is ignored: where a keyword may stand, it works, and the
table names the row of internal/parity/testdata that shows it; where it may not, it is an error, as in Ansible. ` + "`register`" + ` also takes
the expressions by name that ansible-core 2.21 has added, with the variable ` + "`_task`" + ` in them and in conditions.
What is refused until it works stands in [COMPATIBILITY.md](COMPATIBILITY.md). This page is made from the table in playbook/ and
the rows by ` + "`go test ./docs -update`" + `.
`

// objects are what keywords stand in, in the order of the table.
var objects = []string{"Play", "Role", "Block", "Task", "Handler"}

// TestKeywords keeps keywords.md, and wants a row for each keyword of each object.
func TestKeywords(t *testing.T) {
	used := usedKeywords(t)
	var page strings.Builder
	page.WriteString(keywordsHead + "\n| keyword | " + strings.Join(objects, " | ") + " |\n|---|---|---|---|---|---|\n")
	for _, k := range playbook.Language() {
		fmt.Fprintf(&page, "| %s |", code(k.Name))
		for i, allowed := range []bool{k.Play, k.Role, k.Block, k.Task, k.Handler} {
			page.WriteString(" " + keywordRow(t, used, objects[i], k.Name, allowed) + " |")
		}
		page.WriteString("\n")
	}
	page.WriteString("\n## Of `loop_control`\n\n| keyword | Task |\n|---|---|\n")
	for _, name := range playbook.LoopControls() {
		fmt.Fprintf(&page, "| %s | %s |\n", code(name), keywordRow(t, used, "loop_control", name, true))
	}
	wantPage(t, "keywords.md", page.String(), whole)
}

// keywordRow is a cell of the table.
func keywordRow(t *testing.T, used map[use][]string, object, keyword string, allowed bool) string {
	t.Helper()
	if !allowed {
		return ""
	}
	rows := used[use{object, keyword}]
	if len(rows) == 0 {
		t.Errorf("no row of internal/parity/testdata has %s in a %s", keyword, object)
		return "?"
	}
	if own := "keywords-" + strings.ToLower(object); slices.Contains(rows, own) {
		return code(own)
	}
	return code(rows[0])
}

// use is a keyword in a kind of object.
type use struct{ object, keyword string }

// usedKeywords finds the rows that use each keyword, by their YAML files.
func usedKeywords(t *testing.T) map[use][]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "internal/parity/testdata/*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no rows: %v", err)
	}
	s := &scan{used: map[use][]string{}}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s.row = strings.TrimSuffix(filepath.Base(name), ".txtar")
		for _, f := range txtar.Parse(data).Files {
			s.file(f.Name, f.Data)
		}
	}
	return s.used
}

// scan walks the playbooks of rows.
type scan struct {
	used map[use][]string
	row  string
}

func (s *scan) note(object string, keys map[string]any) {
	for k := range keys {
		u := use{object, k}
		if rows := s.used[u]; !slices.Contains(rows, s.row) {
			s.used[u] = append(rows, s.row)
		}
	}
}

// file looks at a file that is a list of plays or of tasks; broken ones, of rows about mistakes, show nothing.
func (s *scan) file(name string, data []byte) {
	if ext := filepath.Ext(name); ext != ".yml" && ext != ".yaml" {
		return
	}
	var list []map[string]any
	if yaml.Unmarshal(data, &list) != nil {
		return
	}
	for _, entry := range list {
		if _, play := entry["hosts"]; play {
			s.play(entry)
			continue
		}
		s.task(entry, strings.Contains(name, "handlers/"))
	}
}

func (s *scan) play(play map[string]any) {
	s.note("Play", play)
	for _, part := range []string{"pre_tasks", "tasks", "post_tasks", "handlers"} {
		s.tasks(play[part], part == "handlers")
	}
	roles, _ := play["roles"].([]any)
	for _, r := range roles {
		if keys, ok := r.(map[string]any); ok {
			s.note("Role", keys)
		}
	}
}

func (s *scan) tasks(v any, handlers bool) {
	list, _ := v.([]any)
	for _, e := range list {
		if keys, ok := e.(map[string]any); ok {
			s.task(keys, handlers)
		}
	}
}

func (s *scan) task(keys map[string]any, handler bool) {
	if _, block := keys["block"]; block {
		s.note("Block", keys)
		for _, part := range []string{"block", "rescue", "always"} {
			s.tasks(keys[part], handler)
		}
		return
	}
	if control, ok := keys["loop_control"].(map[string]any); ok {
		s.note("loop_control", control)
	}
	if handler {
		s.note("Handler", keys)
		return
	}
	s.note("Task", keys)
}
