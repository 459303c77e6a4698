package inventory

import (
	"context"
	"fmt"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// parseGenerator gives the parser of files that make a host of each combination of the elements of layers.
func parseGenerator(plugin string) parser {
	return func(ctx context.Context, inv *Inventory, src string) error {
		d, err := inv.pluginFile(plugin, src)
		if err != nil {
			return err
		}
		layers, err := need(d, "layers")
		if err != nil {
			return err
		}
		g := generation{inv: inv, src: src}
		if err := g.readLayers(layers); err != nil {
			return err
		}
		hosts, err := need(d, "hosts")
		if err != nil {
			return err
		}
		return g.each(ctx, hosts)
	}
}

func need(d *value.Dict, name string) (*value.Dict, error) {
	v, ok := d.Lookup(name)
	if !ok {
		return nil, said("'%s'", name)
	}
	got, ok := v.(*value.Dict)
	if !ok {
		return nil, said("%s must be a dictionary, got: %s", name, value.TaggedClass(v))
	}
	return got, nil
}

// generation is a generator source.
type generation struct {
	inv    *Inventory
	src    string
	names  []string
	layers [][]value.Value
}

// readLayers takes each layer's elements; those of a text are its characters.
func (g *generation) readLayers(d *value.Dict) error {
	hosts := 1
	for k, v := range d.All() {
		elems, err := elements(v)
		if err != nil {
			return err
		}
		g.names = append(g.names, k.String())
		g.layers = append(g.layers, elems)
		if hosts *= len(elems); hosts > maxHosts {
			return fmt.Errorf("layers stand for more than %d hosts", maxHosts)
		}
	}
	return nil
}

// elements gives what a loop over a value would see.
func elements(v value.Value) ([]value.Value, error) {
	var out []value.Value
	if s, ok := text(v); ok {
		for _, r := range s {
			out = append(out, value.String(r))
		}
		return out, nil
	}
	list, ok := v.(value.Iterable)
	if !ok {
		return nil, said("'%s' object is not iterable", value.TaggedType(v))
	}
	for e := range list.Elements() {
		out = append(out, e)
	}
	return out, nil
}

// each makes a host of every combination, the last layer's element changing first.
func (g *generation) each(ctx context.Context, def *value.Dict) error {
	chosen := value.NewDict(len(g.names))
	var choose func(i int) error
	choose = func(i int) error {
		if i < len(g.names) {
			for _, e := range g.layers[i] {
				chosen.Set(g.names[i], e)
				if err := choose(i + 1); err != nil {
					return err
				}
			}
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return g.host(def, chosen)
	}
	return choose(0)
}

func (g *generation) host(def, chosen *value.Dict) error {
	lang := g.inv.language(scopeDict{chosen})
	name, ok := def.Lookup("name")
	if !ok {
		return said("'name'")
	}
	v, err := lang.Resolve(name)
	if err != nil {
		return err
	}
	s, err := hostName(v)
	if err != nil {
		return err
	}
	h := g.inv.addHost(s, g.src, 0)
	return g.parents(lang, s, def, func(p *Group) error {
		g.inv.addToGroup(p, h)
		return nil
	})
}

// parents makes the groups above a host or group, and those above them.
func (g *generation) parents(lang *templating.Context, child string, def *value.Dict, join func(*Group) error) error {
	v, ok := def.Lookup("parents")
	if !ok {
		return nil
	}
	list, err := elements(v)
	if err != nil {
		return err
	}
	for _, e := range list {
		d, ok := e.(*value.Dict)
		if !ok {
			return said("'%s' object has no attribute 'get'", value.TaggedType(e))
		}
		if err := g.parent(lang, child, d, join); err != nil {
			return err
		}
	}
	return nil
}

func (g *generation) parent(lang *templating.Context, child string, def *value.Dict, join func(*Group) error) error {
	name, ok := def.Lookup("name")
	if !ok {
		return said("Element %s has a parent with no name.", child)
	}
	v, err := lang.Resolve(name)
	if err != nil {
		return err
	}
	p := g.inv.addGroup(v.String())
	if err := g.vars(lang, p, def); err != nil {
		return err
	}
	if err := join(p); err != nil {
		return err
	}
	return g.parents(lang, p.Name, def, func(above *Group) error { return g.inv.addChild(above, p) })
}

func (g *generation) vars(lang *templating.Context, p *Group, def *value.Dict) error {
	v, ok := def.Lookup("vars")
	if !ok {
		return nil
	}
	vars, ok := v.(*value.Dict)
	if !ok {
		return said("'%s' object has no attribute 'items'", value.TaggedType(v))
	}
	for k, v := range vars.Strings() {
		got, err := lang.Resolve(v)
		if err != nil {
			return err
		}
		if err := p.set(k, got); err != nil {
			return err
		}
	}
	return nil
}
