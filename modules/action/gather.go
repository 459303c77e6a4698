package action

import (
	"context"
	"errors"
	"fmt"
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

const setupModule = "ansible.legacy.setup"

func gather(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	names, err := c.FactsModules()
	if err != nil {
		return nil, err
	}
	names = slices.Clone(names)
	for i, name := range names {
		if name == "smart" {
			names[i] = setupModule
		}
	}
	return gatherAll(ctx, c, names)
}

// gathered is what modules that gather facts have found so far.
type gathered struct {
	facts, failed, skipped *value.Dict
	deprecations           *value.List
}

// gatherAll runs one module after the other: what a later one finds is stronger, and the failure of one does not hold up the rest.
func gatherAll(ctx context.Context, c *modules.Call, names []string) (*value.Dict, error) {
	g := gathered{&value.Dict{}, &value.Dict{}, &value.Dict{}, value.NewList()}
	for _, name := range names {
		args, err := factsArguments(c, name)
		if err != nil {
			return nil, err
		}
		d, err := c.Module(ctx, name, args)
		if err != nil {
			if missing := (*payload.NotFoundError)(nil); errors.As(err, &missing) {
				err = said("The module %s was not found in configured module paths", name)
			}
			return nil, err
		}
		for _, w := range list(d.Get("warnings")) {
			c.Warn(w.String())
		}
		d.Delete("warnings")
		g.add(name, d)
	}
	return g.result(len(names)), nil
}

// mergeFacts adds what another module has found: dicts are merged, lists get its elements at their end, and other values are replaced.
func mergeFacts(facts, found *value.Dict) {
	for k, v := range found.All() {
		old, _, _ := facts.LookupKey(k)
		switch upper := v.(type) {
		case *value.Dict:
			if under, ok := old.(*value.Dict); ok {
				merged := under.Clone()
				mergeFacts(merged, upper)
				v = merged
			}
		case *value.List:
			if under, ok := old.(*value.List); ok {
				rest := slices.DeleteFunc(slices.Clone(under.Elems), func(e value.Value) bool {
					return slices.ContainsFunc(upper.Elems, func(u value.Value) bool { return value.Equal(e, u) })
				})
				v = value.NewList(append(rest, upper.Elems...)...)
			}
		}
		_ = facts.SetKey(k, v) // a key of a dict is hashable
	}
}

// add takes in what a module has found.
func (g *gathered) add(name string, d *value.Dict) {
	if old, ok := d.Get("deprecations").(*value.List); ok {
		g.deprecations.Append(old.Elems...)
		d.Delete("deprecations")
	}
	switch {
	case isTrue(d, "failed"):
		d.Set("exception", value.String(noTraceback))
		g.failed.Set(name, d)
	case isTrue(d, "skipped"):
		g.skipped.Set(name, d)
	default:
		if found, ok := d.Get("ansible_facts").(*value.Dict); ok {
			mergeFacts(g.facts, found)
		}
	}
}

const noTraceback = "(traceback unavailable)"

func (g *gathered) result(modules int) *value.Dict {
	all := value.DictOf("changed", value.Bool(false), "ansible_facts", g.facts)
	if g.deprecations.Len() > 0 {
		all.Set("deprecations", g.deprecations)
	}
	if g.skipped.Len() > 0 {
		all.Set("skipped_modules", g.skipped)
		all.Set("msg", value.String("The following modules were skipped: "+keysOf(g.skipped)+"."))
		if g.skipped.Len() == modules {
			all.Set("skipped", value.Bool(true))
		}
	}
	if g.failed.Len() > 0 {
		msg := "The following modules failed to execute: " + keysOf(g.failed) + "."
		all.Set("failed", value.Bool(true))
		all.Set("failed_modules", g.failed)
		all.Set("msg", value.String(msg))
		all.Set("_goplay_link", value.String(msg+"\n\n"+subEvents(g.failed)))
	}
	return all
}

func keysOf(d *value.Dict) string {
	var names []string
	for name := range d.Strings() {
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// subEvents frames the messages of failed modules, as part of the failure of them all.
func subEvents(failed *value.Dict) string {
	var b strings.Builder
	n := 0
	for _, v := range failed.Strings() {
		n++
		msg := ""
		if d, ok := v.(*value.Dict); ok && d.Get("msg") != nil {
			msg = d.Get("msg").String()
		}
		fmt.Fprintf(&b, "+--[ Sub-Event %d of %d ]---\n| \n| %s\n| \n", n, failed.Len(), strings.ReplaceAll(msg, "\n", "\n| "))
	}
	return b.String() + "+--[ End Sub-Event ]---"
}

func isSetup(name string) bool {
	return strings.TrimPrefix(strings.TrimPrefix(name, "ansible.builtin."), "ansible.legacy.") == "setup"
}

// factsArguments gives the arguments that a module knows: those of setup are for it alone.
func factsArguments(c *modules.Call, name string) (*value.Dict, error) {
	all, err := c.Defaults(name)
	args := c.Args.Clone()
	if isSetup(name) {
		all.Update(args)
		return all, err
	}
	for _, option := range []struct{ name, shown string }{{"gather_subset", "subset"}, {"gather_timeout", "timeout"}, {"filter", "filter"}} {
		if v := args.Get(option.name); v != nil {
			c.Warn("Not passing " + option.shown + "(" + v.String() + ") to " + name)
			args.Delete(option.name)
		}
	}
	all.Update(args)
	return all, err
}
