package action

import (
	"context"
	"fmt"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/argspec"
	"github.com/goplay/goplay/templating/value"
)

// validateArgumentSpec checks variables and given arguments against an argument spec; roles with a spec begin with it.
func validateArgumentSpec(_ context.Context, c *modules.Call) (*value.Dict, error) {
	spec, err := specOf(c)
	if err != nil {
		return nil, err
	}
	args, err := argumentsFor(c, spec)
	if err != nil {
		return nil, err
	}
	report, err := argspec.Validate(spec, args)
	if err != nil {
		return nil, err
	}
	for _, w := range report.Warnings {
		c.Warn(w)
	}
	d := value.DictOf("changed", value.Bool(false), "validate_args_context", &value.Dict{})
	if where, ok := c.Args.Lookup("validate_args_context"); ok {
		d.Set("validate_args_context", where)
	}
	if len(report.Errors) == 0 {
		d.Set("msg", value.String("The arg spec validation passed"))
		return d, nil
	}
	return invalid(d, spec, report.Errors), nil
}

func invalid(d, spec *value.Dict, wrong []string) *value.Dict {
	msg := "Validation of arguments failed:"
	for _, e := range wrong {
		msg += "\n" + e
	}
	d.Set("failed", value.Bool(true))
	d.Set("msg", value.String(msg))
	d.Set("argument_spec_data", spec)
	d.Set("argument_errors", textList(wrong))
	return d
}

// specOf gives the spec, which nobody else has, so that defaults may be filled in.
func specOf(c *modules.Call) (*value.Dict, error) {
	v, ok := c.Args.Lookup("argument_spec")
	if !ok {
		return nil, fmt.Errorf("\"argument_spec\" arg is required in args: %s", c.Args)
	}
	m, ok := v.(value.Mapping)
	if !ok {
		return nil, argspec.NoDict("argument_spec", v)
	}
	return argspec.CopyDict(m), nil
}

// argumentsFor gives what is checked: the variables with the options' names, and over them the arguments that the task was given.
func argumentsFor(c *modules.Call, spec *value.Dict) (*value.Dict, error) {
	given := value.Mapping(&value.Dict{})
	if v, ok := c.Args.Lookup("provided_arguments"); ok {
		if given, ok = v.(value.Mapping); !ok {
			return nil, argspec.NoDict("provided_arguments", v)
		}
	}
	args := &value.Dict{}
	for name := range spec.Strings() {
		v, ok, err := c.Vars.Variable(name)
		if err != nil {
			return nil, err
		}
		if ok {
			args.Set(name, argspec.Copy(v))
		}
	}
	args.Update(argspec.CopyDict(given))
	return args, nil
}
