package jsonschema

import (
	"fmt"
	"sync"

	"github.com/goplay/goplay/templating/value"
)

// rule is a keyword, and the drafts that have it.
type rule struct {
	from, to Draft
	apply    func(u use) error
}

// keywords are the keywords that check something.
var keywords = sync.OnceValue(func() map[string]rule {
	all := func(f func(use) error) rule { return rule{Draft4, Draft2020, f} }
	from := func(d Draft, f func(use) error) rule { return rule{d, Draft2020, f} }
	return map[string]rule{
		"type": all(typeIs), "enum": all(enum), "const": from(Draft6, constant), "format": all(format),
		"minimum": all(minimum), "maximum": all(maximum), "exclusiveMinimum": from(Draft6, exclusiveMinimum), "exclusiveMaximum": from(Draft6, exclusiveMaximum),
		"multipleOf": all(multipleOf), "minLength": all(minLength), "maxLength": all(maxLength), "pattern": all(pattern),
		"minItems": all(minItems), "maxItems": all(maxItems), "uniqueItems": all(uniqueItems),
		"items": all(items), "prefixItems": from(Draft2020, prefixItems), "additionalItems": {Draft4, Draft2019, additionalItems}, "contains": from(Draft6, contains),
		"minProperties": all(minProperties), "maxProperties": all(maxProperties), "required": all(required), "properties": all(properties),
		"patternProperties": all(patternProperties), "additionalProperties": all(additionalProperties), "propertyNames": from(Draft6, propertyNames),
		"dependencies": {Draft4, Draft7, dependencies}, "dependentRequired": from(Draft2019, dependentRequired), "dependentSchemas": from(Draft2019, dependentSchemas),
		"allOf": all(allOf), "anyOf": all(anyOf), "oneOf": all(oneOf), "not": all(not), "if": from(Draft7, conditional),
		"unevaluatedItems": from(Draft2019, refused), "unevaluatedProperties": from(Draft2019, refused),
	}
})

func refused(u use) error { return fmt.Errorf("%s is not supported", u.keyword) }

func allOf(u use) error {
	schemas, err := u.elements()
	if err != nil {
		return err
	}
	for i, s := range schemas {
		if err := u.check(s, u.instance, u.place.under(fmt.Sprint(i))); err != nil {
			return err
		}
	}
	return nil
}

// allowing gives those schemas of a list that allow the instance.
func (u use) allowing() ([]value.Value, error) {
	schemas, err := u.elements()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, s := range schemas {
		ok, err := u.valid(s, u.instance)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, s)
		}
	}
	return out, nil
}

func anyOf(u use) error {
	ok, err := u.allowing()
	if err != nil || len(ok) > 0 {
		return err
	}
	return u.fail("%s is not valid under any of the given schemas", value.Repr(u.instance))
}

func oneOf(u use) error {
	ok, err := u.allowing()
	switch {
	case err != nil || len(ok) == 1:
		return err
	case len(ok) == 0:
		return u.fail("%s is not valid under any of the given schemas", value.Repr(u.instance))
	}
	return u.fail("%s is valid under each of %s", value.Repr(u.instance), reprs(append(ok[1:], ok[0])))
}

func not(u use) error {
	ok, err := u.valid(u.expected, u.instance)
	if err != nil || !ok {
		return err
	}
	return u.fail("%s should not be valid under %s", value.Repr(u.instance), value.Repr(u.expected))
}

func conditional(u use) error {
	ok, err := u.valid(u.expected, u.instance)
	if err != nil {
		return err
	}
	branch := "else"
	if ok {
		branch = "then"
	}
	schema, ok := u.schema.Lookup(branch)
	if !ok {
		return nil
	}
	return u.check(schema, u.instance, u.place.under(branch))
}

// reprs lists values.
func reprs(values []value.Value) string {
	text := ""
	for i, v := range values {
		if i > 0 {
			text += ", "
		}
		text += value.Repr(v)
	}
	return text
}
