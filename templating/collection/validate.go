package collection

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/jsonschema"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/value"
)

const jsonschemaEngine = "ansible.utils.jsonschema"

// validation is a use of validate: what is to be checked, by what, and the options.
type validation struct {
	data     value.Value
	criteria []value.Value
	options  func(name string) (value.Value, bool)
}

// engineOptions are those of the engine, with the environment's variables for them.
var engineOptions = map[string]string{
	"draft": "ANSIBLE_VALIDATE_JSONSCHEMA_DRAFT", "check_format": "ANSIBLE_VALIDATE_JSONSCHEMA_CHECK_FORMAT",
}

// drafts are the values of the option draft.
var drafts = []string{"draft3", "draft4", "draft6", "draft7", "2019-09", "2020-12"}

// validateFilter gives the list of mistakes in its input.
func validateFilter(c *call) (value.Value, error) {
	args, kw := c.args[1].(value.Tuple), c.args[2].(*value.Dict)
	if len(args) == 0 {
		return nil, failf("Missing either 'data' or 'criteria' value in filter input, refer 'ansible.utils.validate' filter plugin documentation for details")
	}
	v, err := newValidation(c.args[0], args[0], kw.Lookup)
	if err != nil {
		return nil, err
	}
	return v.mistakes()
}

// validateTest tells whether its input has no mistakes.
func validateTest(c *call) (value.Value, error) {
	kw := c.args[2].(*value.Dict)
	criteria, ok := kw.Lookup("criteria")
	if !ok {
		return nil, failf("argspec validation failed for validate test plugin with errors: ['missing required arguments: criteria']")
	}
	v, err := newValidation(c.args[0], criteria, kw.Lookup)
	if err != nil {
		return nil, err
	}
	found, err := v.mistakes()
	if err != nil {
		return nil, err
	}
	return value.Bool(!found.Truth()), nil
}

// validateLookup gives the list of mistakes in its first term.
func validateLookup(l *lookup.Call) ([]value.Value, error) {
	if len(l.Terms) < 2 {
		return nil, failf("missing either 'data' or 'criteria' value in lookup input, refer ansible.utils.validate lookup plugin documentation for details")
	}
	v, err := newValidation(l.Terms[0], l.Terms[1], func(name string) (value.Value, bool) {
		if v, ok := l.Opts.Lookup(name); ok {
			return v, true
		}
		if _, ok := engineOptions[name]; !ok {
			return nil, false
		}
		v, ok, err := l.Host.Variable("ansible_validate_jsonschema_" + name)
		return v, ok && err == nil
	})
	if err != nil {
		return nil, err
	}
	found, err := v.mistakes()
	if err != nil {
		return nil, err
	}
	return found.(*value.List).Elems, nil
}

// newValidation reads data and criteria, which may be the text of JSON, and looks at the engine's name.
func newValidation(data, criteria value.Value, given func(name string) (value.Value, bool)) (*validation, error) {
	v := &validation{options: func(name string) (value.Value, bool) {
		if o, ok := given(name); ok {
			return o, true
		}
		t := os.Getenv(engineOptions[name])
		return value.String(t), t != ""
	}}
	if err := v.checkEngine(); err != nil {
		return nil, err
	}
	var err error
	if v.data, err = fromText("data", data); err != nil {
		return nil, err
	}
	v.criteria = []value.Value{criteria}
	if l, ok := criteria.(*value.List); ok {
		v.criteria = slices.Clone(l.Elems)
	}
	for i, c := range v.criteria {
		if v.criteria[i], err = fromText("criteria", c); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func fromText(option string, v value.Value) (value.Value, error) {
	t, ok := value.Text(v)
	if !ok {
		return v, nil
	}
	out, err := value.FromJSON([]byte(t))
	if err != nil {
		return nil, failf("'%s' option value is invalid, value should a valid JSON. Failed to read with error '%s'", option, err)
	}
	return out, nil
}

// checkEngine refuses every engine but one, and values of its options that there are not.
func (v *validation) checkEngine() error {
	engine := jsonschemaEngine
	if e, ok := v.options("engine"); ok {
		engine = e.String()
	}
	var why string
	switch draft, ok := v.options("draft"); {
	case strings.Count(engine, ".") < 2:
		return failf("validate lookup plugin failed with errors: Parser name should be provided as a full name including collection")
	case engine == "ansible.utils.config":
		why = "it is not supported"
	case engine != jsonschemaEngine:
		collection, name := engine[:strings.LastIndex(engine, ".")], engine[strings.LastIndex(engine, ".")+1:]
		why = fmt.Sprintf("No module named 'ansible_collections.%s.plugins.sub_plugins.validate.%s'", collection, name)
	case ok && !slices.Contains(drafts, draft.String()):
		why = fmt.Sprintf("argspec validation failed for ansible.utils.jsonschema plugin with errors: ['value of draft must be one of: %s, got: %s']", strings.Join(drafts, ", "), draft)
	default:
		return nil
	}
	return failf("validate lookup plugin failed with errors: For engine '%s' error loading the corresponding validate plugin: %s", engine, why)
}

// mistakes checks the data by each schema. What is wrong with a schema itself is a text among the mistakes.
func (v *validation) mistakes() (value.Value, error) {
	out := &value.List{}
	for _, schema := range v.criteria {
		if isNone(schema) {
			continue
		}
		found, err := v.check(schema)
		if err != nil {
			out.Append(value.String(err.Error()))
			continue
		}
		for _, e := range found {
			out.Append(describeMistake(e))
		}
	}
	return out, nil
}

func (v *validation) check(schema value.Value) ([]jsonschema.Error, error) {
	draft, err := jsonschema.DraftOf(schema)
	if name, ok := v.options("draft"); ok {
		i := slices.Index(drafts, name.String())
		if i == 0 {
			return nil, errors.New("draft3 is not supported")
		}
		draft, err = jsonschema.Draft(i-1), nil
	}
	if err != nil {
		return nil, err
	}
	o := jsonschema.Options{Draft: draft}
	if check, ok := v.options("check_format"); ok {
		b, _ := asBoolean(check)
		o.SkipFormats = b == value.Value(value.Bool(false))
	}
	return jsonschema.Validate(schema, v.data, o)
}

func describeMistake(e jsonschema.Error) value.Value {
	keyword := value.Value(value.None)
	if e.Keyword != "" {
		keyword = value.String(e.Keyword)
	}
	path, dotted := "$", make([]string, len(e.Path))
	for i, step := range e.Path {
		dotted[i] = step.String()
		if _, ok := step.(value.Int); ok {
			path += "[" + dotted[i] + "]"
		} else {
			path += "." + dotted[i]
		}
	}
	return value.DictOf("message", value.String(e.Message), "data_path", value.String(strings.Join(dotted, ".")), "json_path", value.String(path),
		"schema_path", value.String(strings.Join(e.SchemaPath, ".")), "relative_schema", e.Schema, "expected", e.Expected, "validator", keyword, "found", e.Found)
}
