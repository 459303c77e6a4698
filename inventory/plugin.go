package inventory

import (
	"context"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Plugins are inventory and vars plugins that users wrote.
type Plugins interface {
	// Has tells whether there is a plugin of a name.
	Has(name string) bool
	// Parse has a plugin read a source; mine tells whether it is one of its own.
	Parse(name, src string, to *Filler) (mine bool, err error)
	// Vars gives what vars plugins know of a host or, where that is "", of groups by a folder, weakest first: those of collections, or
	// the others. The folder may be one beside the playbook.
	Vars(collections bool, folder string, beside bool, host string, groups []string) ([]*value.Dict, error)
}

// parserOf gives the parser of an inventory plugin, or nil.
func (inv *Inventory) parserOf(plugin string) parser {
	if own := parserOf(plugin); own != nil || inv.opts.Plugins == nil || !inv.opts.Plugins.Has(plugin) {
		return own
	}
	return func(_ context.Context, inv *Inventory, src string) error {
		mine, err := inv.opts.Plugins.Parse(plugin, src, &Filler{inv, src})
		if err == nil && !mine {
			return errNotMine
		}
		return err
	}
}

// Filler is an inventory as a plugin sees and fills it.
type Filler struct {
	inv *Inventory
	src string
}

// AddGroup adds a group, and gives its name as the settings have it.
func (f *Filler) AddGroup(name string) string { return f.inv.addGroup(name).Name }

// AddHost adds a host; port is 0 where none was given.
func (f *Filler) AddHost(name string, port int) { f.inv.addHost(name, f.src, port) }

// Join puts a host or a group into a group.
func (f *Filler) Join(group, child string) error {
	g := f.inv.groups[group]
	if g == nil {
		return said("%s is not a known group", group)
	}
	if c := f.inv.groups[child]; c != nil {
		return f.inv.addChild(g, c)
	}
	h := f.inv.hosts[child]
	if h == nil {
		return said("%s is not a known host nor group", child)
	}
	f.inv.addToGroup(g, h)
	return nil
}

// Set sets a variable of a group or host.
func (f *Filler) Set(entity, name string, v value.Value) error {
	if g := f.inv.groups[entity]; g != nil {
		f.inv.place(g, name, source.Pos{File: f.src})
		return g.set(name, v)
	}
	h := f.inv.hosts[entity]
	if h == nil {
		return said("Could not identify group or host named %s", entity)
	}
	f.inv.place(h, name, source.Pos{File: f.src})
	h.set(name, v)
	return nil
}

// Names gives the names of all hosts, or of all groups.
func (f *Filler) Names(groups bool) []string {
	names := []string{}
	if groups {
		for _, g := range f.inv.groupList {
			names = append(names, g.Name)
		}
		return names
	}
	for _, h := range f.inv.order {
		names = append(names, h.Name)
	}
	return names
}

// Entity is a host or a group as a plugin sees it.
type Entity struct {
	Vars, Magic             *value.Dict // Magic: of hosts
	Groups, Hosts, Children []string    // Groups: of hosts; Hosts and Children: of groups
}

// Host gives a host; nil: there is none of this name.
func (f *Filler) Host(name string) *Entity {
	h := f.inv.hosts[name]
	if h == nil {
		return nil
	}
	e := &Entity{Vars: h.vars, Magic: h.described()}
	for _, g := range h.groups {
		e.Groups = append(e.Groups, g.Name)
	}
	return e
}

// Group gives a group; nil: there is none of this name.
func (f *Filler) Group(name string) *Entity {
	g := f.inv.groups[name]
	if g == nil {
		return nil
	}
	e := &Entity{Vars: g.vars}
	for _, h := range g.allHosts() {
		e.Hosts = append(e.Hosts, h.Name)
	}
	for _, c := range g.children {
		e.Children = append(e.Children, c.Name)
	}
	return e
}

// Construct makes variables or groups of a host by expressions over variables, as the option of the constructed plugin named what does;
// fetch adds the host's own variables to these.
func (f *Filler) Construct(what string, of value.Value, vars *value.Dict, host string, strict, fetch bool) error {
	h := f.inv.hosts[host]
	if h == nil {
		return said("'NoneType' object has no attribute 'get_vars'")
	}
	c, err := f.inv.construction(f.src, value.DictOf(what, authored(of), "strict", value.Bool(strict)))
	if err != nil {
		return err
	}
	if fetch {
		vars = f.inv.combine([]*value.Dict{vars, h.vars, h.described()})
	}
	scope := scopeDict{vars}
	switch what {
	case "compose":
		return c.composed(h, scope)
	case "groups":
		return c.conditional(h, scope)
	}
	return c.keyedGroups(h, scope)
}

// authored gives conditions by name as text of an author's: the source's or the plugin's.
func authored(conditions value.Value) value.Value {
	d, ok := conditions.(*value.Dict)
	if !ok {
		return conditions
	}
	signed := d.Clone()
	for name, v := range d.Strings() {
		if text, ok := v.(value.String); ok {
			signed.Set(name, value.Authored(string(text)))
		}
	}
	return signed
}

// Evaluate gives the value of an expression over variables.
func (f *Filler) Evaluate(expr value.Value, vars *value.Dict) (value.Value, error) {
	return evaluate(f.inv.formulas(scopeDict{vars}), expr)
}

// Resolve evaluates the templates in a value, which see no variables.
func (f *Filler) Resolve(v value.Value) (value.Value, error) {
	return f.inv.language(scopeDict{&value.Dict{}}).Resolve(v)
}

// Document reads a source of YAML.
func (f *Filler) Document(path string) (value.Value, error) {
	data, err := readable(path)
	if err != nil {
		return nil, err
	}
	return f.inv.sourceDocument(path, data)
}

// Range gives the names that a pattern of host names with ranges stands for, and its port or 0.
func (f *Filler) Range(pattern string) (names []string, port int, err error) {
	return hostPattern(pattern)
}
