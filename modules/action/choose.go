package action

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/templating/value"
)

// packages runs the host's package manager.
func packages(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	use, err := chosen(ctx, c, "pkg_mgr", "ansible_package_use")
	if err != nil {
		return nil, err
	}
	switch use {
	case "", "unknown", "auto":
		return modules.Fail("Could not detect which package manager to use. Try gathering facts or setting the \"use\" option."), nil
	case "yum", "dnf4":
		use = "dnf"
	}
	c.Final()
	d, err := c.Module(ctx, "ansible.legacy."+use, c.Args)
	if missing := (*payload.NotFoundError)(nil); errors.As(err, &missing) {
		return nil, modules.Errorf("Could not find a matching action for the \"%s\" package manager.", use)
	}
	return d, err
}

// dnf runs the module of the major version of dnf that the host has; yum is its older name.
func dnf(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if c.Args.Get("use") != nil && c.Args.Get("use_backend") != nil {
		return nil, modules.Errorf("parameters are mutually exclusive: ('use', 'use_backend')")
	}
	wanted := cmp.Or(str(c, "use"), str(c, "use_backend"))
	c.Args.Delete("use_backend")
	if !slices.Contains(backends, wanted) {
		wanted = "auto"
	}
	c.Args.Set("use", value.String(wanted))
	use, err := chosen(ctx, c, "pkg_mgr", "ansible_package_use")
	if err != nil {
		return nil, err
	}
	switch {
	case use == "dnf5":
		c.Final()
		return c.Module(ctx, "ansible.legacy.dnf5", c.Args)
	case slices.Contains(backends, use):
		c.Final()
		return c.Module(ctx, "ansible.legacy.dnf", c.Args)
	}
	return value.DictOf(
		"failed", value.Bool(true), "changed", value.Bool(false), "ansible_facts", value.DictOf("pkg_mgr", value.String(use)),
		"msg", value.Tuple{
			value.String("Could not detect which major revision of dnf is in use, which is required to determine module backend."),
			value.String("You should manually specify use_backend to tell the module whether to use the dnf4 or dnf5 backend})"),
		}), nil
}

// backends are the names of dnf's major versions.
var backends = []string{"yum", "yum4", "dnf", "dnf4", "dnf5"}

// service runs the module of the host's service manager; where no systemd runs, the one for init scripts.
func service(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	use, err := chosen(ctx, c, "service_mgr", "ansible_service_mgr")
	if err != nil {
		return nil, err
	}
	c.Final()
	switch use {
	case "systemd":
	case "sysvinit":
		return c.Module(ctx, "ansible.legacy.sysvinit", c.Args)
	default:
		return c.Module(ctx, "ansible.legacy.service", c.Args)
	}
	for _, unused := range []string{"pattern", "runlevel", "sleep", "arguments", "args"} {
		if c.Args.Delete(unused) {
			c.Warn("Ignoring \"" + unused + "\" as it is not used in \"systemd\"")
		}
	}
	return c.Module(ctx, "ansible.legacy.systemd", c.Args)
}

// chosen gives the module named by use, by a fact of the host, or by asking the host for that fact.
func chosen(ctx context.Context, c *modules.Call, fact, variable string) (string, error) {
	use := str(c, "use")
	c.Args.Delete("use")
	if use != "" && use != "auto" {
		return use, nil
	}
	for _, name := range []string{variable, "ansible_" + fact} {
		if v, ok, err := c.Vars.Variable(name); err == nil && ok && v.Truth() {
			return v.String(), nil
		}
	}
	args := value.DictOf("gather_subset", value.NewList(value.String("!all"), value.String("!min"), value.String(fact)))
	d, err := c.Module(ctx, "ansible.builtin.setup", args)
	if err != nil {
		return "", err
	}
	facts, _ := d.Get("ansible_facts").(*value.Dict)
	if v := facts.Get("ansible_" + fact); v != nil {
		return v.String(), nil
	}
	return "", nil
}
