package inventory

import (
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// keyedGroup is one entry of keyed_groups.
type keyedGroup struct {
	key               value.Value
	prefix, separator string
	parent            value.Value // or nil
	def               string      // "": none
	noTrailing        bool        // an empty value leaves the separator out too
}

func readKeyedGroup(v value.Value) (keyedGroup, error) {
	d, ok := v.(*value.Dict)
	if !ok {
		return keyedGroup{}, said("Invalid keyed group entry, it must be a dictionary: %s", v)
	}
	k := keyedGroup{key: d.Get("key"), parent: d.Get("parent_group"), separator: "_"}
	def, hasDef := d.Lookup("default_value")
	_, hasTrailing := d.Lookup("trailing_separator")
	if hasDef && def != value.None && hasTrailing {
		return k, said("parameters are mutually exclusive for keyed groups: default_value|trailing_separator")
	}
	if hasDef && def != value.None {
		k.def = asWritten(def)
	}
	k.noTrailing = !boolOption(d, "trailing_separator", true)
	if p, ok := d.Lookup("prefix"); ok {
		k.prefix = asWritten(p)
	}
	if s, ok := d.Lookup("separator"); ok {
		k.separator = asWritten(s)
	}
	return k, nil
}

// asWritten is a value's text, templates unevaluated.
func asWritten(v value.Value) string {
	if s, ok := text(v); ok {
		return s
	}
	return v.String()
}

// keyedGroups puts a host into groups that are named by values.
func (c construction) keyedGroups(h *Host, vars scopeDict) error {
	lang, templates := c.inv.formulas(vars), c.inv.language(vars)
	for _, entry := range c.keyed.Elems {
		k, err := readKeyedGroup(entry)
		if err != nil {
			return err
		}
		if err := c.keyedGroup(h, lang, templates, k); err != nil {
			return err
		}
	}
	return nil
}

func (c construction) keyedGroup(h *Host, lang, templates *templating.Context, k keyedGroup) error {
	var v value.Value = value.None
	if k.key != nil {
		var err error
		if v, err = evaluate(lang, k.key); err != nil {
			if c.strict {
				return said("Could not generate group for host %s from %s entry: %w", h.Name, asWritten(k.key), err)
			}
			return nil
		}
	}
	names, err := k.names(v)
	if err != nil {
		return err
	}
	if names == nil {
		if c.strict {
			return said("No key or key resulted empty for %s in host %s, invalid entry", asWritten(orNone(k.key)), h.Name)
		}
		return nil
	}
	for _, bare := range names {
		if err := c.joinKeyed(h, templates, k, bare); err != nil {
			return err
		}
	}
	return nil
}

func orNone(v value.Value) value.Value {
	if v == nil {
		return value.None
	}
	return v
}

// names gives the parts of group names that a value stands for; nil where it says nothing.
func (k keyedGroup) names(v value.Value) ([]string, error) {
	if k.def != "" && (v == value.None || isEmptyText(v)) {
		return []string{k.def}, nil
	}
	if !v.Truth() {
		return nil, nil
	}
	switch v := v.(type) {
	case value.String, *value.Template, value.Markup:
		return []string{asWritten(v)}, nil
	case *value.List:
		out := make([]string, len(v.Elems))
		for i, e := range v.Elems {
			out[i] = k.or(e)
		}
		return out, nil
	case value.Mapping:
		return k.pairs(v), nil
	}
	return nil, said("Invalid group name format, expected a string or a list of them or dictionary, got: %s", value.TaggedClass(v))
}

// or gives a value's text, or the default where it is empty.
func (k keyedGroup) or(v value.Value) string {
	if k.def != "" && (v == value.None || isEmptyText(v)) {
		return k.def
	}
	return asWritten(v)
}

func (k keyedGroup) pairs(m value.Mapping) []string {
	var out []string
	for name, v := range m.All() {
		if k.noTrailing && (v == value.None || isEmptyText(v)) {
			out = append(out, asWritten(name))
			continue
		}
		out = append(out, asWritten(name)+k.separator+k.or(v))
	}
	return out
}

func isEmptyText(v value.Value) bool {
	s, ok := text(v)
	return ok && s == ""
}

func (c construction) joinKeyed(h *Host, templates *templating.Context, k keyedGroup, bare string) error {
	var parent value.Value
	if k.parent != nil && k.parent.Truth() {
		var err error
		if parent, err = templates.Resolve(k.parent); err != nil {
			if c.strict {
				return said("Could not generate parent group '%s' for group '%s': %w", asWritten(k.parent), bare, err)
			}
			return nil
		}
	}
	name := k.prefix + k.separator + bare
	if k.prefix == "" && !c.leadingSeparator {
		name = bare
	}
	g := c.inv.addGroup(cleanGroupName(name))
	c.inv.addToGroup(g, h)
	if parent == nil {
		return nil
	}
	return c.inv.addChild(c.inv.addGroup(cleanGroupName(parent.String())), g)
}
