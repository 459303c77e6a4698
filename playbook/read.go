package playbook

import (
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// keyword reads one of the keywords that several kinds share; done is false where it is none of them.
func (r reader) keyword(k *Keywords, f document.Field, in kind) (done bool, err error) {
	for _, s := range scalars {
		if s.name == f.Name {
			*s.at(k), err = r.optional(f.Value)
			return true, err
		}
	}
	switch f.Name {
	case "name":
		k.Name, err = r.optional(f.Value)
	case "tags":
		k.Tags, err = r.tags(f.Value)
	case "vars":
		err = r.vars(k, f, in)
	case "when":
		k.When, err = r.conditions(f.Value)
	case "environment":
		k.Environment, err = r.list(f.Value)
	case "module_defaults":
		k.ModuleDefaults, err = r.list(f.Value)
	case "notify":
		k.Notify, err = r.list(f.Value)
	case "collections":
		k.Collections, err = r.strings(f)
	default:
		return false, nil
	}
	return true, err
}

// optional reads a value; null is nil, as if the keyword were not given.
func (r reader) optional(n *yaml.Node) (value.Value, error) {
	v, err := r.value(n)
	if err != nil || v == value.None {
		return nil, err
	}
	return v, nil
}

// list reads a list, or the one value that stands for a list of one.
func (r reader) list(n *yaml.Node) ([]value.Value, error) {
	v, err := r.optional(n)
	if err != nil || v == nil {
		return nil, err
	}
	if l, ok := v.(*value.List); ok {
		return l.Elems, nil
	}
	return []value.Value{v}, nil
}

// strings reads a list of plain strings.
func (r reader) strings(f document.Field) ([]string, error) {
	vs, err := r.list(f.Value)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, v := range vs {
		switch v := v.(type) {
		case value.String, *value.Template:
			out = append(out, v.String())
		default:
			return nil, r.fail(f.Value, "Keyword '%s' items must be of type 'str', not '%s'.", f.Name, v.Type())
		}
	}
	return out, nil
}

// tags reads a list of tags or a string with commas.
func (r reader) tags(n *yaml.Node) ([]value.Value, error) {
	v, err := r.optional(n)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *value.List:
		return v.Elems, nil
	case value.String:
		return splitTags(string(v)), nil
	case *value.Template:
		return []value.Value{v}, nil
	default:
		e := source.New(r.at(n), "tags must be specified as a list")
		e.Exit = source.ExitGeneric
		return nil, e
	}
}

func splitTags(s string) []value.Value {
	var tags []value.Value
	for _, t := range strings.Split(s, ",") {
		tags = append(tags, value.String(strings.TrimSpace(t)))
	}
	return tags
}

// conditions reads a conditional or a list of them.
func (r reader) conditions(n *yaml.Node) ([]Condition, error) {
	if n.Kind != yaml.SequenceNode {
		c, err := r.condition(n)
		if err != nil || c.Expr == value.None {
			return nil, err
		}
		return []Condition{c}, nil
	}
	var all []Condition
	for _, e := range n.Content {
		c, err := r.condition(document.Deref(e))
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func (r reader) condition(n *yaml.Node) (Condition, error) {
	v, err := r.value(n)
	return Condition{Pos: r.at(n), Expr: v}, err
}

var (
	identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	// keywords of the expression language cannot be variables' names
	notNames = map[string]bool{"True": true, "False": true, "None": true}
)

const nameHelp = "Variable names must be strings starting with a letter or underscore character, and contain only letters, numbers and underscores."

// vars reads a dict of variables and checks their names.
func (r reader) vars(k *Keywords, f document.Field, in kind) error {
	if r.isNull(f.Value) {
		return nil
	}
	if f.Value.Kind != yaml.MappingNode {
		return r.fail(f.Value, "Vars in a %s must be specified as a dictionary.", kindNames[in])
	}
	d, err := r.varsDict(f.Value)
	if err != nil {
		return err
	}
	k.Vars = []*value.Dict{d}
	return nil
}

// varsDict reads a mapping of variables.
func (r reader) varsDict(n *yaml.Node) (*value.Dict, error) {
	fields, err := r.fields(n)
	if err != nil {
		return nil, err
	}
	d := value.NewDict(len(fields))
	for _, f := range fields {
		if !validName(f.Name) {
			return nil, &source.Error{Pos: f.Pos, Msg: fmt.Sprintf("Invalid variable name %s.", value.Repr(value.String(f.Name))), Hint: nameHelp, Exit: source.ExitGeneric}
		}
		v, err := r.value(f.Value)
		if err != nil {
			return nil, err
		}
		d.Set(f.Name, v)
	}
	return d, nil
}

func validName(s string) bool { return identifier.MatchString(s) && !notNames[s] }
