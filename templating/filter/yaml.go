package filter

import (
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/templating/yaml"
)

func yamlRows() []row {
	const unicode, options = ", sort_keys=True, allow_unicode=", ", width=None, explicit_start=False, explicit_end=False, **kw"
	return []row{
		{name: "from_yaml", run: fromYAML},
		{name: "from_yaml_all", run: fromYAMLAll},
		{name: "to_yaml", params: "*args, indent=None, default_flow_style=None" + unicode + "True" + options, run: toYAML},
		{name: "to_nice_yaml", params: "indent=4, *args, default_flow_style=False" + unicode + "None" + options, run: toNiceYAML},
	}
}

// Positional arguments beside the indentation are taken and mean nothing, as in ansible-core.
func toYAML(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	return dumpYAML(in, a[1], a[2], a[3:])
}

func toNiceYAML(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if !isNone(a[4]) { // the filter sets it itself
		return nil, value.TypeError("yaml.dump() got multiple values for keyword argument 'allow_unicode'")
	}
	rest := append([]value.Value(nil), a[3:]...)
	rest[1] = value.Bool(true)
	return dumpYAML(in, a[0], a[2], rest)
}

func dumpYAML(in, indent, flow value.Value, a []value.Value) (value.Value, error) {
	kw := a[5].(*value.Dict)
	if err := yamlRefused(kw); err != nil {
		return nil, err
	}
	o := yaml.Options{SortKeys: a[0].Truth(), EscapeUnicode: !a[1].Truth(), ExplicitStart: a[3].Truth(), ExplicitEnd: a[4].Truth()}
	if style, ok := kw.Lookup("default_style"); ok && !isNone(style) {
		o.Quote = style.String()
	}
	for _, p := range []struct {
		v    value.Value
		into *int
	}{{indent, &o.Indent}, {a[2], &o.Width}} {
		if isNone(p.v) {
			continue
		}
		n, err := intArg(p.v)
		if err != nil {
			if f, ok := p.v.(value.Float); ok {
				n = int(min(float64(f), 1<<30))
			} else {
				return nil, err
			}
		}
		*p.into = n
	}
	switch {
	case isNone(flow):
		o.Flow = yaml.Leaves
	case flow.Truth():
		o.Flow = yaml.Always
	default:
		o.Flow = yaml.Block
	}
	switch v := in.(type) {
	case value.Range:
		return nil, value.Errorf("RepresenterError", "('cannot represent an object', %s)", v)
	case value.Markup:
		return nil, value.Errorf("RepresenterError", "('cannot represent an object', %s)", value.Repr(v))
	}
	t, err := yaml.Dump(plain(in), o)
	return value.String(t), err
}

// yamlRefused refuses options: those of yaml.dump that goplay does not know, and what yaml.dump does not know.
func yamlRefused(kw *value.Dict) error {
	for name, v := range kw.Strings() {
		switch name {
		case "encoding": // the result is text, whatever its bytes would be
		case "default_style":
			if t := v.String(); !isNone(v) && t != "'" && t != `"` {
				return value.Errorf("AnsibleFilterError", "default_style=%s is not supported: it can be \"'\" or '\"'", value.Repr(v))
			}
		case "canonical", "version", "tags", "line_break":
			if !isNone(v) && v != value.Value(value.Bool(false)) && v != value.Value(value.String("\n")) {
				return value.Errorf("AnsibleFilterError", "the option %s is not supported", name)
			}
		default:
			return value.TypeError("dump_all() got an unexpected keyword argument '%s'", name)
		}
	}
	return nil
}

// plain gives lists in place of views and other things that only look like them.
func plain(v value.Value) value.Value {
	if it, ok := v.(value.Iterable); ok {
		if _, isSet := v.(*value.Set); isSet || eval.IsContainer(v) {
			return v
		}
		l := list(nil)
		for e := range it.Elements() {
			l.Append(e)
		}
		return l
	}
	return v
}

func fromYAML(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, ok := value.Text(in)
	if !ok {
		return in, nil
	}
	return document.Options{Data: true}.Load("<unicode string>", []byte(t))
}

func fromYAMLAll(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, ok := value.Text(in)
	if !ok {
		return in, nil
	}
	docs, err := source.ParseYAML("<unicode string>", []byte(t))
	if err != nil {
		return nil, err
	}
	out := list(nil)
	for _, d := range docs {
		v, err := document.Options{Data: true}.ToValue("<unicode string>", d)
		if err != nil {
			return nil, err
		}
		out.Append(v)
	}
	return out, nil
}
