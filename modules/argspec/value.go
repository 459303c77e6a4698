package argspec

import "github.com/goplay/goplay/templating/value"

// Copy gives a value that shares no dict and no list with another.
func Copy(v value.Value) value.Value {
	switch v := v.(type) {
	case value.String:
		return v
	case value.Markup:
		return value.String(v)
	case value.Mapping:
		return CopyDict(v)
	case value.Sequence:
		out := &value.List{}
		for i := range v.Len() {
			out.Append(Copy(v.Index(i)))
		}
		return out
	}
	return v
}

// CopyDict is Copy of a dict.
func CopyDict(m value.Mapping) *value.Dict {
	out := value.NewDict(m.Len())
	for k, v := range m.All() {
		if err := out.SetKey(k, Copy(v)); err != nil {
			out.Set(k.String(), Copy(v))
		}
	}
	return out
}

// NoDict is the error of an argument of the module that should be a dict.
func NoDict(argument string, v value.Value) error {
	return specErrorf("Incorrect type for %s, expected dict and got <class '%s'>", argument, fullClassName(v))
}

func fullClassName(v value.Value) string {
	name := value.TaggedType(v)
	if len(name) > 0 && name[0] == '_' {
		return "ansible.module_utils._internal._datatag." + name
	}
	return name
}
