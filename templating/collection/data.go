package collection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

func dataRows() []row {
	source := options(option{name: "data", required: true}, option{name: "match_key", kind: text, required: true}, option{name: "name", kind: text, required: true})
	on := value.Bool(true)
	comparison := options(option{name: "base", kind: list}, option{name: "target", kind: list})
	comparison.errors = "argspec validation failed for param_list_compare filter plugin with errors: "
	return []row{
		{name: "consolidate", run: consolidate, spec: options(
			option{name: "data_sources", kind: dicts, required: true, sub: source},
			option{name: "fail_missing_match_key", kind: boolean, standard: on},
			option{name: "fail_missing_match_value", kind: boolean, standard: on},
			option{name: "fail_duplicate", kind: boolean, standard: on},
		)},
		{name: "param_list_compare", params: "*args, **kwargs", run: paramListCompare(comparison)},
		{name: "validate", params: "*args, **kwargs", run: validateFilter},
		{name: "from_xml", run: fromXML, spec: options(option{name: "data", kind: text, required: true}, option{name: "engine", kind: text, standard: value.String("xmltodict")})},
		{name: "to_xml", run: toXML, spec: options(
			option{name: "data", kind: dict, required: true},
			option{name: "engine", kind: text, standard: value.String("xmltodict")},
			option{name: "indent", kind: text, standard: value.String("tabs"), choices: []string{"tabs", "spaces"}},
			option{name: "indent_width", kind: integer, standard: value.Int(4)},
			option{name: "full_document", kind: boolean, standard: on},
		)},
	}
}

// paramListCompare picks parameters of a base list: those named, or with "all" every one, without those that have a "!" before them.
func paramListCompare(spec *spec) func(c *call) (value.Value, error) {
	return func(c *call) (value.Value, error) {
		pos := slices.Insert(slices.Clone([]value.Value(c.args[1].(value.Tuple))), 0, c.args[0])
		if len(pos) < 2 && c.args[2].(*value.Dict).Len() == 0 {
			return nil, failf("Missing either 'base' or 'other value in filter input,refer 'ansible.utils.param_list_compare' filter plugin documentation for details")
		}
		for _, v := range pos {
			if _, err := c.Elements(v); err != nil {
				return nil, err
			}
		}
		args, err := spec.read(c.State, pos, c.args[2].(*value.Dict))
		if err != nil {
			return nil, err
		}
		return picked(args[0].(*value.List).Elems, args[1].(*value.List).Elems)
	}
}

func picked(base, target []value.Value) (value.Value, error) {
	excluded, wanted := &value.List{}, &value.List{}
	for _, t := range target {
		name, ok := value.Text(t)
		if !ok {
			return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'startswith'", t.Type())
		}
		if name, ok = strings.CutPrefix(name, "!"); ok {
			excluded.Append(value.String(name))
		} else if name != "all" {
			wanted.Append(t)
		}
	}
	actionable, unsupported := &value.List{}, &value.List{}
	for _, w := range wanted.Elems {
		switch {
		case !includes(base, w):
			unsupported.Append(w)
		case !includes(actionable.Elems, w):
			actionable.Append(w)
		}
	}
	if includes(target, value.String("all")) {
		actionable.Elems = slices.DeleteFunc(slices.Clone(base), func(b value.Value) bool { return includes(excluded.Elems, b) })
	}
	sorted, err := sortedValues(actionable.Elems)
	return value.DictOf("actionable", value.NewList(sorted...), "unsupported", unsupported), err
}

func includes(elems []value.Value, v value.Value) bool {
	return slices.ContainsFunc(elems, func(e value.Value) bool { return value.Equal(e, v) })
}

// source is data of consolidate: the entry for each value of its match key.
type source struct {
	name    string
	entries *value.Dict
}

// consolidate puts the entries of several sources that have the same value for a key together.
func consolidate(c *call) (value.Value, error) {
	var sources []source
	var noKey, duplicates []string
	for i, e := range c.args[0].(*value.List).Elems {
		s, missing, twice, err := c.readSource(e.(*value.Dict), i+1)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
		noKey = append(noKey, missing...)
		if twice {
			duplicates = append(duplicates, fmt.Sprintf("duplicate values in data source %d", i+1))
		}
	}
	var mistakes []string
	if len(noKey) > 0 && c.args[1].Truth() {
		mistakes = append(mistakes, reported("fail_missing_match_key", noKey))
	}
	if len(duplicates) > 0 && c.args[3].Truth() {
		mistakes = append(mistakes, reported("fail_duplicate", duplicates))
	}
	if len(mistakes) > 0 {
		return nil, failf("%s", strings.Join(mistakes, "; "))
	}
	return merge(sources, c.args[2].Truth())
}

func reported(option string, what []string) string {
	return fmt.Sprintf("Error when using plugin 'consolidate': '%s' reported %s", option, strings.Join(what, ", "))
}

func (c *call) readSource(d *value.Dict, number int) (s source, missing []string, twice bool, err error) {
	s = source{d.Get("name").String(), &value.Dict{}}
	elems, err := c.Elements(d.Get("data"))
	if err != nil {
		return s, nil, false, err
	}
	for i, e := range elems {
		m, ok := e.(value.Mapping)
		if !ok {
			return s, nil, false, notSubscriptable(e)
		}
		key, ok := m.Lookup(d.Get("match_key").String())
		if !ok {
			missing = append(missing, fmt.Sprintf("missing match key '%s' in data source %d in list entry %d", d.Get("match_key"), number, i+1))
			continue
		}
		_, seen, err := s.entries.LookupKey(key)
		if err != nil {
			return s, nil, false, err
		}
		twice = twice || seen
		_ = s.entries.SetKey(key, e) // it is hashable
	}
	return s, missing, twice, nil
}

// notSubscriptable is what Python says of a look-up by a name in what is no dict.
func notSubscriptable(v value.Value) error {
	if _, ok := value.Text(v); ok {
		return value.TypeError("string indices must be integers, not 'str'")
	}
	return value.TypeError("'%s' object is not subscriptable", v.Type())
}

func merge(sources []source, complete bool) (value.Value, error) {
	keys := &value.Dict{}
	for _, s := range sources {
		keys.Update(s.entries)
	}
	if complete {
		if what := incomplete(sources, keys); len(what) > 0 {
			return nil, failf("%s", reported("fail_missing_match_value", what))
		}
	}
	sorted, err := sortedValues(slices.Collect(keys.Elements()))
	if err != nil {
		return nil, err
	}
	out := &value.Dict{}
	for _, k := range sorted {
		all := &value.Dict{}
		for _, s := range sources {
			e, ok, _ := s.entries.LookupKey(k)
			if !ok {
				e = &value.Dict{}
			}
			all.Set(s.name, e)
		}
		_ = out.SetKey(k, all) // it is a key
	}
	return out, nil
}

func sortedValues(elems []value.Value) ([]value.Value, error) {
	var failed error
	slices.SortStableFunc(elems, func(a, b value.Value) int {
		n, err := value.Compare(a, b)
		if err != nil && failed == nil {
			failed = err
		}
		return n
	})
	return elems, failed
}

// incomplete tells which values each source has not.
func incomplete(sources []source, keys *value.Dict) []string {
	var what []string
	for i, s := range sources {
		var missing []string
		for k := range keys.All() {
			if _, ok, _ := s.entries.LookupKey(k); !ok {
				missing = append(missing, k.String())
			}
		}
		if len(missing) > 0 {
			what = append(what, fmt.Sprintf("missing match value %s in data source %d", strings.Join(missing, ", "), i+1))
		}
	}
	return what
}
