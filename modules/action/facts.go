package action

import (
	"context"
	"fmt"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// setFact sets variables of the host.
func setFact(_ context.Context, c *modules.Call) (*value.Dict, error) {
	cacheable, err := flag(c, "cacheable", false)
	if err != nil {
		return nil, err
	}
	facts := &value.Dict{}
	for k, v := range c.Args.All() {
		name := k.String()
		if name == "cacheable" {
			continue
		}
		if k.Type() != "str" || !isIdentifier(name) {
			return nil, invalidName(k, c.Places[name])
		}
		c.Sets(name, c.Places[name])
		facts.Set(name, v)
	}
	if facts.Len() == 0 {
		return nil, modules.Errorf("No key/value pairs provided, at least one is required for this action to succeed")
	}
	return done("ansible_facts", facts, "_ansible_facts_cacheable", value.Bool(cacheable), "failed", value.Bool(false), "changed", value.Bool(false))
}

func invalidName(name value.Value, pos source.Pos) error {
	kind := ""
	if name.Type() != "str" {
		kind = " of type '" + name.Type() + "'"
	}
	return &modules.Error{
		Msg: "Invalid variable name '" + name.String() + "'" + kind + ".", Pos: pos,
		Hint: "Variable names must be strings starting with a letter or underscore character, and contain only letters, numbers and underscores.",
	}
}

func isIdentifier(s string) bool {
	if s == "True" || s == "False" || s == "None" {
		return false // words of the expression language
	}
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// setStats sets statistics of the run.
func setStats(_ context.Context, c *modules.Call) (*value.Dict, error) {
	if err := only(c, "aggregate", "data", "per_host"); err != nil {
		return nil, err
	}
	perHost, aggregate := loose(c, "per_host", false), loose(c, "aggregate", true)
	data, ok := c.Args.Get("data").(*value.Dict)
	if !ok {
		return modules.Fail("The 'data' option needs to be a dictionary/hash"), nil
	}
	return done("changed", value.Bool(false), "ansible_stats",
		value.DictOf("data", data, "per_host", value.Bool(perHost), "aggregate", value.Bool(aggregate)))
}

// addHost adds a host to the inventory of the run.
func addHost(_ context.Context, c *modules.Call) (*value.Dict, error) {
	name := str(c, "name", "hostname", "host")
	if name == "" {
		return nil, modules.Errorf("name, host or hostname needs to be provided")
	}
	groups := value.NewList()
	for _, key := range []string{"groups", "groupname", "group"} {
		if v := c.Args.Get(key); v != nil && groups.Len() == 0 {
			groups.Append(list(v)...)
		}
	}
	vars := &value.Dict{}
	name, port := splitPort(name)
	if port != "" {
		vars.Set("ansible_port", value.String(port))
	}
	for k, v := range c.Args.Strings() {
		switch k {
		case "name", "hostname", "host", "groups", "groupname", "group":
		default:
			vars.Set(k, v)
		}
	}
	return done("changed", value.Bool(false), "add_host",
		value.DictOf("host_name", value.String(name), "groups", groups, "host_vars", vars))
}

// splitPort parts host:port; an IPv6 address needs brackets for that.
func splitPort(name string) (host, port string) {
	if rest, ok := strings.CutPrefix(name, "["); ok {
		host, port, ok = strings.Cut(rest, "]")
		if ok {
			return host, strings.TrimPrefix(port, ":")
		}
	}
	if strings.Count(name, ":") == 1 {
		host, port, _ = strings.Cut(name, ":")
		return host, port
	}
	return name, ""
}

// groupBy puts the host into a group named by a key.
func groupBy(_ context.Context, c *modules.Call) (*value.Dict, error) {
	if err := only(c, "key", "parents"); err != nil {
		return nil, err
	}
	key := c.Args.Get("key")
	if key == nil {
		return modules.Fail("the 'key' param is required when using group_by"), nil
	}
	group, err := groupName(key)
	if err != nil {
		return nil, err
	}
	parents, err := parentGroups(c.Args.Get("parents"))
	if err != nil {
		return nil, err
	}
	return done("changed", value.Bool(false), "add_group", group, "parent_groups", parents)
}

// groupName gives the group that a text means.
func groupName(v value.Value) (value.Value, error) {
	if v.Type() != "str" {
		return nil, fmt.Errorf("'%s' object has no attribute 'replace'", value.TaggedType(v))
	}
	return value.String(strings.ReplaceAll(v.String(), " ", "-")), nil
}

// parentGroups reads the option parents of group_by; nil: it is not given.
func parentGroups(v value.Value) (*value.List, error) {
	var names []value.Value
	switch v := v.(type) {
	case nil:
		names = []value.Value{value.String("all")}
	case *value.List:
		names = v.Elems
	case *value.Dict:
		for k := range v.All() {
			names = append(names, k)
		}
	default:
		if v.Type() != "str" {
			return nil, fmt.Errorf("'%s' object is not iterable", value.TaggedType(v))
		}
		names = list(v)
	}
	groups := value.NewList()
	for _, n := range names {
		group, err := groupName(n)
		if err != nil {
			return nil, err
		}
		groups.Append(group)
	}
	return groups, nil
}
