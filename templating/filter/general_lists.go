package filter

import (
	"slices"
	"sort"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/method"
	"github.com/goplay/goplay/templating/test"
	"github.com/goplay/goplay/templating/value"
)

func generalListRows() []row {
	return []row{
		{name: "lists_difference", params: "*args, **kwargs", run: listsOperation("lists_difference", difference, false)},
		{name: "lists_intersect", params: "*args, **kwargs", run: listsOperation("lists_intersect", intersect, false)},
		{name: "lists_mergeby", params: "*args, **kwargs", run: listsMergeby},
		{name: "lists_symmetric_difference", params: "*args, **kwargs", run: listsOperation("lists_symmetric_difference", symmetricDifference, true)},
		{name: "lists_union", params: "*args, **kwargs", run: listsOperation("lists_union", union, true)},
		{name: "version_sort", params: "reverse=False", run: versionSort},
	}
}

// listsOperation makes an operation on two or more lists, which keeps their order. With flatten, a list of lists stands for them.
// Operations that add want lists that can be added.
func listsOperation(name string, op func(x, y []value.Value) []value.Value, adds bool) run {
	return func(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
		lists := append([]value.Value{in}, a[0].(value.Tuple)...)
		flat, unknown := false, []string(nil)
		for k, v := range a[1].(*value.Dict).Strings() {
			if k == "flatten" {
				flat = v.Truth()
			} else {
				unknown = append(unknown, k)
			}
		}
		if unknown != nil {
			slices.Sort(unknown)
			return nil, value.Errorf("AnsibleFilterError", "%s() got unexpected keywords arguments: %s", name, strings.Join(unknown, ", "))
		}
		if flat {
			lists = unpacked(lists)
		}
		if adds {
			if err := addable(lists); err != nil {
				return nil, err
			}
		}
		return combined(s, lists, op)
	}
}

// unpacked puts what a list of nothing but lists has in its place.
func unpacked(lists []value.Value) []value.Value {
	var out []value.Value
	for _, v := range lists {
		l, ok := v.(*value.List)
		if ok && !slices.ContainsFunc(l.Elems, func(e value.Value) bool { _, inner := e.(*value.List); return !inner }) {
			out = append(out, l.Elems...)
		} else {
			out = append(out, v)
		}
	}
	return out
}

// addable gives the error of adding what is no list.
func addable(lists []value.Value) error {
	for _, l := range lists[1:] {
		if _, err := eval.Add(lists[0], l); err != nil {
			return err
		}
	}
	return nil
}

func combined(s *eval.State, lists []value.Value, op func(x, y []value.Value) []value.Value) (value.Value, error) {
	if len(lists) == 1 {
		return lists[0], nil
	}
	all, err := allElements(s, lists[0], value.Tuple(lists[1:]))
	if err != nil {
		return nil, err
	}
	x := all[0]
	for _, y := range all[1:] {
		x = op(x, y)
	}
	return list(x), nil
}

// listsMergeby merges the dicts that have the same value under a key.
func listsMergeby(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	terms, kw := append([]value.Value{in}, a[0].(value.Tuple)...), a[1].(*value.Dict)
	recursive, how := value.Value(value.Bool(false)), "replace"
	for k, v := range kw.Strings() {
		switch k {
		case "recursive":
			recursive = v
		case "list_merge":
			how = v.String()
		default:
			return nil, value.Errorf("AnsibleFilterError", "'recursive' and 'list_merge' are the only valid keyword arguments.")
		}
	}
	if len(terms) < 2 {
		return nil, value.Errorf("AnsibleFilterError", "At least one list and index are needed.")
	}
	lists, last := unpacked(terms[:len(terms)-1]), terms[len(terms)-1]
	if len(lists) == 1 {
		return lists[0], nil
	}
	index, ok := value.Text(last)
	if !ok {
		return nil, value.Errorf("AnsibleFilterError", "First argument after the lists for community.general.lists_mergeby must be string. %s is %s", last, typeName(last))
	}
	if err := checkMergeMode(how); err != nil {
		return nil, err
	}
	return mergedBy(s, lists, index, recursive.Truth(), how)
}

// mergedBy gives one dict for each value under the index, in the order of these values. Dicts without one are left out.
func mergedBy(s *eval.State, lists []value.Value, index string, recursive bool, how string) (value.Value, error) {
	byIndex := value.NewDict(0)
	for _, l := range lists {
		dicts, err := dictsOf(s, l)
		if err != nil {
			return nil, err
		}
		for _, d := range dicts {
			key, ok := d.Lookup(index)
			if !ok {
				continue
			}
			old, _, err := byIndex.LookupKey(key)
			if err != nil {
				return nil, err
			}
			before, ok := old.(*value.Dict)
			if !ok {
				before = value.NewDict(0)
			}
			_ = byIndex.SetKey(key, merge(before, d, recursive, how)) // hashable, as LookupKey has found
		}
	}
	var keys, out []value.Value
	for k := range byIndex.All() {
		keys = append(keys, k)
	}
	if err := method.Sort(keys, false); err != nil {
		return nil, err
	}
	for _, k := range keys {
		d, _, _ := byIndex.LookupKey(k) // it is there
		out = append(out, d)
	}
	return list(out), nil
}

func dictsOf(s *eval.State, v value.Value) ([]value.Mapping, error) {
	if !isSequence(v) {
		return nil, value.Errorf("AnsibleFilterError", "All arguments before the argument index for community.general.lists_mergeby must be lists. %s is %s", v, typeName(v))
	}
	elems, err := elements(s, v)
	if err != nil {
		return nil, err
	}
	out := make([]value.Mapping, len(elems))
	for i, e := range elems {
		m, ok := e.(value.Mapping)
		if !ok {
			return nil, value.Errorf("AnsibleFilterError", "Elements of list arguments for lists_mergeby must be dictionaries. %s is %s", e, typeName(e))
		}
		out[i] = m
	}
	return out, nil
}

// versionSort sorts texts as versions, in which numbers count as such.
func versionSort(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	keys := make([]value.Tuple, len(elems))
	at := make([]int, len(elems))
	for i, e := range elems {
		t, ok := value.Text(e)
		switch {
		case !ok:
			return nil, value.TypeError("expected string or bytes-like object, got '%s'", e.Type())
		case t == "":
			return nil, value.Errorf("AttributeError", "'LooseVersion' object has no attribute 'version'")
		}
		keys[i], at[i] = test.LooseVersion(t), i
	}
	var failed error
	sort.SliceStable(at, func(i, j int) bool {
		if a[0].Truth() {
			i, j = j, i
		}
		c, err := value.Compare(keys[at[i]], keys[at[j]])
		if err != nil && failed == nil {
			failed = err
		}
		return c < 0
	})
	out := list(make([]value.Value, len(elems)))
	for i, j := range at {
		out.Elems[i] = elems[j]
	}
	return out, failed
}
