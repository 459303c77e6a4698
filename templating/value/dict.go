package value

import (
	"fmt"
	"iter"
	"math"
)

// Dict is Python's dict: it keeps the order of insertion. Keys that are equal in Python (1, 1.0 and True) are one key.
// The zero Dict is empty and ready for use.
type Dict struct {
	entries []entry
	live    int
	strs    map[string]int // index of String keys, made when the dict outgrows a scan
	others  map[any]int    // index of all other keys
}

type entry struct {
	key, val Value // a nil key marks a deleted entry
}

const scanLimit = 8 // dicts up to this size are searched without an index

// NewDict makes an empty dict with room for n keys.
func NewDict(n int) *Dict { return &Dict{entries: make([]entry, 0, n)} }

// DictOf makes a dict of alternating string keys and values; it panics on an odd number of arguments or a key that is no string.
func DictOf(kv ...any) *Dict {
	d := NewDict(len(kv) / 2)
	for i := 0; i < len(kv); i += 2 {
		d.Set(kv[i].(string), kv[i+1].(Value))
	}
	return d
}

// Len is the number of keys.
func (d *Dict) Len() int {
	if d == nil {
		return 0
	}
	return d.live
}

// Lookup gives the value of a string key.
func (d *Dict) Lookup(key string) (Value, bool) {
	if i := d.findString(key); i >= 0 {
		return d.entries[i].val, true
	}
	return nil, false
}

// Get gives the value of a string key, or nil.
func (d *Dict) Get(key string) Value {
	v, _ := d.Lookup(key)
	return v
}

// Set sets the value of a string key.
func (d *Dict) Set(key string, v Value) {
	if i := d.findString(key); i >= 0 {
		d.entries[i].val = v
		return
	}
	d.append(String(key), v)
}

// Delete removes a string key and tells whether it was there.
func (d *Dict) Delete(key string) bool { return d.remove(d.findString(key)) }

// LookupKey gives the value of any key; the error tells of an unhashable one.
func (d *Dict) LookupKey(key Value) (Value, bool, error) {
	i, err := d.find(key)
	if err != nil || i < 0 {
		return nil, false, err
	}
	return d.entries[i].val, true, nil
}

// SetKey sets the value of any key; the error tells of an unhashable one.
func (d *Dict) SetKey(key, v Value) error {
	i, err := d.find(key)
	if err != nil {
		return err
	}
	if i >= 0 {
		d.entries[i].val = v
		return nil
	}
	d.append(key, v)
	return nil
}

// DeleteKey removes any key and tells whether it was there.
func (d *Dict) DeleteKey(key Value) (bool, error) {
	i, err := d.find(key)
	if err != nil {
		return false, err
	}
	return d.remove(i), nil
}

// All gives keys and values in insertion order.
func (d *Dict) All() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		if d == nil {
			return
		}
		for _, e := range d.entries {
			if e.key != nil && !yield(e.key, e.val) {
				return
			}
		}
	}
}

// Strings gives the string keys and their values in insertion order.
func (d *Dict) Strings() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for k, v := range d.All() {
			if s, ok := k.(String); ok && !yield(string(s), v) {
				return
			}
		}
	}
}

// Elements gives the keys, which is what a for statement sees.
func (d *Dict) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for k := range d.All() {
			if !yield(k) {
				return
			}
		}
	}
}

// Clone copies the dict, not its values.
func (d *Dict) Clone() *Dict {
	c := NewDict(d.Len())
	for k, v := range d.All() {
		c.append(k, v)
	}
	return c
}

// Merged gives a dict with the entries of both: those of over win, and where both have a dict it is merged too, as hash_behaviour =
// merge asks for. Neither is changed.
func (d *Dict) Merged(over *Dict) *Dict {
	merged := d.Clone()
	for k, v := range over.All() {
		old, _, _ := merged.LookupKey(k)
		under, ok1 := old.(*Dict)
		upper, ok2 := v.(*Dict)
		if ok1 && ok2 {
			v = under.Merged(upper)
		}
		_ = merged.SetKey(k, v) // a key of a dict is hashable
	}
	return merged
}

// Update sets every key of other.
func (d *Dict) Update(other Mapping) {
	for k, v := range other.All() {
		_ = d.SetKey(k, v) // a key of a mapping is hashable
	}
}

func (d *Dict) append(key, v Value) {
	d.entries = append(d.entries, entry{key, v})
	d.live++
	switch {
	case d.strs != nil:
		d.index(len(d.entries)-1, key)
	case len(d.entries) > scanLimit:
		d.reindex()
	}
}

func (d *Dict) reindex() {
	d.strs = make(map[string]int, len(d.entries)*2)
	d.others = nil
	for i, e := range d.entries {
		if e.key != nil {
			d.index(i, e.key)
		}
	}
}

func (d *Dict) index(i int, key Value) {
	if s, ok := key.(String); ok {
		d.strs[string(s)] = i
		return
	}
	if d.others == nil {
		d.others = map[any]int{}
	}
	h, _ := Hash(key)
	d.others[h] = i
}

func (d *Dict) findString(key string) int {
	if d == nil {
		return -1
	}
	if d.strs != nil {
		if i, ok := d.strs[key]; ok {
			return i
		}
		return -1
	}
	for i := range d.entries {
		if s, ok := d.entries[i].key.(String); ok && string(s) == key {
			return i
		}
	}
	return -1
}

func (d *Dict) find(key Value) (int, error) {
	if s, ok := key.(String); ok {
		return d.findString(string(s)), nil
	}
	h, err := Hash(key)
	if err != nil || d == nil {
		return -1, err
	}
	if d.strs != nil {
		if i, ok := d.others[h]; ok {
			return i, nil
		}
		return -1, nil
	}
	for i := range d.entries {
		if k := d.entries[i].key; k != nil {
			if kh, err := Hash(k); err == nil && kh == h {
				return i, nil
			}
		}
	}
	return -1, nil
}

func (d *Dict) remove(i int) bool {
	if i < 0 {
		return false
	}
	copy(d.entries[i:], d.entries[i+1:])
	d.entries[len(d.entries)-1] = entry{}
	d.entries = d.entries[:len(d.entries)-1]
	d.live--
	if d.strs != nil {
		d.reindex()
	}
	return true
}

// Hash gives a comparable Go value that is the same for values that are equal in Python; the error is Python's TypeError text.
func Hash(v Value) (any, error) {
	switch v := v.(type) {
	case String:
		return string(v), nil
	case Int:
		return int64(v), nil
	case Bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case Float:
		if f := float64(v); f == math.Trunc(f) && math.Abs(f) < 1<<63 {
			return int64(f), nil
		}
		return float64(v), nil
	case *BigInt:
		return bigKey(v.V.String()), nil
	case Bytes:
		return bytesKey(v), nil
	case Tuple:
		return hashTuple(v)
	case *List, *Dict, *Set:
		return nil, TypeError("unhashable type: '%s'", v.Type())
	default:
		return v, nil
	}
}

type (
	bigKey   string
	bytesKey string
	tupleKey string
)

func hashTuple(t Tuple) (any, error) {
	key := ""
	for _, e := range t {
		h, err := Hash(e)
		if err != nil {
			return nil, err
		}
		key += fmt.Sprintf("%T:%v\x00", h, h)
	}
	return tupleKey(key), nil
}
