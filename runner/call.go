package runner

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// call is one run of the task's action, ready to go.
type call struct {
	modules.Call
	action   modules.Action
	delegate string // host that does the work, where it is another one
	factsTo  string
	timeout  time.Duration
	seconds  int // as the keyword has it
	background
	remote *remote

	mu       sync.Mutex
	warnings []string
	help     *value.Dict // advice that belongs to warnings, by their texts
}

// prepare resolves everything that an action needs, for the host or for one item.
func (x *execution) prepare(vars *templating.Context, delegate string) (*call, error) {
	if x.t.Unknown || x.t.ActionFrom != nil && !x.actionExists() {
		return nil, x.unknownAction()
	}
	keywords, wrong := x.evaluated(vars)
	c := &call{action: x.tp.action, delegate: delegate, seconds: keywords.seconds, background: keywords.background}
	c.timeout = time.Duration(min(c.seconds, maxTimeout)) * time.Second
	c.Call = modules.Call{
		Name: x.tp.fqcn, Action: x.tp.name, Vars: vars, Host: x.h.name, Dirs: x.tp.env.SearchPaths, PlaybookDir: x.p.run.playbookDir,
		Check: keywords.check, Diff: keywords.diff, NoLog: keywords.noLog, Verbosity: x.p.run.opts.Verbosity,
		MaxDiff: max(0, x.p.run.opts.Config.Int("MAX_FILE_SIZE_FOR_DIFF")),
		Vault:   x.tp.env.Vault, Term: x.p.run.term, Warn: c.warn, Report: x.p.run.documentWarning, Places: x.t.Places, Sets: x.p.run.warnReservedName,
		FactsModules: func() ([]string, error) { return x.factsModules(vars) },
		Defaults: func(module string) (*value.Dict, error) {
			d := &value.Dict{}
			return d, x.moduleDefaults(vars, x.p.run.qualified(module, x.t.Collections), d)
		},
		Say: func(text string) { x.p.run.send(event.Message{Level: event.Display, Text: text}) },
	}
	if x.p.run.opts.Pattern != "" && !x.p.run.registry.Has(x.tp.name) {
		return nil, x.unknownAction()
	}
	if wrong != nil {
		return nil, wrong
	}
	if x.delegatesFacts() {
		c.factsTo = delegate
	}
	if err := x.arguments(vars, c); err != nil {
		return nil, err
	}
	r, err := x.newRemote(vars, c)
	if err != nil {
		return nil, err
	}
	c.remote, c.Remote, c.Environment = r, r, r.env
	c.AsyncDir, c.Transport = r.way.asyncDir, r.way.target.Transport
	c.Windows = windows(r.way.target)
	c.Address, c.User = r.way.target.Address, r.way.target.User
	c.Delegate, c.Reach, c.Here = delegate, r.reach, r.here
	if x.tp.users {
		_, c.Title = x.p.taskName(x.tp, vars)
	}
	if n := len(r.way.become); n > 0 {
		c.Become = cmp.Or(r.way.become[n-1].User, "root")
	}
	return c, nil
}

// actionExists tells whether there is the action that a template named.
func (x *execution) actionExists() bool {
	if x.p.run.registry.Has(x.tp.fqcn) {
		return true
	}
	_, err := x.p.run.registry.Payload(x.tp.name, x.tp.env.SearchPaths)
	return err == nil
}

// unknownAction is the error of a task whose action keyword names none.
func (x *execution) unknownAction() error {
	e := source.New(x.t.ActionPos, fmt.Sprintf("Cannot resolve '%s' to an action or module.", x.tp.name))
	if near := x.p.run.suggest(x.tp.name); near != "" {
		e.Hint = fmt.Sprintf("Did you mean '%s'?", near)
	}
	return e
}

func (c *call) warn(msg string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.warnings = append(c.warnings, msg)
}

// advise adds a warning that is shown with advice.
func (c *call) advise(msg, help string) {
	c.warn(msg)
	if c.help == nil {
		c.help = &value.Dict{}
	}
	c.help.Set(msg, value.String(help))
}

// arguments merges the module's defaults, args: and the task's arguments, and resolves them.
func (x *execution) arguments(vars *templating.Context, c *call) error {
	merged := &value.Dict{}
	if err := x.moduleDefaults(vars, x.tp.fqcn, merged); err != nil {
		return err
	}
	for _, from := range x.t.ArgsFrom {
		if err := x.argumentsFrom(vars, from, merged); err != nil {
			return err
		}
	}
	c.Written = x.t.Args
	if _, raw := x.t.Args.Lookup("_raw_params"); raw && !modules.TakesRaw(x.tp.fqcn) {
		return source.At(x.t.Pos, "Task failed", source.New(pickPos(x.t.ActionPos, x.t.Pos), fmt.Sprintf("Action '%s' does not support raw params.", x.tp.fqcn)))
	}
	for k, v := range x.t.Args.Strings() {
		if modules.RawArg(x.tp.fqcn, k) {
			merged.Set(k, v)
			continue
		}
		got, err := vars.Finalize(v)
		if err != nil {
			return x.argError(k, v, err)
		}
		if k, err = x.factName(vars, c, k); err != nil {
			return err
		}
		if got == value.Omit {
			merged.Delete(k)
			continue
		}
		merged.Set(k, got)
	}
	c.Args = merged
	x.oddNames(merged)
	return nil
}

const setFact = "ansible.builtin.set_fact"

// argumentsFrom merges the arguments that a template stands for.
func (x *execution) argumentsFrom(vars *templating.Context, from value.Value, merged *value.Dict) error {
	x.p.run.warn("Using a template for task args is unsafe in some situations "+
		"(see https://docs.ansible.com/ansible/devel/reference_appendices/faq.html#argsplat-unsafe).", posOf(from, x.t.Pos))
	v, err := vars.Finalize(from)
	if err != nil {
		return x.argsError(err)
	}
	args, ok := v.(*value.Dict)
	if !ok && v != value.Omit {
		return x.argsError(source.New(posOf(from, x.t.Pos), fmt.Sprintf("Task args must resolve to a 'dict' not '%s'.", v.Type())))
	}
	if ok {
		merged.Update(args)
	}
	return nil
}

// factName evaluates a name that set_fact is given; those of other actions' arguments are no templates.
func (x *execution) factName(vars *templating.Context, c *call, name string) (string, error) {
	if x.tp.fqcn != setFact || !templating.IsTemplate(name) {
		return name, nil
	}
	pos := x.t.Places[name]
	v, err := vars.Resolve(&value.Template{Text: name, Pos: pos})
	if err != nil {
		return "", x.argsError(err)
	}
	if _, written := c.Places[v.String()]; !written {
		c.Places = maps.Clone(c.Places)
		c.Places[v.String()] = pos
	}
	return v.String(), nil
}

// oddNames adds what set_fact is given under names that are no text, for it to refuse.
func (x *execution) oddNames(args *value.Dict) {
	for k, v := range x.t.Args.All() {
		if k.Type() != "str" {
			_ = args.SetKey(k, v) // it was a key already
		}
	}
}

// argError tells that one of the task's arguments cannot be evaluated.
func (x *execution) argError(name string, written value.Value, err error) error {
	return x.argErrorAt(name, posOf(written, x.t.Pos), err)
}

func (x *execution) argErrorAt(name string, pos source.Pos, err error) error {
	return x.argsError(source.At(pos, fmt.Sprintf("Error while resolving value for '%s'", name), err))
}

func (x *execution) argsError(err error) error {
	err = source.At(pickPos(x.t.ActionPos, x.t.Pos), fmt.Sprintf("Finalization of task args for '%s' failed", x.tp.fqcn), err)
	return source.At(x.t.Pos, "Task failed", err)
}

// moduleDefaults collects the arguments that the task's module_defaults give to a module, the innermost last.
func (x *execution) moduleDefaults(vars *templating.Context, module string, into *value.Dict) error {
	own := &value.Dict{}
	for _, level := range x.t.ModuleDefaults {
		v, err := vars.Resolve(level)
		if err != nil {
			return x.argsError(err)
		}
		d, ok := v.(*value.Dict)
		if !ok {
			continue
		}
		for name, v := range d.Strings() {
			args, ok := v.(*value.Dict)
			if !ok {
				continue
			}
			if group, ok := strings.CutPrefix(name, playbook.GroupPrefix); ok && x.p.run.loader.InGroup(group, module) {
				into.Update(args)
			} else if module == x.p.run.routed(modules.Qualify(name)) {
				own.Update(args)
			}
		}
	}
	into.Update(own) // a module's are stronger than its group's
	return nil
}

// posOf gives the place where a value was written, where it is known.
func posOf(v value.Value, def source.Pos) source.Pos {
	if t, ok := v.(*value.Template); ok {
		return t.Pos
	}
	return def
}

// factsModules are the modules that gather facts of the host.
func (x *execution) factsModules(vars *templating.Context) ([]string, error) {
	s := &settings{run: x.p.run, vars: vars}
	v, ok := s.variable("ansible_facts_modules")
	if !ok {
		return x.p.run.opts.Config.List("FACTS_MODULES"), s.err
	}
	list, ok := v.(*value.List)
	if !ok {
		return strings.Split(v.String(), ","), nil
	}
	var names []string
	for _, name := range list.Elems {
		names = append(names, name.String())
	}
	return names, nil
}
