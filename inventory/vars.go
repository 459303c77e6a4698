package inventory

import (
	"slices"
	"strings"
	"sync"

	"github.com/goplay/goplay/templating/value"
)

// mergedVars keeps a host's merged variables until the inventory changes.
type mergedVars struct {
	mu         sync.Mutex
	dirs       string
	generation int
	vars       *value.Dict
}

func (m *mergedVars) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.vars = nil
}

// Vars gives a host's variables from the inventory and from group_vars and host_vars beside it and in the play's folders (mostly the
// playbook's alone), merged by precedence. It is computed once for a host and must not be changed; inventory_file and inventory_dir are not
// in it. An error is a variables file that cannot be read.
func (inv *Inventory) Vars(h *Host, playDirs ...string) (*value.Dict, error) {
	dirs := strings.Join(playDirs, "\x00")
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	h.merged.mu.Lock()
	defer h.merged.mu.Unlock()
	if m := &h.merged; m.vars != nil && m.dirs == dirs && m.generation == inv.generation {
		return m.vars, nil
	}
	vars, err := inv.merge(h, playDirs)
	if err != nil {
		return nil, err
	}
	inv.tellReserved(h, vars, playDirs)
	h.merged.dirs, h.merged.generation, h.merged.vars = dirs, inv.generation, vars
	return vars, nil
}

func (inv *Inventory) merge(h *Host, playDirs []string) (*value.Dict, error) {
	groups, err := inv.varsOfGroups(h, playDirs)
	if err != nil {
		return nil, err
	}
	layers := []*value.Dict{groups, h.vars}
	for _, dir := range inv.varDirs(playDirs...) {
		more, err := inv.pluginVars(dir, h.Name, nil, func() ([]*value.Dict, error) {
			d, err := inv.files.load(inv, dir, "host_vars", h.Name)
			return []*value.Dict{d}, err
		})
		if err != nil {
			return nil, err
		}
		layers = append(layers, more...)
	}
	return inv.combine(layers), nil
}

// varDirs gives the folders that may hold group_vars and host_vars, weakest first.
func (inv *Inventory) varDirs(playDirs ...string) []string {
	return append(slices.Clip(inv.dirs), playDirs...)
}

// varsOfGroups merges the variables of a host's groups; hosts of the same groups share the result.
func (inv *Inventory) varsOfGroups(h *Host, playDirs []string) (*value.Dict, error) {
	key := groupsKey(h.groups, playDirs)
	if d, ok := inv.cache.get(inv.generation, key); ok {
		return d, nil
	}
	var layers []*value.Dict
	groups := slices.DeleteFunc(h.allGroups(), func(g *Group) bool { return g == inv.all })
	for _, stage := range inv.opts.Config.List("VARIABLE_PRECEDENCE") {
		more, err := inv.stage(stage, groups, playDirs)
		if err != nil {
			return nil, err
		}
		layers = append(layers, more...)
	}
	d := inv.combine(layers)
	inv.cache.put(inv.generation, key, d)
	return d, nil
}

func groupsKey(groups []*Group, dirs []string) string {
	var b strings.Builder
	b.WriteString(strings.Join(dirs, "\x00"))
	b.WriteByte(1)
	for _, g := range groups {
		b.WriteByte(0)
		b.WriteString(g.Name)
	}
	return b.String()
}

// stage gives the layers of one word of the setting VARIABLE_PRECEDENCE.
func (inv *Inventory) stage(name string, groups []*Group, playDirs []string) ([]*value.Dict, error) {
	all := []*Group{inv.all}
	switch name {
	case "all_inventory":
		return inventoryVars(all), nil
	case "groups_inventory":
		return inventoryVars(groups), nil
	case "all_plugins_inventory":
		return inv.fileVars(inv.dirs, all)
	case "all_plugins_play":
		return inv.fileVars(playDirs, all)
	case "groups_plugins_inventory":
		return inv.fileVars(inv.dirs, groups)
	case "groups_plugins_play":
		return inv.fileVars(playDirs, groups)
	}
	return nil, nil
}

func inventoryVars(groups []*Group) []*value.Dict {
	out := make([]*value.Dict, len(groups))
	for i, g := range groups {
		out[i] = g.vars
	}
	return out
}

// fileVars gives the layers of groups' variables from folders: those of group_vars and of users' plugins.
func (inv *Inventory) fileVars(dirs []string, groups []*Group) ([]*value.Dict, error) {
	var out []*value.Dict
	for _, dir := range dirs {
		more, err := inv.pluginVars(dir, "", groups, func() ([]*value.Dict, error) { return inv.groupVars(dir, groups) })
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

func (inv *Inventory) groupVars(dir string, groups []*Group) ([]*value.Dict, error) {
	var out []*value.Dict
	for _, g := range groups {
		d, err := inv.files.load(inv, dir, "group_vars", g.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// pluginVars puts the layers of users' vars plugins around goplay's own: a host's or some groups'. Those of folders are weaker, those of
// collections stronger.
func (inv *Inventory) pluginVars(dir, host string, groups []*Group, own func() ([]*value.Dict, error)) ([]*value.Dict, error) {
	if inv.opts.Plugins == nil {
		return own()
	}
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.Name
	}
	beside := !slices.Contains(inv.dirs, dir)
	before, err := inv.opts.Plugins.Vars(false, dir, beside, host, names)
	if err != nil {
		return nil, err
	}
	layers, err := own()
	if err != nil {
		return nil, err
	}
	after, err := inv.opts.Plugins.Vars(true, dir, beside, host, names)
	return slices.Concat(before, layers, after), err
}

// combine merges layers, weakest first; the only layer that is not empty is given as it is.
func (inv *Inventory) combine(layers []*value.Dict) *value.Dict {
	var only *value.Dict
	var merged *value.Dict
	deep := inv.opts.Config.Str("DEFAULT_HASH_BEHAVIOUR") == "merge"
	for _, d := range layers {
		switch {
		case d.Len() == 0:
		case only == nil:
			only = d
		default:
			if merged == nil {
				merged = only.Clone()
			}
			if deep {
				merged = merged.Merged(d)
			} else {
				merged.Update(d)
			}
		}
	}
	switch {
	case merged != nil:
		return merged
	case only != nil:
		return only
	default:
		return &value.Dict{}
	}
}

// groupCache keeps merged variables of sets of groups.
type groupCache struct {
	mu         sync.Mutex
	generation int
	vars       map[string]*value.Dict
}

func (c *groupCache) get(generation int, key string) (*value.Dict, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != generation {
		return nil, false
	}
	d, ok := c.vars[key]
	return d, ok
}

func (c *groupCache) put(generation int, key string, d *value.Dict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != generation || c.vars == nil {
		c.generation, c.vars = generation, map[string]*value.Dict{}
	}
	c.vars[key] = d
}
