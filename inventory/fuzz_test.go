package inventory

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func FuzzPattern(f *testing.F) {
	for _, p := range []string{"a:b", "a,b:!c", "~x(", "a[1:2]", "[", "!", "&", "@", "[!", "a[", "::1"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		inv := newInventory(Options{Config: testConfig(t, t.TempDir()), Dir: "/nonexistent"})
		inv.addToGroup(inv.ungrouped, inv.addHost("a", "", 0))
		hosts, _, err := inv.Match(pattern)
		if err != nil && hosts != nil {
			t.Errorf("%q: hosts and error %v", pattern, err)
		}
	})
}

func FuzzINI(f *testing.F) {
	f.Add("[a]\nb[1:3] x='y\" z=[1,(2,{3:4})]\n[a:vars]\nq = \"\\x41\" # c\n[c:children]\na\n")
	f.Fuzz(func(t *testing.T, text string) {
		inv := newInventory(Options{Config: testConfig(t, t.TempDir())})
		p := iniParser{inv: inv, src: "f", group: inv.ungrouped, kind: "hosts", waiting: map[string]*pending{}}
		if p.parse([]byte(text)) == nil {
			if err := inv.reconcile(); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}

// fuzzSource reads text as one kind of source.
func fuzzSource(t *testing.T, name, text string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "first"), []byte("[g]\nh1 a=1\nh2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	inv, err := Load(context.Background(), []string{"first", name}, Options{Dir: dir, Config: testConfig(t, dir)})
	if err != nil {
		return
	}
	for _, h := range inv.Hosts() {
		if _, err := inv.Vars(h, dir); err != nil {
			t.Errorf("%s: %v", h.Name, err)
		}
	}
}

func FuzzYAML(f *testing.F) {
	for _, text := range []string{
		"all: {hosts: {a: &a {x: 1}, b: {<<: *a}}, children: {g: {vars: {v: '{{ x }}'}}}}",
		"plugin: constructed\ncompose: {b: a + 1}\ngroups: {x: a == 1}\nkeyed_groups: [{key: a, prefix: p, parent_group: q}]\n",
		"plugin: generator\nhosts: {name: '{{ l }}', parents: [{name: g, vars: {v: 1}}]}\nlayers: {l: [a, b]}\n",
		"a: &a [*a]", "g: {children: {g: }}", "all: {hosts: {'w[1:3]:22': }}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { fuzzSource(t, "second.yml", text) })
}

func FuzzTOML(f *testing.F) {
	f.Add("[all.vars]\na = 1\n[g]\nchildren = [\"h\"]\n[g.hosts]\n\"w[1:2]\" = {x = 2020-01-02}\n[[g.vars.l]]\nb = 1\n")
	f.Fuzz(func(t *testing.T, text string) { fuzzSource(t, "second.toml", text) })
}
