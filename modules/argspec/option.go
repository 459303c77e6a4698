package argspec

import "github.com/goplay/goplay/templating/value"

const badAliases = "internal error: aliases must be a list or tuple"

// option is one entry of a spec.
type option struct {
	name string
	spec *value.Dict
}

func optionsOf(spec *value.Dict) []option {
	var list []option
	for k, v := range spec.All() {
		if d, ok := v.(*value.Dict); ok {
			list = append(list, option{k.String(), d})
		}
	}
	return list
}

// get gives a property of the option, nil where it has none.
func (o option) get(key string) value.Value {
	if v := o.spec.Get(key); v != nil && v != value.None {
		return v
	}
	return nil
}

// flag tells whether a property is set to what Python takes for true.
func (o option) flag(key string) bool {
	v := o.get(key)
	return v != nil && v.Truth()
}

func (o option) typeName() string {
	if v := o.get("type"); v != nil {
		return v.String()
	}
	return "str"
}

// elements is the type of a list's elements, or "".
func (o option) elements() string {
	if v := o.get("elements"); v != nil && o.typeName() == "list" {
		return v.String()
	}
	return ""
}

// ofDicts tells whether the option's values are dicts whose options are checked.
func (o option) ofDicts() bool {
	return o.get("options") != nil && (o.typeName() == "dict" || o.elements() == "dict")
}

// sub gives the options of a dict's own.
func (o option) sub() (*value.Dict, error) {
	v := o.get("options")
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, specErrorf("'%s' object has no attribute 'items'", value.TaggedType(v))
	}
	return d, proper(d)
}

// proper tells of an option in a spec that is no dict.
func proper(spec *value.Dict) error {
	for _, v := range spec.All() {
		if _, ok := v.(*value.Dict); !ok {
			return specErrorf("'%s' object has no attribute 'get'", value.TaggedType(v))
		}
	}
	return nil
}

// aliases gives other names of the option; ok is false where the spec has no list there.
func (o option) aliases() (names []string, ok bool) {
	switch v := o.get("aliases").(type) {
	case nil:
		return nil, true
	case *value.List:
		for _, a := range v.Elems {
			names = append(names, a.String())
		}
		return names, true
	}
	return nil, false
}

// aliases gives arguments by other names their own, up to the first option that cannot be as it is: wrong says why.
func (l *level) aliases() (wrong string) {
	for _, o := range l.options() {
		if o.get("default") != nil && o.flag("required") {
			return "internal error: required and default are mutually exclusive for " + o.name
		}
		names, ok := o.aliases()
		if !ok {
			return badAliases
		}
		l.rename(o, names)
	}
	return ""
}

// rename takes an option's value from its aliases; the last one that was given counts. The reference says nothing of both at the top.
func (l *level) rename(o option, aliases []string) {
	for _, alias := range aliases {
		v, given := l.args.Lookup(alias)
		if !given {
			continue
		}
		if _, both := l.args.Lookup(o.name); both && l.place != "" {
			l.c.report.Warnings = append(l.c.report.Warnings, "Both option "+l.place+o.name+" and its alias "+l.place+alias+" are set.")
		}
		l.args.Set(o.name, v)
	}
}

// defaults gives arguments that are missing their defaults. What a fallback names is code, which a spec in YAML cannot hold.
func (l *level) defaults() error {
	for _, o := range l.options() {
		if _, given := l.args.Lookup(o.name); given {
			continue
		}
		if list, err := elems(o.get("fallback")); err == nil && len(list) > 0 {
			return specErrorf("'%s' object is not callable", value.TaggedType(list[0]))
		}
		if def := o.get("default"); def != nil {
			l.args.Set(o.name, def)
		}
	}
	return nil
}

// absent makes arguments that are still missing None.
func (l *level) absent() {
	for _, o := range l.options() {
		if _, given := l.args.Lookup(o.name); !given {
			l.args.Set(o.name, value.None)
		}
	}
}
