package playbook

import (
	"path/filepath"
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
		switch e.Type() {
		case "str", "list":
		default:
			at := f.Value
			if ok {
				at = document.Deref(f.Value.Content[i])
			}
			return nil, &source.Error{
				Pos: b.at(at), Msg: "Invalid `vars_files` value of type '" + e.Type() + "'.",
				Hint: "A `vars_files` value should either be a string or list of strings.",
			}
		}
	}
	return l.Elems, nil
}

// varsPrompt reads vars_prompt.
func (b *builder) varsPrompt(f document.Field) ([]VarPrompt, error) {
	if b.isNull(f.Value) {
		return nil, nil
	}
	entries := f.Value.Content
	if f.Value.Kind == yaml.ScalarNode {
		return nil, &source.Error{
			Pos: b.at(f.Value), Msg: "Invalid variable file contents.",
			Hint: "Variable files must contain either a dictionary of variables, or a list of dictionaries.",
		}
	}
	if f.Value.Kind != yaml.SequenceNode {
		entries = []*yaml.Node{f.Value}
	}
	var all []VarPrompt
	for _, e := range entries {
		e = document.Deref(e)
		if e.Kind != yaml.MappingNode {
			return nil, b.fail(f.Value, "Invalid vars_prompt data structure, expected dict but got %s", b.typeName(e))
		}
		p, err := b.prompt(e, f)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func (b *builder) prompt(n *yaml.Node, f document.Field) (VarPrompt, error) {
	p := VarPrompt{Pos: b.at(n), Private: true}
	fields, err := b.fields(n)
	if err != nil {
		return p, err
	}
	for _, pf := range fields {
		if err := b.promptField(&p, pf, f); err != nil {
			return p, err
		}
	}
	if p.Name == "" {
		return p, b.fail(f.Value, "Invalid vars_prompt data structure, missing 'name' key")
	}
	return p, nil
}

func (b *builder) promptField(p *VarPrompt, pf, whole document.Field) error {
	v, err := b.optional(pf.Value)
	if err != nil {
		return err
	}
	switch pf.Name {
	case "name":
		if v != nil {
			p.Name = v.String()
		}
	case "prompt":
		p.Prompt = v
	case "default":
		p.Default = v
	case "private":
		p.Private = truth(v, true)
	case "confirm":
		p.Confirm = truth(v, false)
	case "unsafe":
		p.Unsafe = truth(v, false)
	case "encrypt":
		if v != nil {
			p.Encrypt = v.String()
		}
	case "salt":
		if v != nil {
			p.Salt = v.String()
		}
	case "salt_size":
		if i, ok := v.(value.Int); ok {
			p.SaltSize = int(i)
		}
	default:
		if p.Name == "" && len(whole.Value.Content) > 0 {
			return b.fail(whole.Value, "Invalid vars_prompt data structure, missing 'name' key")
		}
		return b.fail(whole.Value, "Invalid vars_prompt data structure, found unsupported key '%s'", pf.Name)
	}
	return nil
}

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
