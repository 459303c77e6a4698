package pyhost

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// Actions gives users' action plugins, which come before goplay's own of the same short name.
type Actions struct {
	plugins *Plugins
	own     func(name string) (modules.Action, bool)
}

var _ modules.UserActions = (*Actions)(nil)

// Actions gives the action plugins; own gives goplay's own actions, which plugins may call.
func (p *Plugins) Actions(own func(name string) (modules.Action, bool)) *Actions {
	return &Actions{plugins: p, own: own}
}

// Action gives the action plugin of a name as it is written; known says that goplay has an action of that name.
func (s *Actions) Action(name string, known bool) (modules.Action, bool) {
	found, ok := s.plugins.Find("action", name, known)
	if !ok {
		return nil, false
	}
	return &action{s, found.(*plugin)}, true
}

// action is one action plugin.
type action struct {
	of     *Actions
	plugin *plugin
}

// Run has the plugin do a task.
func (x *action) Run(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	t := &turn{ctx: ctx, call: c, own: x.of.own}
	a := &answers{opts: &x.plugin.host.opts, caller: c.Vars.LookupHost(), turn: t, trusting: true}
	task, err := a.views.dict(taskOf(c))
	if err != nil {
		return nil, err
	}
	context, err := a.views.dict(contextOf(c))
	if err != nil {
		return nil, err
	}
	v, err := x.plugin.host.do(request{"action", map[string]any{
		"path": x.plugin.file, "module": x.plugin.module, "name": x.plugin.name, "task": task, "context": context, "transport": c.Transport,
	}}, a)
	if t.broken != nil {
		return nil, t.broken
	}
	if err != nil {
		return nil, worded(err)
	}
	return ended(v)
}

// ended gives what came of a plugin: how it ended, a message and a result.
func ended(v value.Value) (*value.Dict, error) {
	l, ok := v.(*value.List)
	if !ok || len(l.Elems) != 3 {
		return nil, malformed("result", v)
	}
	d, ok := l.Elems[2].(*value.Dict)
	if !ok {
		return nil, malformed("dict", l.Elems[2])
	}
	switch msg := l.Elems[1].String(); l.Elems[0].String() {
	case "skip":
		return nil, &modules.SkipError{Msg: msg}
	case "fail":
		return nil, &modules.Error{Msg: msg, Result: d}
	}
	return d, nil
}

// worded is a plugin's exception as the error of a task.
func worded(err error) error {
	var broken *brokenError
	if errors.As(err, &broken) || eval.KindOf(err) == "" {
		return err
	}
	return &modules.Error{Msg: err.Error(), Whole: true}
}

// taskOf is what a plugin knows as its _task.
func taskOf(c *modules.Call) *value.Dict {
	environment := value.NewDict(len(c.Environment))
	for k, v := range c.Environment {
		environment.Set(k, value.String(v))
	}
	return value.DictOf(
		"args", c.Args, "action", value.String(c.Action), "name", value.String(c.Title), "check_mode", value.Bool(c.Check), "diff", value.Bool(c.Diff),
		"no_log", value.Bool(c.NoLog), "environment", value.NewList(environment), "async_val", value.Int(0), "poll", value.Int(0), "become", value.Bool(c.Become != ""),
		"become_user", textOrNone(c.Become), "delegate_to", value.None, "_role", value.None, "_uuid", value.String(c.Title))
}

// contextOf is what a plugin knows as its _play_context.
func contextOf(c *modules.Call) *value.Dict {
	return value.DictOf(
		"check_mode", value.Bool(c.Check), "diff", value.Bool(c.Diff), "no_log", value.Bool(c.NoLog), "verbosity", value.Int(c.Verbosity),
		"connection", value.String(c.Transport), "remote_addr", value.String(c.Address), "remote_user", textOrNone(c.User), "become", value.Bool(c.Become != ""),
		"become_user", textOrNone(c.Become), "port", value.None, "timeout", value.Int(10))
}

func textOrNone(s string) value.Value {
	if s == "" {
		return value.None
	}
	return value.String(s)
}

// turn is one run of an action plugin, which asks for modules, commands and files.
type turn struct {
	ctx    context.Context
	call   *modules.Call
	own    func(name string) (modules.Action, bool)
	broken error // why the target could not be reached, or goplay not go on
}

// acting are the questions of action plugins.
var acting = map[string]question{
	"module": (*answers).module,
	"action": (*answers).action,
	"has_action": func(a *answers, args []json.RawMessage) (any, error) {
		_, ok := a.turn.own(text(args, 0))
		return ok, nil
	},
	"raw":   (*answers).raw,
	"put":   (*answers).put,
	"fetch": (*answers).fetch,
	"reset": func(a *answers, _ []json.RawMessage) (any, error) {
		return nil, a.turn.fails(a.turn.call.Reset(a.turn.ctx))
	},
}

// fails notes an error that is none of the plugin's.
func (t *turn) fails(err error) error {
	var refused *modules.Error
	if err != nil && !errors.As(err, &refused) {
		t.broken = err
	}
	return err
}

func (a *answers) module(args []json.RawMessage) (any, error) {
	d, err := a.dictOf(args, 1)
	if err != nil {
		return nil, err
	}
	result, err := a.turn.call.Module(a.turn.ctx, text(args, 0), d)
	if err != nil {
		return nil, a.turn.fails(err)
	}
	return a.views.encode(result)
}

// action runs one of goplay's own actions with other arguments.
func (a *answers) action(args []json.RawMessage) (any, error) {
	d, err := a.dictOf(args, 1)
	if err != nil {
		return nil, err
	}
	name := text(args, 0)
	own, ok := a.turn.own(name)
	if !ok {
		return nil, modules.Errorf("there is no action '%s'", name)
	}
	c := *a.turn.call
	c.Name, c.Action, c.Args, c.Written = modules.Qualify(name), name, d, d
	result, err := own.Run(a.turn.ctx, &c)
	if err != nil {
		return nil, a.turn.fails(err)
	}
	return a.views.encode(result)
}

// raw runs a command line: its exit code, output and errors.
func (a *answers) raw(args []json.RawMessage) (any, error) {
	stdin, err := base64.StdEncoding.DecodeString(text(args, 1))
	if err != nil {
		return nil, err
	}
	var in io.Reader
	if len(stdin) > 0 {
		in = bytes.NewReader(stdin)
	}
	r, err := a.turn.call.Raw(a.turn.ctx, text(args, 0), in, text(args, 2))
	if err != nil {
		return nil, a.turn.fails(err)
	}
	return []any{r.Exit, r.Stdout, r.Stderr}, nil // JSON has bytes in base64
}

func (a *answers) put(args []json.RawMessage) (any, error) {
	f, err := os.Open(text(args, 0))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return nil, a.turn.fails(a.turn.call.Put(a.turn.ctx, text(args, 1), 0o600, info.Size(), f))
}

func (a *answers) fetch(args []json.RawMessage) (any, error) {
	r, err := a.turn.call.Fetch(a.turn.ctx, text(args, 0))
	if err != nil {
		return nil, a.turn.fails(err)
	}
	defer r.Close()
	f, err := os.OpenFile(text(args, 1), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(f, r)
	return nil, errors.Join(err, f.Close())
}
