package playbook

import (
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// varsFilesKeyword reads vars_files: names, or lists of alternatives.
func (b *builder) varsFilesKeyword(f document.Field) ([]value.Value, error) {
	v, err := b.optional(f.Value)
	if err != nil || v == nil {
		return nil, err
	}
	l, ok := v.(*value.List)
	if !ok {
		l = value.NewList(v)
	}
	for i, e := range l.Elems {
		at := f.Value
		if ok {
			at = item(f.Value, i)
		}
		if err := b.checkVarsFile(at, e); err != nil {
			return nil, err
		}
	}
	return l.Elems, nil
}

// checkVarsFile refuses an entry that is neither a name nor a list of names.
func (b *builder) checkVarsFile(n *yaml.Node, v value.Value) error {
	switch l, isList := v.(*value.List); {
	case isList:
		for i, e := range l.Elems {
			if e.Type() != "str" {
				return NoVarsFile(b.valuePos(item(n, i)), e)
			}
		}
		return nil
	case v.Type() != "str":
		return NoVarsFile(b.valuePos(n), v)
	}
	return nil
}

// NoVarsFile is the error of something else than a name in vars_files.
func NoVarsFile(pos source.Pos, v value.Value) error {
	return &source.Error{
		Pos: pos, Apart: !pos.IsValid(), Msg: "Invalid `vars_files` value of type '" + v.Type() + "'.",
		Hint: "A `vars_files` value should either be a string or list of strings.",
	}
}

// varsPrompt reads vars_prompt.
func (b *builder) varsPrompt(f document.Field) ([]VarPrompt, error) {
	if b.isNull(f.Value) {
		return nil, nil
	}
	entries := f.Value.Content
	if f.Value.Kind == yaml.ScalarNode {
		return nil, b.noVariables(f.Value)
	}
	if f.Value.Kind != yaml.SequenceNode {
		entries = []*yaml.Node{f.Value}
	}
	var all []VarPrompt
	for _, e := range entries {
		e = document.Deref(e)
		if e.Kind != yaml.MappingNode {
			return nil, b.noVariables(e)
		}
		p, err := b.prompt(e, f)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func (b *builder) noVariables(n *yaml.Node) error {
	return &source.Error{
		Pos: b.valuePos(n), Msg: "Invalid variable file contents.", Apart: !b.valuePos(n).IsValid(),
		Hint: "Variable files must contain either a dictionary of variables, or a list of dictionaries.",
	}
}

// prompt reads one entry. Its values are evaluated when the play begins.
func (b *builder) prompt(n *yaml.Node, f document.Field) (VarPrompt, error) {
	fields, err := b.fields(n)
	if err != nil {
		return VarPrompt{}, err
	}
	if key, _ := source.Entry(n, "name"); key == nil {
		return VarPrompt{}, b.fail(f.Value, "Invalid vars_prompt data structure, missing 'name' key")
	}
	p := VarPrompt{Pos: b.at(n), Fields: value.NewDict(len(fields))}
	for _, pf := range fields {
		if !slices.Contains(promptKeys, pf.Name) {
			return p, b.fail(f.Value, "Invalid vars_prompt data structure, found unsupported key '%s'", pf.Name)
		}
		v, err := b.optional(pf.Value)
		if err != nil {
			return p, err
		}
		if v == nil && booleans[pf.Name] {
			v = value.None // which is neither true nor false
		}
		if v != nil {
			p.Fields.Set(pf.Name, v)
		}
	}
	return p, nil
}

var promptKeys = []string{"name", "prompt", "default", "private", "confirm", "encrypt", "salt_size", "salt", "unsafe"}

// collectionPlaybook finds ns.coll.name among the collections' playbooks.
func (b *builder) collectionPlaybook(name string) string {
	parts := strings.SplitN(name, ".", 3)
	if len(parts) != 3 || strings.Contains(name, "/") {
		return ""
	}
	for _, dir := range b.l.opts.CollectionsPaths {
		stem := filepath.Join(dir, "ansible_collections", parts[0], parts[1], "playbooks", strings.ReplaceAll(parts[2], ".", "/"))
		for _, ext := range extensions {
			if isFile(stem + ext) {
				return stem + ext
			}
		}
	}
	return ""
}
