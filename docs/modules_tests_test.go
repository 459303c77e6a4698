package docs

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"
)

// shown is how many rows are named before the rest is counted.
const shown = 4

// collectTests tells, for each module, the parity rows that use it and the tables that call it.
func collectTests(t *testing.T) map[string]string {
	t.Helper()
	rows, tables := parityRows(t), moduleTables(t)
	out := map[string]string{}
	for name := range rows {
		out[name] = some(rows[name])
	}
	for name, where := range tables {
		if out[name] != "" {
			out[name] += "; "
		}
		out[name] += where
	}
	return out
}

func some(rows []string) string {
	if len(rows) <= shown {
		return strings.Join(rows, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(rows[:shown], ", "), len(rows)-shown)
}

// parityRows gives the rows that use each module. Rows named after it come first.
func parityRows(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "internal/parity/testdata/*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no parity rows: %v", err)
	}
	used := map[string][]string{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		row := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for name := range actionsOf(archive) {
			used[name] = append(used[name], row)
		}
	}
	for name, rows := range used {
		slices.SortFunc(rows, func(a, b string) int {
			if named := strings.Contains(b, name); named != strings.Contains(a, name) {
				return map[bool]int{true: 1, false: -1}[named]
			}
			return strings.Compare(a, b)
		})
	}
	return used
}

// actionsOf gives the names that tasks of an archive's YAML files call. Files that are no YAML on purpose have none.
func actionsOf(archive *txtar.Archive) map[string]bool {
	found := map[string]bool{}
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, "meta/argument_specs.yml") {
			found["validate_argument_spec"] = true
		}
		var content any
		if ext := filepath.Ext(f.Name); (ext == ".yml" || ext == ".yaml") && yaml.Unmarshal(f.Data, &content) == nil {
			walkTasks(content, true, found)
		}
	}
	return found
}

// taskLists are the keywords below which tasks stand.
var taskLists = []string{"tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always"}

func walkTasks(content any, tasks bool, found map[string]bool) {
	list, _ := content.([]any)
	for _, entry := range list {
		fields, _ := entry.(map[string]any)
		_, isPlay := fields["hosts"]
		for key, v := range fields {
			if slices.Contains(taskLists, key) {
				walkTasks(v, true, found)
			} else if tasks && !isPlay {
				found[key[strings.LastIndexByte(key, '.')+1:]] = true
			}
		}
		if gather, said := fields["gather_facts"]; isPlay && said && gather == true {
			found["gather_facts"], found["setup"] = true, true
		}
	}
}

// moduleTables names the tables of modules/python that call each module, with the number of calls.
func moduleTables(t *testing.T) map[string]string {
	t.Helper()
	counts := map[string]map[string]int{} // module -> table -> calls
	for _, pattern := range []string{"*.yaml", "system/modules.yaml", "system/functions/*.yaml"} {
		files, err := filepath.Glob(filepath.Join(root, "modules/python/testdata", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no tables %s: %v", pattern, err)
		}
		for _, file := range files {
			countCalls(t, file, counts)
		}
	}
	out := map[string]string{}
	for module, tables := range counts {
		var words []string
		for _, table := range slices.Sorted(maps.Keys(tables)) {
			words = append(words, fmt.Sprintf("%s (%d)", table, tables[table]))
		}
		out[module] = strings.Join(words, ", ")
	}
	return out
}

func countCalls(t *testing.T, file string, counts map[string]map[string]int) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Module, Code, Call string }
	if err := yaml.Unmarshal(data, &rows); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, r := range rows {
		module := r.Module
		switch {
		case r.Code != "": // the module is written for the row
			continue
		case r.Call != "": // a function of a module, or one that modules share
			module = strings.Split(strings.TrimPrefix(r.Call, "modules."), ".")[0]
		case module == "":
			module = strings.TrimSuffix(filepath.Base(file), ".yaml")
		}
		if counts[module] == nil {
			counts[module] = map[string]int{}
		}
		counts[module][filepath.Base(file)]++
	}
}
