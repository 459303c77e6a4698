package jsonschema

import (
	"fmt"
	"slices"

	"github.com/goplay/goplay/templating/value"
)

func minItems(u use) error {
	if l, ok := u.instance.(*value.List); ok && u.more(l.Len()) < 0 {
		return u.fail("%s is too short", value.Repr(u.instance))
	}
	return nil
}

func maxItems(u use) error {
	if l, ok := u.instance.(*value.List); ok && u.more(l.Len()) > 0 {
		return u.fail("%s is too long", value.Repr(u.instance))
	}
	return nil
}

func uniqueItems(u use) error {
	l, ok := u.instance.(*value.List)
	if !ok || !u.expected.Truth() || !hasTwins(l.Elems) {
		return nil
	}
	return u.fail("%s has non-unique elements", value.Repr(u.instance))
}

// scalarKey tells scalars apart: booleans equal no number.
type scalarKey struct {
	isBool bool
	hash   any
}

// hasTwins tells whether two values are equal. Only containers are compared with each other one by one.
func hasTwins(values []value.Value) bool {
	seen := map[scalarKey]bool{}
	var containers []value.Value
	for _, v := range values {
		h, err := value.Hash(v)
		if err != nil {
			if slices.ContainsFunc(containers, func(c value.Value) bool { return equal(c, v) }) {
				return true
			}
			containers = append(containers, v)
			continue
		}
		_, isBool := v.(value.Bool)
		k := scalarKey{isBool, h}
		if seen[k] {
			return true
		}
		seen[k] = true
	}
	return false
}

// each applies a schema to the elements from an index on.
func (u use) each(l *value.List, from int, schema value.Value) error {
	for i := from; i < l.Len(); i++ {
		if err := u.check(schema, l.Elems[i], u.place.at(value.Int(i))); err != nil {
			return err
		}
	}
	return nil
}

// inOrder applies each schema of a list to the element at its place.
func (u use) inOrder(l *value.List, schemas []value.Value) error {
	for i := range min(l.Len(), len(schemas)) {
		if err := u.check(schemas[i], l.Elems[i], u.place.at(value.Int(i)).under(fmt.Sprint(i))); err != nil {
			return err
		}
	}
	return nil
}

func items(u use) error {
	l, ok := u.instance.(*value.List)
	if !ok {
		return nil
	}
	schemas, isList := u.expected.(*value.List)
	switch {
	case u.draft == Draft2020:
		return itemsBehind(u, l)
	case isList:
		return u.inOrder(l, schemas.Elems)
	}
	return u.each(l, 0, u.expected)
}

// itemsBehind is the keyword of draft 2020-12, which is about the elements behind those of prefixItems.
func itemsBehind(u use, l *value.List) error {
	prefix := 0
	if p, ok := u.schema.Lookup("prefixItems"); ok {
		if p, ok := p.(*value.List); ok {
			prefix = p.Len()
		}
	}
	if u.expected == value.Value(value.Bool(false)) && l.Len() > prefix {
		return u.fail("Expected at most %d items, but found %d", prefix, l.Len())
	}
	return u.each(l, prefix, u.expected)
}

func prefixItems(u use) error {
	l, ok := u.instance.(*value.List)
	if !ok {
		return nil
	}
	schemas, err := u.elements()
	if err != nil {
		return err
	}
	return u.inOrder(l, schemas)
}

func additionalItems(u use) error {
	l, ok := u.instance.(*value.List)
	before, _ := u.schema.Lookup("items")
	schemas, isList := before.(*value.List)
	if !ok || !isList || l.Len() <= schemas.Len() {
		return nil
	}
	if u.expected == value.Value(value.Bool(false)) {
		return u.fail("Additional items are not allowed (%s)", unexpected(l.Elems[schemas.Len():]))
	}
	return u.each(l, schemas.Len(), u.expected)
}

// unexpected says that values were not expected.
func unexpected(values []value.Value) string {
	if len(values) == 1 {
		return reprs(values) + " was unexpected"
	}
	return reprs(values) + " were unexpected"
}

func contains(u use) error {
	l, ok := u.instance.(*value.List)
	if !ok {
		return nil
	}
	n := 0
	for _, e := range l.Elems {
		ok, err := u.valid(u.expected, e)
		if err != nil {
			return err
		}
		if ok {
			n++
		}
	}
	if u.draft <= Draft7 {
		if n == 0 {
			return u.fail("None of %s are valid under the given schema", value.Repr(u.instance))
		}
		return nil
	}
	return containsCounted(u, n)
}

// containsCounted is the keyword of the drafts that have minContains and maxContains.
func containsCounted(u use, n int) error {
	least, most := value.Value(value.Int(1)), value.Value(value.Float(n))
	if v, ok := u.schema.Lookup("minContains"); ok {
		least = v
	}
	if v, ok := u.schema.Lookup("maxContains"); ok {
		most = v
	}
	tooFew, _ := value.Compare(value.Int(n), least)
	tooMany, _ := value.Compare(value.Int(n), most)
	switch {
	case tooMany > 0:
		return u.failAs("maxContains", most, fmt.Sprintf("Too many items match the given schema (expected at most %s)", most))
	case tooFew < 0 && n == 0:
		return u.fail("%s does not contain items matching the given schema", value.Repr(u.instance))
	case tooFew < 0:
		return u.failAs("minContains", least, fmt.Sprintf("Too few items match the given schema (expected at least %s but only %d matched)", least, n))
	}
	return nil
}
