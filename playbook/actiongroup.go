package playbook

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// GroupPrefix marks a group of actions among the keys of module_defaults.
const GroupPrefix = "group/"

// builtinGroups are the groups with a short name: each stands for those of the collections that its modules have moved to.
var builtinGroups = map[string][]string{
	"acme":   {"community.crypto.acme"},
	"aws":    {"amazon.aws.aws", "community.aws.aws"},
	"azure":  {"azure.azcollection.azure"},
	"cpm":    {"wti.remote.cpm"},
	"docker": {"community.general.docker", "community.docker.docker"},
	"gcp":    {"google.cloud.gcp"},
	"k8s": {
		"community.kubernetes.k8s", "community.general.k8s", "community.kubevirt.k8s", "community.okd.k8s", "kubernetes.core.k8s",
	},
	"os":     {"openstack.cloud.os"},
	"ovirt":  {"ovirt.ovirt.ovirt", "community.general.ovirt"},
	"vmware": {"community.vmware.vmware"},
}

// actionGroup is a group as a collection's meta/runtime.yml has it: full names of actions, and of groups whose actions are in it too.
type actionGroup struct{ actions, extends []string }

// InGroup tells whether an action, by its full name, belongs to a group: ns.collection.name, or a short name of ansible.builtin.
func (l *Loader) InGroup(group, action string) bool {
	return l.inGroup(group, action, map[string]bool{})
}

func (l *Loader) inGroup(group, action string, seen map[string]bool) bool {
	g := l.group(group)
	if g == nil || seen[group] {
		return false
	}
	seen[group] = true
	return slices.Contains(g.actions, action) ||
		slices.ContainsFunc(g.extends, func(other string) bool { return l.inGroup(other, action, seen) })
}

// qualifiedGroup gives a group's full name.
func qualifiedGroup(name string) string {
	if strings.Contains(name, ".") {
		return name
	}
	return "ansible.builtin." + name
}

// group finds a group, or gives nil.
func (l *Loader) group(name string) *actionGroup {
	name = qualifiedGroup(name)
	if short, ok := strings.CutPrefix(name, "ansible.builtin."); ok {
		if extends, ok := builtinGroups[short]; ok {
			return &actionGroup{extends: extends}
		}
		return nil
	}
	dot := strings.LastIndexByte(name, '.')
	return l.collectionGroups(name[:dot])[name[dot+1:]]
}

// collectionGroups reads the groups of a collection, once. What is broken there is told by nobody: it is not the user's.
func (l *Loader) collectionGroups(collection string) map[string]*actionGroup {
	l.mu.Lock()
	defer l.mu.Unlock()
	if groups, ok := l.groups[collection]; ok {
		return groups
	}
	groups := map[string]*actionGroup{}
	ns, name, _ := strings.Cut(collection, ".")
	for _, dir := range l.opts.CollectionsPaths {
		path := filepath.Join(dir, "ansible_collections", ns, name, "meta", "runtime.yml")
		if data, err := os.ReadFile(path); err == nil {
			readGroups(groups, collection, path, data)
			break
		}
	}
	l.groups[collection] = groups
	return groups
}

func readGroups(into map[string]*actionGroup, collection, path string, data []byte) {
	v, err := document.Load(path, data)
	d, ok := v.(*value.Dict)
	if err != nil || !ok {
		return
	}
	groups, _ := d.Get("action_groups").(*value.Dict)
	for name, members := range groups.Strings() {
		list, ok := members.(*value.List)
		if !ok {
			continue
		}
		g := &actionGroup{}
		for _, m := range list.Elems {
			g.add(collection, m)
		}
		into[name] = g
	}
}

// add takes an action's name, or metadata that name other groups.
func (g *actionGroup) add(collection string, member value.Value) {
	d, ok := member.(*value.Dict)
	if !ok {
		g.actions = append(g.actions, fullName(collection, member.String()))
		return
	}
	meta, _ := d.Get("metadata").(*value.Dict)
	others, _ := meta.Get("extend_group").(*value.List)
	if others == nil {
		return
	}
	for _, o := range others.Elems {
		g.extends = append(g.extends, fullName(collection, o.String()))
	}
}

// fullName gives the full name of what a collection names.
func fullName(collection, name string) string {
	if strings.Count(name, ".") >= 2 {
		return name
	}
	return collection + "." + name
}

// keyword reads a shared keyword, and checks what only a place in a play can tell.
func (b *builder) keyword(k *Keywords, f document.Field, in kind) (done bool, err error) {
	done, err = b.reader.keyword(k, f, in)
	if err == nil && f.Name == "module_defaults" {
		err = b.checkDefaults(k)
	}
	return done, err
}

// checkDefaults refuses module_defaults for groups and actions that do not exist.
func (b *builder) checkDefaults(k *Keywords) error {
	collections := b.outer.Collections
	if len(k.Collections) > 0 {
		collections = k.Collections
	}
	for _, level := range k.ModuleDefaults {
		d, ok := level.(*value.Dict)
		if !ok {
			continue
		}
		for name := range d.Strings() {
			if err := b.checkDefault(name, collections); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) checkDefault(name string, collections []string) error {
	if group, ok := strings.CutPrefix(name, GroupPrefix); ok {
		if b.l.group(group) == nil {
			return source.New(source.Pos{}, "Error loading module_defaults: could not resolve the module_defaults group "+qualifiedGroup(group))
		}
		return nil
	}
	if b.known(name, collections) {
		return nil
	}
	if !strings.Contains(name, ".") {
		name = "ansible.legacy." + name
	}
	return source.New(source.Pos{}, "Could not resolve action "+name+" in module_defaults")
}
