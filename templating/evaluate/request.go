package evaluate

import (
	"fmt"
	"unicode/utf8"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// maxTemplate bounds a template's text, in bytes: a compiled one takes many times as much.
const maxTemplate = 4 << 20

// request is one evaluation.
type request struct {
	name      string // of the template, or ""
	text      string
	templates map[string]string
	context   *value.Dict
	globals   *value.Dict
	options   options
}

// requestError says that a request cannot be understood.
type requestError struct{ msg string }

func (e *requestError) Error() string { return e.msg }

func wrong(format string, args ...any) error { return &requestError{fmt.Sprintf(format, args...)} }

// readRequest reads a line.
func readRequest(line []byte) (*request, error) {
	if !utf8.Valid(line) {
		return nil, wrong("the request is not UTF-8")
	}
	v, err := value.FromJSON(line)
	if err != nil {
		return nil, wrong("the request is not JSON: %s", err)
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, wrong("a request is an object, not %s", kindOf(v))
	}
	if err := checkMembers(d); err != nil {
		return nil, err
	}
	r := &request{context: &value.Dict{}, globals: &value.Dict{}}
	for _, read := range []func(*value.Dict) error{r.readTemplates, r.readText, r.readVariables, r.readOptions} {
		if err := read(d); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// checkMembers finds mistyped names.
func checkMembers(d *value.Dict) error {
	names := []string{"template", "templates", "entry", "context", "globals", "options"}
	for name := range d.Strings() {
		if near := source.Nearest(name, names); near != "" && !contains(names, name) {
			return wrong("a request has no member '%s', did you mean '%s'?", name, near)
		}
	}
	return nil
}

func (r *request) readTemplates(d *value.Dict) error {
	v, ok := d.Lookup("templates")
	if !ok || v == value.None {
		return nil
	}
	texts, ok := v.(*value.Dict)
	if !ok {
		return wrong("templates is an object, not %s", kindOf(v))
	}
	r.templates = make(map[string]string, texts.Len())
	for name, v := range texts.Strings() {
		text, ok := v.(value.String)
		if !ok {
			return wrong("the template '%s' is text, not %s", name, kindOf(v))
		}
		if len(text) > maxTemplate {
			return tooLong()
		}
		r.templates[name] = string(text)
	}
	return nil
}

func tooLong() error { return wrong("a template has at most %d bytes", maxTemplate) }

// readText finds what to evaluate.
func (r *request) readText(d *value.Dict) error {
	text, hasText, err := textMember(d, "template")
	if err != nil {
		return err
	}
	entry, hasEntry, err := textMember(d, "entry")
	switch {
	case err != nil:
		return err
	case hasText && hasEntry:
		return wrong("a request has a template or an entry, not both")
	case hasText && len(text) > maxTemplate:
		return tooLong()
	case hasText:
		r.text = text
		return nil
	case !hasEntry:
		return wrong("a request needs a template, or templates and an entry")
	}
	if text, hasText = r.templates[entry]; !hasText {
		return wrong("there is no template '%s'", entry)
	}
	r.name, r.text = entry, text
	return nil
}

func textMember(d *value.Dict, name string) (text string, has bool, err error) {
	v, ok := d.Lookup(name)
	if !ok || v == value.None {
		return "", false, nil
	}
	s, ok := v.(value.String)
	if !ok {
		return "", false, wrong("%s is text, not %s", name, kindOf(v))
	}
	return string(s), true, nil
}

func (r *request) readVariables(d *value.Dict) error {
	for name, place := range map[string]**value.Dict{"context": &r.context, "globals": &r.globals} {
		v, ok := d.Lookup(name)
		if !ok || v == value.None {
			continue
		}
		vars, ok := v.(*value.Dict)
		if !ok {
			return wrong("%s is an object, not %s", name, kindOf(v))
		}
		*place = vars
	}
	return nil
}

func (r *request) readOptions(d *value.Dict) error {
	v, ok := d.Lookup("options")
	if !ok || v == value.None {
		v = &value.Dict{}
	}
	given, ok := v.(*value.Dict)
	if !ok {
		return wrong("options is an object, not %s", kindOf(v))
	}
	var err error
	r.options, err = readOptions(given)
	return err
}

// kindOf is JSON's name of a value's type.
func kindOf(v value.Value) string {
	switch v.(type) {
	case value.String:
		return "text"
	case value.Bool:
		return "true or false"
	case value.Int, *value.BigInt, value.Float:
		return "a number"
	case *value.List:
		return "a list"
	case *value.Dict:
		return "an object"
	}
	return "null"
}
