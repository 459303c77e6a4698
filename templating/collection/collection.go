// Package collection holds filters, tests and lookups of the collections ansible.utils and ansible.netcommon.
//
// [Filters], [Tests] and [Lookups] give the tables, by full names and by the bare ones that ansible-core redirects to these
// collections. Behaviour is that of ansible.utils 2.10 and ansible.netcommon 4.1; testdata says what it is, row by row.
package collection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/value"
)

const (
	utils     = "ansible.utils."
	netcommon = "ansible.netcommon."
	builtin   = "ansible.builtin."
)

// call is a use of a filter, test or lookup: its input and arguments, read by a spec.
type call struct {
	*eval.State
	args []value.Value
}

// text gives an argument that the spec made text.
func (c *call) text(i int) string { return c.args[i].String() }

// row is a line of a table. Its arguments are read by a spec, or bound as Python's functions do where there are params.
type row struct {
	name   string
	spec   *spec
	params string
	run    func(c *call) (value.Value, error)
}

// redirected are the filters of ansible.utils that older playbooks know by the name of ansible.netcommon, or by none.
var redirected = []string{
	"cidr_merge", "hwaddr", "ipaddr", "ipmath", "ipsubnet", "ipv4", "ipv6", "ipwrap", "network_in_network", "network_in_usable", "next_nth_usable",
	"nthhost", "previous_nth_usable", "reduce_on_network", "slaac",
}

// bare are the filters of ansible.netcommon that ansible-core redirects to.
var bare = []string{"comp_type5", "hash_salt", "type5_pw", "vlan_parser"}

// Filters gives the table of filters.
func Filters() map[string]*eval.Func {
	t := map[string]*eval.Func{}
	for _, rows := range [][]row{addressRows(), networkRows(), hardwareRows(), pathRows(), keyRows(), dataRows()} {
		add(t, utils, rows)
	}
	add(t, netcommon, netcommonRows())
	for _, name := range bare {
		t[name], t[builtin+name] = t[netcommon+name], t[netcommon+name]
	}
	for _, name := range redirected {
		t[name], t[builtin+name], t[netcommon+name] = t[utils+name], t[utils+name], t[utils+name]
	}
	t[netcommon+"macaddr"] = t[utils+"macaddr"]
	return t
}

// Tests gives the table of tests.
func Tests() map[string]*eval.Func {
	t := map[string]*eval.Func{}
	add(t, utils, testRows())
	add(t, utils, []row{{name: "validate", params: "*args, **kwargs", run: validateTest}})
	return t
}

// Lookups gives the table of lookups.
func Lookups() map[string]lookup.Plugin {
	t := map[string]lookup.Plugin{}
	for _, r := range lookupRows() {
		t[utils+r.name] = r.plugin()
	}
	t[utils+"validate"] = validateLookup
	return t
}

func add(t map[string]*eval.Func, prefix string, rows []row) {
	for _, r := range rows {
		t[prefix+r.name] = r.function(prefix)
	}
}

// function makes the function of a row.
func (r row) function(prefix string) *eval.Func {
	f := &eval.Func{Name: r.name, Plugin: prefix + r.name}
	if prefix == utils {
		f.Name = "_" + r.name
	}
	if r.spec == nil {
		f.Params = eval.ParseParams(r.params)
		f.Run = func(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
			return r.run(&call{s, slices.Insert(slices.Clone(a), 0, in)})
		}
		return f
	}
	f.Params = eval.ParseParams("*args, **kwargs")
	f.Run = func(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
		args, err := r.spec.read(s, slices.Insert(slices.Clone([]value.Value(a[0].(value.Tuple))), 0, in), a[1].(*value.Dict))
		if err != nil {
			return nil, err
		}
		return r.run(&call{s, args})
	}
	return f
}

// lookupRows are the lookups; a result that is a list is theirs.
func lookupRows() []row {
	return []row{
		{name: "get_path", spec: getPathSpec, run: listed(getPath)},
		{name: "index_of", spec: indexOfSpec, run: indexOf},
		{name: "to_paths", spec: &spec{options: toPathsSpec.options, positional: 2}, run: listed(toPaths)},
	}
}

// listed makes a list of one result.
func listed(run func(c *call) (value.Value, error)) func(c *call) (value.Value, error) {
	return func(c *call) (value.Value, error) {
		v, err := run(c)
		return value.NewList(v), err
	}
}

// plugin makes the lookup of a row.
func (r row) plugin() lookup.Plugin {
	return func(l *lookup.Call) ([]value.Value, error) {
		args, err := r.spec.read(l.State, l.Terms, l.Opts)
		if err != nil {
			return nil, err
		}
		v, err := r.run(&call{l.State, args})
		if err != nil {
			return nil, err
		}
		if results, ok := v.(*value.List); ok {
			return results.Elems, nil
		}
		return []value.Value{v}, nil
	}
}

// failf makes a failure that says no more than its message.
func failf(format string, args ...any) error {
	return value.Errorf("AnsibleFilterError", "%s", strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func isNone(v value.Value) bool { return v == nil || v == value.Value(value.None) }

func className(v value.Value) string { return "<class '" + v.Type() + "'>" }
