package inventory

import "github.com/goplay/goplay/templating/value"

// Tables is the form of TOML inventories: a table for each group, with the names of its children, its hosts and, in an export, its variables.
// A host has its variables where it comes up first, below groups before them; groups with nothing in them are left out.
func (l *Listing) Tables() (*value.Dict, error) {
	t := tables{tree{l, map[*Group]bool{}, map[*Host]bool{}}, &value.Dict{}}
	if err := t.group(l.all); err != nil {
		return nil, err
	}
	out := value.NewDict(t.out.Len())
	for name, group := range t.out.Strings() {
		if group.(*value.Dict).Len() > 0 {
			out.Set(name, group)
		}
	}
	return out, nil
}

type tables struct {
	tree
	out *value.Dict
}

func (t tables) group(g *Group) error {
	t.groups[g] = true
	d := &value.Dict{}
	t.out.Set(g.Name, d)
	children := value.NewList()
	for _, c := range g.children {
		if c != t.ungrouped {
			children.Append(value.String(c.Name))
		}
		if t.groups[c] {
			continue
		}
		if err := t.group(c); err != nil {
			return err
		}
	}
	if g != t.all && children.Len() > 0 {
		d.Set("children", children)
	}
	if err := t.addHosts(d, g); err != nil {
		return err
	}
	return t.addVars(d, g)
}
