package collection

import (
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"sync"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

var (
	toPathsSpec = options(option{name: "var", required: true}, option{name: "prepend", kind: text}, option{name: "wantlist", kind: boolean})
	getPathSpec = &spec{options: []option{{name: "var", required: true}, {name: "path", kind: text, required: true}, {name: "wantlist", kind: boolean}}, positional: 2}
)

func pathRows() []row {
	return []row{
		{name: "to_paths", spec: toPathsSpec, run: wantingList(toPaths, 2)},
		{name: "get_path", spec: getPathSpec, run: wantingList(getPath, 2)},
		{name: "index_of", spec: indexOfSpec, run: indexOf},
	}
}

// wantingList puts a result into a list where the i-th option asks for it.
func wantingList(run func(c *call) (value.Value, error), i int) func(c *call) (value.Value, error) {
	return func(c *call) (value.Value, error) {
		v, err := run(c)
		if err != nil || !c.args[i].Truth() {
			return v, err
		}
		return value.NewList(v), nil
	}
}

var plainKey = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`) })

// toPaths flattens a value: the path of each leaf, which an empty container is too, with the leaf. A container that is empty as a
// whole stays what it is.
func toPaths(c *call) (value.Value, error) {
	prepend := value.Value(value.String(""))
	if !isNone(c.args[1]) {
		prepend = c.args[1]
	}
	if !prepend.Truth() && isContainer(c.args[0]) && !c.args[0].Truth() {
		return c.args[0], nil
	}
	out := &value.Dict{}
	return out, flatten(out, prepend, c.args[0])
}

func isContainer(v value.Value) bool {
	_, isMapping := v.(value.Mapping)
	return isMapping || isList(v)
}

func flatten(out *value.Dict, path, v value.Value) error {
	if m, ok := v.(value.Mapping); ok && m.Len() > 0 {
		for k, e := range m.All() {
			at, err := keyPath(path, k)
			if err != nil {
				return err
			}
			if err := flatten(out, at, e); err != nil {
				return err
			}
		}
		return nil
	}
	if l, ok := v.(*value.List); ok && l.Len() > 0 {
		for i, e := range l.Elems {
			if err := flatten(out, value.String(fmt.Sprintf("%s[%d]", path, i)), e); err != nil {
				return err
			}
		}
		return nil
	}
	return out.SetKey(path, v)
}

// keyPath adds a key to a path. The first key of a path is taken as it is.
func keyPath(path, key value.Value) (value.Value, error) {
	if !path.Truth() {
		return key, nil
	}
	k, ok := value.Text(key)
	if !ok {
		return nil, value.TypeError("expected string or bytes-like object, got '%s'", key.Type())
	}
	if plainKey().MatchString(k) {
		return value.String(path.String() + "." + k), nil
	}
	return value.String(path.String() + "['" + k + "']"), nil
}

// getPath evaluates a path, which may be any expression, with the entries of a dict for its variables.
func getPath(c *call) (value.Value, error) {
	vars, ok := c.args[0].(value.Mapping)
	if !ok {
		return nil, value.TypeError("jinja2.environment.Template.render() argument after ** must be a mapping, not %s", c.args[0].Type())
	}
	for k := range vars.All() {
		if _, ok := value.Text(k); !ok {
			return nil, value.TypeError("keywords must be strings")
		}
	}
	program, err := c.Env.Compile("", "{{ "+c.text(1)+" }}", syntax.Config{RawStrings: true})
	if err != nil {
		return nil, value.Errorf("TemplateSyntaxError", "%s", err)
	}
	return program.Value(scope{c.Host, vars})
}

// scope is a host whose variables are the entries of a dict.
type scope struct {
	eval.Host
	vars value.Mapping
}

// Inner gives the host behind it.
func (s scope) Inner() eval.Host { return s.Host }

// Get gives an entry.
func (s scope) Get(name string) (value.Value, bool, error) {
	v, ok := s.vars.Lookup(name)
	return v, ok, nil
}

// GetResolved gives an entry.
func (s scope) GetResolved(name string) (value.Value, bool, error) { return s.Get(name) }

// Names gives the keys.
func (s scope) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range s.vars.All() {
			if !yield(k.String()) {
				return
			}
		}
	}
}

// joined lists texts: "a, b and c". A lone one keeps the place of those before it empty, as ansible.utils has it.
func joined(parts []string) string {
	text := ""
	for i, p := range parts[:len(parts)-1] {
		if i > 0 {
			text += ", "
		}
		text += p
	}
	return text + " and " + parts[len(parts)-1]
}

func quoted(v value.Value) string { return "'" + v.String() + "'" }

func at(i int) string { return "[" + strconv.Itoa(i) + "]" }
