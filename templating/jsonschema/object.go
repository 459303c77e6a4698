package jsonschema

import (
	"fmt"
	"slices"

	"github.com/goplay/goplay/templating/value"
)

func minProperties(u use) error {
	if m, ok := u.instance.(value.Mapping); ok && u.more(m.Len()) < 0 {
		return u.fail("%s does not have enough properties", value.Repr(u.instance))
	}
	return nil
}

func maxProperties(u use) error {
	if m, ok := u.instance.(value.Mapping); ok && u.more(m.Len()) > 0 {
		return u.fail("%s has too many properties", value.Repr(u.instance))
	}
	return nil
}

func required(u use) error {
	m, ok := u.instance.(value.Mapping)
	if !ok {
		return nil
	}
	names, err := u.elements()
	if err != nil {
		return err
	}
	for _, n := range names {
		if _, ok, err := value.LookupKey(m, n); err == nil && !ok {
			if err := u.fail("%s is a required property", value.Repr(n)); err != nil {
				return err
			}
		}
	}
	return nil
}

func properties(u use) error {
	m, ok := u.instance.(value.Mapping)
	if !ok {
		return nil
	}
	schemas, err := u.entries()
	if err != nil {
		return err
	}
	for k, schema := range schemas.All() {
		v, ok := m.Lookup(k.String())
		if !ok {
			continue
		}
		if err := u.check(schema, v, u.place.at(k).under(k.String())); err != nil {
			return err
		}
	}
	return nil
}

func patternProperties(u use) error {
	m, ok := u.instance.(value.Mapping)
	if !ok {
		return nil
	}
	schemas, err := u.entries()
	if err != nil {
		return err
	}
	for p, schema := range schemas.All() {
		for k, v := range m.All() {
			ok, err := u.matches(p, k.String())
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := u.check(schema, v, u.place.at(k).under(p.String())); err != nil {
				return err
			}
		}
	}
	return nil
}

func additionalProperties(u use) error {
	m, ok := u.instance.(value.Mapping)
	if !ok {
		return nil
	}
	extra, patterns, err := u.extra(m)
	if err != nil || len(extra) == 0 {
		return err
	}
	switch {
	case u.expected != value.Value(value.Bool(false)):
		for _, k := range extra {
			v, _, _ := value.LookupKey(m, k) // it is there
			if err := u.check(u.expected, v, u.place.at(k)); err != nil {
				return err
			}
		}
		return nil
	case len(patterns) == 0:
		return u.fail("Additional properties are not allowed (%s)", unexpected(extra))
	}
	verb := "do"
	if len(extra) == 1 {
		verb = "does"
	}
	return u.fail("%s %s not match any of the regexes: %s", reprs(sorted(extra)), verb, reprs(sorted(patterns)))
}

func sorted(values []value.Value) []value.Value {
	return slices.SortedStableFunc(slices.Values(values), func(a, b value.Value) int {
		n, _ := value.Compare(a, b) // keys that cannot be compared stay as they are
		return n
	})
}

// extra gives the keys that neither properties nor patternProperties name, and the patterns of the latter.
func (u use) extra(m value.Mapping) (extra, patterns []value.Value, err error) {
	named, _ := u.schema.Lookup("properties")
	names, _ := named.(value.Mapping)
	matched, _ := u.schema.Lookup("patternProperties")
	if p, ok := matched.(value.Mapping); ok {
		for k := range p.All() {
			patterns = append(patterns, k)
		}
	}
	for k := range m.All() {
		known := false
		if names != nil {
			_, known = names.Lookup(k.String())
		}
		for _, p := range patterns {
			ok, err := u.matches(p, k.String())
			if err != nil {
				return nil, nil, err
			}
			known = known || ok
		}
		if !known {
			extra = append(extra, k)
		}
	}
	return extra, patterns, nil
}

func propertyNames(u use) error {
	m, ok := u.instance.(value.Mapping)
	if !ok {
		return nil
	}
	for k := range m.All() {
		if err := u.check(u.expected, k, u.place); err != nil {
			return err
		}
	}
	return nil
}

// dependencies have a list of keys or a schema for each key.
func dependencies(u use) error {
	return u.dependents(func(k, needs value.Value) error {
		if _, isList := needs.(*value.List); isList {
			return u.needs(k, needs)
		}
		return u.check(needs, u.instance, u.place.under(k.String()))
	})
}

func dependentRequired(u use) error { return u.dependents(u.needs) }

func dependentSchemas(u use) error {
	return u.dependents(func(k, schema value.Value) error { return u.check(schema, u.instance, u.place.under(k.String())) })
}

// dependents applies those entries of the keyword whose keys the instance has.
func (u use) dependents(apply func(key, needs value.Value) error) error {
	m, ok := u.instance.(value.Mapping)
	if !ok {
		return nil
	}
	entries, err := u.entries()
	if err != nil {
		return err
	}
	for k, needs := range entries.All() {
		if _, ok := m.Lookup(k.String()); !ok {
			continue
		}
		if err := apply(k, needs); err != nil {
			return err
		}
	}
	return nil
}

// needs tells which keys another one needs and the instance has not.
func (u use) needs(key, names value.Value) error {
	l, ok := names.(*value.List)
	if !ok {
		return fmt.Errorf("%s has lists, not %s", u.keyword, value.Repr(names))
	}
	for _, n := range l.Elems {
		if _, ok := u.instance.(value.Mapping).Lookup(n.String()); !ok {
			if err := u.fail("%s is a dependency of %s", value.Repr(n), value.Repr(key)); err != nil {
				return err
			}
		}
	}
	return nil
}
