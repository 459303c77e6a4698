package collection

import (
	"strings"

	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

func keyRows() []row {
	how := option{name: "matching_parameter", kind: text, choices: []string{"starts_with", "ends_with", "regex"}}
	names := option{name: "target", kind: texts, required: true}
	changes := option{name: "target", kind: dicts, required: true, sub: options(option{name: "before", kind: text}, option{name: "after", kind: text})}
	return []row{
		{name: "keep_keys", spec: options(option{name: "data", required: true}, names, how), run: keepKeys},
		{name: "remove_keys", spec: options(option{name: "data", required: true}, names, how), run: removeKeys},
		{name: "replace_keys", spec: options(option{name: "data", required: true}, changes, how), run: replaceKeys},
	}
}

// matcher tells whether a key is one that is looked for.
type matcher func(key, wanted value.Value) (bool, error)

// matching makes the matcher of an option's value; None wants keys that are equal.
func matching(how value.Value) matcher {
	switch how.String() {
	case "starts_with":
		return textMatcher("startswith", strings.HasPrefix)
	case "ends_with":
		return textMatcher("endswith", strings.HasSuffix)
	case "regex":
		return patternMatcher()
	}
	return func(key, wanted value.Value) (bool, error) { return value.Equal(key, wanted), nil }
}

func textMatcher(method string, f func(s, part string) bool) matcher {
	return func(key, wanted value.Value) (bool, error) {
		k, ok := value.Text(key)
		w, ok2 := value.Text(wanted)
		switch {
		case !ok:
			return false, value.Errorf("AttributeError", "'%s' object has no attribute '%s'", key.Type(), method)
		case !ok2:
			return false, value.TypeError("%s first arg must be str or a tuple of str, not %s", method, wanted.Type())
		}
		return f(k, w), nil
	}
}

// patternMatcher makes a matcher by patterns that fit the beginning of a key.
func patternMatcher() matcher {
	var patterns regex.Cache
	return func(key, wanted value.Value) (bool, error) {
		w, ok := value.Text(wanted)
		if !ok {
			return false, value.TypeError("first argument must be string or compiled pattern")
		}
		p, err := patterns.Compile(w, regex.Flags{})
		if err != nil {
			return false, err
		}
		k, ok := value.Text(key)
		if !ok {
			return false, value.TypeError("expected string or bytes-like object, got '%s'", key.Type())
		}
		m, err := p.MatchStart(k)
		return m != nil, err
	}
}

// any tells whether a key is one of several.
func (m matcher) any(key value.Value, wanted []value.Value) (bool, error) {
	for _, w := range wanted {
		if ok, err := m(key, w); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// selection is what keep_keys and remove_keys work with.
type selection struct {
	matches matcher
	wanted  []value.Value
}

func (c *call) selection() selection {
	return selection{matching(c.args[2]), c.args[1].(*value.List).Elems}
}

// keepKeys keeps the scalars with the keys that are wanted, and the containers that still have something then.
func keepKeys(c *call) (value.Value, error) {
	if !isContainer(c.args[0]) {
		return nil, failf("Error when using plugin 'keep_keys': Input is not valid for keep operation")
	}
	return c.selection().keep(c.args[0])
}

func (s selection) keep(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.List:
		return s.keepElems(v, false)
	case value.Mapping:
		if len(s.wanted) > 0 {
			return s.keepEntries(v)
		}
		return &value.Dict{}, nil
	}
	return v, nil
}

// keepElems keeps scalars and what is left of containers: of those in a dict's list only the ones that have something.
func (s selection) keepElems(l *value.List, inDict bool) (value.Value, error) {
	out := &value.List{}
	for _, e := range l.Elems {
		r, err := s.keep(e)
		if err != nil {
			return nil, err
		}
		if !inDict || !isContainer(e) || r.Truth() {
			out.Append(r)
		}
	}
	return out, nil
}

func (s selection) keepEntries(m value.Mapping) (value.Value, error) {
	out := &value.Dict{}
	for k, v := range m.All() {
		r, ok, err := s.keepEntry(k, v)
		if err != nil {
			return nil, err
		}
		if ok {
			_ = out.SetKey(k, r) // a key of a mapping is hashable
		}
	}
	return out, nil
}

func (s selection) keepEntry(k, v value.Value) (r value.Value, ok bool, err error) {
	switch v := v.(type) {
	case *value.List:
		r, err = s.keepElems(v, true)
	case value.Mapping:
		r, err = s.keep(v)
	default:
		ok, err = s.matches.any(k, s.wanted)
		return v, ok, err
	}
	return r, err == nil && r.Truth(), err
}

// removeKeys drops the entries with the keys that are wanted, at any depth. Elements of lists that have nothing then go too.
func removeKeys(c *call) (value.Value, error) {
	if !isContainer(c.args[0]) {
		return nil, failf("Error when using plugin 'remove_keys': Input is not valid for attribute removal")
	}
	return c.selection().remove(c.args[0])
}

func (s selection) remove(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.List:
		return s.removeElems(v)
	case value.Mapping:
		return s.removeEntries(v)
	}
	return v, nil
}

func (s selection) removeElems(l *value.List) (value.Value, error) {
	out := &value.List{}
	for _, e := range l.Elems {
		r, err := s.remove(e)
		if err != nil {
			return nil, err
		}
		_, isDict := e.(value.Mapping)
		if isDict && !r.Truth() || isList(e) && !e.Truth() {
			continue
		}
		out.Append(r)
	}
	return out, nil
}

func (s selection) removeEntries(m value.Mapping) (value.Value, error) {
	out := &value.Dict{}
	for k, v := range m.All() {
		gone, err := s.matches.any(k, s.wanted)
		if err != nil {
			return nil, err
		}
		if gone {
			continue
		}
		r, err := s.remove(v)
		if err != nil {
			return nil, err
		}
		_ = out.SetKey(k, r) // a key of a mapping is hashable
	}
	return out, nil
}

// replaceKeys renames keys at any depth; entries that are renamed move to the end.
func replaceKeys(c *call) (value.Value, error) {
	if !isContainer(c.args[0]) {
		return nil, failf("Error when using plugin 'replace_keys': Input is not valid for replace operation")
	}
	return c.selection().rename(c.args[0])
}

func (s selection) rename(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.List:
		out := &value.List{}
		for _, e := range v.Elems {
			r, err := s.rename(e)
			if err != nil {
				return nil, err
			}
			out.Append(r)
		}
		return out, nil
	case value.Mapping:
		return s.renameEntries(v)
	}
	return v, nil
}

func (s selection) renameEntries(m value.Mapping) (value.Value, error) {
	out := &value.Dict{}
	for k, v := range m.All() {
		r, err := s.rename(v)
		if err != nil {
			return nil, err
		}
		_ = out.SetKey(k, r) // a key of a mapping is hashable
	}
	for _, w := range s.wanted {
		change := w.(*value.Dict)
		for k, v := range out.Clone().All() {
			ok, err := s.matches(k, change.Get("before"))
			if err != nil {
				return nil, err
			}
			if ok {
				_, _ = out.DeleteKey(k) // it is there
				_ = out.SetKey(change.Get("after"), v)
			}
		}
	}
	return out, nil
}
