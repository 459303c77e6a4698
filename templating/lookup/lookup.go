// Package lookup holds the lookup plugins of ansible-core, and those of community.general. What they give is data: it is never templated again.
package lookup

import (
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// Host is what lookups can reach.
type Host interface {
	// Variable gives a resolved variable.
	Variable(name string) (v value.Value, ok bool, err error)
	Names() iter.Seq[string]
	// Written gives a variable as it was written; Resolve evaluates the templates in a value.
	Written(name string) (value.Value, bool)
	Resolve(v value.Value) (value.Value, error)
	// HasLookup tells whether there is a lookup of a name; Lookup runs it.
	HasLookup(name string) bool
	Lookup(name string, terms []value.Value, options *value.Dict) (*value.List, error)
	// SearchPaths are folders, most specific first; Cwd is where commands run.
	SearchPaths() []string
	Cwd() string
	// Render evaluates a template file's text with extra variables. A file that is nothing but one expression keeps its type.
	Render(name, path string, text []byte, vars *value.Dict, options *value.Dict) (value.Value, error)
	Decrypt(data []byte) ([]byte, error)
	DecryptFile(path string) ([]byte, error)
	HostPattern(pattern string) ([]string, error)
	Config(name string) (v value.Value, ok bool)
	Warn(msg string)
}

// Plugin is a lookup: it makes a list of terms and options.
type Plugin func(c *Call) ([]value.Value, error)

// Call is one use of a lookup.
type Call struct {
	Name  string // as the user wrote it, for messages
	State *eval.State
	Host  Host
	Terms []value.Value
	Opts  *value.Dict
}

// Plugins gives the table of lookups.
func Plugins() map[string]Plugin {
	t := map[string]Plugin{
		"config": config, "csvfile": csvfile, "dict": dict, "env": env, "file": file, "fileglob": fileglob, "first_found": firstFound,
		"indexed_items": indexedItems, "ini": iniLookup, "inventory_hostnames": inventoryHostnames, "items": items,
		"lines": lines, "list": list, "nested": nested, "password": password, "pipe": pipe, "random_choice": randomChoice,
		"sequence": sequence, "subelements": subelements, "template": template, "together": together, "unvault": unvault, "url": fetchURL,
		"varnames": varnames, "vars": vars,
	}
	for name, p := range maps.Clone(t) {
		t["ansible.builtin."+name] = p
	}
	addGeneral(t)
	return t
}

func failf(format string, args ...any) error {
	return value.Errorf("AnsibleError", format, args...)
}

// opt gives an option's text.
func (c *Call) opt(name, standard string) string {
	v, ok := c.Opts.Lookup(name)
	if !ok || v == value.Value(value.None) {
		return standard
	}
	return v.String()
}

func (c *Call) has(name string) bool {
	_, ok := c.Opts.Lookup(name)
	return ok
}

// flag gives a boolean option.
func (c *Call) flag(name string, standard bool) bool {
	v, ok := c.Opts.Lookup(name)
	if !ok {
		return standard
	}
	return Truth(v)
}

// Truth reads a boolean option as ansible-core does, which may be a word.
func Truth(v value.Value) bool {
	if t, ok := value.Text(v); ok {
		switch strings.ToLower(t) {
		case "", "no", "false", "off", "0", "n", "f":
			return false
		}
		return true
	}
	return v.Truth()
}

func (c *Call) texts() ([]string, error) {
	out := make([]string, len(c.Terms))
	for i, t := range c.Terms {
		if u, ok := t.(*value.Undefined); ok {
			return nil, u.Raise()
		}
		out[i] = t.String()
	}
	return out, nil
}

// textOnly gives the terms, which are text; others give an error about their type, as Python words what is done with them.
func (c *Call) textOnly(kind, format string) ([]string, error) {
	for _, t := range c.Terms {
		if _, ok := value.Text(t); !ok {
			return nil, value.Errorf(kind, format, t.Type())
		}
	}
	return c.texts()
}

// noPath is Python's message about a path that is no text.
const noPath = "'%s' object has no attribute 'startswith'"

// find finds a file: in the subfolder of each search path, then in the path itself.
func (c *Call) find(sub, name string) (string, bool) { return Find(c.Host, sub, name) }

// search finds a file and warns where it does not.
func (c *Call) search(sub, name string) (string, bool) {
	path, ok := c.find(sub, name)
	if !ok {
		c.Host.Warn("Unable to find '" + name + "' in expected paths (use -vvvvv to see paths)")
	}
	return path, ok
}

// Find finds a file as lookups do: in a subfolder of each search path, then in the path itself.
func Find(h Host, sub, name string) (string, bool) {
	for _, p := range Candidates(h, sub, name) {
		if exists(p) {
			return p, true
		}
	}
	return "", false
}

// Candidates are the paths that Find looks at.
func Candidates(h Host, sub, name string) []string {
	name = expandHome(name)
	if filepath.IsAbs(name) {
		return []string{filepath.Clean(name)}
	}
	var paths []string
	for _, dir := range h.SearchPaths() {
		if filepath.Base(dir) != sub && !strings.HasPrefix(name, sub+"/") {
			paths = append(paths, filepath.Join(dir, sub, name))
		}
		paths = append(paths, filepath.Join(dir, name))
	}
	if cwd := h.Cwd(); cwd != "" {
		paths = append(paths, filepath.Join(cwd, sub, name), filepath.Join(cwd, name))
	}
	return paths
}

// flatten gives the terms with lists one level, or all levels, unpacked.
func flatten(terms []value.Value, deep bool) []value.Value {
	var out []value.Value
	for _, t := range terms {
		inner, ok := elements(t)
		switch {
		case !ok:
			out = append(out, t)
		case deep:
			out = append(out, flatten(inner, true)...)
		default:
			out = append(out, inner...)
		}
	}
	return out
}

func elements(v value.Value) ([]value.Value, bool) {
	switch v := v.(type) {
	case *value.List:
		return v.Elems, true
	case value.Tuple:
		return v, true
	case value.Range:
		var out []value.Value
		for e := range v.Elements() {
			out = append(out, e)
		}
		return out, true
	}
	return nil, false
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

func textValues(list []string) []value.Value {
	out := make([]value.Value, len(list))
	for i, s := range list {
		out[i] = value.String(s)
	}
	return out
}

func describe(v value.Value) string { return fmt.Sprintf("<class '%s'>", v.Type()) }
