package jsonschema_test

import (
	"strings"
	"testing"

	"github.com/goplay/goplay/templating/jsonschema"
	"github.com/goplay/goplay/templating/value"
)

// Schemas and instances are users' text: whatever they are, the answer is a list or an error.
func FuzzValidate(f *testing.F) {
	for _, s := range []string{
		`{"type": ["string", "null"], "minLength": 2, "pattern": "^a"}`, `{"properties": {"a": {"$ref": "#"}}, "required": ["a"], "additionalProperties": false}`,
		`{"items": [{"type": "integer"}], "additionalItems": {"minimum": 3}, "uniqueItems": true, "contains": {"const": 1}}`, `{"$ref": "#/definitions/~1a", "definitions": {"/a": false}}`,
		`{"oneOf": [{"multipleOf": 0}, {"enum": [1]}], "not": {"if": true, "then": false}, "dependencies": {"a": ["b"]}}`,
	} {
		f.Add(s, `{"a": [1, true, null, 1.5, "ab", {"a": {}}]}`, uint8(2))
	}
	f.Fuzz(func(t *testing.T, schema, instance string, draft uint8) {
		s, err := value.FromJSON([]byte(schema))
		v, err2 := value.FromJSON([]byte(instance))
		if err != nil || err2 != nil {
			return
		}
		found, err := jsonschema.Validate(s, v, jsonschema.Options{Draft: jsonschema.Draft(draft % 5)})
		for _, e := range found {
			if err != nil || e.Message == "" || e.Schema == nil || e.Expected == nil || e.Found == nil {
				t.Errorf("%s for %s: %+v, %v", schema, instance, e, err)
			}
		}
	})
}

// A schema that means itself, or doubles its work at each level, ends with an error, and soon.
func TestEndless(t *testing.T) {
	for _, text := range []string{`{"$ref": "#"}`, `{"allOf": [{"$ref": "#"}]}`, `{"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}`, `{"not": {"$ref": "#"}}`} {
		s, err := value.FromJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = jsonschema.Validate(s, value.Int(1), jsonschema.Options{Draft: jsonschema.Draft7}); err == nil || !strings.Contains(err.Error(), "recursion") {
			t.Errorf("%s: %v", text, err)
		}
	}
	doubling := value.Value(value.DictOf("type", value.String("string")))
	for range 60 {
		doubling = value.DictOf("anyOf", value.NewList(doubling, doubling))
	}
	if _, err := jsonschema.Validate(doubling, value.Int(1), jsonschema.Options{Draft: jsonschema.Draft7}); err == nil || !strings.Contains(err.Error(), "steps") {
		t.Errorf("%v", err)
	}
}
