package playbook

import (
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
	options, ok := spec.Lookup("options")
	if !ok {
		options = value.NewDict(0)
	}
	name := "Validating arguments against arg spec '" + entry + "'"
	if short, ok := spec.Get("short_description").(value.String); ok {
		name += " - " + string(short)
	}
	args := value.DictOf(
		"argument_spec", options,
		"provided_arguments", role.Params,
		"validate_args_context", value.DictOf("type", value.String("role"), "name", value.String(role.Name),
			"argument_spec_name", value.String(entry), "path", value.String(role.Path)))
	t := &Task{Pos: unwritten(args), Action: validateAction, Role: role, Parent: b.parent, place: b, Args: args}
	t.Name = value.String(name)
	t.Tags = []value.Value{value.String("always")}
	t.Keywords = inherit(b.outer, &t.Keywords)
	t.IncludeVars = b.includeVars
	return t, nil
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
		r, n, err := b.l.open(files[0])
		if err != nil || r.isNull(n) {
			return nil, err
		}
		v, err := r.value(n)
		if err != nil {
			return nil, err
		}
		if d, ok := v.(*value.Dict); ok {
			if specs, ok := d.Get("argument_specs").(*value.Dict); ok {
				return specs, nil
			}
		}
	}
	return nil, nil
}
