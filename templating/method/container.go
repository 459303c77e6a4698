package method

import (
	"iter"
	"sort"

	"github.com/goplay/goplay/templating/value"
)

// View is what keys(), values() and items() give.
type View struct {
	name  string
	elems iter.Seq[value.Value]
	size  int
}

var _ value.Iterable = (*View)(nil)

// Type is dict_keys, dict_values or dict_items.
func (v *View) Type() string { return v.name }

// Truth tells whether there are elements: views have a length.
func (v *View) Truth() bool { return v.size > 0 }

// Len is the number of elements.
func (v *View) Len() int { return v.size }

// String is Python's dict_keys([…]).
func (v *View) String() string {
	l := &value.List{}
	for e := range v.elems {
		l.Elems = append(l.Elems, e)
	}
	return v.name + "(" + l.String() + ")"
}

// List gives the elements as a list.
func (v *View) List() *value.List {
	l := &value.List{Elems: make([]value.Value, 0, v.size)}
	for e := range v.elems {
		l.Elems = append(l.Elems, e)
	}
	return l
}

// Elements gives the elements.
func (v *View) Elements() iter.Seq[value.Value] { return v.elems }

var mappingMethods = map[string]function{"get": mapGet, "keys": mapKeys, "values": mapValues, "items": mapItems}

var dictMethods = map[string]function{
	"get": mapGet, "keys": mapKeys, "values": mapValues, "items": mapItems, "copy": dictCopy, "update": dictUpdate, "pop": dictPop,
	"popitem": dictPopItem, "setdefault": dictSetDefault, "clear": dictClear, "fromkeys": dictFromKeys,
}

// OfDict tells whether dicts have a method of a name.
func OfDict(name string) bool { return dictMethods[name] != nil }

func mapGet(v value.Value, a *args) (value.Value, error) {
	if a.kw.Len() > 0 {
		return nil, value.TypeError("dict.get() takes no keyword arguments")
	}
	if err := a.count(1, 2); err != nil {
		return nil, err
	}
	e, ok, err := value.LookupKey(v.(value.Mapping), a.pos[0])
	if err != nil {
		return nil, err
	}
	if ok {
		return e, nil
	}
	if len(a.pos) == 2 {
		return a.pos[1], nil
	}
	return value.None, nil
}

func mapKeys(v value.Value, a *args) (value.Value, error) {
	m := v.(value.Mapping)
	return &View{"dict_keys", func(yield func(value.Value) bool) {
		for k := range m.All() {
			if !yield(k) {
				return
			}
		}
	}, m.Len()}, a.count(0, 0)
}

func mapValues(v value.Value, a *args) (value.Value, error) {
	m := v.(value.Mapping)
	return &View{"dict_values", func(yield func(value.Value) bool) {
		for _, e := range m.All() {
			if !yield(e) {
				return
			}
		}
	}, m.Len()}, a.count(0, 0)
}

func mapItems(v value.Value, a *args) (value.Value, error) {
	m := v.(value.Mapping)
	return &View{"dict_items", func(yield func(value.Value) bool) {
		for k, e := range m.All() {
			if !yield(value.Tuple{k, e}) {
				return
			}
		}
	}, m.Len()}, a.count(0, 0)
}

func dictCopy(v value.Value, a *args) (value.Value, error) {
	return v.(*value.Dict).Clone(), a.count(0, 0)
}

func dictUpdate(v value.Value, a *args) (value.Value, error) {
	d := v.(*value.Dict)
	if err := a.count(0, 1); err != nil {
		return nil, err
	}
	if len(a.pos) == 1 {
		if err := updateFrom(d, a.pos[0]); err != nil {
			return nil, err
		}
	}
	if a.kw != nil {
		d.Update(a.kw)
	}
	return value.None, nil
}

func updateFrom(d *value.Dict, v value.Value) error {
	if m, ok := v.(value.Mapping); ok {
		d.Update(m)
		return nil
	}
	elems, err := elements(v)
	if err != nil {
		return err
	}
	for i, e := range elems {
		pair, err := elements(e)
		if err != nil {
			return value.TypeError("cannot convert dictionary update sequence element #%d to a sequence", i)
		}
		if len(pair) != 2 {
			return value.ValueError("dictionary update sequence element #%d has length %d; 2 is required", i, len(pair))
		}
		if err := d.SetKey(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

func dictPop(v value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 2); err != nil {
		return nil, err
	}
	d := v.(*value.Dict)
	e, ok, err := d.LookupKey(a.pos[0])
	switch {
	case err != nil:
		return nil, err
	case ok:
		_, err := d.DeleteKey(a.pos[0])
		return e, err
	case len(a.pos) == 2:
		return a.pos[1], nil
	}
	return nil, value.Errorf("KeyError", "%s", value.Repr(a.pos[0]))
}

func dictPopItem(v value.Value, a *args) (value.Value, error) {
	d := v.(*value.Dict)
	var last value.Tuple
	for k, e := range d.All() {
		last = value.Tuple{k, e}
	}
	if last == nil {
		return nil, value.Errorf("KeyError", "'popitem(): dictionary is empty'")
	}
	_, err := d.DeleteKey(last[0])
	return last, err
}

func dictSetDefault(v value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 2); err != nil {
		return nil, err
	}
	d := v.(*value.Dict)
	e, ok, err := d.LookupKey(a.pos[0])
	if err != nil || ok {
		return e, err
	}
	e = value.None
	if len(a.pos) == 2 {
		e = a.pos[1]
	}
	return e, d.SetKey(a.pos[0], e)
}

func dictClear(v value.Value, a *args) (value.Value, error) {
	*v.(*value.Dict) = value.Dict{}
	return value.None, a.count(0, 0)
}

func dictFromKeys(_ value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 2); err != nil {
		return nil, err
	}
	keys, err := elements(a.pos[0])
	if err != nil {
		return nil, err
	}
	var e value.Value = value.None
	if len(a.pos) == 2 {
		e = a.pos[1]
	}
	d := value.NewDict(len(keys))
	for _, k := range keys {
		if err := d.SetKey(k, e); err != nil {
			return nil, err
		}
	}
	return d, nil
}

var listMethods = map[string]function{
	"append": listAppend, "extend": listExtend, "insert": listInsert, "pop": listPop, "remove": listRemove, "clear": listClear,
	"copy": listCopy, "reverse": listReverse, "sort": listSort, "index": seqIndex, "count": seqCount,
}

var tupleMethods = map[string]function{"index": seqIndex, "count": seqCount}

func listAppend(v value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	v.(*value.List).Append(a.pos[0])
	return value.None, nil
}

func listExtend(v value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	more, err := elements(a.pos[0])
	v.(*value.List).Append(more...)
	return value.None, err
}

func listInsert(v value.Value, a *args) (value.Value, error) {
	if err := a.count(2, 2); err != nil {
		return nil, err
	}
	l := v.(*value.List)
	i, err := a.int(0, "", 0)
	if err != nil {
		return nil, err
	}
	if i < 0 {
		i = max(0, i+len(l.Elems))
	}
	i = min(i, len(l.Elems))
	l.Elems = append(l.Elems[:i:i], append([]value.Value{a.pos[1]}, l.Elems[i:]...)...)
	return value.None, nil
}

func listPop(v value.Value, a *args) (value.Value, error) {
	if err := a.count(0, 1); err != nil {
		return nil, err
	}
	l := v.(*value.List)
	i, err := a.int(0, "", -1)
	if err != nil {
		return nil, err
	}
	if len(l.Elems) == 0 {
		return nil, value.Errorf("IndexError", "pop from empty list")
	}
	if i < 0 {
		i += len(l.Elems)
	}
	if i < 0 || i >= len(l.Elems) {
		return nil, value.Errorf("IndexError", "pop index out of range")
	}
	e := l.Elems[i]
	l.Elems = append(l.Elems[:i:i], l.Elems[i+1:]...)
	return e, nil
}

func listRemove(v value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	l := v.(*value.List)
	for i, e := range l.Elems {
		if value.Equal(e, a.pos[0]) {
			l.Elems = append(l.Elems[:i:i], l.Elems[i+1:]...)
			return value.None, nil
		}
	}
	return nil, value.ValueError("list.remove(x): x not in list")
}

func listClear(v value.Value, a *args) (value.Value, error) {
	v.(*value.List).Elems = nil
	return value.None, a.count(0, 0)
}

func listCopy(v value.Value, a *args) (value.Value, error) {
	return &value.List{Elems: append([]value.Value(nil), v.(*value.List).Elems...)}, a.count(0, 0)
}

func listReverse(v value.Value, a *args) (value.Value, error) {
	elems := v.(*value.List).Elems
	for i, j := 0, len(elems)-1; i < j; i, j = i+1, j-1 {
		elems[i], elems[j] = elems[j], elems[i]
	}
	return value.None, a.count(0, 0)
}

func listSort(v value.Value, a *args) (value.Value, error) {
	if len(a.pos) > 0 {
		return nil, value.TypeError("sort() takes no positional arguments")
	}
	reverse := a.kw.Get("reverse")
	return value.None, Sort(v.(*value.List).Elems, reverse != nil && reverse.Truth())
}

// Sort sorts in place, stably.
func Sort(elems []value.Value, reverse bool) error {
	var failed error
	sort.SliceStable(elems, func(i, j int) bool {
		a, b := elems[i], elems[j]
		if reverse {
			a, b = b, a
		}
		c, err := value.Compare(a, b)
		if err != nil && failed == nil {
			failed = err
		}
		return c < 0
	})
	return failed
}

func seqIndex(v value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 3); err != nil {
		return nil, err
	}
	elems, err := elements(v)
	if err != nil {
		return nil, err
	}
	start, err := a.int(1, "", 0)
	if err != nil {
		return nil, err
	}
	if start < 0 {
		start = max(0, start+len(elems))
	}
	for i := start; i < len(elems); i++ {
		if value.Equal(elems[i], a.pos[0]) {
			return value.Int(i), nil
		}
	}
	if _, ok := v.(value.Tuple); ok {
		return nil, value.ValueError("tuple.index(x): x not in tuple")
	}
	return nil, value.ValueError("%s is not in list", value.Repr(a.pos[0]))
}

func seqCount(v value.Value, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	elems, err := elements(v)
	n := 0
	for _, e := range elems {
		if value.Equal(e, a.pos[0]) {
			n++
		}
	}
	return value.Int(n), err
}
