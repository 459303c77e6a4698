package value

import (
	"iter"
	"math/big"
	"strconv"
)

// What each type can do is pinned here.
var (
	_ Mapping  = (*Dict)(nil)
	_ Iterable = (*Dict)(nil)
	_ Sequence = (*List)(nil)
	_ Iterable = (*List)(nil)
	_ Sequence = Tuple(nil)
	_ Iterable = Tuple(nil)
	_ Iterable = (*Set)(nil)
)

func (NoneType) Type() string     { return "NoneType" }
func (NoneType) Truth() bool      { return false }
func (NoneType) String() string   { return "None" }
func (OmitType) Type() string     { return "Omit" }
func (OmitType) Truth() bool      { return true }
func (OmitType) String() string   { return "<<Omit>>" }
func (Bool) Type() string         { return "bool" }
func (b Bool) Truth() bool        { return bool(b) }
func (Int) Type() string          { return "int" }
func (i Int) Truth() bool         { return i != 0 }
func (i Int) String() string      { return strconv.FormatInt(int64(i), 10) }
func (*BigInt) Type() string      { return "int" }
func (*BigInt) Truth() bool       { return true }
func (b *BigInt) String() string  { return b.V.String() }
func (Float) Type() string        { return "float" }
func (f Float) Truth() bool       { return f != 0 }
func (String) Type() string       { return "str" }
func (s String) Truth() bool      { return s != "" }
func (s String) String() string   { return string(s) }
func (Markup) Type() string       { return "str" }
func (m Markup) Truth() bool      { return m != "" }
func (m Markup) String() string   { return string(m) }
func (Bytes) Type() string        { return "bytes" }
func (b Bytes) Truth() bool       { return len(b) > 0 }
func (*List) Type() string        { return "list" }
func (l *List) Truth() bool       { return len(l.Elems) > 0 }
func (l *List) Len() int          { return len(l.Elems) }
func (l *List) Index(i int) Value { return l.Elems[i] }
func (Tuple) Type() string        { return "tuple" }
func (t Tuple) Truth() bool       { return len(t) > 0 }
func (t Tuple) Len() int          { return len(t) }
func (t Tuple) Index(i int) Value { return t[i] }
func (*Dict) Type() string        { return "dict" }
func (d *Dict) Truth() bool       { return d.Len() > 0 }
func (*Set) Type() string         { return "set" }
func (s *Set) Truth() bool        { return s.Len() > 0 }
func (*Undefined) Type() string   { return "Undefined" }
func (*Undefined) Truth() bool    { return false }
func (*Undefined) String() string { return "" }
func (*Template) Type() string    { return "str" }
func (t *Template) Truth() bool   { return t.Text != "" }

// String gives the template's text: a template that reaches str() unevaluated is shown as it was written.
func (t *Template) String() string { return t.Text }

func (b Bool) String() string {
	if b {
		return "True"
	}
	return "False"
}

// Elements gives the elements in order.
func (l *List) Elements() iter.Seq[Value] { return Tuple(l.Elems).Elements() }

// Elements gives the elements in order.
func (t Tuple) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for _, e := range t {
			if !yield(e) {
				return
			}
		}
	}
}

// Append adds elements to the end.
func (l *List) Append(elems ...Value) { l.Elems = append(l.Elems, elems...) }

// BigOf gives an integer of any size, a Bool too; ok is false for what is none. It must not be changed.
func BigOf(v Value) (n *big.Int, ok bool) {
	switch v := v.(type) {
	case Int:
		return big.NewInt(int64(v)), true
	case Bool:
		if v {
			return big.NewInt(1), true
		}
		return new(big.Int), true
	case *BigInt:
		return v.V, true
	}
	return nil, false
}
