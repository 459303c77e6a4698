// Package action has the actions that goplay does on the controller, or begins there: those that concern the run (debug, set_fact,
// add_host …), that move files (copy, template, fetch, script), and that choose a module by the host's facts (package, service).
package action

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/templating/value"
)

// Table gives every action by its full name.
func Table() map[string]modules.Action {
	table := map[string]modules.Action{}
	for name, f := range map[string]modules.Func{
		"add_host": addHost, "assemble": assemble, "assert": assert, "async_status": asyncStatus, "command": command, "copy": copyFiles, "debug": debug, "dnf": dnf, "fail": fail, "fetch": fetch,
		"gather_facts": gatherFacts, "group_by": groupBy, "include_vars": includeVars, "package": packages, "pause": pause,
		"raw": raw, "reboot": reboot, "script": script, "service": service, "set_fact": setFact, "set_stats": setStats, "shell": shell, "template": template, "validate_argument_spec": validateArgumentSpec,
		"unarchive": unarchive, "uri": uri, "wait_for_connection": waitForConnection, "goplay_get_stack": getStack, "mitogen_get_stack": getStack, "mitogen_fetch": fetch,
		"meta": unreachable, "include_tasks": unreachable, "include_role": unreachable, "import_tasks": unreachable, "import_role": unreachable,
	} {
		table["ansible.builtin."+name] = f
	}
	table["ansible.posix.patch"], table["ansible.posix.synchronize"] = modules.Func(patch), modules.Func(synchronize)
	maps.Copy(table, forWindows())
	return table
}

// unreachable stands for what the runner does itself.
func unreachable(_ context.Context, c *modules.Call) (*value.Dict, error) {
	return nil, fmt.Errorf("%s is not an action of a host", c.Name)
}

// Generic runs a module on the target with the task's arguments as they are.
var Generic = modules.Func(func(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	name := c.Name
	short := !strings.Contains(c.Action, ".") || strings.HasPrefix(c.Action, "ansible.legacy.")
	if short && !modules.Redirected(c.Action) && (strings.HasPrefix(name, "ansible.builtin.") || name == payload.Moved(c.Action)) {
		name = c.Action // it may be a user's own
	}
	c.Final()
	return c.Module(ctx, name, c.Args)
})

// known refuses arguments that an action does not have, in the reference's words.
func known(c *modules.Call, names ...string) error { return knownOr(c, "", names...) }

// knownOr is known for an action that has an argument with an alias.
func knownOr(c *modules.Call, alias string, names ...string) error {
	wrong := unknown(c, append([]string{alias}, names...))
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(names)
	list := strings.Join(names, ", ")
	if alias != "" {
		list += " (" + alias + ")"
	}
	return modules.Errorf("Unsupported parameters for (%s) module: %s. Supported parameters include: %s.",
		baseName(c), strings.Join(wrong, ", "), list)
}

// only refuses arguments as the oldest actions do, which do not tell what they take.
func only(c *modules.Call, names ...string) error {
	if wrong := unknown(c, names); len(wrong) > 0 {
		return modules.Errorf("Invalid options for %s: %s", baseName(c), strings.Join(wrong, ","))
	}
	return nil
}

// unknown lists the arguments that have none of some names.
func unknown(c *modules.Call, names []string) []string {
	var wrong []string
	for k := range c.Args.Strings() {
		if !slices.Contains(names, k) {
			wrong = append(wrong, k)
		}
	}
	slices.Sort(wrong)
	return wrong
}

func baseName(c *modules.Call) string { return c.Name[strings.LastIndexByte(c.Name, '.')+1:] }

// str gives an argument as text, or "" where it was not given.
func str(c *modules.Call, names ...string) string {
	for _, n := range names {
		if v := c.Args.Get(n); v != nil && v != value.None {
			return v.String()
		}
	}
	return ""
}

// flag gives a boolean argument.
func flag(c *modules.Call, name string, def bool) (bool, error) {
	v := c.Args.Get(name)
	if v == nil || v == value.None {
		return def, nil
	}
	if b, ok := value.Boolean(v); ok {
		return b, nil
	}
	return def, modules.Errorf("argument '%s' is of type %s and we were unable to convert to bool: The value '%s' is not a valid boolean. "+
		"Valid booleans include: 0, 1, 'y', 'f', 'off', 'on', 'no', 'yes', 't', 'false', 'true', '1', 'n', '0'", name, v.Type(), v.String())
}

// loose gives a boolean argument of an action that takes what is no boolean for false.
func loose(c *modules.Call, name string, def bool) bool {
	b, err := flag(c, name, def)
	return b && err == nil
}

func pyType(v value.Value) string { return fmt.Sprintf("<class '%s'>", v.Type()) }

// list gives an argument that is a list, or text with commas between.
func list(v value.Value) []value.Value {
	switch v := v.(type) {
	case nil, value.NoneType:
		return nil
	case *value.List:
		return v.Elems
	case value.Tuple:
		return v
	case value.String:
		var l []value.Value
		for part := range strings.SplitSeq(string(v), ",") {
			l = append(l, value.String(strings.TrimSpace(part)))
		}
		return l
	}
	return []value.Value{v}
}

func done(kv ...any) (*value.Dict, error) { return value.DictOf(kv...), nil }

func textList(list []string) *value.List {
	l := &value.List{}
	for _, s := range list {
		l.Append(value.String(s))
	}
	return l
}
