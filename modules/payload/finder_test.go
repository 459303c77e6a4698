package payload

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/goplay/goplay/agent"
)

// embedded is a small tree of builtin modules.
func embedded() fstest.MapFS {
	tree := fstest.MapFS{}
	for name, text := range map[string]string{
		"ansible/__init__.py":                                    "",
		"ansible/module_utils/__init__.py":                       "",
		"ansible/module_utils/basic.py":                          "from .common import text\n",
		"ansible/module_utils/common/__init__.py":                "",
		"ansible/module_utils/common/text.py":                    "import os",
		"ansible/module_utils/urls.py":                           "def f():\n    from ansible.module_utils.common.net import (\n      get)\n",
		"ansible/module_utils/common/net/__init__.py":            "from .deep import get",
		"ansible/module_utils/common/net/deep.py":                "",
		"ansible/module_utils/unused.py":                         "",
		"ansible/modules/__init__.py":                            "",
		"ansible/modules/ping.py":                                "from ansible.module_utils.basic import AnsibleModule",
		"ansible/modules/uri.py":                                 "from ansible.module_utils import urls",
		"ansible_collections/a/b/plugins/modules/thing.py":       "from ..module_utils.help import me",
		"ansible_collections/a/b/plugins/modules/sub/inner.py":   "from ansible_collections.a.b.plugins.module_utils.help import me",
		"ansible_collections/a/b/plugins/module_utils/help.py":   "from ansible.module_utils.urls import f",
		"ansible_collections/a/b/plugins/module_utils/unused.py": "",
	} {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func paths(p *agent.Payload) []string {
	var names []string
	for _, f := range p.Files {
		names = append(names, f.Path)
	}
	return names
}

var basicFiles = []string{
	"ansible/__init__.py", "ansible/module_utils/__init__.py", "ansible/module_utils/basic.py",
	"ansible/module_utils/common/__init__.py", "ansible/module_utils/common/text.py",
}

func TestFindClosure(t *testing.T) {
	f := NewFinder(Options{Embedded: embedded()})
	net := []string{"ansible/module_utils/common/net/__init__.py", "ansible/module_utils/common/net/deep.py"}
	help := "ansible_collections/a/b/plugins/module_utils/help.py"
	for name, own := range map[string][]string{
		"ping":                 {"ansible/modules/ping.py"},
		"ansible.builtin.ping": {"ansible/modules/ping.py"},
		"ansible.legacy.uri":   append(net, "ansible/module_utils/urls.py", "ansible/modules/uri.py"),
		"a.b.thing":            append(net, "ansible/module_utils/urls.py", help, "ansible_collections/a/b/plugins/modules/thing.py"),
		"a.b.sub.inner":        append(net, "ansible/module_utils/urls.py", help, "ansible_collections/a/b/plugins/modules/sub/inner.py"),
	} {
		p, err := f.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for _, path := range append(own, basicFiles...) {
			want[path] = true
		}
		got := map[string]bool{}
		for _, path := range paths(p) {
			got[path] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if p.Manifest.Digest == "" || p.Main != own[len(own)-1] || p.Kind != agent.NewStyle {
			t.Errorf("%s: main %s, kind %d", name, p.Main, p.Kind)
		}
	}
}

func TestFindUsersModules(t *testing.T) {
	role, library, utils, collections := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	write(t, role, "ping.py", "from ansible.module_utils.own.deep import x\nfrom ansible.module_utils.common.text import y")
	write(t, library, "sub/other.sh", "#!/bin/sh\n# WANT_JSON\n")
	write(t, library, "ping.py", "import json # never used")
	write(t, library, "notes.md", "")
	write(t, library, "_gone.py", "print(1)")
	write(t, utils, "own/deep.py", "")
	write(t, utils, "own/__init__.py", "")
	write(t, utils, "common/text.py", "MINE = 1")
	write(t, collections, "ansible_collections/c/d/plugins/modules/m.py", "from ansible_collections.c.d.plugins.module_utils import u")
	write(t, collections, "ansible_collections/c/d/plugins/module_utils/u.py", "")
	f := NewFinder(Options{
		Embedded: embedded(), FurtherDirs: []string{library, "/does/not/exist"}, ModuleUtilsDirs: []string{utils}, CollectionPaths: []string{collections},
	})
	p, err := f.Find("ping", role)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"ansible/__init__.py", "ansible/legacy/ping.py", "ansible/module_utils/__init__.py", "ansible/module_utils/basic.py",
		"ansible/module_utils/common/__init__.py", "ansible/module_utils/common/text.py",
		"ansible/module_utils/own/__init__.py", "ansible/module_utils/own/deep.py",
	}
	if diff := cmp.Diff(want, paths(p)); diff != "" {
		t.Error(diff)
	}
	for _, file := range p.Files {
		if file.Path == "ansible/module_utils/common/text.py" && string(file.Data) != "MINE = 1" {
			t.Errorf("the user's module_utils lost: %q", file.Data)
		}
	}
	for name, want := range map[string]string{
		"ping": "ansible/legacy/ping.py", "ansible.builtin.ping": "ansible/modules/ping.py", "other": "ansible/legacy/other.sh",
		"gone": "ansible/legacy/_gone.py", "c.d.m": "ansible_collections/c/d/plugins/modules/m.py",
	} {
		if p, err := f.Find(name); err != nil || p.Main != want {
			t.Errorf("%s: %v %v", name, p, err)
		}
	}
}

// TestFindInOrder wants the playbook's library before a role's, which is before those of the settings.
func TestFindInOrder(t *testing.T) {
	near, role, far := t.TempDir(), t.TempDir(), t.TempDir()
	for i, dir := range []string{near, role, far} {
		for _, name := range []string{"a.py", "b.py", "c.py"}[i:] {
			write(t, dir, name, "# "+dir)
		}
		write(t, dir, "sub/deep"+string(rune('0'+i))+".py", "")
	}
	f := NewFinder(Options{LibraryDirs: []string{near}, FurtherDirs: []string{far}})
	for name, want := range map[string]string{"a": near, "b": near, "c": near, "deep2": far} {
		if where, ok := f.locate(name, Scope{LibraryDirs: []string{role}}); !ok || where.tree.base != want {
			t.Errorf("%s: %s, not %s", name, where.tree.base, want)
		}
	}
	if where, ok := f.locate("deep0", Scope{}); ok {
		t.Errorf("what lies deeper counts: %v", where)
	}
}

func TestRoute(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "ansible_collections/a/b/meta/runtime.yml", `plugin_routing:
  modules:
    old: {redirect: a.b.newer}
    newer: {redirect: a.b.new, deprecation: {removal_version: 2.0.0, warning_text: Use new}}
    round: {redirect: a.b.round}
    dead: {tombstone: {removal_date: 2020-01-02}}
    odd: [1]
`)
	write(t, dir, "ansible_collections/a/broken/meta/runtime.yml", "plugin_routing: {modules: [")
	f := NewFinder(Options{CollectionPaths: []string{dir}})
	for name, want := range map[string]string{"a.b.old": "a.b.new", "a.b.new": "a.b.new", "a.b.odd": "a.b.odd", "a.broken.x": "a.broken.x", "a.c.x": "a.c.x", "x": "x", "": ""} {
		if to, err := f.Route(name); err != nil || to.Name != want {
			t.Errorf("%q leads to %v, %v", name, to, err)
		}
	}
	to, err := f.Route("a.b.old")
	if want := "a.b.newer has been deprecated. Use new. This feature will be removed from collection 'a.b' version 2.0.0."; err != nil || len(to.Deprecations) != 1 || to.Deprecations[0].Msg != want {
		t.Error(to, err)
	}
	for name, want := range map[string]string{
		"a.b.round": "plugin redirect loop resolving a.b.round (path: ['a.b.round'])",
		"a.b.dead":  "The 'a.b.dead' module has been removed. This feature was removed from collection 'a.b' in a release after 2020-01-02.",
	} {
		if _, err := f.Route(name); err == nil || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFindErrors(t *testing.T) {
	library := t.TempDir()
	write(t, library, "win.py", "#POWERSHELL_COMMON\n")
	f := NewFinder(Options{Embedded: embedded(), LibraryDirs: []string{library}})
	_, err := f.Find("pnig")
	var missing *NotFoundError
	if !errors.As(err, &missing) || !cmp.Equal(missing.Nearest, []string{"ping"}) {
		t.Error(err, missing)
	}
	if _, err = f.Find("entirely_else"); !errors.As(err, &missing) || missing.Nearest != nil {
		t.Error(err, missing)
	}
	if _, err = f.Find("ansible.builtin.pingg"); !errors.As(err, &missing) || !cmp.Equal(missing.Nearest, []string{"ping"}) {
		t.Error(err, missing)
	}
	for _, name := range []string{"", "a.b", "a.b.c", "ansible.builtin.other", "../ping", "a.b.../x", "notes"} {
		if _, err := f.Find(name); !errors.As(err, &missing) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := f.Find("win"); !errors.Is(err, errPowerShell) {
		t.Error(err)
	}
}

func TestKinds(t *testing.T) {
	for text, want := range map[string]agent.Kind{
		"#!/usr/bin/python\nfrom ansible.module_utils.basic import *":    agent.NewStyle,
		"  import ansible.module_utils.basic":                            agent.NewStyle,
		"from ansible.module_utils import basic":                         agent.NewStyle,
		"from ansible import module_utils":                               agent.NewStyle,
		"from ..module_utils.x import y":                                 agent.NewStyle,
		"from ansible_collections.a.b.plugins.module_utils.x import y":   agent.NewStyle,
		"#!/usr/bin/python\n#<<INCLUDE_ANSIBLE_MODULE_COMMON>>":          agent.NewStyle,
		"#!/bin/sh\n# WANT_JSON":                                         agent.WantJSON,
		"a = '<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>' # WANT_JSON":         agent.JSONArgs,
		"#!/bin/sh\n. $1\n":                                              agent.OldStyle,
		"# from ansible.module_utils.basic import AnsibleModule in text": agent.OldStyle,
		"\x7fELF\x02\x01":                                                agent.Binary,
		"":                                                               agent.OldStyle,
	} {
		if kind, _, err := classify([]byte(text)); kind != want || err != nil {
			t.Errorf("%q: %d, not %d (%v)", text, kind, want, err)
		}
	}
	if _, text, _ := classify([]byte("a\n#<<INCLUDE_ANSIBLE_MODULE_COMMON>>\nb")); string(text) != "a\nfrom ansible.module_utils.basic import *\nb" {
		t.Errorf("%q", text)
	}
}

func TestFindIsMadeOnce(t *testing.T) {
	f := NewFinder(Options{Embedded: embedded()})
	var wg sync.WaitGroup
	found := make([]*agent.Payload, 8)
	for i := range found {
		wg.Go(func() { found[i], _ = f.Find("uri") })
	}
	wg.Wait()
	for _, p := range found {
		if p == nil || p != found[0] {
			t.Fatal("made more than once")
		}
	}
}

// TestOwnOfCollections: goplay's own modules of collections are used where the collection is not installed, by their old short names too.
func TestOwnOfCollections(t *testing.T) {
	own := fstest.MapFS{
		"ansible_collections/ansible/posix/plugins/modules/acl.py":    &fstest.MapFile{Data: []byte("from ansible.module_utils.basic import AnsibleModule")},
		"ansible_collections/ansible/posix/plugins/modules/sysctl.py": &fstest.MapFile{Data: []byte("from ansible.module_utils.basic import AnsibleModule")},
	}
	installed, library := t.TempDir(), t.TempDir()
	write(t, installed, "ansible_collections/ansible/posix/plugins/modules/acl.py", "from ansible.module_utils.basic import AnsibleModule")
	write(t, library, "acl.py", "from ansible.module_utils.basic import AnsibleModule")
	theirs := installed + "/ansible_collections/ansible/posix/plugins/modules/acl.py"
	for _, c := range []struct {
		name, want string
		opts       Options
	}{
		{"ansible.posix.acl", "goplay:/ansible_collections/ansible/posix/plugins/modules/acl.py", Options{}},
		{"acl", "goplay:/ansible_collections/ansible/posix/plugins/modules/acl.py", Options{}},
		{"ansible.builtin.acl", "goplay:/ansible_collections/ansible/posix/plugins/modules/acl.py", Options{}},
		{"ansible.posix.acl", theirs, Options{CollectionPaths: []string{installed}}},
		{"acl", theirs, Options{CollectionPaths: []string{installed}}},
		{"acl", library + "/acl.py", Options{LibraryDirs: []string{library}}},
		{"ansible.posix.sysctl", "", Options{CollectionPaths: []string{installed}}}, // the installed collection has none
		{"sudoers", "", Options{}},
	} {
		c.opts.Embedded, c.opts.Collected = embedded(), own
		p, err := NewFinder(c.opts).Find(c.name)
		var none *NotFoundError
		switch {
		case c.want == "" && !errors.As(err, &none):
			t.Errorf("%s: %v, %v", c.name, p, err)
		case c.want != "" && (err != nil || p.Source != c.want):
			t.Errorf("%s: %v, %v; want %s", c.name, p, err, c.want)
		}
	}
}
