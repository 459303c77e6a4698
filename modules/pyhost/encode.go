package pyhost

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"

	"github.com/goplay/goplay/templating/value"
)

// mark is the key of a dict that stands for what JSON has no form for; the other is "v".
const mark = "\x00"

func marked(kind string, v any) any { return map[string]any{mark: kind, "v": v} }

// views are what a call's values need beside their form in JSON.
type views struct {
	shown     []value.Mapping // those that a plugin reads piece by piece
	untrusted bool            // texts that come are no templates
}

// encode gives a value's form in JSON. Templates in it stay what they are.
func (s *views) encode(v value.Value) (any, error) {
	switch v := v.(type) {
	case nil, value.NoneType:
		return nil, nil
	case value.Bool:
		return bool(v), nil
	case value.Int:
		return marked("int", v.String()), nil
	case *value.BigInt:
		return marked("int", v.String()), nil
	case value.Float:
		return float(v), nil
	case *value.List:
		return s.list(v.Elems)
	case value.Tuple:
		elems, err := s.list(v)
		return marked("tuple", elems), err
	case *value.Set:
		elems, err := s.list(slices.Collect(v.Elements()))
		return marked("set", elems), err
	case *value.Dict:
		return s.dict(v)
	case *value.Template:
		return marked("template", []any{v.Text, v.Pos.File, v.Pos.Line, v.Pos.Col}), nil
	case *value.Vaulted:
		plain, err := v.Plain()
		return string(plain), err
	case *value.Undefined:
		if v.Err != nil {
			return nil, v.Raise()
		}
		return marked("undefined", v.Raise().Error()), nil
	}
	return s.other(v)
}

func (s *views) other(v value.Value) (any, error) {
	switch v := v.(type) {
	case value.Bytes:
		return marked("bytes", base64.StdEncoding.EncodeToString(v)), nil
	case value.DateTime:
		form := "2006-01-02T15:04:05.000000"
		if !v.Naive {
			form += "-0700"
		}
		return marked("datetime", v.T.Format(form)), nil
	case value.Date:
		return marked("date", v.T.Format("2006-01-02")), nil
	case value.Clock:
		return marked("time", v.T.Format("15:04:05.000000")), nil
	case value.Mapping:
		s.shown = append(s.shown, v)
		return marked("view", len(s.shown)-1), nil
	case value.Iterable:
		var elems []value.Value
		for e := range v.Elements() {
			elems = append(elems, e)
		}
		return s.list(elems)
	}
	if text, ok := value.Text(v); ok {
		return text, nil
	}
	return marked("object", []any{v.Type(), v.String()}), nil
}

func (s *views) list(elems []value.Value) (any, error) {
	out := make([]any, len(elems))
	for i, e := range elems {
		var err error
		if out[i], err = s.encode(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// dict keeps the order of keys, which a map in Go does not.
func (s *views) dict(d *value.Dict) (any, error) {
	pairs := make([]any, 0, d.Len())
	for k, v := range d.All() {
		key, err := s.encode(k)
		if err != nil {
			return nil, err
		}
		e, err := s.encode(v)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, []any{key, e})
	}
	return marked("dict", pairs), nil
}

// float gives a number that is a float in Python too.
func float(f value.Float) any {
	if math.IsInf(float64(f), 0) || math.IsNaN(float64(f)) || f == value.Float(math.Trunc(float64(f))) {
		return marked("float", f.String())
	}
	return json.Number(f.String())
}
