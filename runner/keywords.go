package runner

import (
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// taskKeywords gives a task's keywords as data: what is not given is None.
func taskKeywords(t *playbook.Task) *value.Dict {
	d := value.DictOf("when", conditionTexts(t.When), "changed_when", conditionTexts(t.ChangedWhen), "failed_when", conditionTexts(t.FailedWhen),
		"until", conditionTexts(t.Until), "tags", value.NewList(t.Tags...), "notify", value.NewList(t.Notify...), "vars", ownVars(t))
	for name, v := range map[string]value.Value{
		"loop": t.Loop, "register": t.Register, "delegate_to": t.DelegateTo, "ignore_errors": t.IgnoreErrors, "no_log": t.NoLog,
		"run_once": t.RunOnce, "retries": t.Retries, "delay": t.Delay, "debugger": t.Debugger, "check_mode": t.CheckMode,
	} {
		setData(d, name, v)
	}
	return d
}

func setData(d *value.Dict, name string, v value.Value) {
	if v == nil {
		v = value.None
	}
	d.Set(name, data(v))
}

// toldKeywords gives a task's keywords for sinks.
func toldKeywords(tp *taskPlan) *value.Dict {
	t := tp.task
	d := taskKeywords(t)
	d.Set("resolved_action", value.String(tp.fqcn))
	d.Set("args", shownArgs(t)) // templates stay what they are
	for name, v := range map[string]value.Value{
		"async_val": t.Async, "poll": t.Poll, "ignore_unreachable": t.IgnoreUnreachable, "any_errors_fatal": t.AnyErrorsFatal, "throttle": t.Throttle,
		"timeout": t.Timeout, "delegate_facts": t.DelegateFacts,
	} {
		setData(d, name, v)
	}
	if t.LoopWith != "" {
		d.Set("loop_with", value.String(t.LoopWith))
	}
	if t.Handler {
		d.Set("listen", value.NewList(t.Listen...))
	}
	if len(t.Notify) == 0 {
		d.Set("notify", value.None)
	}
	d.Set("loop_control", loopControl(&t.Control))
	setConnection(d, &t.Keywords)
	return d
}

func loopControl(c *playbook.LoopControl) *value.Dict {
	d := &value.Dict{}
	for name, v := range map[string]value.Value{
		"loop_var": c.LoopVar, "index_var": c.IndexVar, "label": c.Label, "pause": c.Pause, "extended": c.Extended, "extended_allitems": c.ExtendedAllItems,
	} {
		setData(d, name, v)
	}
	return d
}

// setConnection adds the keywords of how hosts are reached.
func setConnection(d *value.Dict, k *playbook.Keywords) {
	for name, v := range map[string]value.Value{
		"become": k.Become, "become_user": k.BecomeUser, "become_method": k.BecomeMethod, "connection": k.Connection, "port": k.Port,
		"remote_user": k.RemoteUser,
	} {
		setData(d, name, v)
	}
}

// playKeywords gives a play's keywords for sinks. prompted are the answers of its vars_prompt, which belong to its variables.
func playKeywords(p *playbook.Play, prompted *value.Dict) *value.Dict {
	d := value.DictOf("tags", value.NewList(p.Tags...), "serial", data(value.NewList(p.Serial...)), "roles", roleList(p), "vars", &value.Dict{})
	if len(p.Vars) > 0 {
		d.Set("vars", data(p.Vars[len(p.Vars)-1]))
	}
	if vars, ok := d.Get("vars").(*value.Dict); ok {
		vars.Update(prompted)
	}
	hosts := p.Hosts.Value
	if _, ok := hosts.(*value.List); !ok && hosts != nil {
		hosts = value.NewList(hosts)
	}
	for name, v := range map[string]value.Value{
		"hosts": hosts, "strategy": p.Strategy, "gather_facts": p.GatherFacts, "max_fail_percentage": p.MaxFailPercentage,
		"force_handlers": p.ForceHandlers, "order": p.Order, "any_errors_fatal": p.AnyErrorsFatal, "ignore_errors": p.IgnoreErrors, "no_log": p.NoLog,
	} {
		setData(d, name, v)
	}
	setConnection(d, &p.Keywords)
	return d
}

func roleList(p *playbook.Play) value.Value {
	var list []string
	for _, r := range p.Roles {
		list = append(list, r.Name)
	}
	return strs(list)
}

// written gives the plays of a playbook as they stand there.
func (r *run) written(b *playbook.Playbook) []event.PlayStart {
	var plays []event.PlayStart
	for _, p := range b.Plays {
		e := event.PlayStart{Check: r.opts.Check, Pos: p.Pos, Keywords: func() *value.Dict { return playKeywords(p, nil) }}
		if p.Name != nil {
			e.Name = asWritten(p.Name).String()
		} else if p.Hosts.Value != nil {
			e.Name = asWritten(p.Hosts.Value).String()
		}
		plays = append(plays, e)
	}
	return plays
}

// variablesFor gives the play's variables for a host, or those that need none for "". They are as they are when this is called, but for the
// batch.
func (p *play) variablesFor(host string, batch []string) value.Value {
	d := &value.Dict{}
	if h := p.run.host(host); host != "" && h != nil {
		d.Update(p.run.view(h))
	}
	for _, layer := range []*value.Dict{p.playVars, p.prompted, p.run.extra} {
		d.Update(layer)
	}
	magic := &hostMagic{run: p.run, play: p}
	for name := range magic.Names() {
		if !ofBatch[name] {
			v, _ := magic.Lookup(name)
			d.Set(name, v)
		}
	}
	d.Set("ansible_play_batch", strs(batch))
	d.Set("play_hosts", strs(batch))
	return d
}

// ofBatch are the magic variables that change with the batch, and the one that holds all others.
var ofBatch = map[string]bool{"ansible_play_batch": true, "play_hosts": true, "ansible_current_hosts": true, "ansible_failed_hosts": true, "vars": true}

// prompted tells of a question of vars_prompt.
func prompted(q *question) event.Prompted {
	text := func(s string) value.Value {
		if s == "" {
			return value.None
		}
		return value.String(s)
	}
	e := event.Prompted{
		Name: value.String(q.name), Prompt: text(q.prompt), Default: q.def, Encrypt: text(q.encrypt), Salt: text(q.salt), SaltSize: value.None,
		Private: q.private, Confirm: q.confirm, Unsafe: value.Bool(false),
	}
	if q.saltSize != nil {
		e.SaltSize = q.saltSize
	}
	return e
}
