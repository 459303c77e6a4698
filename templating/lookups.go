package templating

import (
	"errors"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/value"
)

// contextOf gives the Context behind a template's host.
func contextOf(h eval.Host) *Context {
	for {
		switch x := h.(type) {
		case *Context:
			return x
		case *fileHost:
			return x.Context
		case interface{ Inner() eval.Host }:
			h = x.Inner()
		default:
			return nil
		}
	}
}

func lookupFunc(s *eval.State, _ value.Value, a []value.Value) (value.Value, error) {
	return runLookup(s, a[0].(value.Tuple), a[1].(*value.Dict), false)
}

func queryFunc(s *eval.State, _ value.Value, a []value.Value) (value.Value, error) {
	return runLookup(s, a[0].(value.Tuple), a[1].(*value.Dict), true)
}

// runLookup is lookup() and query(): plugin, terms, options.
func runLookup(s *eval.State, args value.Tuple, opts *value.Dict, wantList bool) (value.Value, error) {
	c := contextOf(s.Host)
	if c == nil {
		return nil, value.Errorf("AnsibleError", "lookups are not available here")
	}
	if len(args) == 0 {
		return nil, value.TypeError("_lookup() missing 1 required positional argument: 'plugin_name'")
	}
	name, ok := value.Text(args[0])
	if u, undefined := args[0].(*value.Undefined); undefined {
		return u, nil
	}
	if !ok {
		return nil, value.Errorf(pluginLoadError, "The lookup plugin %s failed to load: unsupported type <class '%s'>", value.Repr(args[0]), args[0].Type())
	}
	opts = opts.Clone()
	if v, ok := opts.Lookup("wantlist"); ok {
		wantList = wantList || v.Truth()
		opts.Delete("wantlist")
	}
	mode := "strict"
	if v, ok := opts.Lookup("errors"); ok {
		mode = v.String()
		opts.Delete("errors")
	}
	if u := undefinedTerm(args[1:]); u != nil {
		return u, nil
	}
	results, err := c.runPlugin(s, name, args[1:], opts)
	if err != nil {
		return c.tolerate(err, mode, name, wantList)
	}
	if wantList {
		return &value.List{Elems: results}, nil
	}
	return joined(results), nil
}

func undefinedTerm(terms []value.Value) *value.Undefined {
	for _, t := range terms {
		switch t := t.(type) {
		case *value.Undefined:
			return t
		case *value.List:
			if u := undefinedTerm(t.Elems); u != nil {
				return u
			}
		}
	}
	return nil
}

// tolerate gives what a failed lookup is worth where errors are to be ignored.
func (c *Context) tolerate(err error, mode, name string, wantList bool) (value.Value, error) {
	var plugin *eval.PluginError
	if mode != "warn" && mode != "ignore" || !errors.As(err, &plugin) {
		return nil, err
	}
	if mode == "warn" {
		c.Warn("An error occurred while running the lookup plugin '" + name + "': " + plugin.Err.Error())
	}
	if wantList {
		return &value.List{}, nil
	}
	return value.None, nil
}

// joined is what lookup() makes of a list: text of texts, a lone element itself, else the list.
func joined(results []value.Value) value.Value {
	if len(results) == 1 {
		return results[0]
	}
	if len(results) == 0 {
		return &value.List{}
	}
	var buf []byte
	for i, r := range results {
		s, ok := r.(value.String)
		if !ok {
			return &value.List{Elems: results}
		}
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = append(buf, s...)
	}
	return value.String(buf)
}

func (c *Context) runPlugin(s *eval.State, name string, terms []value.Value, opts *value.Dict) ([]value.Value, error) {
	if c.env.Timeless {
		return nil, errTimeless
	}
	plugin := c.engine.lookup(name)
	if plugin == nil {
		return nil, lookupError(name, errNoPlugin)
	}
	results, err := plugin(&lookup.Call{Name: name, State: s, Host: (*lookupHost)(c), Terms: terms, Opts: opts})
	if err == nil {
		return results, nil
	}
	return nil, lookupError(name, err)
}

// errNoPlugin says that there is no plugin of a name.
var errNoPlugin = value.Errorf(NotFound, "")

// lookupError words the failure of a lookup.
func lookupError(name string, err error) error {
	shown := value.Repr(value.String(name))
	switch eval.KindOf(err) {
	case "UndefinedError":
		return err
	case NotFound:
		return value.Errorf(pluginNotFound, "The lookup plugin %s was not found.", shown)
	case LoadError:
		return value.Errorf(pluginLoadError, "The lookup plugin %s failed to load: %v", shown, err)
	}
	return &eval.PluginError{Plugin: "lookup", Name: name, Err: err}
}

// Lookup runs a lookup plugin and gives its results as a list, as with_* loops need them.
func (c *Context) Lookup(plugin string, terms []value.Value, kwargs *value.Dict) (*value.List, error) {
	if kwargs == nil {
		kwargs = &value.Dict{}
	}
	results, err := c.runPlugin(c.engine.env.State(c), plugin, terms, kwargs.Clone())
	if err != nil {
		return nil, describe(zeroPos, false, err)
	}
	return &value.List{Elems: results}, nil
}

// Warn hands a warning to the user.
func (c *Context) Warn(msg string) {
	if c.env.Warn != nil {
		c.env.Warn(msg)
	}
}

// lookupHost is a Context as lookups see it.
type lookupHost Context

func (h *lookupHost) context() *Context { return (*Context)(h) }

var _ lookup.Host = (*lookupHost)(nil)
