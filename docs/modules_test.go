package docs

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goplay/goplay/modules/action"
	"github.com/goplay/goplay/modules/python"
)

const modulesHead = `# Modules

What goplay brings of ansible.builtin, so that a controller needs nothing but its binary. Arguments, aliases, defaults, results, diffs
and check mode are Ansible's; ` + "`ansible-doc`" + ` describes them. Users' own Python modules (` + "`library/`" + `, roles, ` + "`--module-path`" + `,
` + "`ANSIBLE_LIBRARY`" + `) run beside these and, as in Ansible, win over them by their short names.

*Go* is done on the controller, *Python* is a module that runs on the target, *Go + Python* begins on the controller and ends on the
target. *Tested by* names rows of internal/parity/testdata, which are judged by the real ansible-playbook, and tables of
modules/python/testdata with the number of calls: those of the first level were recorded from ansible-core, those of system/ were written. This page is made by ` + "`go test ./docs -update`" + `.

| module | kind | what it does | not there yet | tested by |
|---|---|---|---|---|
`

// TestModules keeps modules.md as goplay's actions and modules are. What tests them is written down and not compared: a new test needs
// no new page.
func TestModules(t *testing.T) {
	tests := collectTests(t)
	var page strings.Builder
	page.WriteString(modulesHead)
	names := brought(t)
	for _, name := range names {
		n, known := notes[name]
		if !known {
			n.what = summary(t, name)
		}
		fmt.Fprintf(&page, "| %s | %s | %s | %s | %s |\n", name, kind(t, name), n.what+n.judged(), n.missing, orNone(tests[name]))
		if tests[name] == "" && !slices.Contains(untested, name) {
			t.Errorf("no row and no table tests the module %s", name)
		}
	}
	page.WriteString(missingModules(names))
	page.WriteString(collectionsHead)
	own := collected(t)
	for _, name := range slices.Sorted(maps.Keys(own)) {
		row := ownOf(own[name], name)
		fmt.Fprintf(&page, "| %s.%s | %s | %s | %s | %s |\n", own[name], name, row.kind(), row.summary(t)+notes[name].judged(), notes[name].missing, orNone(tests[name]))
		if tests[name] == "" {
			t.Errorf("no row and no table tests the module %s.%s", own[name], name)
		}
	}
	wantPage(t, "modules.md", page.String(), withoutTests)
}

const collectionsHead = `
## Of collections

Those of ansible.posix and community.general that goplay has of its own. They are used where the collection is not installed, by their
short names of old too ([decision](decisions/0030-own-modules-of-collections.md)).

| module | kind | what it does | not there yet | tested by |
|---|---|---|---|---|
`

// ownModule is a module of goplay's own in a collection.
type ownModule struct{ fqcn, path string }

func ownOf(collection, name string) ownModule {
	return ownModule{collection + "." + name, "ansible_collections/" + strings.ReplaceAll(collection, ".", "/") + "/plugins/modules/" + name + ".py"}
}

func (m ownModule) kind() string {
	if _, inGo := action.Table()[m.fqcn]; inGo {
		return "Go + Python"
	}
	return "Python"
}

func (m ownModule) summary(t *testing.T) string {
	t.Helper()
	text, err := fs.ReadFile(python.Collections, m.path)
	if err != nil {
		t.Fatal(err)
	}
	return summaryOf(t, m.fqcn[strings.LastIndexByte(m.fqcn, '.')+1:], text)
}

// collected gives the modules of collections, by their collections.
func collected(t *testing.T) map[string]string {
	t.Helper()
	found, err := fs.Glob(python.Collections, "ansible_collections/*/*/plugins/modules/*.py")
	if err != nil || len(found) == 0 {
		t.Fatalf("no modules of collections: %v", err)
	}
	names := map[string]string{}
	for _, file := range found {
		parts := strings.Split(file, "/")
		names[strings.TrimSuffix(parts[5], ".py")] = parts[1] + "." + parts[2]
	}
	return names
}

func orNone(tests string) string {
	if tests == "" {
		return "**no row yet**"
	}
	return tests
}

// brought gives every module's name, sorted.
func brought(t *testing.T) []string {
	t.Helper()
	names, others := map[string]bool{}, collected(t)
	for fqcn := range action.Table() {
		name, builtin := strings.CutPrefix(fqcn, "ansible.builtin.")
		if builtin && others[name] == "" {
			names[name] = true
		}
	}
	entries, err := fs.ReadDir(python.FS, "ansible/modules")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name, isPython := strings.CutSuffix(e.Name(), ".py"); isPython && name != "__init__" {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func kind(t *testing.T, name string) string {
	t.Helper()
	_, inGo := action.Table()["ansible.builtin."+name]
	_, err := fs.Stat(python.FS, path.Join("ansible/modules", name+".py"))
	switch {
	case inGo && (err == nil || notes[name].onTarget):
		return "Go + Python"
	case inGo:
		return "Go"
	}
	return "Python"
}

var docstring = regexp.MustCompile(`(?s)^"""(\w+)[^:\n]*: (.+?)\.?(?:"""|[.]\s|\n\n)`)

// summary is what a Python module says of itself in the first sentence of its docstring.
func summary(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(python.FS, path.Join("ansible/modules", name+".py"))
	if err != nil {
		t.Fatalf("the action %s has no note on what it does", name)
	}
	return summaryOf(t, name, text)
}

func summaryOf(t *testing.T, name string, text []byte) string {
	t.Helper()
	m := docstring.FindSubmatch(text)
	if m == nil || string(m[1]) != name {
		t.Fatalf("%s.py does not begin with a docstring that says what the module does", name)
	}
	return strings.Join(strings.Fields(string(m[2])), " ")
}

// withoutTests is the page less the column that tells the tests.
func withoutTests(page string) string {
	lines := strings.Split(page, "\n")
	for i, l := range lines {
		if cells := strings.Split(l, " | "); len(cells) == 5 {
			lines[i] = strings.Join(cells[:4], " | ")
		}
	}
	return strings.Join(lines, "\n")
}

// builtin are the modules of ansible.builtin in ansible-core 2.19.
const builtin = `add_host apt apt_key apt_repository assemble assert async_status blockinfile command copy cron deb822_repository debconf debug
	dnf dnf5 dpkg_selections expect fail fetch file find gather_facts get_url getent git group group_by hostname import_playbook
	import_role import_tasks include_role include_tasks include_vars iptables known_hosts lineinfile meta mount_facts package package_facts
	pause ping pip raw reboot replace rpm_key script service service_facts set_fact set_stats setup shell slurp stat subversion systemd
	systemd_service sysvinit tempfile template unarchive uri user validate_argument_spec wait_for wait_for_connection yum_repository`

func missingModules(have []string) string {
	var missing []string
	for _, name := range strings.Fields(builtin) {
		if name != "import_playbook" && !slices.Contains(have, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return "\n## Not there yet\n\nOf ansible.builtin: " + strings.Join(missing, ", ") + ". `import_playbook` is part of goplay itself.\n"
}
