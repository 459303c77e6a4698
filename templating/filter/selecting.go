package filter

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func selectRows() []row {
	return []row{
		{name: "attr", params: "name", run: attr},
		{name: "map", params: "*args, **kwargs", run: mapFilter},
		{name: "reject", params: "*args, **kwargs", run: selecting(false, false)},
		{name: "rejectattr", params: "*args, **kwargs", run: selecting(true, false)},
		{name: "select", params: "*args, **kwargs", run: selecting(false, true)},
		{name: "selectattr", params: "*args, **kwargs", run: selecting(true, true)},
	}
}

func attr(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	name, err := text(s, a[0])
	if err != nil {
		return nil, err
	}
	if m, ok := in.(value.Mapping); ok { // attr never looks at items
		return s.AttrOnly(m, name), nil
	}
	return s.Attr(in, name)
}

func mapFilter(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if empty, err := nothing(s, in); empty || err != nil {
		return list(nil), err
	}
	apply, err := mapper(a[0].(value.Tuple), a[1].(*value.Dict))
	if err != nil {
		return nil, err
	}
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	out := make([]value.Value, len(elems))
	for i, e := range elems {
		if out[i], err = apply(s, e); err != nil {
			return nil, err
		}
	}
	return list(out), nil
}

// nothing tells of an input that is false: there is nothing in it, whatever its type.
func nothing(s *eval.State, in value.Value) (bool, error) {
	ok, err := s.Truth(in)
	return !ok, err
}

func mapper(args value.Tuple, kw *value.Dict) (getter, error) {
	path, byAttribute := kw.Lookup("attribute")
	if len(args) == 0 && byAttribute {
		standard := kw.Get("default")
		for k := range kw.Strings() {
			if k != "attribute" && k != "default" {
				return nil, value.Errorf("FilterArgumentError", "Unexpected keyword argument '%s'", k)
			}
		}
		return attribute(path, standard)
	}
	if len(args) == 0 {
		return nil, value.Errorf("FilterArgumentError", "map requires a filter argument")
	}
	name, ok := value.Text(args[0])
	if !ok {
		return nil, value.TypeError("map requires the name of a filter, not %s", args[0].Type())
	}
	return func(s *eval.State, v value.Value) (value.Value, error) { return s.Filter(name, v, args[1:], kw) }, nil
}

func selecting(byAttribute, keep bool) run {
	return func(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
		if empty, err := nothing(s, in); empty || err != nil {
			return list(nil), err
		}
		fits, err := predicate(a[0].(value.Tuple), a[1].(*value.Dict), byAttribute)
		if err != nil {
			return nil, err
		}
		elems, err := elements(s, in)
		if err != nil {
			return nil, err
		}
		out := make([]value.Value, 0, len(elems))
		for _, e := range elems {
			ok, err := fits(s, e)
			if err != nil {
				return nil, err
			}
			if ok == keep {
				out = append(out, e)
			}
		}
		return list(out), nil
	}
}

func predicate(args value.Tuple, kw *value.Dict, byAttribute bool) (func(s *eval.State, v value.Value) (bool, error), error) {
	get := getter(func(_ *eval.State, v value.Value) (value.Value, error) { return v, nil })
	if byAttribute {
		if len(args) == 0 {
			return nil, value.Errorf("FilterArgumentError", "Missing parameter for attribute name")
		}
		var err error
		if get, err = attribute(args[0], nil); err != nil {
			return nil, err
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return func(s *eval.State, v value.Value) (bool, error) {
			v, err := get(s, v)
			if err != nil {
				return false, err
			}
			return s.Truth(v)
		}, nil
	}
	name, ok := value.Text(args[0])
	if !ok {
		return nil, value.TypeError("expected the name of a test, not %s", args[0].Type())
	}
	return func(s *eval.State, v value.Value) (bool, error) {
		v, err := get(s, v)
		if err != nil {
			return false, err
		}
		return s.Test(name, v, args[1:], kw)
	}, nil
}
