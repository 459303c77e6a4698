package filter

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

func generalKeyRows() []row {
	const params = "target=None, matching_parameter='equal'"
	return []row{
		{name: "keep_keys", params: params, run: pickKeys(true)},
		{name: "remove_keys", params: params, run: pickKeys(false)},
		{name: "replace_keys", params: params, run: replaceKeys},
	}
}

// keyMatch tells whether a key fits one of the targets, and which.
type keyMatch func(key string) (int, error)

var matchingWays = []string{"equal", "starts_with", "ends_with", "regex"}

// dictsWithTextKeys gives the input of these filters: a list of dicts whose keys are texts.
func dictsWithTextKeys(s *eval.State, in value.Value, way string) ([]value.Mapping, error) {
	if !isSequence(in) {
		return nil, value.Errorf("AnsibleFilterError", "First argument must be a list. %s is %s", value.Repr(in), typeName(in))
	}
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	out := make([]value.Mapping, len(elems))
	for i, e := range elems {
		m, ok := e.(value.Mapping)
		if !ok {
			return nil, value.Errorf("AnsibleFilterError", "The data items must be dictionaries. %s is %s", e, typeName(e))
		}
		out[i] = m
	}
	for _, m := range out {
		for k := range m.All() {
			if _, ok := value.Text(k); !ok {
				return nil, value.Errorf("AnsibleFilterError", "Top level keys must be strings. keys: dict_keys(%s)", value.Repr(keysOf(m)))
			}
		}
	}
	if !slices.Contains(matchingWays, way) {
		return nil, value.Errorf("AnsibleFilterError", "The matching_parameter must be one of %s. matching_parameter=%s", value.Repr(texts(matchingWays)), way)
	}
	return out, nil
}

func keysOf(m value.Mapping) *value.List {
	l := list(nil)
	for k := range m.All() {
		l.Append(k)
	}
	return l
}

// targets reads a text or a list of them.
func targets(s *eval.State, v value.Value, way string) ([]string, error) {
	if !isSequence(v) {
		return nil, value.Errorf("AnsibleFilterError", "The target must be a string or a list. target is %s.", typeName(v))
	}
	if !v.Truth() {
		return nil, value.Errorf("AnsibleFilterError", "The target can't be empty.")
	}
	if t, ok := value.Text(v); ok {
		return []string{t}, nil
	}
	elems, err := elements(s, v)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range elems {
		t, ok := value.Text(e)
		if !ok {
			return nil, value.Errorf("AnsibleFilterError", "The target items must be strings. %s is %s", e, typeName(e))
		}
		out = append(out, t)
	}
	if way == "regex" && len(out) > 1 {
		return nil, value.Errorf("AnsibleFilterError", "Single item is required in the target list if matching_parameter=regex.")
	}
	return out, nil
}

func badTarget(words []string) error {
	return value.Errorf("AnsibleFilterError", "The target must be a valid regex if matching_parameter=regex. target is %s", words[0])
}

func badBefore(words []string) error {
	return value.Errorf("AnsibleFilterError", "The attributes before must be valid regex if matching_parameter=regex. Not all items are valid regex in: %s", value.Repr(texts(words)))
}

// matcher makes the test of keys. Patterns match at the start; refused is the error of words that are none.
func matcher(s *eval.State, words []string, way string, refused func(words []string) error) (keyMatch, error) {
	fits := map[string]func(key, word string) bool{
		"equal": func(key, word string) bool { return key == word }, "starts_with": strings.HasPrefix, "ends_with": strings.HasSuffix,
	}[way]
	if way != "regex" {
		return func(key string) (int, error) {
			return slices.IndexFunc(words, func(w string) bool { return fits(key, w) }), nil
		}, nil
	}
	patterns := make([]*regex.Regexp, len(words))
	for i, w := range words {
		re, err := s.Env.Regexps.Compile(w, regex.Flags{})
		if err != nil {
			return nil, refused(words)
		}
		patterns[i] = re
	}
	return func(key string) (int, error) {
		for i, re := range patterns {
			m, err := re.MatchStart(key)
			if err != nil || m != nil {
				return i, err
			}
		}
		return -1, nil
	}, nil
}

// pickKeys makes keep_keys and remove_keys.
func pickKeys(keep bool) run {
	return func(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
		way := a[1].String()
		dicts, err := dictsWithTextKeys(s, in, way)
		if err != nil {
			return nil, err
		}
		words, err := targets(s, a[0], way)
		if err != nil {
			return nil, err
		}
		match, err := matcher(s, words, way, badTarget)
		if err != nil {
			return nil, err
		}
		return eachDict(dicts, func(key string) (string, bool, error) {
			i, err := match(key)
			return key, i >= 0 == keep, err
		})
	}
}

// eachDict makes new dicts with the keys that rename gives, less those that it drops.
func eachDict(dicts []value.Mapping, rename func(key string) (string, bool, error)) (value.Value, error) {
	out := list(make([]value.Value, len(dicts)))
	for i, m := range dicts {
		d := value.NewDict(m.Len())
		for k, v := range m.All() {
			name, ok, err := rename(k.String())
			if err != nil {
				return nil, err
			}
			if ok {
				d.Set(name, v)
			}
		}
		out.Elems[i] = d
	}
	return out, nil
}

func replaceKeys(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	way := a[1].String()
	dicts, err := dictsWithTextKeys(s, in, way)
	if err != nil {
		return nil, err
	}
	before, after, err := replacements(a[0])
	if err != nil {
		return nil, err
	}
	match, err := matcher(s, before, way, badBefore)
	if err != nil {
		return nil, err
	}
	return eachDict(dicts, func(key string) (string, bool, error) {
		i, err := match(key)
		if i >= 0 {
			key = after[i]
		}
		return key, true, err
	})
}

// replacements reads the list of {before, after}.
func replacements(v value.Value) (before, after []string, err error) {
	l, ok := v.(*value.List)
	if !ok {
		return nil, nil, value.Errorf("AnsibleFilterError", "The target must be a list of dictionaries. target is %s.", typeName(v))
	}
	if l.Len() == 0 {
		return nil, nil, value.Errorf("AnsibleFilterError", "The target can't be empty.")
	}
	for _, e := range l.Elems {
		m, ok := e.(value.Mapping)
		if !ok {
			return nil, nil, value.Errorf("AnsibleFilterError", "The target items must be dictionaries. %s is %s", e, typeName(e))
		}
		x, hasBefore := m.Lookup("before")
		y, hasAfter := m.Lookup("after")
		if !hasBefore || !hasAfter {
			return nil, nil, value.Errorf("AnsibleFilterError", "All dictionaries in target must include attributes: after, before.")
		}
		for i, part := range []value.Value{x, y} {
			if _, ok := value.Text(part); !ok {
				return nil, nil, value.Errorf("AnsibleFilterError", "The attributes %s must be strings. %s is %s", []string{"before", "after"}[i], part, typeName(part))
			}
		}
		before, after = append(before, x.String()), append(after, y.String())
	}
	return before, after, nil
}
