package playbook

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

const validateAction = "ansible.builtin.validate_argument_spec"

// validation gives the task that checks a role's variables against its argument spec, or nil where the role has none for this entry
// point. The action takes the values from the variables of the task: it is given the spec, and what to call it in errors.
func (b *builder) validation(role *Role, use roleUse) (*Task, error) {
	if b.l.opts.IsAction == nil || !b.l.opts.IsAction(validateAction) || use.skipValidation {
		return nil, nil
	}
	specs, err := b.argumentSpecs(role)
	if err != nil || specs == nil {
		return nil, err
	}
	entry, _ := use.fromOr("tasks")
	spec, ok := specs.Get(entry).(*value.Dict)
	if !ok || spec.Len() == 0 {
		return nil, nil
	}
	name, options := nameAndOptions(entry, spec)
	args := value.DictOf(
		"argument_spec", options,
		"provided_arguments", role.Params,
		"validate_args_context", value.DictOf("type", value.String("role"), "name", value.String(role.ShortName()),
			"argument_spec_name", value.String(entry), "path", value.String(role.Path)))
	t := &Task{Pos: unwritten(args), Action: validateAction, Role: role, Parent: b.parent, place: b, Args: args}
	t.Name = value.String(name)
	t.Tags = []value.Value{value.String("always")}
	t.Keywords = inherit(b.outer, &t.Keywords)
	t.IncludeVars = b.includeVars
	return t, nil
}

// nameAndOptions gives the name of the task that checks a spec, and the spec's options.
func nameAndOptions(entry string, spec *value.Dict) (name string, options value.Value) {
	options, ok := spec.Lookup("options")
	if !ok {
		options = value.NewDict(0)
	}
	name = "Validating arguments against arg spec '" + entry + "'"
	if short, ok := spec.Get("short_description").(value.String); ok {
		name += " - " + string(short)
	}
	return name, options
}

// PlayValidation gives the task that checks a play's variables against the argument spec with a name, in the file site.meta.yml beside the
// playbook site.yml (documented for ansible-core 2.20 under "Play Argument Validation").
func (l *Loader) PlayValidation(p *Play, entry string) (*Task, error) {
	file, err := l.metaFile(p)
	if err != nil {
		return nil, err
	}
	specs, err := l.specsIn(file)
	if err != nil {
		return nil, err
	}
	spec, ok := specs.Get(entry).(*value.Dict)
	if !ok {
		return nil, &source.Error{Pos: p.ArgspecPos, Msg: fmt.Sprintf("No argument spec named '%s' in %s.", entry, file)}
	}
	name, options := nameAndOptions(entry, spec)
	args := value.DictOf("argument_spec", options, "validate_args_context", value.DictOf(
		"type", value.String("play"), "name", value.String(entry), "argument_spec_name", value.String(entry), "path", value.String(file)))
	t := &Task{Keywords: p.Keywords, Pos: unwritten(args), Action: validateAction, Args: args, Parent: &Block{Implicit: true}}
	t.Name, t.Vars = value.String(name), nil
	t.Tags = append(slices.Clone(t.Tags), value.String("always"))
	return t, nil
}

// metaFile finds the file with a playbook's argument specs.
func (l *Loader) metaFile(p *Play) (string, error) {
	base := strings.TrimSuffix(p.Path, filepath.Ext(p.Path)) + ".meta"
	for _, ext := range []string{".yml", ".yaml", ".json", ""} {
		if isFile(base + ext) {
			return base + ext, nil
		}
	}
	return "", &source.Error{Pos: p.ArgspecPos, Msg: fmt.Sprintf("A file %s.yml with argument specs is needed to validate the play's arguments.", base)}
}

// specsIn reads the argument specs of a file; nil: it has none.
func (l *Loader) specsIn(file string) (*value.Dict, error) {
	r, n, err := l.open(file)
	if err != nil || r.isNull(n) {
		return nil, err
	}
	v, err := r.value(n)
	if err != nil {
		return nil, err
	}
	d, _ := v.(*value.Dict)
	specs, _ := d.Get("argument_specs").(*value.Dict)
	return specs, nil
}

// unwritten is the place of the task, which is in no file: errors show its beginning instead.
func unwritten(args *value.Dict) source.Pos {
	text := value.Repr(value.DictOf("action", value.String(validateAction), "args", args))
	return source.Unwritten(text)
}

// argumentSpecs reads the specs of a role: meta/argument_specs.yml, or those in meta/main.yml. Nil: none.
func (b *builder) argumentSpecs(role *Role) (*value.Dict, error) {
	for _, name := range []string{"argument_specs", "main"} {
		files := part(role, "meta", name)
		if files == nil {
			continue
		}
		if specs, err := b.l.specsIn(files[0]); err != nil || specs != nil {
			return specs, err
		}
	}
	return nil, nil
}
