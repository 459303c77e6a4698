package jmespath

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

func contains(_ string, a []value.Value) (value.Value, error) {
	if l, ok := a[0].(*value.List); ok {
		return value.Bool(slices.ContainsFunc(l.Elems, func(e value.Value) bool { return value.Equal(e, a[1]) })), nil
	}
	part, ok := value.Text(a[1])
	if !ok {
		return nil, value.TypeError("'in <string>' requires string as left operand, not %s", a[1].Type())
	}
	return value.Bool(strings.Contains(a[0].String(), part)), nil
}

func affix(has func(text, part string) bool) func(string, []value.Value) (value.Value, error) {
	return func(_ string, a []value.Value) (value.Value, error) {
		return value.Bool(has(a[0].String(), a[1].String())), nil
	}
}

func join(_ string, a []value.Value) (value.Value, error) {
	var parts []string
	for _, e := range a[1].(*value.List).Elems {
		parts = append(parts, e.String())
	}
	return value.String(strings.Join(parts, a[0].String())), nil
}

func keys(_ string, a []value.Value) (value.Value, error) {
	out := &value.List{}
	for k := range a[0].(value.Mapping).All() {
		out.Append(k)
	}
	return out, nil
}

func allValues(_ string, a []value.Value) (value.Value, error) {
	out := &value.List{}
	for _, v := range a[0].(value.Mapping).All() {
		out.Append(v)
	}
	return out, nil
}

func length(_ string, a []value.Value) (value.Value, error) {
	switch x := a[0].(type) {
	case *value.List:
		return value.Int(x.Len()), nil
	case value.Mapping:
		return value.Int(x.Len()), nil
	}
	return value.Int(utf8.RuneCountInString(a[0].String())), nil
}

func mapped(_ string, a []value.Value) (value.Value, error) {
	out := &value.List{}
	for _, e := range a[1].(*value.List).Elems {
		v, err := a[0].(reference).x.find(e)
		if err != nil {
			return nil, err
		}
		out.Append(v)
	}
	return out, nil
}

func merge(_ string, a []value.Value) (value.Value, error) {
	out := value.NewDict(0)
	for _, m := range a {
		out.Update(m.(value.Mapping))
	}
	return out, nil
}

func notNull(_ string, a []value.Value) (value.Value, error) {
	for _, v := range a {
		if v != value.Value(value.None) {
			return v, nil
		}
	}
	return value.None, nil
}

func reverse(_ string, a []value.Value) (value.Value, error) {
	if l, ok := a[0].(*value.List); ok {
		out := slices.Clone(l.Elems)
		slices.Reverse(out)
		return value.NewList(out...), nil
	}
	r := []rune(a[0].String())
	slices.Reverse(r)
	return value.String(r), nil
}

func sorted(_ string, a []value.Value) (value.Value, error) {
	elems := a[0].(*value.List).Elems
	return ordered(elems, elems)
}

// sortedBy sorts by keys of one type, that of the first.
func sortedBy(name string, a []value.Value) (value.Value, error) {
	elems, r := a[0].(*value.List).Elems, a[1].(reference)
	if len(elems) == 0 {
		return a[0], nil
	}
	first, err := by(name, elems[:1], r, []string{"string", "number"})
	if err != nil {
		return nil, err
	}
	keys, err := by(name, elems, r, []string{jsonType(first[0])})
	if err != nil {
		return nil, err
	}
	return ordered(elems, keys)
}

// ordered gives the elements in the order of their keys; those with equal keys stay as they are.
func ordered(elems, keys []value.Value) (value.Value, error) {
	at := make([]int, len(elems))
	for i := range at {
		at[i] = i
	}
	var failed error
	slices.SortStableFunc(at, func(i, j int) int {
		c, err := value.Compare(keys[i], keys[j])
		if err != nil {
			failed = err
		}
		return c
	})
	out := &value.List{Elems: make([]value.Value, len(elems))}
	for i, j := range at {
		out.Elems[i] = elems[j]
	}
	return out, failed
}

func toArray(_ string, a []value.Value) (value.Value, error) {
	if _, ok := a[0].(*value.List); ok {
		return a[0], nil
	}
	return value.NewList(a[0]), nil
}

func toString(_ string, a []value.Value) (value.Value, error) {
	if _, ok := value.Text(a[0]); ok {
		return a[0], nil
	}
	b, err := value.AppendJSON(nil, a[0], value.JSONOptions{
		EnsureASCII: true, ItemSeparator: ",", KeySeparator: ":",
		Default: func(v value.Value) (value.Value, error) { return value.String(v.String()), nil },
	})
	return value.String(b), err
}

func typeOf(_ string, a []value.Value) (value.Value, error) {
	if t := jsonType(a[0]); t != "unknown" {
		return value.String(t), nil
	}
	return value.None, nil
}
