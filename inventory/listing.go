package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// Listing shows an inventory as data that inventories can be read from. Variables are given as they were written: templates are not
// evaluated, vaulted values are not decrypted. Its values must not be changed.
type Listing struct {
	*Inventory
	Dirs   []string       // the playbook's folder, for group_vars and host_vars
	Own    []string       // the same where it counts for what groups and exported hosts have of their own
	Extra  *value.Dict    // variables of the command line
	Only   map[*Host]bool // the hosts to list; nil: all
	Python string         // this machine's Python, as the host has it that no source names
	// Export gives hosts and groups the variables that are their own, in place of what hosts have of all of them.
	Export bool
}

// internalNames are variables that are no part of a listing, since Ansible makes them itself.
var internalNames = []string{
	"inventory_hostname", "inventory_hostname_short", "group_names", "ansible_facts", "groups", "hostvars", "playbook_dir", "inventory_dir",
	"inventory_file", "ansible_diff_mode", "ansible_forks", "ansible_verbosity", "ansible_run_tags", "ansible_skip_tags",
	"ansible_inventory_sources", "ansible_limit", "ansible_config_file", "ansible_playbook_python", "ansible_version", "play_hosts",
	"ansible_play_hosts", "ansible_play_batch", "ansible_play_hosts_all", "ansible_role_names", "ansible_play_role_names",
	"ansible_dependent_role_names", "role_names", "role_name", "ansible_role_name", "role_path", "ansible_collection_name",
}

// HostVars gives a host's variables.
func (l *Listing) HostVars(h *Host) (*value.Dict, error) {
	var vars *value.Dict
	var err error
	if l.Export {
		vars, err = l.ownHostVars(h)
	} else {
		vars, err = l.Vars(h, l.Dirs...)
	}
	if err != nil {
		return nil, err
	}
	out := vars.Clone()
	if !l.Export {
		out.Update(l.Extra)
	}
	for _, name := range internalNames {
		out.Delete(name)
	}
	if h.Implicit {
		out.Set("ansible_python_interpreter", value.String(l.Python))
	}
	return out, nil
}

// ownHostVars are what sources and host_vars say of a host itself.
func (l *Listing) ownHostVars(h *Host) (*value.Dict, error) {
	layers := []*value.Dict{h.vars}
	for _, dir := range l.varDirs(l.Own...) {
		d, err := l.files.load(l.Inventory, dir, "host_vars", h.Name)
		if err != nil {
			return nil, err
		}
		layers = append(layers, d)
	}
	return l.combine(layers), nil
}

// groupVars are what sources and group_vars say of a group itself.
func (l *Listing) groupVars(g *Group) (*value.Dict, error) {
	files, err := l.fileVars(l.varDirs(l.Own...), []*Group{g})
	if err != nil {
		return nil, err
	}
	vars := l.combine(append([]*value.Dict{g.vars}, files...))
	if g.priority == 1 {
		return vars, nil
	}
	vars = vars.Clone()
	vars.Set("ansible_group_priority", value.Int(g.priority))
	return vars, nil
}

// listed gives the hosts of a group that shall be listed.
func (l *Listing) listed(g *Group) []*Host {
	if l.Only == nil {
		return g.hosts
	}
	return slices.DeleteFunc(slices.Clone(g.hosts), func(h *Host) bool { return !l.Only[h] })
}

// Flat is the form that inventory scripts give: a dict for each group that has hosts, children or variables, and _meta with hosts' variables.
func (l *Listing) Flat() (*value.Dict, error) {
	out := value.NewDict(len(l.groupList) + 1)
	seen := map[*Group]bool{}
	if err := l.flatGroup(l.all, out, seen); err != nil {
		return nil, err
	}
	hostvars := &value.Dict{}
	for _, h := range l.Hosts() {
		if l.Only != nil && !l.Only[h] {
			continue
		}
		vars, err := l.HostVars(h)
		if err != nil {
			return nil, err
		}
		if vars.Len() > 0 {
			hostvars.Set(h.Name, vars)
		}
	}
	out.Set("_meta", value.DictOf("hostvars", hostvars, "profile", value.String("inventory_legacy")))
	return out, nil
}

func (l *Listing) flatGroup(g *Group, out *value.Dict, seen map[*Group]bool) error {
	if seen[g] {
		return nil
	}
	seen[g] = true
	d := &value.Dict{}
	if hosts := l.listed(g); g != l.all && len(hosts) > 0 {
		d.Set("hosts", hostNames(hosts))
	}
	children := &value.List{}
	for _, c := range g.children {
		children.Append(value.String(c.Name))
	}
	if len(children.Elems) > 0 {
		d.Set("children", children)
	}
	if err := l.addVars(d, g); err != nil {
		return err
	}
	if d.Len() > 0 {
		out.Set(g.Name, d)
	}
	for _, c := range g.children {
		if err := l.flatGroup(c, out, seen); err != nil {
			return err
		}
	}
	return nil
}

// addVars gives a group its variables, in an export.
func (l *Listing) addVars(d *value.Dict, g *Group) error {
	if !l.Export {
		return nil
	}
	vars, err := l.groupVars(g)
	if err == nil && vars.Len() > 0 {
		d.Set("vars", vars)
	}
	return err
}

// Tree is the form of YAML inventories: groups in groups. A group or host that has been listed is empty where it comes up again, and
// groups with nothing in them are left out.
func (l *Listing) Tree() (*value.Dict, error) {
	t := tree{l, map[*Group]bool{}, map[*Host]bool{}}
	all, err := t.group(l.all)
	if err != nil {
		return nil, err
	}
	return value.DictOf(l.all.Name, all), nil
}

type tree struct {
	*Listing
	groups map[*Group]bool
	hosts  map[*Host]bool
}

func (t tree) group(g *Group) (*value.Dict, error) {
	d := &value.Dict{}
	t.groups[g] = true
	children := &value.Dict{}
	for _, c := range g.children {
		if t.groups[c] {
			children.Set(c.Name, &value.Dict{})
			continue
		}
		child, err := t.group(c)
		if err != nil {
			return nil, err
		}
		if child.Len() > 0 {
			children.Set(c.Name, child)
		}
	}
	if children.Len() > 0 {
		d.Set("children", children)
	}
	if err := t.addHosts(d, g); err != nil {
		return nil, err
	}
	return d, t.addVars(d, g)
}

func (t tree) addHosts(d *value.Dict, g *Group) error {
	hosts := &value.Dict{}
	if g == t.all {
		return nil
	}
	for _, h := range t.listed(g) {
		vars := &value.Dict{}
		if !t.hosts[h] {
			t.hosts[h] = true
			var err error
			if vars, err = t.HostVars(h); err != nil {
				return err
			}
		}
		hosts.Set(h.Name, vars)
	}
	if hosts.Len() > 0 {
		d.Set("hosts", hosts)
	}
	return nil
}

// ErrNoGroup says that a graph was wanted of a group that is not there.
var ErrNoGroup = said("Pattern must be valid group name when using --graph")

// Graph draws a group with all that is below it, a line each; vars adds variables. It knows no limit.
func (l *Listing) Graph(name string, vars bool) ([]string, error) {
	g := l.groups[name]
	if g == nil {
		return nil, ErrNoGroup
	}
	return l.graph(g, 0, vars)
}

func (l *Listing) graph(g *Group, depth int, vars bool) ([]string, error) {
	lines := []string{branch("@"+g.Name+":", depth)}
	for _, c := range g.children {
		more, err := l.graph(c, depth+1, vars)
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	if g != l.all {
		for _, h := range g.hosts {
			lines = append(lines, branch(h.Name, depth+1))
			if !vars {
				continue
			}
			own, err := l.HostVars(h)
			if err != nil {
				return nil, err
			}
			if lines, err = drawn(lines, own, depth+2); err != nil {
				return nil, err
			}
		}
	}
	if !vars {
		return lines, nil
	}
	own, err := l.groupVars(g)
	if err != nil {
		return nil, err
	}
	return drawn(lines, own, depth+1)
}

// drawn adds variables to lines, sorted by name.
func drawn(lines []string, vars *value.Dict, depth int) ([]string, error) {
	var names []value.Value
	for k := range vars.All() {
		names = append(names, k)
	}
	slices.SortStableFunc(names, func(a, b value.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, name := range names {
		v, _, err := vars.LookupKey(name)
		if err == nil {
			v, err = plainForm(v)
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, branch(fmt.Sprintf("{%s = %s}", name, v), depth))
	}
	return lines, nil
}

func branch(text string, depth int) string {
	if depth == 0 {
		return text
	}
	return strings.Repeat("  |", depth) + "--" + text
}
