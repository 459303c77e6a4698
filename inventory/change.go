package inventory

import "github.com/goplay/goplay/templating/value"

// AddHost is the add_host action: it makes a host or finds it, puts it into groups, which are made as needed, and sets variables of
// it. It tells whether anything was new.
func (inv *Inventory) AddHost(name string, groups []string, vars *value.Dict) (changed bool) {
	return inv.add(addition{host: name, groups: groups, vars: vars})
}

func (inv *Inventory) newHost(name string, groups []string, vars *value.Dict) (changed bool) {
	h := inv.hosts[name]
	if h == nil {
		changed = true
		h = inv.addHost(name, "", 0)
		inv.addToGroup(inv.all, h)
	}
	if inv.setVars(h, vars) {
		changed = true
	}
	for _, g := range groups {
		if inv.join(h, g) {
			changed = true
		}
	}
	if changed {
		inv.resettle(h)
	}
	return changed
}

func (inv *Inventory) setVars(h *Host, vars *value.Dict) (changed bool) {
	if vars.Len() == 0 {
		return false
	}
	merged := &value.Dict{} // a new one: the old one may be in use
	if h.vars != nil {
		merged = h.vars.Clone()
	}
	for k, v := range vars.Strings() {
		if old, ok := merged.Lookup(k); !ok || !value.Equal(old, v) {
			changed = true
		}
		merged.Set(k, v)
	}
	h.vars = merged
	h.merged.forget()
	return changed
}

func (inv *Inventory) join(h *Host, group string) (changed bool) {
	g := inv.groups[inv.safeGroupName(group)]
	if g == nil {
		g = inv.addGroup(group)
		_ = inv.addChild(inv.all, g) // a new group has no children, so no loop
		changed = true
	}
	return inv.addToGroup(g, h) || changed
}

// resettle brings what depends on the groups of a host up to date.
func (inv *Inventory) resettle(h *Host) {
	was := len(h.groups)
	inv.settle(h)
	if len(h.groups) < was {
		inv.ungrouped.remove(h)
	}
	inv.changed()
}

func (g *Group) remove(h *Host) {
	kept := make([]*Host, 0, len(g.hosts))
	for _, o := range g.hosts {
		if o != h {
			kept = append(kept, o)
		}
	}
	g.hosts = kept
}

// AddToGroup is the group_by action: it puts a host into a group, which is made below its parents as needed. It tells whether
// anything was new; a host that is unknown changes nothing.
func (inv *Inventory) AddToGroup(host, group string, parents []string) (changed bool) {
	return inv.add(addition{host: host, group: group, groups: parents})
}

func (inv *Inventory) intoGroup(host, group string, parents []string) (changed bool) {
	h := inv.hosts[host]
	if h == nil {
		return false
	}
	changed = inv.groups[inv.safeGroupName(group)] == nil
	g := inv.addGroup(group)
	for _, name := range parents {
		if inv.adopt(name, g) {
			changed = true
		}
	}
	if len(g.parents) == 0 && g != inv.all {
		_ = inv.addChild(inv.all, g) // no loop: nothing is above all
	}
	if inv.addToGroup(g, h) {
		changed = true
	}
	if changed {
		inv.resettle(h)
	}
	return changed
}

func (inv *Inventory) adopt(parent string, g *Group) (changed bool) {
	p := inv.groups[inv.safeGroupName(parent)]
	if p == nil {
		p = inv.addGroup(parent)
		_ = inv.addChild(inv.all, p) // a new group has no children, so no loop
		changed = true
	}
	before := len(p.children)
	return inv.addChild(p, g) == nil && len(p.children) > before || changed
}
