package filter

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func jsonRows() []row {
	const options = "*, indent=None, sort_keys=False, ensure_ascii=True, separators=None, vault_to_text=True, preprocess_unsafe=None, default=None, skipkeys=False, check_circular=True, allow_nan=True, **kw"
	const nice = "indent=4, sort_keys=True, *, ensure_ascii=True, separators=None, vault_to_text=True, preprocess_unsafe=None, default=None, skipkeys=False, check_circular=True, allow_nan=True, **kw"
	return []row{
		{name: "from_json", params: "**kwargs", run: fromJSON},
		{name: "to_json", params: options, run: toJSON},
		{name: "to_nice_json", params: nice, run: toJSON},
	}
}

func fromJSON(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	switch v := in.(type) {
	case value.Bytes:
		return value.FromJSON(v)
	}
	t, ok := value.Text(in)
	if !ok {
		return nil, value.TypeError("the JSON object must be str, bytes or bytearray, not %s", in.Type())
	}
	return value.FromJSON([]byte(t))
}

func toJSON(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if u := eval.FindUndefined(in); u != nil {
		return nil, u.Raise()
	}
	if err := jsonRefused(a[6], a[10].(*value.Dict)); err != nil {
		return nil, err
	}
	// skipkeys concerns keys that ansible-core refuses all the same; check_circular a loop, which no value here can have.
	o := value.JSONOptions{SortKeys: a[1].Truth(), EnsureASCII: a[2].Truth(), NoNaN: !a[9].Truth(), Default: jsonDefault}
	if t, ok := value.Text(a[0]); ok {
		o.IndentText, o.Newlines = t, true
	} else if !isNone(a[0]) {
		n, err := intArg(a[0])
		if err != nil {
			return nil, err
		}
		o.Indent, o.Newlines = n, true
	}
	if !isNone(a[3]) {
		sep, err := elements(s, a[3])
		if err != nil || len(sep) != 2 {
			return nil, value.ValueError("not enough values to unpack (expected 2, got %d)", len(sep))
		}
		o.ItemSeparator, o.KeySeparator = sep[0].String(), sep[1].String()
	}
	b, err := value.AppendJSON(nil, in, o)
	return value.String(b), err
}

// jsonRefused refuses json.dumps' options that are no use here, as ansible-core does.
func jsonRefused(def value.Value, others *value.Dict) error {
	if !isNone(def) {
		if _, callable := def.(value.Callable); callable {
			return value.Errorf("AnsibleFilterError", "the option default is not supported")
		}
		return value.TypeError("'%s' object is not callable", def.Type())
	}
	for name := range others.Strings() {
		if name == "cls" {
			return value.TypeError("json.dumps() got multiple values for keyword argument 'cls'")
		}
		return value.TypeError("JSONEncoder.__init__() got an unexpected keyword argument '%s'", name)
	}
	return nil
}

// jsonDefault gives the forms of values that JSON does not know.
func jsonDefault(v value.Value) (value.Value, error) {
	switch x := v.(type) {
	case *value.Set:
		var elems []value.Value
		for e := range x.Elements() {
			elems = append(elems, e)
		}
		return list(elems), nil
	case value.Range:
		return nil, value.TypeError("Object of type range is not JSON serializable")
	case value.Bytes:
		return nil, value.TypeError("Object of type bytes is not JSON serializable")
	case value.Iterable:
		var elems []value.Value
		for e := range x.Elements() {
			elems = append(elems, e)
		}
		return list(elems), nil
	}
	return value.ISODate(v)
}
