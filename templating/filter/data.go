package filter

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func dataRows() []row {
	return []row{
		{name: "extract", params: "container, morekeys=None", run: extract},
		{name: "flatten", params: "levels=None, skip_nulls=True", run: flatten},
		{name: "mandatory", params: "msg=None", run: mandatory, undef: true, keeps: true},
		{name: "product", params: "*args, repeat=1", run: product},
		{name: "permutations", params: "r=None", run: permutations},
		{name: "combinations", params: "r", run: combinations},
		{name: "subelements", params: "subelements, skip_missing=False", run: subelements},
		{name: "ternary", params: "true_val, false_val, none_val=None", run: ternary},
		{name: "type_debug", run: typeDebug, undef: true},
		{name: "zip", params: "*args, strict=False", run: zip},
		{name: "zip_longest", params: "*args, fillvalue=None", run: zipLongest},
	}
}

func typeName(v value.Value) string { return "<class '" + v.Type() + "'>" }

func extract(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	keys := []value.Value{in}
	switch more := a[1].(type) {
	case value.NoneType:
	case *value.List:
		keys = append(keys, more.Elems...)
	default:
		keys = append(keys, more)
	}
	v := a[0]
	for _, k := range keys {
		var err error
		if v, err = s.Item(v, k); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func flatten(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	levels := -1
	if !isNone(a[0]) {
		n, err := intArg(a[0])
		if err != nil {
			return nil, err
		}
		levels = n
	}
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	out, err := flattenInto(nil, elems, levels, a[1].Truth(), 0)
	return list(out), err
}

func flattenInto(out, elems []value.Value, levels int, skip bool, depth int) ([]value.Value, error) {
	if depth > value.MaxDepth {
		return nil, value.Errorf("RecursionError", "maximum recursion depth exceeded")
	}
	for _, e := range elems {
		if t, ok := value.Text(e); skip && (isNone(e) || ok && (t == "None" || t == "null")) {
			continue
		}
		var inner []value.Value
		switch x := e.(type) {
		case *value.List:
			inner = x.Elems
		case value.Tuple:
			inner = x
		case Group:
			inner = x.tuple()
		default:
			out = append(out, e)
			continue
		}
		if levels == 0 {
			out = append(out, e)
			continue
		}
		var err error
		if out, err = flattenInto(out, inner, levels-1, skip, depth+1); err != nil {
			return nil, err
		}
		if err := eval.CheckSize(len(out)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func mandatory(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	u, ok := in.(*value.Undefined)
	if !ok {
		return in, nil
	}
	if u.Err != nil {
		return nil, u.Err
	}
	if msg, ok := value.Text(a[0]); ok {
		return nil, value.Errorf("AnsibleError", "%s", msg)
	}
	name := ""
	if u.Name != "" {
		name = value.Repr(value.String(u.Name)) + " "
	}
	return nil, value.Errorf("AnsibleError", "Mandatory variable %snot defined.", name)
}

// maxProduct bounds what product and its like make.
const maxProduct = 1_000_000

func product(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	lists, err := allElements(s, in, a[0].(value.Tuple))
	if err != nil {
		return nil, err
	}
	repeat, err := intArg(a[1])
	if err != nil {
		return nil, err
	}
	rows := []value.Tuple{{}}
	for range repeat {
		for _, l := range lists {
			if len(rows)*len(l) > maxProduct {
				return nil, value.Errorf("MemoryError", "the product has too many elements")
			}
			next := make([]value.Tuple, 0, len(rows)*len(l))
			for _, r := range rows {
				for _, e := range l {
					next = append(next, append(append(value.Tuple{}, r...), e))
				}
			}
			rows = next
		}
	}
	return tuples(rows), nil
}

func tuples(rows []value.Tuple) *value.List {
	out := list(make([]value.Value, len(rows)))
	for i, r := range rows {
		out.Elems[i] = r
	}
	return out
}

func allElements(s *eval.State, in value.Value, more value.Tuple) ([][]value.Value, error) {
	var lists [][]value.Value
	for _, v := range append([]value.Value{in}, more...) {
		l, err := elements(s, v)
		if err != nil {
			return nil, err
		}
		lists = append(lists, l)
	}
	return lists, nil
}

func permutations(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	r := len(elems)
	if !isNone(a[0]) {
		if r, err = intArg(a[0]); err != nil {
			return nil, err
		}
	}
	return choose(elems, r, func(picked []int, i int) bool {
		for _, p := range picked {
			if p == i {
				return false
			}
		}
		return true
	})
}

func combinations(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	r, err := intArg(a[0])
	if err != nil {
		return nil, err
	}
	return choose(elems, r, func(picked []int, i int) bool {
		return len(picked) == 0 || picked[len(picked)-1] < i
	})
}

// choose gives all ways to pick r elements where each next index is allowed behind those picked.
func choose(elems []value.Value, r int, allowed func(picked []int, i int) bool) (value.Value, error) {
	var rows []value.Tuple
	var pick func(picked []int) bool
	pick = func(picked []int) bool {
		if len(picked) == r {
			row := make(value.Tuple, r)
			for i, p := range picked {
				row[i] = elems[p]
			}
			rows = append(rows, row)
			return len(rows) <= maxProduct
		}
		for i := range elems {
			if allowed(picked, i) && !pick(append(picked, i)) {
				return false
			}
		}
		return true
	}
	if r < 0 {
		return nil, value.ValueError("r must be non-negative")
	}
	if r <= len(elems) && !pick(make([]int, 0, r)) {
		return nil, value.Errorf("MemoryError", "too many elements")
	}
	return tuples(rows), nil
}

func subelements(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	var objects []value.Value
	switch x := in.(type) {
	case value.Mapping:
		for _, v := range x.All() {
			objects = append(objects, v)
		}
	case value.Sequence:
		objects, _ = elements(s, x)
	default:
		return nil, value.Errorf("AnsibleFilterError", "obj must be a list of dicts or a nested dict")
	}
	path, err := subelementPath(a[0])
	if err != nil {
		return nil, err
	}
	var rows []value.Tuple
	for _, o := range objects {
		sub, err := subelementsOf(o, path, a[1].Truth())
		if err != nil {
			return nil, err
		}
		for _, e := range sub {
			rows = append(rows, value.Tuple{o, e})
		}
	}
	return tuples(rows), nil
}

func subelementPath(v value.Value) ([]value.Value, error) {
	if l, ok := v.(*value.List); ok {
		return l.Elems, nil
	}
	if t, ok := value.Text(v); ok {
		return pathParts(value.String(t))
	}
	return nil, value.Errorf("AnsibleFilterTypeError", "subelements must be a list or a string")
}

func subelementsOf(o value.Value, path []value.Value, skip bool) ([]value.Value, error) {
	sub := o
	for _, key := range path {
		m, ok := sub.(value.Mapping)
		if !ok {
			return nil, value.Errorf("AnsibleFilterTypeError", "the key %s should point to a dictionary, got '%s': '%s' object is not subscriptable", key, sub, sub.Type())
		}
		next, ok, err := value.LookupKey(m, key)
		if err != nil {
			return nil, err
		}
		if !ok {
			if skip {
				return nil, nil
			}
			return nil, value.Errorf("AnsibleFilterError", "could not find %s key in iterated item %s", value.Repr(key), value.Repr(o))
		}
		sub = next
	}
	l, ok := sub.(*value.List)
	if !ok {
		return nil, value.Errorf("AnsibleFilterTypeError", "the key %s should point to a list, got %s", value.Repr(path[len(path)-1]), value.Repr(sub))
	}
	return l.Elems, nil
}

func ternary(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if isNone(in) && !isNone(a[2]) {
		return a[2], nil
	}
	if in.Truth() {
		return a[0], nil
	}
	return a[1], nil
}

func typeDebug(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	switch in := in.(type) {
	case *value.Undefined:
		return value.String(eval.MarkerType(in)), nil
	case value.Markup:
		return value.String("Markup"), nil
	case *eval.Func:
		return value.String("function"), nil
	}
	return value.String(in.Type()), nil
}

func zip(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	return zipped(s, in, a[0].(value.Tuple), nil, a[1].Truth())
}

func zipLongest(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	return zipped(s, in, a[0].(value.Tuple), a[1], false)
}

// zipped makes rows of the lists' elements, as long as the shortest list, or the longest where there is something to fill in.
func zipped(s *eval.State, in value.Value, more value.Tuple, fill value.Value, strict bool) (value.Value, error) {
	lists, err := allElements(s, in, more)
	if err != nil {
		return nil, err
	}
	n := len(lists[0])
	for i, l := range lists[1:] {
		if strict && len(l) != n {
			how := "shorter"
			if len(l) > n {
				how = "longer"
			}
			return nil, value.ValueError("zip() argument %d is %s than argument 1", i+2, how)
		}
		if fill == nil {
			n = min(n, len(l))
		} else {
			n = max(n, len(l))
		}
	}
	rows := make([]value.Tuple, n)
	for i := range rows {
		for _, l := range lists {
			if i < len(l) {
				rows[i] = append(rows[i], l[i])
			} else {
				rows[i] = append(rows[i], fill)
			}
		}
	}
	return tuples(rows), nil
}
