package inventory

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// JSON writes a listing with sorted keys, without a line end. Vaulted values are written as dicts of their ciphertext; marked does the same
// for texts that look like templates and are none.
func (l *Listing) JSON(v value.Value, marked bool) (string, error) {
	out, err := value.AppendJSON(nil, jsonForm(v, marked), value.JSONOptions{Indent: 4, SortKeys: true, Default: isoForm})
	return string(out), err
}

// isoForm is the form of dates; other values have their text.
func isoForm(v value.Value) (value.Value, error) {
	if iso, err := value.ISODate(v); err == nil {
		return iso, nil
	}
	return value.String(v.String()), nil
}

func jsonForm(v value.Value, marked bool) value.Value {
	switch v := v.(type) {
	case *value.Vaulted:
		return value.DictOf("__ansible_vault", value.String(v.Ciphertext))
	case *value.Template:
		if marked && v.Literal {
			return value.DictOf("__ansible_unsafe", value.String(v.Text))
		}
		return value.String(v.Text)
	case value.String:
		if marked && (strings.Contains(string(v), "{{") || strings.Contains(string(v), "{%")) {
			return value.DictOf("__ansible_unsafe", v)
		}
	case *value.List:
		l := &value.List{Elems: make([]value.Value, len(v.Elems))}
		for i, e := range v.Elems {
			l.Elems[i] = jsonForm(e, marked)
		}
		return l
	case value.Tuple:
		return jsonForm(value.NewList(v...), marked)
	case *value.Set:
		return jsonForm(value.NewList(slices.Collect(v.Elements())...), marked)
	case *value.Dict:
		d := value.NewDict(v.Len())
		for k, e := range v.All() {
			d.Set(keyText(k), jsonForm(e, marked))
		}
		return d
	}
	return v
}

// keyText is a key in JSON, which has none but texts.
func keyText(k value.Value) string {
	switch k := k.(type) {
	case value.Bool:
		return strings.ToLower(k.String())
	case value.NoneType:
		return "null"
	}
	return k.String()
}

// plainForm is a value as it is drawn: with templates as they are written, and vaulted texts decrypted.
func plainForm(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.Vaulted:
		text, err := v.Plain()
		if err != nil {
			err = &source.Error{Pos: v.Pos, Msg: err.Error(), Exit: source.ExitGeneric}
		}
		return text, err
	case *value.Template:
		return value.String(v.Text), nil
	case *value.List:
		l := &value.List{Elems: make([]value.Value, len(v.Elems))}
		for i, e := range v.Elems {
			plain, err := plainForm(e)
			if err != nil {
				return nil, err
			}
			l.Elems[i] = plain
		}
		return l, nil
	case *value.Dict:
		d := value.NewDict(v.Len())
		for k, e := range v.All() {
			plain, err := plainForm(e)
			if err != nil {
				return nil, err
			}
			_ = d.SetKey(k, plain) // a key of a dict is hashable
		}
		return d, nil
	}
	return v, nil
}
