// Package jsonschema checks values against JSON Schemas of the drafts 4, 6, 7, 2019-09 and 2020-12.
//
// What is wrong is told as Python's library of the same name tells it, in its words and order: that is what users of
// ansible.utils.validate know, and the reason that this is not one of Go's libraries. Schemas are read as they are used; nothing is
// fetched from elsewhere. unevaluatedItems, unevaluatedProperties and draft 3 are refused.
package jsonschema

import (
	"fmt"
	"slices"

	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

// Draft is a version of JSON Schema.
type Draft uint8

// The drafts, oldest first.
const (
	Draft4 Draft = iota
	Draft6
	Draft7
	Draft2019
	Draft2020
)

// drafts are the addresses by which schemas name their draft.
var drafts = map[string]Draft{
	"http://json-schema.org/draft-04/schema":       Draft4,
	"http://json-schema.org/draft-06/schema":       Draft6,
	"http://json-schema.org/draft-07/schema":       Draft7,
	"https://json-schema.org/draft/2019-09/schema": Draft2019,
	"https://json-schema.org/draft/2020-12/schema": Draft2020,
}

// Error is a place of an instance that a keyword of a schema does not allow.
type Error struct {
	Message    string
	Path       []value.Value // of the instance: keys and indexes
	SchemaPath []string
	Schema     value.Value // the schema that has the keyword
	Keyword    string      // "" where the schema is false
	Expected   value.Value // the keyword's value
	Found      value.Value // the part of the instance
}

// DraftOf gives the draft that a schema names, or the newest one.
func DraftOf(schema value.Value) (Draft, error) {
	m, ok := schema.(value.Mapping)
	if !ok {
		return Draft2020, nil
	}
	name, ok := m.Lookup("$schema")
	if !ok {
		return Draft2020, nil
	}
	address := trimFragment(name.String())
	if address == "http://json-schema.org/draft-03/schema" {
		return 0, fmt.Errorf("draft3 is not supported")
	}
	if d, ok := drafts[address]; ok {
		return d, nil
	}
	return Draft2020, nil
}

// Options choose how schemas are read.
type Options struct {
	Draft       Draft
	SkipFormats bool // leave the keyword format unchecked
}

// Validate gives what is wrong with an instance, ordered by its paths. The error tells that the schema itself is broken.
func Validate(schema, instance value.Value, o Options) ([]Error, error) {
	c := &checker{root: schema, draft: o.Draft, skipFormats: o.SkipFormats, keywords: keywords(), patterns: &regex.Cache{}}
	if err := c.check(schema, instance, place{}); err != nil {
		return nil, err
	}
	slices.SortStableFunc(c.found, func(a, b Error) int { return comparePaths(a.Path, b.Path) })
	return c.found, nil
}

// comparePaths orders paths as Python orders lists; what cannot be compared stays as it is.
func comparePaths(a, b []value.Value) int {
	for i := range min(len(a), len(b)) {
		n, err := value.Compare(a[i], b[i])
		if n != 0 || err != nil {
			return n
		}
	}
	return len(a) - len(b)
}
