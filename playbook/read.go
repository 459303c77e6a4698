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
			v, err := r.text(f)
			if v == nil && err == nil && r.isNull(f.Value) {
				v = value.None // not the same as a keyword that is not given
			}
			*s.at(k) = v
			return true, err
		}
	}
	switch f.Name {
	case "name":
		k.Name, err = r.text(f)
	case "tags":
		k.Tags, err = r.tags(f.Value)
	case "vars":
		err = r.vars(k, f, in)
	case "when":
		k.When, err = r.conditions(f.Value)
	case "environment":
		k.Environment, err = r.list(f.Value)
	case "module_defaults":
		k.ModuleDefaults, err = r.moduleDefaults(f)
	case "notify":
		if k.Notify, err = r.list(f.Value); k.Notify == nil {
			k.Notify = []value.Value{} // null, which notifies nobody
		}
	case "collections":
		k.Collections, err = r.strings(f)
	default:
		return false, nil
	}
	return true, err
}

// text reads a keyword with one value, which must be no list or dict where the keyword is text.
func (r reader) text(f document.Field) (value.Value, error) {
	if !texts[f.Name] {
		v, err := r.placedValue(f.Value)
		if i, ok := v.(value.Int); ok && i != 0 && i != 1 && booleans[f.Name] {
			v = r.given(f.Value, v) // which is no boolean
		}
		return v, err
	}
	v, err := r.optional(f.Value)
	if err != nil || v == nil {
		return v, err
	}
	if v == value.String("") && f.Name == "name" {
		return nil, nil // an empty name is none
	}
	if s, ok := v.(value.String); ok && keptPlaces[f.Name] {
		return r.placed(f.Value, s), nil
	}
	switch v.(type) {
	case *value.List, *value.Dict:
		return nil, &wrongType{source.New(f.Pos, fmt.Sprintf(
			"The field '%s' is supposed to be a string type, however the incoming data structure is a %s", f.Name, value.TaggedClass(v)))}
	}
	return v, nil
}

// keptPlaces are the texts that may be wrong: they keep their places, as templates without markers.
var keptPlaces = map[string]bool{"debugger": true, "loop_var": true}

// wrongType is the error of a keyword's type. The reference points at the whole play, block or task, which is known one level up.
type wrongType struct{ err *source.Error }

func (w *wrongType) Error() string { return w.err.Error() }

func (w *wrongType) Unwrap() error { return w.err }

// of gives an error of a keyword's type the place of the part that it belongs to.
func of(err error, pos source.Pos) error {
	if w, ok := err.(*wrongType); ok { //nolint:errorlint // made by this package, unwrapped
		w.err.Pos = pos
		return w.err
	}
	return err
}

func (r reader) moduleDefaults(f document.Field) ([]value.Value, error) {
	vs, err := r.list(f.Value)
	for i, v := range vs {
		if v.Type() != "dict" {
			return nil, r.fail(item(f.Value, i), "The field 'module_defaults' is supposed to be a dictionary or list of dictionaries, the keys of which "+
				"must be static action, module, or group names. Only the values may contain templates. "+
				"For example: {'ping': \"{{ ping_defaults }}\"}")
		}
	}
	return vs, err
}

// optional reads a value; null is nil, as if the keyword were not given.
func (r reader) optional(n *yaml.Node) (value.Value, error) {
	v, err := r.value(n)
	if err != nil || v == value.None {
		return nil, err
	}
	return v, nil
}

// given gives a value that may be wrong its place.
func (r reader) given(n *yaml.Node, v value.Value) value.Value {
	return &value.Template{Text: value.Repr(v), Pos: r.at(n), Given: v}
}

// placedValue reads the value of a keyword that is no text. What may be wrong there keeps its place.
func (r reader) placedValue(n *yaml.Node) (value.Value, error) {
	v, err := r.optional(n)
	if err != nil {
		return v, err
	}
	switch v := v.(type) {
	case value.String:
		return r.placed(n, v), nil
	case nil, value.Int, value.Bool, *value.Template:
		return v, nil
	default:
		return r.given(n, v), nil
	}
}

// placed gives text that is no template its place.
func (r reader) placed(n *yaml.Node, v value.Value) value.Value {
	if s, ok := v.(value.String); ok {
		return &value.Template{Text: string(s), Pos: r.at(n), Literal: document.HasMarkers(string(s))}
	}
	return v
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
	for i, v := range vs {
		switch v := v.(type) {
		case value.String, *value.Template:
			out = append(out, v.String())
		default:
			msg := fmt.Sprintf("Keyword '%s' items must be of type 'str', not '%s'.", f.Name, v.Type())
			return nil, placedMistake(v, source.New(r.at(item(f.Value, i)), msg))
		}
	}
	return out, nil
}

// placedMistake gives the error about a value. The reference knows no places of booleans, and points at the whole play, block or task.
func placedMistake(v value.Value, err *source.Error) error {
	if v.Type() == "bool" {
		return &wrongType{err}
	}
	return err
}

// item gives the node of a list's element; what is no list stands for a list of one.
func item(n *yaml.Node, i int) *yaml.Node {
	if n.Kind != yaml.SequenceNode {
		return n
	}
	return document.Deref(n.Content[i])
}

// tags reads a list of tags or a string with commas.
func (r reader) tags(n *yaml.Node) ([]value.Value, error) {
	v, err := r.value(n)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case *value.List:
		return v.Elems, nil
	case value.String:
		return splitTags(string(v)), nil
	case *value.Template:
		return []value.Value{v}, nil
	default:
		return nil, &source.Error{Pos: r.valuePos(n), Msg: "tags must be specified as a list", Exit: source.ExitGeneric}
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

// someConditions is conditions for a keyword that may not be null: that is an empty condition.
func (r reader) someConditions(n *yaml.Node) ([]Condition, error) {
	if r.isNull(n) {
		return []Condition{{Pos: r.at(n), Expr: &value.Template{Pos: r.at(n), Expr: true}}}, nil
	}
	return r.conditions(n)
}

func (r reader) condition(n *yaml.Node) (Condition, error) {
	v, err := r.expression(n)
	return Condition{Pos: r.at(n), Expr: v}, err
}

// expression reads a value whose text is an expression: it keeps its place, and is compiled once for all hosts.
func (r reader) expression(n *yaml.Node) (value.Value, error) {
	v, err := r.value(n)
	if s, ok := v.(value.String); ok && err == nil && n.Tag != "!unsafe" {
		return &value.Template{Text: string(s), Pos: r.at(n), Expr: true}, nil
	}
	return v, err
}

// expressions reads one expression or a list of them.
func (r reader) expressions(n *yaml.Node) (value.Value, error) {
	n = document.Deref(n)
	if n.Kind != yaml.SequenceNode {
		return r.expression(n)
	}
	list := &value.List{}
	for _, e := range n.Content {
		v, err := r.expression(document.Deref(e))
		if err != nil {
			return nil, err
		}
		list.Append(v)
	}
	return list, nil
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
	if err := r.varsMapping(f, kindNames[in]); err != nil {
		return err
	}
	warn := r.l.warn
	if in != inPlay {
		warn = func(w document.Warning) { k.Reserved = append(k.Reserved, w) }
	}
	d, err := r.varsDict(f.Value, warn)
	if err != nil {
		return err
	}
	k.Vars = []*value.Dict{d}
	return nil
}

// varsMapping refuses what are no variables of something.
func (r reader) varsMapping(f document.Field, of string) error {
	if f.Value.Kind == yaml.MappingNode || r.isNull(f.Value) {
		return nil
	}
	return r.fail(f.Value, "Vars in a %s must be specified as a dictionary.", of)
}

// varsDict reads a mapping of variables. It gives a warning for each name that the language uses itself.
func (r reader) varsDict(n *yaml.Node, warn func(document.Warning)) (*value.Dict, error) {
	fields, err := r.fields(n)
	if err != nil {
		return nil, err
	}
	d := value.NewDict(len(fields))
	for _, f := range fields {
		if err := r.varName(f); err != nil {
			return nil, err
		}
		v, err := r.value(f.Value)
		if err != nil {
			return nil, err
		}
		r.warnReserved(f, warn)
		d.Set(f.Name, v)
	}
	return d, nil
}

// warnReserved warns of a variable whose name the language uses itself.
func (r reader) warnReserved(f document.Field, warn func(document.Warning)) {
	if r.l.opts.Reserved != nil && r.l.opts.Reserved(f.Name) {
		warn(document.Warning{Pos: f.Pos, Msg: fmt.Sprintf("Found variable using reserved name %s.", value.Repr(value.String(f.Name)))})
	}
}

// varName refuses a key that can be no variable's name.
func (r reader) varName(f document.Field) error {
	key, err := r.value(f.Key)
	if err != nil {
		return err
	}
	if t, ok := key.(*value.Template); ok {
		key = value.String(t.Text) // a name is not templated
	}
	pos := r.valuePos(f.Key)
	if err := CheckName(key, pos); err != nil {
		return &source.Error{Pos: pos, Msg: err.Error(), Hint: nameHelp, Apart: !pos.IsValid(), Exit: source.ExitGeneric}
	}
	return nil
}

func validName(s string) bool { return identifier.MatchString(s) && !notNames[s] }
