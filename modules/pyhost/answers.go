package pyhost

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/value"
)

// answers are what goplay tells a plugin in the middle of a call.
type answers struct {
	opts   *Options
	caller lookup.Host // nil: outside templates
	filled Inventory   // nil: the plugin fills no inventory
	turn   *turn       // nil: the plugin does no task

	trusting bool // a user's templates in the result stay templates
	views    views
}

// question is one that needs no template around it.
type question func(a *answers, args []json.RawMessage) (any, error)

// questions are those that ansible_goplay_line.ask knows, but for those about variables.
var questions = map[string]question{
	"source": func(_ *answers, args []json.RawMessage) (any, error) {
		if m := moduleOf(text(args, 0)); m != nil {
			return m, nil
		}
		return nil, nil
	},
	"tell":        (*answers).tell,
	"verbosity":   func(a *answers, _ []json.RawMessage) (any, error) { return a.opts.Verbosity, nil },
	"basedir":     func(a *answers, _ []json.RawMessage) (any, error) { return a.opts.Basedir, nil },
	"yaml":        (*answers).yaml,
	"ini":         (*answers).ini,
	"config":      (*answers).config,
	"is_template": (*answers).isTemplate,
	"item":        (*answers).item,
	"keys":        (*answers).keys,
}

// asked are the questions about the template that a plugin is called from.
var asked = map[string]question{
	"variable":  (*answers).variable,
	"variables": (*answers).variables,
	"resolve":   (*answers).resolve,
	"find":      (*answers).find,
	"candidates": func(a *answers, args []json.RawMessage) (any, error) {
		return lookup.Candidates(a.caller, text(args, 0), text(args, 1)), nil
	},
	"decrypt":    (*answers).decrypt,
	"lookup":     (*answers).lookup,
	"has_lookup": func(a *answers, args []json.RawMessage) (any, error) { return a.caller.HasLookup(text(args, 0)), nil },
}

func (a *answers) answer(name string, args []json.RawMessage) (any, error) {
	if q := questions[name]; q != nil {
		return q(a, args)
	}
	if q := asked[name]; q != nil && a.caller != nil {
		return q(a, args)
	}
	if q := filling[name]; q != nil && a.filled != nil {
		return q(a, args)
	}
	if q := acting[name]; q != nil && a.turn != nil {
		return q(a, args)
	}
	if a.opts.Answer != nil {
		return a.ofRun(name, args)
	}
	return nil, fmt.Errorf("goplay has no answer to %q here", name)
}

// ofRun answers what a callback asks about the run.
func (a *answers) ofRun(name string, args []json.RawMessage) (any, error) {
	list := make([]value.Value, len(args))
	for i := range args {
		var err error
		if list[i], err = a.value(args, i); err != nil {
			return nil, err
		}
	}
	v, known, err := a.opts.Answer(name, list)
	switch {
	case err != nil:
		return nil, err
	case !known:
		return nil, fmt.Errorf("goplay has no answer to %q here", name)
	}
	return a.views.encode(v)
}

// text is an argument that is a string; what is none is "".
func text(args []json.RawMessage, i int) string {
	var s string
	if i < len(args) && json.Unmarshal(args[i], &s) != nil {
		return ""
	}
	return s
}

func (a *answers) value(args []json.RawMessage, i int) (value.Value, error) {
	if i >= len(args) {
		return nil, fmt.Errorf("the Python process of plugins gave %d values, not %d", len(args), i+1)
	}
	return a.views.decode(args[i])
}

// valueAndDict reads an argument, and the next one, which is a dict.
func (a *answers) valueAndDict(args []json.RawMessage, i int) (value.Value, *value.Dict, error) {
	v, err := a.value(args, i)
	if err != nil {
		return nil, nil, err
	}
	d, err := a.dictOf(args, i+1)
	return v, d, err
}

// dictOf reads an argument that is a dict.
func (a *answers) dictOf(args []json.RawMessage, i int) (*value.Dict, error) {
	v, err := a.value(args, i)
	if err != nil {
		return nil, err
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, malformed("dict", v)
	}
	return d, nil
}

func (a *answers) tell(args []json.RawMessage) (any, error) {
	level, msg := text(args, 0), text(args, 1)
	switch {
	case level == "warning" && a.turn != nil:
		a.turn.call.Warn(msg)
	case level == "warning" && a.caller != nil:
		a.caller.Warn(msg)
	default:
		return nil, a.say(Said{Level: level, Text: msg}, args)
	}
	return nil, nil
}

// say shows a text in the form that comes with it.
func (a *answers) say(s Said, args []json.RawMessage) error {
	if len(args) > 2 {
		if err := json.Unmarshal(args[2], &s.How); err != nil {
			return err
		}
	}
	a.opts.Tell(s)
	return nil
}

func (a *answers) yaml(args []json.RawMessage) (any, error) {
	return a.made(a.opts.Load(text(args, 0)))
}

func (a *answers) ini(args []json.RawMessage) (any, error) {
	if s, ok := a.opts.Ini(text(args, 0), text(args, 1)); ok {
		return s, nil
	}
	return nil, nil
}

func (a *answers) isTemplate(args []json.RawMessage) (any, error) {
	v, err := a.value(args, 0)
	_, trusted := v.(*value.Template)
	return trusted && templating.IsTemplate(v.String()), err
}

// made is an answer that is a value.
func (a *answers) made(v value.Value, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return a.views.encode(v)
}

// one is an answer that may be nothing: a list of the value, or null.
func (a *answers) one(v value.Value, ok bool) (any, error) {
	if !ok {
		return nil, nil
	}
	e, err := a.views.encode(v)
	return []any{e}, err
}

// variable gives a variable as it was written.
func (a *answers) variable(args []json.RawMessage) (any, error) {
	return a.one(a.caller.Written(text(args, 0)))
}

func (a *answers) variables([]json.RawMessage) (any, error) {
	names := []string{}
	for name := range a.caller.Names() {
		names = append(names, name)
	}
	return names, nil
}

func (a *answers) resolve(args []json.RawMessage) (any, error) {
	return a.resolved(args, a.caller.Resolve)
}

func (a *answers) resolved(args []json.RawMessage, resolve func(value.Value) (value.Value, error)) (any, error) {
	v, err := a.value(args, 0)
	if err != nil {
		return nil, err
	}
	return a.made(resolve(v))
}

// find finds a file as the lookup `file` does.
func (a *answers) find(args []json.RawMessage) (any, error) {
	if path, ok := lookup.Find(a.caller, text(args, 0), text(args, 1)); ok {
		return path, nil
	}
	return nil, nil
}

func (a *answers) decrypt(args []json.RawMessage) (any, error) {
	v, err := a.value(args, 0)
	if err != nil {
		return nil, err
	}
	plain, err := a.caller.Decrypt([]byte(v.String()))
	return marked("bytes", plain), err
}

// lookup runs a lookup for a plugin.
func (a *answers) lookup(args []json.RawMessage) (any, error) {
	terms, options, err := a.valueAndDict(args, 1)
	if err != nil {
		return nil, err
	}
	list, ok := terms.(*value.List)
	if !ok {
		return nil, malformed("list", terms)
	}
	return a.made(a.caller.Lookup(text(args, 0), list.Elems, options))
}

func (a *answers) config(args []json.RawMessage) (any, error) {
	return a.one(a.opts.Config(text(args, 0)))
}

// item reads a view: a list of the value, or null.
func (a *answers) item(args []json.RawMessage) (any, error) {
	m, err := a.view(args)
	if err != nil {
		return nil, err
	}
	key, err := a.value(args, 1)
	if err != nil {
		return nil, err
	}
	name, ok := value.Text(key)
	if !ok {
		return nil, nil
	}
	return a.one(m.Lookup(name))
}

func (a *answers) keys(args []json.RawMessage) (any, error) {
	m, err := a.view(args)
	if err != nil {
		return nil, err
	}
	var keys []value.Value
	for k := range m.All() {
		keys = append(keys, k)
	}
	return a.views.list(keys)
}

func (a *answers) view(args []json.RawMessage) (value.Mapping, error) {
	var n int
	if len(args) == 0 || json.Unmarshal(args[0], &n) != nil || n < 0 || n >= len(a.views.shown) {
		return nil, fmt.Errorf("the Python process of plugins read a mapping that it was not shown")
	}
	return a.views.shown[n], nil
}

// exists tells whether a plugin's file is there.
func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// moduleName is a plugin file's name without its extension.
func moduleName(path string) string { return strings.TrimSuffix(filepath.Base(path), ".py") }
