package lookup

import (
	"slices"

	"github.com/goplay/goplay/templating/value"
)

// merging is what variables have been merged into so far: a dict or a list.
type merging struct {
	override string // what a key that is overwritten gives: error, warn or ignore
	warn     func(msg string)
	dict     *value.Dict
	list     *value.List
}

func (m *merging) value() value.Value {
	switch {
	case m.dict != nil:
		return m.dict
	case m.list != nil:
		return m.list
	}
	return value.None
}

// add merges a variable: dicts key by key, lists one behind the other.
func (m *merging) add(name string, v value.Value) error {
	switch v := v.(type) {
	case *value.Dict:
		if m.list != nil {
			return failf("Unable to merge, not all variables are of the same type")
		}
		if m.dict == nil {
			m.dict = value.NewDict(v.Len())
		}
		merged, err := m.merged(m.dict, v, name)
		m.dict = merged
		return err
	case *value.List:
		if m.dict != nil {
			return failf("Unable to merge, not all variables are of the same type")
		}
		if m.list == nil {
			m.list = &value.List{}
		}
		m.list = value.NewList(slices.Concat(m.list.Elems, v.Elems)...)
		return nil
	}
	return failf("Not supported type detected, variable must be a list or a dict")
}

// merged gives a dict with the entries of y on top of those of x; path tells where y stands.
func (m *merging) merged(x, y *value.Dict, path string) (*value.Dict, error) {
	out := x.Clone()
	for k, v := range y.All() {
		old, ok, err := out.LookupKey(k)
		if err != nil {
			return nil, err
		}
		if ok {
			if v, err = m.mergedValue(old, v, k, path+"."+k.String()); err != nil {
				return nil, err
			}
		}
		if err := out.SetKey(k, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m *merging) mergedValue(old, v, key value.Value, path string) (value.Value, error) {
	if x, ok := old.(*value.Dict); ok {
		if y, ok := v.(*value.Dict); ok {
			return m.merged(x, y, path)
		}
	}
	if y, ok := v.(*value.List); ok {
		x, ok := old.(*value.List)
		if !ok {
			return nil, value.TypeError("unsupported operand type(s) for +=: '%s' and 'list'", old.Type())
		}
		return value.NewList(slices.Concat(x.Elems, y.Elems)...), nil
	}
	if value.Equal(old, v) {
		return v, nil
	}
	return v, m.overwritten(key, old, v, path)
}

func (m *merging) overwritten(key, old, v value.Value, path string) error {
	const format = "The key '%s' with value '%s' will be overwritten with value '%s' from '%s'"
	err := failf(format, key, old, v, path)
	switch m.override {
	case "error":
		return err
	case "warn":
		m.warn(err.Error())
	}
	return nil
}

// mergeFrom merges the variables that fit, by the order of their names: of this host, or of all hosts in the groups that are wanted.
func (c *Call) mergeFrom(m *merging, fits func(name string) (bool, error)) error {
	groups, ok := c.Opts.Lookup("groups")
	if !ok || groups == value.Value(value.None) {
		return mergeNamed(m, slices.Collect(c.Host.Names()), fits, c.Host.Variable)
	}
	hosts, err := c.hostsOf(groups)
	if err != nil {
		return err
	}
	for _, vars := range hosts {
		var names []string
		for k := range vars.All() {
			names = append(names, k.String())
		}
		err := mergeNamed(m, names, fits, func(name string) (value.Value, bool, error) {
			v, ok := vars.Lookup(name)
			return v, ok, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func mergeNamed(m *merging, names []string, fits func(string) (bool, error), variable func(string) (value.Value, bool, error)) error {
	slices.Sort(names)
	for _, name := range names {
		ok, err := fits(name)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		v, ok, err := variable(name)
		if err != nil {
			return err
		}
		if ok {
			if err := m.add(name, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// hostsOf gives the variables of the hosts in any of some groups, in the inventory's order.
func (c *Call) hostsOf(groups value.Value) ([]value.Mapping, error) {
	names, ok := elements(groups)
	if !ok {
		names = []value.Value{groups}
	}
	all, _, err := c.Host.Variable("hostvars")
	if err != nil {
		return nil, err
	}
	hostvars, ok := all.(value.Mapping)
	if !ok {
		return nil, failf("The lookup needs the variable hostvars")
	}
	var out []value.Mapping
	for _, v := range hostvars.All() {
		vars, ok := v.(value.Mapping)
		if ok && inAny(vars, names) {
			out = append(out, vars)
		}
	}
	return out, nil
}

func inAny(vars value.Mapping, groups []value.Value) bool {
	v, _ := vars.Lookup("group_names")
	of, _ := elements(v)
	return slices.ContainsFunc(of, func(g value.Value) bool {
		return slices.ContainsFunc(groups, func(want value.Value) bool { return value.Equal(g, want) })
	})
}
