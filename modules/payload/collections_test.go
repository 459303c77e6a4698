package payload_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/internal/reference"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/modules/python"
)

var update = flag.Bool("update", false, "write docs/third-party-modules.md as it is measured")

// measured are the collections whose modules are measured.
var measured = []string{"ansible.posix", "community.general"}

// spec is what testdata/specs.py tells of a module.
type spec struct {
	Name, Problem, Message string
	Cases                  map[string]string // digests of what came of the checks, by their names
}

// TestCollections runs every Python module of two large collections with goplay's own module_utils and no ansible-core. Each has to
// refuse an option that it does not have, in the words of the reference; and checks of many arguments by its spec have to come
// out as with the reference's module_utils. All are measured in CI and with -update, else a part of them.
func TestCollections(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	site := siteOfReference(t)
	names := modulesOf(t, site)
	whole := *update || os.Getenv("CI") != ""
	if !whole {
		names = slices.DeleteFunc(names, notToday)
	}
	withoutFirewall(t)
	var own, theirs map[string]spec
	var wg sync.WaitGroup
	wg.Go(func() { theirs = specsOf(t, names, site) })
	wg.Go(func() { own = specsOf(t, names, ownFolder(t), site) })
	wg.Wait()
	m := newMeasure(names)
	for _, name := range names {
		m.compare(t, name, own[name], theirs[name], site)
	}
	m.run(t, site, names, theirs)
	if whole {
		m.conclude(t)
	}
}

// withoutFirewall hides firewalld's library from modules: it ends them where firewalld is not set up.
func withoutFirewall(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "firewall.py"), []byte("raise ImportError\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PYTHONPATH", dir)
}

// notToday leaves a twentieth of the modules, others each day.
func notToday(name string) bool {
	sum := fnv.New32a()
	fmt.Fprint(sum, name)
	return sum.Sum32()%20 != uint32(time.Now().Unix()/86400)%20
}

// siteOfReference is the folder with the reference's Python packages, among them the collections.
func siteOfReference(t *testing.T) string {
	t.Helper()
	if !reference.Unpacked() {
		t.Skip("the reference's collections are not unpacked (make reference does it)")
	}
	return reference.Collections()
}

// ownFolder is the folder with goplay's ansible package.
func ownFolder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../python")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// modulesOf gives the full names of the collections' modules.
func modulesOf(t *testing.T, site string) []string {
	t.Helper()
	var names []string
	for _, collection := range measured {
		dir := filepath.Join(site, "ansible_collections", strings.ReplaceAll(collection, ".", "/"), "plugins/modules")
		files, err := filepath.Glob(dir + "/*.py")
		if err != nil || len(files) == 0 {
			t.Skipf("no modules in %s: %v", dir, err)
		}
		for _, file := range files {
			if name := strings.TrimSuffix(filepath.Base(file), ".py"); name != "__init__" {
				names = append(names, collection+"."+name)
			}
		}
	}
	return names
}

// pythonName is the name by which Python imports a module of a collection.
func pythonName(fqcn string) string {
	parts := strings.SplitN(fqcn, ".", 3)
	return fmt.Sprintf("ansible_collections.%s.%s.plugins.modules.%s", parts[0], parts[1], parts[2])
}

func specsCommand(t *testing.T, path []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", append([]string{"-W", "ignore", "testdata/specs.py"}, args...)...)
	// Messages list the elements of sets, in the order of their hashes.
	cmd.Env = append(os.Environ(), "PYTHONPATH="+strings.Join(append(path, os.Getenv("PYTHONPATH")), ":"), "PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE=1")
	return cmd
}

func specsOf(t *testing.T, names []string, path ...string) map[string]spec {
	args := make([]string, len(names))
	for i, name := range names {
		args[i] = pythonName(name)
	}
	out, err := specsCommand(t, path, args...).Output()
	if err != nil {
		t.Errorf("%v: %s", path, err)
		return nil
	}
	specs := map[string]spec{}
	for i, line := range bytes.Split(bytes.TrimSpace(out), []byte("\n")) {
		var s spec
		if err := json.Unmarshal(line, &s); err != nil {
			t.Errorf("%v: %v: %.200s", path, err, line)
			return nil
		}
		specs[names[i]] = s
	}
	return specs
}

// measure is what was found.
type measure struct {
	modules map[string]int    // of each collection
	cases   int               // arguments that were checked
	failing map[string]string // modules that do not run, with the reason
	differ  map[string]int    // cases that come out in another way, by modules
}

func newMeasure(names []string) *measure {
	m := &measure{modules: map[string]int{}, failing: map[string]string{}, differ: map[string]int{}}
	for _, name := range names {
		m.modules[collectionOf(name)]++
	}
	return m
}

func collectionOf(fqcn string) string { return fqcn[:strings.LastIndexByte(fqcn, '.')] }

// compare judges a module's spec. A case whose check broke in the reference says nothing.
func (m *measure) compare(t *testing.T, name string, own, theirs spec, site string) {
	if own.Problem != theirs.Problem {
		t.Errorf("%s: %q, with the reference's module_utils %q", name, own.Problem, theirs.Problem)
		m.failing[name] = own.Problem
		return
	}
	for _, c := range slices.Sorted(maps.Keys(theirs.Cases)) {
		m.cases++
		if theirs.Cases[c] == "" || own.Cases[c] == theirs.Cases[c] {
			continue
		}
		if m.differ[name]++; m.differ[name] == 1 {
			t.Errorf("%s with %s:\n%s\nreference:\n%s", name, c, show(t, name, c, ownFolder(t), site), show(t, name, c, site))
		}
	}
}

func show(t *testing.T, name, c string, path ...string) string {
	out, err := specsCommand(t, path, "-show", pythonName(name), c).CombinedOutput()
	if err != nil {
		return err.Error() + ": " + string(out)
	}
	return string(out)
}

// run calls every module as a play does, with an option that it does not have, so that none goes further than its check.
func (m *measure) run(t *testing.T, site string, names []string, theirs map[string]spec) {
	s := session(t)
	f := payload.NewFinder(payload.Options{Embedded: python.FS, CollectionPaths: []string{site}})
	for _, name := range names {
		if theirs[name].Problem != "" {
			m.failing[name] = theirs[name].Problem
			continue
		}
		if got, want := refusal(t, s, f, name), message(name, theirs[name].Message); got != want {
			t.Errorf("%s says %q, with the reference's module_utils %q", name, got, want)
			m.failing[name] = got
		}
	}
}

// message is what a module fails with whose first mistake is told so.
func message(name, first string) string {
	if strings.HasPrefix(first, "no_such_option. Supported") {
		return fmt.Sprintf("Unsupported parameters for (%s) module: %s", name[strings.LastIndexByte(name, '.')+1:], first)
	}
	return first
}

// refusal gives a module's message, or why it gave none.
func refusal(t *testing.T, s *agent.Session, f *payload.Finder, name string) string {
	p, err := f.Find(name)
	if err != nil {
		return err.Error()
	}
	short := name[strings.LastIndexByte(name, '.')+1:]
	r, err := s.Call(t.Context(), &agent.Call{Payload: p, Args: fmt.Appendf(nil, `{"no_such_option": 1, "_ansible_module_name": %q}`, short)})
	if err != nil {
		return err.Error()
	}
	var result struct{ Msg string }
	if err := json.Unmarshal(r.Stdout, &result); err != nil {
		return fmt.Sprintf("%v: %.200q %s", err, r.Stdout, r.Crash)
	}
	return result.Msg
}

const page = "../../docs/third-party-modules.md"

// conclude compares with the page that users read.
func (m *measure) conclude(t *testing.T) {
	text := m.page()
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if was, err := os.ReadFile(page); err != nil || string(was) != text {
		t.Errorf("%s is not what is measured: go test ./modules/payload -run TestCollections -args -update (%v)", page, err)
	}
}

const pageHead = `# Third-party modules

Modules of collections and of users run with goplay's own ` + "`ansible.module_utils`" + `, written from what Ansible documents for authors of modules, so
that neither the controller nor a target needs ansible-core. Measured with every Python module of two large collections, as the
reference's release has them: each runs on an agent, with an option that it does not have, and must refuse it in the words that it
has with ansible-core's module_utils. Then the module's argument spec is taken and checks of many arguments by it (each type, choice,
alias, suboption and relation) are compared with ansible-core's, with messages, values, defaults, secrets and deprecations. This page
is made by ` + "`go test ./modules/payload -run TestCollections -args -update`" + `.

| collection | modules | run | checks of arguments |
|---|---|---|---|
`

func (m *measure) page() string {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, c := range measured {
		failing := 0
		for name := range m.failing {
			if collectionOf(name) == c {
				failing++
			}
		}
		total := m.modules[c]
		fmt.Fprintf(&b, "| %s | %d | %d (%.1f %%) | |\n", c, total, total-failing, 100*float64(total-failing)/float64(total))
	}
	fmt.Fprintf(&b, "| together | | | %d, of which %d come out in another way |\n", m.cases, sum(m.differ))
	if len(m.failing) > 0 {
		b.WriteString("\n| does not run | why |\n|---|---|\n")
		for _, name := range slices.Sorted(maps.Keys(m.failing)) {
			fmt.Fprintf(&b, "| %s | %s |\n", name, m.failing[name])
		}
	}
	return b.String()
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}
