package filter

import (
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/templating/yaml"
)

func yamlRows() []row {
	const options = ", sort_keys=True, width=None, explicit_start=False, explicit_end=False, **kw"
	return []row{
		{name: "from_yaml", run: fromYAML},
		{name: "from_yaml_all", run: fromYAMLAll},
		{name: "to_yaml", params: "*args, indent=None, default_flow_style=None" + options, run: toYAML, keeps: true},
		{name: "to_nice_yaml", params: "indent=4, *args, default_flow_style=False" + options, run: toNiceYAML, keeps: true},
	}
}

// Positional arguments beside the indentation are taken and mean nothing, as in ansible-core.
func toYAML(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	return dumpYAML(in, a[1], a[2], a[3:])
}

func toNiceYAML(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	return dumpYAML(in, a[0], a[2], a[3:])
}

func dumpYAML(in, indent, flow value.Value, a []value.Value) (value.Value, error) {
	kw := a[4].(*value.Dict)
	o := yaml.Options{SortKeys: a[0].Truth(), ExplicitStart: a[2].Truth(), ExplicitEnd: a[3].Truth(), Vaulted: true}
	if err := yamlStyle(&o, kw); err != nil {
		return nil, err
	}
	for _, p := range []struct {
		v    value.Value
		into *int
	}{{indent, &o.Indent}, {a[1], &o.Width}} {
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

// yamlStyle reads the options that yaml.dump takes beside the filters' own, and refuses what it does not know.
func yamlStyle(o *yaml.Options, kw *value.Dict) error {
	for name, v := range kw.Strings() {
		if isNone(v) {
			continue
		}
		switch name {
		case "encoding", "line_break": // the result is text with \n, whatever they say
		case "allow_unicode":
			return value.TypeError("yaml.dump() got multiple values for keyword argument 'allow_unicode'")
		case "default_style":
			o.Style = v.String()
		case "canonical":
			o.Canonical = v.Truth()
		case "version":
			l, ok := v.(*value.List)
			if !ok || len(l.Elems) != 2 {
				return value.ValueError("version is a list of two numbers, not %s", value.Repr(v))
			}
			for i, e := range l.Elems {
				n, err := intArg(e)
				if err != nil {
					return err
				}
				o.Version[i] = n
			}
		case "tags":
			d, ok := v.(*value.Dict)
			if !ok {
				return value.Errorf("AttributeError", "'%s' object has no attribute 'keys'", v.Type())
			}
			for handle, prefix := range d.All() {
				o.Tags = append(o.Tags, [2]string{handle.String(), prefix.String()})
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
