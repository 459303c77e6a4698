package inventory

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/goplay/goplay/templating/value"
)

func groupsText(inv *Inventory) string {
	var parts []string
	for name, l := range inv.GroupsDict().Strings() {
		var hosts []string
		for h := range l.(*value.List).Elements() {
			hosts = append(hosts, h.String())
		}
		parts = append(parts, name+"="+strings.Join(hosts, ","))
	}
	return strings.Join(parts, " ")
}

// The wanted groups are those that ansible-playbook 2.19 showed after the same add_host and group_by tasks.
func TestChange(t *testing.T) {
	inv := loadText(t, "hosts", "u1\n[web]\nw1\n[db]\nd1\n")
	check := func(changed, want bool, groups string) {
		t.Helper()
		if changed != want {
			t.Errorf("changed is %v", changed)
		}
		if got := groupsText(inv); got != groups {
			t.Errorf("groups:\n got %s\nwant %s", got, groups)
		}
	}
	x := func(n int) *value.Dict { return value.DictOf("x", value.Int(n)) }
	check(inv.AddHost("n1", []string{"web", "new"}, x(1)), true, "all=n1,u1,w1,d1 ungrouped=u1 web=w1,n1 db=d1 new=n1")
	check(inv.AddHost("n2", nil, nil), true, "all=n1,n2,u1,w1,d1 ungrouped=u1,n2 web=w1,n1 db=d1 new=n1")
	third := "all=n1,n2,w1,d1,u1 ungrouped=n2 web=w1,n1 db=d1 new=n1 newer=u1"
	check(inv.AddHost("u1", []string{"newer"}, nil), true, third)
	check(inv.AddHost("n1", []string{"web", "new"}, x(1)), false, third)
	check(inv.AddHost("n1", []string{"web", "new"}, x(2)), true, third)
	for _, h := range inv.Hosts() {
		if !inv.AddToGroup(h.Name, "k_"+h.Name[:1], []string{"par", "web"}) {
			t.Errorf("group_by of %s changed nothing", h.Name)
		}
	}
	fifth := "all=n1,n2,w1,d1,u1 ungrouped= web=w1,n1,n2,d1,u1 db=d1 new=n1 newer=u1 k_n=n1,n2 par=n1,n2,w1,d1,u1 k_w=w1 k_d=d1 k_u=u1"
	check(inv.AddToGroup("n1", "k_n", []string{"par", "web"}), false, fifth)
	if got := strings.Join(inv.Host("n1").GroupNames(), " "); got != "k_n new par web" {
		t.Errorf("group_names of n1: %s", got)
	}
	if inv.AddToGroup("nobody", "x", nil) {
		t.Error("an unknown host changed something")
	}
}

// TestConcurrent changes an inventory while others read it; it is for -race.
func TestConcurrent(t *testing.T) {
	inv := loadText(t, "hosts", "[web]\nw[1:20]\n")
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for n, h := range inv.Hosts() {
				if i == 0 {
					inv.AddToGroup(h.Name, "even", nil)
					inv.AddHost(h.Name+"x", []string{"new"}, value.DictOf("n", value.Int(n)))
					continue
				}
				if _, err := inv.Vars(h, "/nonexistent"); err != nil {
					t.Error(err)
				}
				_, _, _ = inv.Match("web:new:localhost")
				_, _ = h.GroupNames(), inv.GroupsDict()
			}
		})
	}
	wg.Wait()
	if hosts, _, _ := inv.Match("new"); len(hosts) != 20 {
		t.Errorf("new has %d hosts", len(hosts))
	}
}

func TestVarsSeeChangesAndPlaybook(t *testing.T) {
	inv := loadText(t, "hosts", "[web]\nw1 a=host\n[web:vars]\na=group\nb=group\n")
	play := t.TempDir()
	for name, text := range map[string]string{"group_vars/all.yml": "c: all\nb: all\n", "host_vars/w1.yml": "d: '{{ x }}'\n", "group_vars/late.yml": "e: late\n"} {
		p := filepath.Join(play, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := func(h *Host, dir, text string) {
		t.Helper()
		vars, err := inv.Vars(h, dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := jsonText(vars); got != text {
			t.Errorf("variables of %s: %s, want %s", h.Name, got, text)
		}
	}
	w1 := inv.Host("w1")
	want(w1, "", `{"a": "host", "b": "group"}`)
	want(w1, play, `{"a": "host", "b": "all", "c": "all", "d": "{{ x }}"}`)
	inv.AddToGroup("w1", "late", nil)
	want(w1, play, `{"a": "host", "b": "all", "c": "all", "e": "late", "d": "{{ x }}"}`)
	inv.AddHost("w1", nil, value.DictOf("a", value.Int(2)))
	want(w1, play, `{"a": 2, "b": "all", "c": "all", "e": "late", "d": "{{ x }}"}`)
	want(inv.ImplicitLocalhost(), play, `{"c": "all", "b": "all", "ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}`)
}

// opens is a vault in which everything is the same file.
type opens struct{ value.Vault }

func (opens) Decrypt([]byte) ([]byte, error) { return []byte("s: secret\n"), nil }

func TestVaultedVars(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "group_vars"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "group_vars", "all.yml"), []byte("$ANSIBLE_VAULT;1.1;AES256\n00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, open := range []value.Vault{nil, opens{}} {
		inv := newInventory(Options{Config: testConfig(t, dir), Vault: open})
		h := inv.addHost("a", "", 0)
		vars, err := inv.Vars(h, dir)
		if open == nil && (err == nil || !strings.Contains(err.Error(), "Attempting to decrypt but no vault secrets found.")) {
			t.Errorf("without secrets: %v, %v", vars, err)
		}
		if open != nil && (err != nil || jsonText(vars) != `{"s": "secret"}`) {
			t.Errorf("with secrets: %v, %v", vars, err)
		}
	}
}

// TestReload: what the sources say is taken anew, and what was added comes back where its host is still there.
func TestReload(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hosts")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("[web]\na x=1\nb\n")
	inv, err := Load(t.Context(), []string{path}, Options{Config: testConfig(t, filepath.Dir(path))})
	if err != nil {
		t.Fatal(err)
	}
	was := inv.Host("a")
	inv.AddHost("added", []string{"new"}, value.DictOf("v", value.Int(7)))
	inv.AddToGroup("a", "of_a", nil)
	inv.AddToGroup("b", "of_b", nil)
	write("[web]\na x=2\nd\n")
	if err := inv.Reload(t.Context(), []string{path}); err != nil {
		t.Fatal(err)
	}
	if got, want := groupsText(inv), "all=added,a,d ungrouped= web=a,d new=added of_a=a"; got != want {
		t.Errorf("groups:\n got %s\nwant %s", got, want)
	}
	for host, want := range map[string]string{"a": "x=2", "added": "v=7"} {
		vars, err := inv.Vars(inv.Host(host), "/nonexistent")
		if name, value, _ := strings.Cut(want, "="); err != nil || vars.Get(name) == nil || vars.Get(name).String() != value {
			t.Errorf("%s: %v %v, want %s", host, vars, err, want)
		}
	}
	if vars, err := inv.Vars(was, "/nonexistent"); err != nil || vars.Get("x").String() != "1" {
		t.Errorf("the host from before has %v %v", vars, err)
	}
	if inv.Host("b") != nil || inv.Host("d") == nil {
		t.Error("b is still there, or d is not")
	}
}

// TestConcurrentReload reads an inventory again while others use it; it is for -race.
func TestConcurrentReload(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(path, []byte("[web]\nw[1:20]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inv, err := Load(t.Context(), []string{path}, Options{Config: testConfig(t, filepath.Dir(path))})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 10 {
				if i == 0 {
					if err := inv.Reload(t.Context(), []string{path}); err != nil {
						t.Error(err)
					}
					continue
				}
				for _, h := range inv.Hosts() {
					inv.AddToGroup(h.Name, "even", nil)
					if _, err := inv.Vars(h, "/nonexistent"); err != nil || len(h.GroupNames()) == 0 {
						t.Errorf("%s: %v", h.Name, err)
					}
					_ = inv.GroupsDict()
				}
			}
		})
	}
	wg.Wait()
	if got := inv.GroupsDict().Get("even").(*value.List); len(got.Elems) != 20 {
		t.Errorf("even has %d hosts", len(got.Elems))
	}
}
