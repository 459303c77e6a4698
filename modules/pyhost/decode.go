package pyhost

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Object is a Python object that only plugins know: all that a template can do with it is to print it.
type Object struct{ Class, Text string }

// Type is the name of its class.
func (o *Object) Type() string { return o.Class }

// Truth is true.
func (o *Object) Truth() bool { return true }

// String is Python's str of it.
func (o *Object) String() string { return o.Text }

// result is what a plugin gives: data, in which nothing is a template.
func (s *views) result(data []byte) (value.Value, error) {
	s.untrusted = true
	return s.decode(data)
}

// decode makes a value of its form in JSON. An error says that the side car does not keep to the form.
func (s *views) decode(data []byte) (value.Value, error) {
	v, err := value.FromJSON(data)
	if err != nil {
		return nil, err
	}
	return s.value(v)
}

func (s *views) value(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.List:
		elems, err := s.values(v.Elems)
		return &value.List{Elems: elems}, err
	case *value.Dict:
		if kind, ok := v.Lookup(mark); ok {
			inner, ok := v.Lookup("v")
			if !ok {
				return nil, malformed(kind.String(), v)
			}
			return s.special(kind.String(), inner)
		}
		out := value.NewDict(v.Len())
		for k, e := range v.Strings() {
			e, err := s.value(e)
			if err != nil {
				return nil, err
			}
			out.Set(k, e)
		}
		return out, nil
	}
	return v, nil
}

func (s *views) values(elems []value.Value) ([]value.Value, error) {
	out := make([]value.Value, len(elems))
	for i, e := range elems {
		var err error
		if out[i], err = s.value(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func malformed(kind string, v value.Value) error {
	return fmt.Errorf("the Python process of plugins gave no %s: %.100q", kind, v.String())
}

// special makes what JSON has no form for.
func (s *views) special(kind string, v value.Value) (value.Value, error) {
	list, isList := v.(*value.List)
	switch kind {
	case "tuple", "set", "dict", "object", "template":
		if !isList {
			return nil, malformed(kind, v)
		}
		return s.compound(kind, list.Elems)
	case "view":
		if n, ok := v.(value.Int); ok && n >= 0 && int(n) < len(s.shown) {
			return s.shown[n], nil
		}
		return nil, malformed(kind, v)
	}
	return scalar(kind, v)
}

func scalar(kind string, v value.Value) (value.Value, error) {
	text := v.String()
	switch kind {
	case "int":
		if n, ok := new(big.Int).SetString(text, 10); ok {
			return value.NewInt(n), nil
		}
	case "float":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return value.Float(f), nil
		}
	case "bytes":
		if data, err := base64.StdEncoding.DecodeString(text); err == nil {
			return value.Bytes(data), nil
		}
	case "date":
		if t, err := time.Parse("2006-01-02", text); err == nil {
			return value.Date{T: t}, nil
		}
	case "datetime":
		if t, err := time.Parse("2006-01-02T15:04:05.000000", text); err == nil {
			return value.DateTime{T: t, Naive: true}, nil
		}
		if t, err := time.Parse("2006-01-02T15:04:05.000000-0700", text); err == nil {
			return value.DateTime{T: t}, nil
		}
	case "time":
		if t, err := time.Parse("15:04:05.000000", text); err == nil {
			return value.Clock{T: t}, nil
		}
	case "undefined":
		return &value.Undefined{Msg: text}, nil
	}
	return nil, malformed(kind, v)
}

func (s *views) compound(kind string, elems []value.Value) (value.Value, error) {
	if kind == "object" && len(elems) == 2 {
		return &Object{Class: elems[0].String(), Text: elems[1].String()}, nil
	}
	if kind == "template" && len(elems) == 4 {
		return s.template(elems), nil
	}
	made, err := s.values(elems)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "tuple":
		return value.Tuple(made), nil
	case "set":
		return value.NewSet(made...)
	case "dict":
		return dict(made)
	}
	return nil, malformed(kind, &value.List{Elems: elems})
}

// template makes a user's text with templates of the text and its place.
func (s *views) template(elems []value.Value) value.Value {
	if s.untrusted {
		return value.String(elems[0].String())
	}
	line, _ := elems[2].(value.Int)
	column, _ := elems[3].(value.Int)
	return &value.Template{Text: elems[0].String(), Pos: source.Pos{File: elems[1].String(), Line: int(line), Col: int(column)}}
}

func dict(pairs []value.Value) (value.Value, error) {
	out := value.NewDict(len(pairs))
	for _, pair := range pairs {
		p, ok := pair.(*value.List)
		if !ok || len(p.Elems) != 2 {
			return nil, malformed("dict", pair)
		}
		if err := out.SetKey(p.Elems[0], p.Elems[1]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
