package inventory

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// Host is a host of an inventory.
type Host struct {
	Name     string
	Port     int  // given with the name ("web:2222"); 0: none
	Implicit bool // this machine, which no source names

	inv    *Inventory
	vars   *value.Dict // what the sources say of it, or nil
	groups []*Group    // that name it
	source string      // the source that named it first, or ""
	merged mergedVars
}

// GroupNames is the magic variable `group_names`: the sorted names of all groups that the host is in, without "all".
func (h *Host) GroupNames() []string {
	h.inv.mu.RLock()
	defer h.inv.mu.RUnlock()
	return h.groupNames()
}

// OwnVars are the variables that the inventory's sources give the host itself, with where it was named first. It is a copy.
func (h *Host) OwnVars() *value.Dict {
	h.inv.mu.RLock()
	defer h.inv.mu.RUnlock()
	own := &value.Dict{}
	own.Update(h.vars)
	if h.source != "" {
		own.Set("inventory_file", value.String(h.source))
	}
	if dir := h.InventoryDir(); dir != "" {
		own.Set("inventory_dir", value.String(dir))
	}
	return own
}

// ShortName is the magic variable `inventory_hostname_short`: the name up to its first dot.
func (h *Host) ShortName() string {
	short, _, _ := strings.Cut(h.Name, ".")
	return short
}

func (h *Host) groupNames() []string {
	var names []string
	for _, g := range h.allGroups() {
		if g != h.inv.all {
			names = append(names, g.Name)
		}
	}
	slices.Sort(names)
	return names
}

// InventoryFile is the magic variable `inventory_file`: the source that names the host, a path or a list of names; "" where none does.
func (h *Host) InventoryFile() string { return h.source }

// InventoryDir is the magic variable `inventory_dir`; as in the reference it is the text "None" for a list of names, which has no folder.
func (h *Host) InventoryDir() string {
	switch {
	case h.source == "":
		return ""
	case isList(h.source):
		return "None"
	}
	return filepath.Dir(h.source)
}

func (h *Host) set(name string, v value.Value) {
	if h.vars == nil {
		h.vars = &value.Dict{}
	}
	h.vars.Set(name, v)
}

// allGroups gives the groups that name the host and all their ancestors, weakest variables first.
func (h *Host) allGroups() []*Group {
	seen := map[*Group]bool{}
	var out []*Group
	var add func(g *Group)
	add = func(g *Group) {
		if seen[g] {
			return
		}
		seen[g] = true
		out = append(out, g)
		for _, p := range g.parents {
			add(p)
		}
	}
	for _, g := range h.groups {
		add(g)
	}
	slices.SortFunc(out, byPrecedence)
	return out
}

// Group is a group of hosts and groups.
type Group struct {
	Name string

	vars     *value.Dict
	children []*Group
	parents  []*Group
	hosts    []*Host
	depth    int
	priority int
}

// byPrecedence orders groups as their variables override each other: the deeper, the higher ansible_group_priority, the later name.
func byPrecedence(a, b *Group) int {
	switch {
	case a.depth != b.depth:
		return a.depth - b.depth
	case a.priority != b.priority:
		return a.priority - b.priority
	case a.Name < b.Name:
		return -1
	default:
		return 1
	}
}

// set sets a variable; ansible_group_priority is no variable.
func (g *Group) set(name string, v value.Value) error {
	if name == "ansible_group_priority" {
		p, err := priority(v)
		g.priority = p
		return err
	}
	if g.vars == nil {
		g.vars = &value.Dict{}
	}
	g.vars.Set(name, v)
	return nil
}

// priority is the whole number that a value of ansible_group_priority stands for.
func priority(v value.Value) (int, error) {
	if f, ok := v.(value.Float); ok && math.Abs(float64(f)) < math.MaxInt32 {
		return int(f), nil
	}
	p, err := strconv.Atoi(strings.TrimSpace(v.String()))
	if err != nil {
		return 1, fmt.Errorf("invalid literal for int() with base 10: %s", quote(v.String()))
	}
	return p, nil
}

// descendants gives the group and all groups below it, level by level.
func (g *Group) descendants() []*Group {
	if len(g.children) == 0 {
		return []*Group{g}
	}
	seen := map[*Group]bool{g: true}
	out := []*Group{g}
	for i := 0; i < len(out); i++ {
		for _, c := range out[i].children {
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// allHosts gives the hosts of the group and all groups below it, each once.
func (g *Group) allHosts() []*Host {
	groups := g.descendants()
	if len(groups) == 1 {
		return slices.Clone(g.hosts)
	}
	seen := map[*Host]bool{}
	var out []*Host
	for _, d := range groups {
		for _, h := range d.hosts {
			if !seen[h] {
				seen[h] = true
				out = append(out, h)
			}
		}
	}
	return out
}

func (inv *Inventory) addGroup(name string) *Group {
	name = inv.safeGroupName(name)
	if g := inv.groups[name]; g != nil {
		return g
	}
	g := &Group{Name: name, priority: 1}
	inv.groups[name] = g
	inv.groupList = append(inv.groupList, g)
	return g
}

// addHost makes a host, or finds it: then its port stays. source is the file that is being read, or "".
func (inv *Inventory) addHost(name, source string, port int) *Host {
	h := inv.hosts[name]
	if h == nil {
		h = &Host{Name: name, inv: inv, Port: port, source: source}
		if port != 0 {
			h.set("ansible_port", value.Int(port))
		}
		inv.hosts[name] = h
		inv.order = append(inv.order, h)
		if IsLocalName(name) {
			inv.foundLocalhost(h)
		}
	}
	return h
}

// foundLocalhost notes the first host that is this machine.
func (inv *Inventory) foundLocalhost(h *Host) {
	if inv.localhost != nil && !inv.localhost.Implicit {
		inv.warn("A duplicate localhost-like entry was found (%s). First found localhost was %s", h.Name, inv.localhost.Name)
		return
	}
	inv.localhost = h
}

// addToGroup puts a host into a group and tells whether it was not there.
func (inv *Inventory) addToGroup(g *Group, h *Host) bool {
	if slices.Contains(h.groups, g) {
		return false
	}
	h.groups = append(slices.Clip(h.groups), g)
	g.hosts = append(g.hosts, h)
	return true
}

// addChild puts a group below another.
func (inv *Inventory) addChild(parent, child *Group) error {
	if parent == child {
		return fmt.Errorf("can't add group to itself")
	}
	if slices.Contains(parent.children, child) {
		return nil
	}
	if slices.Contains(child.descendants(), parent) {
		return said("Adding group '%s' as child to '%s' creates a recursive dependency loop.", child.Name, parent.Name)
	}
	parent.children = append(parent.children, child)
	child.parents = append(child.parents, parent)
	child.sink(parent.depth + 1)
	return nil
}

// sink moves a group and those below it down to a depth.
func (g *Group) sink(depth int) {
	if g.depth >= depth {
		return
	}
	g.depth = depth
	for _, c := range g.children {
		c.sink(depth + 1)
	}
}

// IsLocalName tells whether a name is one of this machine, which inventories need not have.
func IsLocalName(name string) bool {
	return name == "localhost" || name == "127.0.0.1" || name == "::1"
}
