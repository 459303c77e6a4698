package argspec

import (
	"slices"
	"strconv"

	"github.com/goplay/goplay/templating/value"
)

// suboptions checks the dicts below this level against options of their own.
func (l *level) suboptions() error {
	for _, o := range l.options() {
		if !o.ofDicts() {
			continue
		}
		spec, err := o.sub()
		if err != nil {
			return err
		}
		if !l.has(o.name) {
			if !o.flag("apply_defaults") {
				continue
			}
			l.args.Set(o.name, &value.Dict{})
		}
		if err := l.below(o, spec); err != nil {
			return err
		}
	}
	return nil
}

// below checks the dict, or the list of dicts, that an option has.
func (l *level) below(o option, spec *value.Dict) error {
	list, isList := l.args.Get(o.name).(*value.List)
	if !isList {
		list = value.NewList(l.args.Get(o.name))
	}
	for i, e := range list.Elems {
		d, ok := e.(*value.Dict)
		if !ok {
			l.c.fail("value of '%s' must be of type dict or list of dicts", o.name)
			continue
		}
		place := l.place + o.name
		if isList {
			place += "[" + strconv.Itoa(i) + "]"
		}
		sub := &level{
			c: l.c, spec: spec, args: d, path: append(slices.Clone(l.path), o.name),
			place: place + ".", dotted: l.dotted + o.name + ".", noLog: l.noLog || o.flag("no_log"),
		}
		if err := sub.validate(o.spec); err != nil {
			return err
		}
	}
	return nil
}

// unreadable looks through all levels, before any type is known to fit, for the first value that should hold dicts and cannot.
func (l *level) unreadable(spec, args *value.Dict) (string, error) {
	for _, o := range optionsOf(spec) {
		v := args.Get(o.name)
		if !o.ofDicts() || v == nil || v == value.None {
			continue
		}
		sub, err := o.sub()
		if err != nil {
			return "", err
		}
		if msg, err := l.unreadableDicts(o, sub, v); msg != "" || err != nil {
			return msg, err
		}
	}
	return "", nil
}

func (l *level) unreadableDicts(o option, sub *value.Dict, v value.Value) (string, error) {
	items := []value.Value{v}
	if list, ok := v.(*value.List); ok {
		items = list.Elems
	}
	for _, item := range items {
		d, msg, err := l.readable(o, item)
		if msg != "" || err != nil {
			return msg, err
		}
		if msg, err := l.unreadable(sub, d); msg != "" || err != nil {
			return msg, err
		}
	}
	return "", nil
}

// readable gives a value, or a text of a dict, as a dict; or why it is none.
func (l *level) readable(o option, item value.Value) (*value.Dict, string, error) {
	switch item := item.(type) {
	case *value.Dict:
		return item, "", nil
	case value.String:
		d, err := parseDict(string(item))
		if err != nil {
			return nil, err.Error(), nil
		}
		return d, "", nil
	}
	_, list := item.(*value.List)
	if o.typeName() == "dict" && !list {
		return nil, "", specErrorf("argument of type '%s' is not iterable", value.TaggedType(item))
	}
	return nil, "Value '" + l.shown(o, item).String() + "' in the sub parameter field '" + o.name + "' must be a " + o.typeName() + ", not '" + value.TaggedType(item) + "'", nil
}
