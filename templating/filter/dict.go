package filter

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func dictRows() []row {
	return []row{
		{name: "combine", params: "*args, recursive=False, list_merge='replace', **other", run: combine},
		{name: "dict2items", params: "key_name='key', value_name='value'", run: dict2items},
		{name: "items2dict", params: "key_name='key', value_name='value'", run: items2dict},
		{name: "rekey_on_member", params: "key, duplicates='error'", run: rekeyOnMember},
	}
}

func combine(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if a[3].(*value.Dict).Len() > 0 {
		return nil, value.Errorf("AnsibleError", "'recursive' and 'list_merge' are the only valid keyword arguments")
	}
	how, _ := value.Text(a[2])
	if err := checkMergeMode(how); err != nil {
		return nil, err
	}
	var dicts []value.Value
	for _, v := range append([]value.Value{in}, a[0].(value.Tuple)...) {
		var err error
		if dicts, err = flattenInto(dicts, []value.Value{v}, -1, true, 0); err != nil {
			return nil, err
		}
	}
	if len(dicts) == 1 {
		return dicts[0], s.Use(dicts[0])
	}
	out := value.NewDict(0)
	for _, v := range dicts {
		if err := s.Use(v); err != nil {
			return nil, err
		}
		d, ok := v.(value.Mapping)
		if !ok {
			return nil, value.Errorf("AnsibleError", "failed to combine variables, expected dicts but got a '%s' and a '%s'.", "dict", v.Type())
		}
		out = merge(out, d, a[1].Truth(), how)
	}
	return out, nil
}

func checkMergeMode(how string) error {
	switch how {
	case "replace", "keep", "append", "prepend", "append_rp", "prepend_rp":
		return nil
	}
	return value.Errorf("AnsibleError", "merge_hash: 'list_merge' argument can only be equal to 'replace', 'keep', 'append', 'prepend', 'append_rp' or 'prepend_rp'")
}

// merge gives a dict with the entries of y on top of those of x.
func merge(x, y value.Mapping, recursive bool, how string) *value.Dict {
	out := value.NewDict(x.Len() + y.Len())
	out.Update(x)
	if !recursive && how == "replace" {
		out.Update(y)
		return out
	}
	for k, v := range y.All() {
		old, ok, _ := out.LookupKey(k)
		if ok {
			v = mergeValue(old, v, recursive, how)
		}
		_ = out.SetKey(k, v) // a key of a mapping is hashable
	}
	return out
}

func mergeValue(old, v value.Value, recursive bool, how string) value.Value {
	if x, ok := old.(value.Mapping); ok {
		if y, ok := v.(value.Mapping); ok && recursive {
			return merge(x, y, true, how)
		}
		return v
	}
	x, ok := old.(*value.List)
	y, ok2 := v.(*value.List)
	if !ok || !ok2 {
		return v
	}
	switch how {
	case "keep":
		return x
	case "append":
		return list(append(append([]value.Value(nil), x.Elems...), y.Elems...))
	case "prepend":
		return list(append(append([]value.Value(nil), y.Elems...), x.Elems...))
	case "append_rp":
		return list(append(minus(x.Elems, y.Elems), y.Elems...))
	case "prepend_rp":
		return list(append(append([]value.Value(nil), y.Elems...), minus(x.Elems, y.Elems)...))
	}
	return v
}

// minus gives the elements of x that are not in y.
func minus(x, y []value.Value) []value.Value {
	var out []value.Value
	for _, e := range x {
		if !contains(y, e) {
			out = append(out, e)
		}
	}
	return out
}

func dict2items(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	m, ok := in.(value.Mapping)
	if !ok {
		return nil, value.Errorf("AnsibleTypeError", "dict2items requires a dictionary, got %s instead.", typeName(in))
	}
	out := list(make([]value.Value, 0, m.Len()))
	for k, v := range m.All() {
		d := value.NewDict(2)
		_ = d.SetKey(a[0], k) // text is hashable
		_ = d.SetKey(a[1], v)
		out.Append(d)
	}
	return out, nil
}

func items2dict(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	q, ok := in.(value.Sequence)
	if !ok {
		return nil, value.Errorf("AnsibleTypeError", "items2dict requires a list, got %s instead.", typeName(in))
	}
	out := value.NewDict(q.Len())
	for i := range q.Len() {
		e := q.Index(i)
		m, ok := e.(value.Mapping)
		if !ok {
			return nil, value.Errorf("AnsibleTypeError", "items2dict requires a list of dictionaries, got %s instead.", value.Repr(in))
		}
		k, hasKey := m.Lookup(a[0].String())
		v, hasValue := m.Lookup(a[1].String())
		if !hasKey || !hasValue {
			return nil, value.Errorf("AnsibleTypeError", "items2dict requires each dictionary in the list to contain the keys '%s' and '%s', got %s instead.",
				a[0], a[1], value.Repr(in))
		}
		if err := out.SetKey(k, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func rekeyOnMember(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	duplicates, _ := value.Text(a[1])
	if duplicates != "error" && duplicates != "overwrite" {
		return nil, value.Errorf("AnsibleFilterError", "duplicates parameter to rekey_on_member has unknown value %s", value.Repr(a[1]))
	}
	objects, err := elements(s, in)
	if m, ok := in.(value.Mapping); ok {
		objects = nil
		for _, v := range m.All() {
			objects = append(objects, v)
		}
	}
	if _, isText := value.Text(in); err != nil || isText {
		return nil, value.Errorf("AnsibleFilterTypeError", "Type is not a valid list, set, or dict")
	}
	out := value.NewDict(len(objects))
	for _, o := range objects {
		m, ok := o.(value.Mapping)
		if !ok {
			return nil, value.Errorf("AnsibleFilterTypeError", "List item is not a valid dict")
		}
		k, ok, err := value.LookupKey(m, a[0])
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, value.Errorf("AnsibleFilterError", "Key %s was not found.", value.Repr(a[0]))
		}
		if _, seen, err := out.LookupKey(k); err != nil {
			return nil, err
		} else if seen && duplicates == "error" {
			return nil, value.Errorf("AnsibleFilterError", "Key %s is not unique, cannot convert to dict.", value.Repr(k))
		}
		if err := out.SetKey(k, o); err != nil {
			return nil, err
		}
	}
	return out, nil
}
