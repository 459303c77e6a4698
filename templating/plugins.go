package templating

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/value"
)

// Plugins are filters, tests and lookups that users wrote.
type Plugins interface {
	// Find gives the plugin of a kind ("filter", "test" or "lookup") and name; known says that the engine has one of that name, which
	// the users' one comes before.
	Find(kind, name string, known bool) (p Plugin, ok bool)
}

// Plugin is a user's filter, test or lookup.
type Plugin interface {
	// Call runs it. The input of a filter or test is the first of args; a lookup's terms are all of them, and its result is a list.
	Call(h lookup.Host, args []value.Value, named *value.Dict) (value.Value, error)
}

// The kinds of a *value.Exception that a lookup's Call gives where its file has no plugin, or cannot be used.
const (
	NotFound  = "NotFound"
	LoadError = "LoadError"
)

// Use takes users' plugins. It is called before the first use.
func (e *Engine) Use(p Plugins) {
	e.plugins = p
	e.env.More = e.userFunc
}

// Renew is called when there are more of the users' plugins than before.
func (e *Engine) Renew() { e.env.Renew() }

var anyParams = eval.ParseParams("*args, **kwargs")

// userFunc gives a user's filter or test.
func (e *Engine) userFunc(kind, name string) *eval.Func {
	table := e.env.Filters
	if kind == "test" {
		table = e.env.Tests
	}
	p, ok := e.plugins.Find(kind, name, table[name] != nil)
	if !ok {
		return nil
	}
	return &eval.Func{Name: name, Plugin: name, Params: anyParams, Run: func(s *eval.State, in value.Value, args []value.Value) (value.Value, error) {
		c := contextOf(s.Host)
		if c == nil {
			return nil, value.Errorf("AnsibleError", "plugins are not available here")
		}
		if c.env.Timeless {
			return nil, errTimeless
		}
		v, err := p.Call((*lookupHost)(c), append([]value.Value{in}, args[0].(value.Tuple)...), args[1].(*value.Dict))
		if err == nil && kind == "test" {
			v = c.boolean(name, v)
		}
		return v, err
	}}
}

// boolean makes a bool of a user's test's result.
func (c *Context) boolean(test string, v value.Value) value.Value {
	if _, ok := v.(value.Bool); !ok {
		c.deprecate("The test plugin '"+test+"' returned a non-boolean result of type <class '"+v.Type()+"'>. Test plugins must have a boolean result.", "", c.place)
	}
	return value.Bool(v.Truth())
}

// lookup gives the lookup of a name, or nil.
func (e *Engine) lookup(name string) lookup.Plugin {
	known := e.lookups[name]
	if e.plugins == nil {
		return known
	}
	p, ok := e.plugins.Find("lookup", name, known != nil)
	if !ok {
		return known
	}
	return func(c *lookup.Call) ([]value.Value, error) {
		v, err := p.Call(c.Host, c.Terms, c.Opts)
		if list, ok := v.(*value.List); ok {
			return list.Elems, err
		}
		return nil, err
	}
}
