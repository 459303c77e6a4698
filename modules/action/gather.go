package action

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/templating/value"
)

// gatherFacts runs setup, or the modules that FACTS_MODULES names.
func gatherFacts(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	c.Args.Delete("parallel")
	d, err := gather(ctx, c)
	if err != nil {
		return nil, err
	}
	if facts, ok := d.Get("ansible_facts").(*value.Dict); ok && !isTrue(d, "failed") {
		facts.Set("_ansible_facts_gathered", value.Bool(true))
	}
	return d, nil
}

func gather(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	names, err := c.FactsModules()
	if err != nil {
		return nil, err
	}
	names = slices.Clone(names)
	for i, name := range names {
		if name == "smart" {
			names[i] = "ansible.builtin.setup"
		}
	}
	if len(names) != 1 || !isSetup(names[0]) {
		return gatherAll(ctx, c, names)
	}
	d, err := c.Module(ctx, names[0], c.Args)
	if err == nil {
		d.Delete("invocation")
	}
	return d, err
}

// gatherAll runs one module after the other: what a later one finds is stronger, and the failure of one does not hold up the rest.
func gatherAll(ctx context.Context, c *modules.Call, names []string) (*value.Dict, error) {
	facts, failures := &value.Dict{}, &value.Dict{}
	all := value.DictOf("changed", value.Bool(false), "ansible_facts", facts)
	deprecations := value.NewList()
	var broken []string
	for _, name := range names {
		d, err := c.Module(ctx, name, factsArguments(c, name))
		if err != nil {
			if missing := (*payload.NotFoundError)(nil); errors.As(err, &missing) {
				err = said("The module %s was not found in configured module paths", name)
			}
			return nil, err
		}
		if found, ok := d.Get("ansible_facts").(*value.Dict); ok {
			facts.Update(found)
		}
		for _, w := range list(d.Get("warnings")) {
			c.Warn(w.String())
		}
		if old, ok := d.Get("deprecations").(*value.List); ok {
			deprecations.Append(old.Elems...)
		}
		if isTrue(d, "failed") {
			failures.Set(name, d)
			broken = append(broken, name)
		}
	}
	if deprecations.Len() > 0 {
		all.Set("deprecations", deprecations)
	}
	if len(broken) > 0 {
		all.Set("failed", value.Bool(true))
		all.Set("failed_modules", failures)
		all.Set("msg", value.String("The following modules failed to execute: "+strings.Join(broken, ", ")+"."))
	}
	return all, nil
}

func isSetup(name string) bool {
	return strings.TrimPrefix(strings.TrimPrefix(name, "ansible.builtin."), "ansible.legacy.") == "setup"
}

// factsArguments gives the arguments that a module knows: those of setup are for it alone.
func factsArguments(c *modules.Call, name string) *value.Dict {
	args := c.Args.Clone()
	if isSetup(name) {
		return args
	}
	for _, option := range []struct{ name, shown string }{{"gather_subset", "subset"}, {"gather_timeout", "timeout"}, {"filter", "filter"}} {
		if v := args.Get(option.name); v != nil {
			c.Warn("Not passing " + option.shown + "(" + v.String() + ") to " + name)
			args.Delete(option.name)
		}
	}
	return args
}
