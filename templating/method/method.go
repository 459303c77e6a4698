// Package method holds the methods and attributes of Python's types, as far as Jinja2's sandbox lets templates reach them.
package method

import (
	"github.com/goplay/goplay/templating/format"
	"github.com/goplay/goplay/templating/value"
)

// Attr gives an attribute of a value, or a method bound to it; ok is false where there is none.
func Attr(v value.Value, name string) (value.Value, bool) {
	if a, ok := v.(Attributed); ok {
		if r, ok := a.Attr(name); ok {
			return r, true
		}
	}
	if a, ok := attribute(v, name); ok {
		return a, true
	}
	if fn := find(v, name); fn != nil {
		return &Bound{recv: v, name: name, fn: fn}, true
	}
	return nil, false
}

// Attributed is a value of another package that has attributes.
type Attributed interface {
	Attr(name string) (v value.Value, ok bool)
}

// Call calls a method; ok is false where there is none of the name.
func Call(v value.Value, name string, pos []value.Value, kw *value.Dict) (r value.Value, ok bool, err error) {
	return CallWith(nil, v, name, pos, kw)
}

// CallWith is Call with what str.format reads attributes and items by, or nil for Python's own ways.
func CallWith(get format.Getter, v value.Value, name string, pos []value.Value, kw *value.Dict) (r value.Value, ok bool, err error) {
	fn := find(v, name)
	if fn == nil {
		return nil, false, nil
	}
	r, err = fn(v, &args{name: name, pos: pos, kw: kw, get: get})
	return r, true, err
}

// Bound is a method bound to its object.
type Bound struct {
	recv value.Value
	name string
	fn   function
}

var _ value.Callable = (*Bound)(nil)

// Type is Python's name of the type of bound methods. (Containers that templates see are Python classes of Ansible's own.)
func (b *Bound) Type() string {
	switch b.recv.(type) {
	case *value.Dict, *value.List:
		return "method"
	}
	return "builtin_function_or_method"
}

// Truth is true.
func (*Bound) Truth() bool { return true }

// String describes the method.
func (b *Bound) String() string {
	return "<built-in method " + b.name + " of " + b.recv.Type() + " object>"
}

// Call calls the method.
func (b *Bound) Call(pos []value.Value, kw *value.Dict) (value.Value, error) {
	return b.fn(b.recv, &args{name: b.name, pos: pos, kw: kw})
}

type function func(recv value.Value, a *args) (value.Value, error)

func find(v value.Value, name string) function {
	switch v.(type) {
	case value.Markup:
		return markupMethod(name)
	case value.String, *value.Template:
		if fn, ok := strMethods[name]; ok {
			return func(recv value.Value, a *args) (value.Value, error) {
				text, _ := value.Text(recv)
				return fn(text, a)
			}
		}
		return nil
	case *value.Dict:
		return checked(dictMethods[name])
	case *value.List:
		return checked(listMethods[name])
	case value.Tuple:
		return tupleMethods[name]
	case *value.Set:
		return setMethods[name]
	case value.Int, value.Bool, *value.BigInt:
		return intMethods[name]
	case value.Float:
		return floatMethods[name]
	case value.Bytes:
		return bytesMethods[name]
	case value.Mapping:
		return mappingMethods[name]
	}
	return nil
}

// checked makes a method refuse to put its object into itself.
func checked(fn function) function {
	if fn == nil {
		return nil
	}
	return func(recv value.Value, a *args) (value.Value, error) {
		if err := checkCycle(recv, a); err != nil {
			return nil, err
		}
		return fn(recv, a)
	}
}

// args are the arguments of one call.
type args struct {
	name string
	pos  []value.Value
	kw   *value.Dict
	get  format.Getter // or nil
}

func (a *args) formatting() format.Options {
	if a.get == nil {
		return format.Options{Get: Plain}
	}
	return format.Options{Get: a.get, Formatter: a.get.Sandboxed()}
}

// keywords gives the keyword arguments, none where there are none.
func (a *args) keywords() *value.Dict {
	if a.kw == nil {
		return &value.Dict{}
	}
	return a.kw
}

// count checks the number of positional arguments.
func (a *args) count(least, most int) error {
	n := len(a.pos)
	switch {
	case least == most && n != least && least == 0:
		return value.TypeError("%s() takes no arguments (%d given)", a.name, n)
	case least == most && n != least && least == 1:
		return value.TypeError("%s() takes exactly one argument (%d given)", a.name, n)
	case least == most && n != least:
		return value.TypeError("%s expected %d arguments, got %d", a.name, least, n)
	case n < least:
		return value.TypeError("%s expected at least %d argument%s, got %d", a.name, least, plural(least), n)
	case n > most:
		return value.TypeError("%s expected at most %d argument%s, got %d", a.name, most, plural(most), n)
	}
	return nil
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// at gives argument i, or the keyword; nil where neither is given.
func (a *args) at(i int, keyword string) value.Value {
	if i < len(a.pos) {
		return a.pos[i]
	}
	if keyword != "" {
		return a.kw.Get(keyword)
	}
	return nil
}

func (a *args) text(i int, keyword, standard string) (string, error) {
	v := a.at(i, keyword)
	if v == nil {
		return standard, nil
	}
	return a.textOf(v, i)
}

func (a *args) textOf(v value.Value, i int) (string, error) {
	if u, ok := v.(*value.Undefined); ok {
		return "", u.Raise()
	}
	s, ok := value.Text(v)
	if !ok {
		if len(a.pos) == 1 {
			return "", value.TypeError("%s() argument must be str, not %s", a.name, v.Type())
		}
		return "", value.TypeError("%s() argument %d must be str, not %s", a.name, i+1, v.Type())
	}
	return s, nil
}

func (a *args) int(i int, keyword string, standard int) (int, error) {
	v := a.at(i, keyword)
	switch v := v.(type) {
	case nil:
		return standard, nil
	case value.Int:
		return int(v), nil
	case value.Bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case *value.Undefined:
		return 0, v.Raise()
	}
	return 0, value.TypeError("'%s' object cannot be interpreted as an integer", v.Type())
}

// elements gives the elements of an argument.
func elements(v value.Value) ([]value.Value, error) {
	switch v := v.(type) {
	case *value.List:
		return v.Elems, nil
	case value.Tuple:
		return v, nil
	case *value.Undefined:
		return nil, v.Raise()
	case value.Iterable:
		var out []value.Value
		for e := range v.Elements() {
			out = append(out, e)
		}
		return out, nil
	case value.Mapping:
		var out []value.Value
		for k := range v.All() {
			out = append(out, k)
		}
		return out, nil
	case value.Sequence:
		out := make([]value.Value, v.Len())
		for i := range out {
			out[i] = v.Index(i)
		}
		return out, nil
	}
	if s, ok := value.Text(v); ok {
		var out []value.Value
		for _, r := range s {
			out = append(out, value.String(r))
		}
		return out, nil
	}
	return nil, value.TypeError("'%s' object is not iterable", v.Type())
}

func attribute(v value.Value, name string) (value.Value, bool) {
	switch v.(type) {
	case value.Int, value.Bool, *value.BigInt:
		switch name {
		case "real", "numerator":
			n, _ := value.BigOf(v)
			return value.NewInt(n), true
		case "imag":
			return value.Int(0), true
		case "denominator":
			return value.Int(1), true
		}
	case value.Float:
		switch name {
		case "real":
			return v, true
		case "imag":
			return value.Float(0), true
		}
	}
	return nil, false
}
