package inventory

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each source and folder sets variables; the strongest is told, with its place.
func TestOrigin(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"hosts.ini": "[web]\nw[1:2] a=1 b=1 c=1\n[web:vars]\na=0\nd=1\n[all:vars]\ne=1\n",
		"more.yml": "all:\n  vars:\n    f: 1\n  children:\n    web:\n      vars: {g: 1}\n      hosts:\n        w1:\n          h: 1\n          c: 2\n" +
			"    other: {children: {web: {vars: {i: 1}}}}\n",
		"script":                 "#!/bin/sh\n" + `echo '{"web": {"hosts": ["w1"], "vars": {"j": 1}}, "_meta": {"hostvars": {"w1": {"k": 1}}}}'` + "\n",
		"group_vars/all.yml":     "e: 2\nl: 1\n",
		"group_vars/web/a.yml":   "m: 1\nd: 2\n",
		"group_vars/web/b.yaml":  "---\n# b\nm: 2\n",
		"host_vars/w1":           "b: 2\n",
		"play/group_vars/all":    "l: 2\n",
		"play/group_vars/web":    "n: {x: 1}\n",
		"play/host_vars/w1.json": `{"o": 1}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil { // the script is run
			t.Fatal(err)
		}
	}
	var sources []string
	for _, name := range []string{"hosts.ini", "more.yml", "script"} {
		sources = append(sources, filepath.Join(dir, name))
	}
	inv, err := Load(t.Context(), sources, Options{Config: testConfig(t, dir), Places: true})
	if err != nil {
		t.Fatal(err)
	}
	play := filepath.Join(dir, "play")
	for name, want := range map[string]string{
		"a": "inventory host vars DIR/hosts.ini:2",
		"b": "inventory host_vars/w1 DIR/host_vars/w1:1:1",
		"c": "inventory host vars DIR/more.yml:10:11",
		"d": "inventory group_vars/web DIR/group_vars/web/a.yml:2:1",
		"e": "inventory group_vars/all DIR/group_vars/all.yml:1:1",
		"f": "inventory group vars of all DIR/more.yml:3:5",
		"g": "inventory group vars of web DIR/more.yml:6:14",
		"h": "inventory host vars DIR/more.yml:9:11",
		"i": "inventory group vars of web DIR/more.yml:11:37",
		"j": "inventory group vars of web <inventory script output from 'DIR/script'>",
		"k": "inventory host vars <inventory script output from 'DIR/script'>",
		"l": "playbook group_vars/all DIR/play/group_vars/all:1:1",
		"m": "inventory group_vars/web DIR/group_vars/web/b.yaml:3:1",
		"n": "playbook group_vars/web DIR/play/group_vars/web:1:1",
		"o": "playbook host_vars/w1 DIR/play/host_vars/w1.json:1:2",
	} {
		o, ok := inv.Origin(inv.Host("w1"), play, name)
		if got := strings.ReplaceAll(o.Level+" "+o.Pos.String(), dir, "DIR"); !ok || got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	vars, err := inv.Vars(inv.Host("w1"), play)
	if err != nil || vars.Len() != 15 {
		t.Errorf("%d variables, %v: each has a row", vars.Len(), err)
	}
	if o, ok := inv.Origin(inv.Host("w2"), play, "h"); ok {
		t.Errorf("a variable of another host comes from %v", o)
	}
	if o, ok := inv.Origin(inv.ImplicitLocalhost(), play, "ansible_connection"); !ok || o.Level != "implicit localhost" {
		t.Errorf("got %v", o)
	}
}
