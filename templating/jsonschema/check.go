package jsonschema

import (
	"errors"
	"fmt"
	"slices"

	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

// checker is one validation.
type checker struct {
	root         value.Value
	draft        Draft
	skipFormats  bool
	keywords     map[string]rule
	patterns     *regex.Cache
	depth, steps int
	found        []Error
}

// place is where a check is, in the instance and in the schema.
type place struct {
	path   []value.Value
	schema []string
}

func (p place) at(key value.Value) place {
	return place{append(slices.Clip(p.path), key), p.schema}
}

func (p place) under(keys ...string) place {
	return place{p.path, append(slices.Clip(p.schema), keys...)}
}

// use is a keyword that is applied.
type use struct {
	*checker
	keyword  string
	expected value.Value
	schema   value.Mapping
	instance value.Value
	place    place
}

// maxDepth and maxSteps bound schemas that refer to themselves, or to others twice and so on.
const (
	maxDepth = 300
	maxSteps = 2_000_000
)

var (
	errDepth = errors.New("maximum recursion depth exceeded")
	errSteps = errors.New("the schema takes too many steps")
)

// check applies a schema.
func (c *checker) check(schema, instance value.Value, p place) error {
	if c.depth > maxDepth {
		return errDepth
	}
	if c.steps++; c.steps > maxSteps {
		return errSteps
	}
	c.depth++
	defer func() { c.depth-- }()
	switch s := schema.(type) {
	case value.Bool:
		c.checkBool(s, instance, p)
		return nil
	case value.Mapping:
		return c.checkKeywords(s, instance, p)
	}
	return fmt.Errorf("a schema is a dict, not %s", value.Repr(schema))
}

func (c *checker) checkBool(schema value.Bool, instance value.Value, p place) {
	if schema {
		return
	}
	c.found = append(c.found, Error{
		Message: fmt.Sprintf("False schema does not allow %s", value.Repr(instance)),
		Path:    p.path, SchemaPath: p.schema, Schema: schema, Expected: value.None, Found: instance,
	})
}

func (c *checker) checkKeywords(schema value.Mapping, instance value.Value, p place) error {
	ref, ok := schema.Lookup("$ref")
	if ok && c.draft <= Draft7 {
		return c.checkRef(ref, instance, p)
	}
	for k, expected := range schema.All() {
		name := k.String()
		switch name {
		case "$ref", "$recursiveRef", "$dynamicRef":
			if err := c.checkRef(expected, instance, p); err != nil {
				return err
			}
			continue
		}
		rule, ok := c.keywords[name]
		if !ok || c.draft < rule.from || c.draft > rule.to {
			continue
		}
		u := use{c, name, expected, schema, instance, p.under(name)}
		if name == "if" {
			u.place = p
		}
		if err := rule.apply(u); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) checkRef(ref, instance value.Value, p place) error {
	schema, err := c.resolve(ref.String())
	if err != nil {
		return err
	}
	return c.check(schema, instance, p)
}

// valid tells whether a schema allows an instance.
func (c *checker) valid(schema, instance value.Value) (bool, error) {
	found := c.found
	defer func() { c.found = found }()
	c.found = nil
	err := c.check(schema, instance, place{})
	return len(c.found) == 0, err
}

// fail notes that the keyword does not allow the instance.
func (u use) fail(format string, args ...any) error {
	return u.failAs(u.keyword, u.expected, fmt.Sprintf(format, args...))
}

func (u use) failAs(keyword string, expected value.Value, msg string) error {
	u.found = append(u.found, Error{
		Message: msg, Path: u.place.path, SchemaPath: u.place.schema, Schema: u.schema, Keyword: keyword, Expected: expected, Found: u.instance,
	})
	return nil
}

// elements gives the keyword's value as a list.
func (u use) elements() ([]value.Value, error) {
	if l, ok := u.expected.(*value.List); ok {
		return l.Elems, nil
	}
	return nil, fmt.Errorf("%s is a list, not %s", u.keyword, value.Repr(u.expected))
}

// entries gives the keyword's value as a dict.
func (u use) entries() (value.Mapping, error) {
	if m, ok := u.expected.(value.Mapping); ok {
		return m, nil
	}
	return nil, fmt.Errorf("%s is a dict, not %s", u.keyword, value.Repr(u.expected))
}

// matches tells whether a pattern is found in text.
func (u use) matches(pattern value.Value, text string) (bool, error) {
	p, err := u.patterns.Compile(pattern.String(), regex.Flags{})
	if err != nil {
		return false, err
	}
	m, err := p.Search(text)
	return m != nil, err
}
