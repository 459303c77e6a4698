package playbook

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// site writes files into a folder and gives the path of its site.yml.
func site(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "site.yml")
}

func load(t *testing.T, o Options, path string) *Playbook {
	t.Helper()
	pb, err := NewLoader(o).Playbook(path)
	if err != nil {
		t.Fatal(err)
	}
	return pb
}

func TestArgumentSpecIsChecked(t *testing.T) {
	path := site(t, map[string]string{
		"site.yml":                        "- hosts: all\n  roles: [{role: r, p: 1}]\n  tasks:\n  - import_role: {name: r, tasks_from: other, rolespec_validate: no}\n",
		"roles/r/meta/argument_specs.yml": "argument_specs:\n  main:\n    short_description: The r\n    options: {p: {type: int}}\n  other: {options: {}}\n",
		"roles/r/tasks/main.yml":          "- debug: msg=x\n",
		"roles/r/tasks/other.yml":         "- debug: msg=y\n",
	})
	p := load(t, Options{IsAction: func(string) bool { return true }}, path).Plays[0]
	check := p.RoleBlocks[0].Tasks[0].(*Task)
	if check.Action != validateAction || check.Name.String() != "Validating arguments against arg spec 'main' - The r" {
		t.Errorf("got %s %s", check.Action, check.Name)
	}
	if got := check.Args.Get("argument_spec").String(); got != "{'p': {'type': 'int'}}" {
		t.Errorf("got spec %s", got)
	}
	imported := p.Tasks[0].(*Block).Tasks[0].(*Block).Tasks
	if len(imported) != 1 || imported[0].(*Task).Action != "debug" {
		t.Errorf("rolespec_validate: no gives %d tasks", len(imported))
	}
}

// TestEntryPointsOfArgumentSpecs has the names that tasks_from may give, and which of them begin with a check.
func TestEntryPointsOfArgumentSpecs(t *testing.T) {
	path := site(t, map[string]string{
		"site.yml": "- hosts: all\n  tasks:\n" +
			"  - import_role: {name: r, tasks_from: sub/deep}\n  - import_role: {name: r, tasks_from: other.yml}\n" +
			"  - import_role: {name: r, tasks_from: empty}\n  - import_role: {name: r, tasks_from: nulled}\n",
		"roles/r/meta/main.yml": "argument_specs:\n  sub/deep: {short_description: Deep}\n  deep: {options: {}}\n  other: {options: {}}\n" +
			"  empty: {}\n  nulled: {options: }\n",
		"roles/r/tasks/sub/deep.yml": "- debug:\n",
		"roles/r/tasks/other.yml":    "- debug:\n",
		"roles/r/tasks/empty.yml":    "- debug:\n",
		"roles/r/tasks/nulled.yml":   "- debug:\n",
	})
	p := load(t, Options{IsAction: func(string) bool { return true }}, path).Plays[0]
	want := []string{"Validating arguments against arg spec 'sub/deep' - Deep {}", "", "", "Validating arguments against arg spec 'nulled' None"}
	for i, n := range p.Tasks[0].(*Block).Tasks {
		first := n.(*Block).Tasks[0].(*Task)
		got := ""
		if first.Action == validateAction {
			got = first.Name.String() + " " + first.Args.Get("argument_spec").String()
			if first.Pos.IsWritten() {
				t.Errorf("the check is said to stand in a file: %s", first.Pos)
			}
		}
		if got != want[i] {
			t.Errorf("import %d begins with %q, want %q", i, got, want[i])
		}
	}
}

func TestRoleFilesAndFolders(t *testing.T) {
	path := site(t, map[string]string{
		"site.yml":                     "- hosts: all\n  roles: [r]\n",
		"roles/r/vars/main/10.yml":     "a: 1\nb: 1\n",
		"roles/r/vars/main/sub/20.yml": "b: 2\n",
		"roles/r/vars/main/.hidden":    "b: 3\n",
		"roles/r/vars/main/x.txt":      "b: 4\n",
		"roles/r/defaults/main.json":   `{"c": 3}`,
		"roles/r/handlers/main":        "- name: h\n  debug:\n  listen: topic\n",
		"roles/r/meta/main.yml":        "allow_duplicates: yes\n",
	})
	r := load(t, Options{}, path).Plays[0].Roles[0]
	if got := r.Vars.String() + r.Defaults.String(); got != "{'a': 1, 'b': 2}{'c': 3}" {
		t.Errorf("got variables %s", got)
	}
	if !r.AllowDuplicates || len(r.Handlers) != 1 || !r.Handlers[0].(*Task).Handler {
		t.Errorf("got %+v", r)
	}
}

func TestCollectionRole(t *testing.T) {
	path := site(t, map[string]string{
		"site.yml": "- hosts: all\n  collections: [ns.coll]\n  roles: [r, ns.coll.r]\n",
		"c/ansible_collections/ns/coll/roles/r/tasks/main.yml": "- debug:\n",
	})
	p := load(t, Options{CollectionsPaths: []string{filepath.Join(filepath.Dir(path), "c")}}, path).Plays[0]
	for _, r := range p.Roles {
		if r.Name != "ns.coll.r" {
			t.Errorf("got role %s", r.Name)
		}
	}
}

func TestWarnings(t *testing.T) {
	path := site(t, map[string]string{"site.yml": "- hosts: all\n  hosts: web\n  vars: {tags: 1, a: 2}\n"})
	var got []string
	o := Options{
		Warn:     func(w document.Warning) { got = append(got, w.Msg) },
		Reserved: func(name string) bool { return name == "tags" },
	}
	p := load(t, o, path).Plays[0]
	if want := "Found duplicate mapping key 'hosts'. Found variable using reserved name 'tags'."; strings.Join(got, " ") != want {
		t.Errorf("got %q", got)
	}
	if p.Hosts.Value != value.String("web") {
		t.Errorf("got hosts %s, want the last", p.Hosts.Value)
	}
}

// opens is a vault in which everything is the same file.
type opens struct{ value.Vault }

func (opens) Decrypt([]byte) ([]byte, error) { return []byte("a: open\n"), nil }

func TestVaultedFile(t *testing.T) {
	path := site(t, map[string]string{"site.yml": "- hosts: all\n  roles: [r]\n", "roles/r/vars/main.yml": "$ANSIBLE_VAULT;1.1;AES256\n66\n"})
	if _, err := NewLoader(Options{}).Playbook(path); err == nil || !strings.Contains(err.Error(), "no vault secrets") {
		t.Errorf("without secrets: %v", err)
	}
	r := load(t, Options{Vault: opens{}}, path).Plays[0].Roles[0]
	if r.Vars.Get("a") != value.String("open") {
		t.Errorf("got %s", r.Vars)
	}
}

func TestLoopsOfImportsEnd(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"tasks":    {"site.yml": "- hosts: all\n  tasks:\n  - import_tasks: a.yml\n", "a.yml": "- import_tasks: a.yml\n"},
		"playbook": {"site.yml": "- import_playbook: site.yml\n"},
		"roles":    {"site.yml": "- hosts: all\n  roles: [a]\n", "roles/a/meta/main.yml": "dependencies: [b]\n", "roles/b/meta/main.yml": "dependencies: [a]\n"},
		"import":   {"site.yml": "- hosts: all\n  roles: [a]\n", "roles/a/tasks/main.yml": "- import_role: name=a\n"},
	} {
		if _, err := NewLoader(Options{}).Playbook(site(t, files)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
