package pyhost

import (
	"encoding/json"
	"fmt"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// Inventory is what inventory plugins fill.
type Inventory interface {
	AddGroup(name string) string
	AddHost(name string, port int)
	Join(group, child string) error
	Set(entity, name string, v value.Value) error
	Names(groups bool) []string
	// Describe gives a host or a group as plugins see it; nil: there is none of this name.
	Describe(group bool, name string) *Described
	Construct(what string, of value.Value, vars *value.Dict, host string, strict, fetch bool) error
	Evaluate(expr value.Value, vars *value.Dict) (value.Value, error)
	Resolve(v value.Value) (value.Value, error)
	Document(path string) (value.Value, error)
	Range(pattern string) (names []string, port int, err error)
}

// Described is a host or a group.
type Described struct {
	Vars, Magic             *value.Dict // Magic: of hosts
	Groups, Hosts, Children []string    // Groups: of hosts; Hosts and Children: of groups
}

// FillInventory has an inventory plugin read a source. mine tells whether the source is one of its own.
func (p *Plugins) FillInventory(name, src string, to Inventory) (mine bool, err error) {
	found, ok := p.Find("inventory", name, false)
	if !ok {
		return false, fmt.Errorf("no inventory plugin %s", name)
	}
	of := found.(*plugin)
	v, err := p.host.do(request{"inventory", map[string]any{"path": of.file, "module": of.module, "name": name, "source": src, "cache": true}},
		&answers{opts: &p.host.opts, filled: to})
	if err != nil && eval.KindOf(err) == "LoadError" {
		p.warn("Failed to load inventory plugin, skipping " + name)
	}
	return v == value.Value(value.Bool(true)), err
}

// filling are the questions of inventory plugins.
var filling = map[string]question{
	"add":       (*answers).add,
	"add_group": func(a *answers, args []json.RawMessage) (any, error) { return a.filled.AddGroup(text(args, 0)), nil },
	"entities": func(a *answers, args []json.RawMessage) (any, error) {
		return a.filled.Names(text(args, 0) == "group"), nil
	},
	"entity":     (*answers).entity,
	"construct":  (*answers).construct,
	"evaluate":   (*answers).evaluate,
	"resolve":    (*answers).resolveInSource,
	"yaml_file":  (*answers).yamlFile,
	"host_range": (*answers).hostRange,
}

// add does what a plugin has collected, in its order.
func (a *answers) add(args []json.RawMessage) (any, error) {
	var list [][]json.RawMessage
	if len(args) == 0 || json.Unmarshal(args[0], &list) != nil {
		return nil, fmt.Errorf("the Python process of plugins added no list")
	}
	for _, what := range list {
		if err := a.addOne(text(what, 0), what[1:]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (a *answers) addOne(what string, args []json.RawMessage) error {
	switch what {
	case "group":
		a.filled.AddGroup(text(args, 0))
	case "host":
		var port int
		if len(args) > 1 && json.Unmarshal(args[1], &port) != nil {
			return fmt.Errorf("the port of host %s is no number", text(args, 0))
		}
		a.filled.AddHost(text(args, 0), port)
	case "join":
		return a.filled.Join(text(args, 0), text(args, 1))
	case "set":
		v, err := a.value(args, 2)
		if err != nil {
			return err
		}
		return a.filled.Set(text(args, 0), text(args, 1), v)
	}
	return nil
}

func (a *answers) entity(args []json.RawMessage) (any, error) {
	d := a.filled.Describe(text(args, 0) == "group", text(args, 1))
	if d == nil {
		return nil, nil
	}
	vars, err := a.views.dict(d.Vars)
	if err != nil {
		return nil, err
	}
	magic, err := a.views.dict(d.Magic)
	return map[string]any{"vars": vars, "magic": magic, "groups": orEmpty(d.Groups), "hosts": orEmpty(d.Hosts), "children": orEmpty(d.Children)}, err
}

func orEmpty(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}

func (a *answers) construct(args []json.RawMessage) (any, error) {
	of, vars, err := a.valueAndDict(args, 1)
	if err != nil {
		return nil, err
	}
	var strict, fetch bool
	if len(args) < 6 || json.Unmarshal(args[4], &strict) != nil || json.Unmarshal(args[5], &fetch) != nil {
		return nil, fmt.Errorf("the Python process of plugins did not say how strict it is")
	}
	return nil, a.filled.Construct(text(args, 0), of, vars, text(args, 3), strict, fetch)
}

func (a *answers) evaluate(args []json.RawMessage) (any, error) {
	expr, vars, err := a.valueAndDict(args, 0)
	if err != nil {
		return nil, err
	}
	return a.made(a.filled.Evaluate(expr, vars))
}

func (a *answers) resolveInSource(args []json.RawMessage) (any, error) {
	return a.resolved(args, a.filled.Resolve)
}

func (a *answers) yamlFile(args []json.RawMessage) (any, error) {
	return a.made(a.filled.Document(text(args, 0)))
}

func (a *answers) hostRange(args []json.RawMessage) (any, error) {
	names, port, err := a.filled.Range(text(args, 0))
	if err != nil {
		return nil, err
	}
	if port == 0 {
		return []any{names, nil}, nil
	}
	return []any{names, port}, nil
}
