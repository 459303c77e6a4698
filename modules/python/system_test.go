package python_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// A call is one row of testdata/system/functions/*.yaml: a function of module_utils or of a
// module, its arguments, and what it must give. In arguments {$read: {path: text}} stands for
// a function that reads those files only, {$exists: [path]} for one that finds those only, and
// {$spec: text} for a parsed package specification.
type call struct {
	Name  string `yaml:"name" json:"name"`
	Call  string `yaml:"call" json:"call"`
	Args  []any  `yaml:"args" json:"args"`
	Want  any    `yaml:"want" json:"-"`
	Fails string `yaml:"fails" json:"-"`
}

// An answer is what the call gave: a value, or the exception's text.
type answer struct {
	Value any    `json:"value"`
	Error string `json:"error"`
}

const caller = `
import importlib, json, sys, time, os
os.environ['TZ'] = 'UTC'
time.tzset()
def argument(value):
    if isinstance(value, dict) and '$read' in value:
        return lambda path, default=None: value['$read'].get(path, default)
    if isinstance(value, dict) and '$exists' in value:
        return lambda path: path in value['$exists']
    if isinstance(value, dict) and '$spec' in value:
        return importlib.import_module('ansible.module_utils.deb.spec').parse(value['$spec'])
    return value
def answer(row):
    module, _, name = row['call'].rpartition('.')
    try:
        value = getattr(importlib.import_module('ansible.' + module), name)(*map(argument, row['args'] or []))
        return {'value': sorted(value) if isinstance(value, set) else value}
    except Exception as error:
        return {'error': str(error)}
json.dump([answer(row) for row in json.load(sys.stdin)], sys.stdout)
`

func python(t *testing.T, stdin any, args ...string) []byte {
	t.Helper()
	input, err := json.Marshal(stdin)
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "PYTHONPATH="+root, "PYTHONDONTWRITEBYTECODE=1", "LC_ALL=C.UTF-8")
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		t.Fatalf("python: %v\n%s", err, &stderr)
	}
	return out
}

func TestFunctions(t *testing.T) {
	tables, err := filepath.Glob("testdata/system/functions/*.yaml")
	if err != nil || len(tables) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	for _, table := range tables {
		t.Run(strings.TrimSuffix(filepath.Base(table), ".yaml"), func(t *testing.T) { functions(t, table) })
	}
}

func functions(t *testing.T, table string) {
	var calls []call
	readYAML(t, table, &calls)
	var answers []answer
	decode(t, python(t, calls, "-c", caller), &answers)
	for i, row := range calls {
		t.Run(row.Name, func(t *testing.T) {
			got := answers[i]
			if got.Error != row.Fails {
				t.Fatalf("exception %q, want %q", got.Error, row.Fails)
			}
			if want := plain(t, row.Want); row.Fails == "" && !reflect.DeepEqual(got.Value, want) {
				t.Errorf("%s\n got %s\nwant %s", row.Call, show(t, got.Value), show(t, want))
			}
		})
	}
}

// A run is one row of testdata/system/modules.yaml: a module called on this host, which it must
// not change. Facts lists the exact names of ansible_facts (without ansible_), Has some of them.
type run struct {
	Name   string         `yaml:"name"`
	Module string         `yaml:"module"`
	Args   map[string]any `yaml:"args"`
	Facts  []string       `yaml:"facts"`
	Has    []string       `yaml:"has"`
	Hasnt  []string       `yaml:"hasnt"`
	Want   map[string]any `yaml:"want"`
}

func TestSystemModules(t *testing.T) {
	var runs []run
	readYAML(t, "testdata/system/modules.yaml", &runs)
	facts, err := filepath.Abs("testdata/system/facts.d")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range runs {
		t.Run(row.Name, func(t *testing.T) {
			if row.Args["fact_path"] == "$FACTS" {
				row.Args["fact_path"] = facts
			}
			stdin := map[string]any{"ANSIBLE_MODULE_ARGS": row.Args}
			var result map[string]any
			decode(t, python(t, stdin, "-m", "ansible.modules."+row.Module), &result)
			row.judge(t, result)
		})
	}
}

func (r run) judge(t *testing.T, result map[string]any) {
	found, _ := result["ansible_facts"].(map[string]any)
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, strings.TrimPrefix(name, "ansible_"))
	}
	sort.Strings(names)
	if r.Facts != nil && !reflect.DeepEqual(names, r.Facts) {
		t.Errorf("facts %v\nwant %v", names, r.Facts)
	}
	for _, name := range r.Has {
		if i := sort.SearchStrings(names, name); i == len(names) || names[i] != name {
			t.Errorf("no fact %s in %v", name, names)
		}
	}
	for _, name := range r.Hasnt {
		if i := sort.SearchStrings(names, name); i < len(names) && names[i] == name {
			t.Errorf("unwanted fact %s", name)
		}
	}
	wanted, _ := plain(t, r.Want).(map[string]any)
	for key, want := range wanted {
		if got := lookup(result, key); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %s\nwant %s", key, show(t, got), show(t, want))
		}
	}
}

// lookup goes down one level: ansible_facts.ansible_local.
func lookup(values map[string]any, key string) any {
	first, rest, deeper := strings.Cut(key, ".")
	if inner, ok := values[first].(map[string]any); deeper && ok {
		return lookup(inner, rest)
	}
	return values[first]
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v in %q", err, data)
	}
}

// plain gives value as JSON would read it back.
func plain(t *testing.T, value any) any {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var back any
	decode(t, data, &back)
	return back
}

func show(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
