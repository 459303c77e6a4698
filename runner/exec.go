package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// execution is one task on one host: its loop, conditions, arguments, retries and result.
type execution struct {
	p    *play
	tp   *taskPlan
	t    *playbook.Task
	ev   *event.Task
	h    *hostState
	vars *templating.Context
	emit func(event.Event)
	turn *turn // of an item that is sent ahead; nil otherwise

	reached   *connectionVars
	doneItems []*result // of a loop that runs item by item; nil: no loop

	scouting bool // ahead of the task's turn: nothing is told
}

func newExecution(p *play, tp *taskPlan, ev *event.Task, h *hostState, emit func(event.Event)) *execution {
	scope := p.scope(h, tp)
	reached := p.reachedBy(h, tp, scope)
	return &execution{
		p: p, tp: tp, t: tp.task, ev: ev, h: h, emit: emit, reached: reached,
		vars: p.run.engine.NewContext(scope, tp.env),
	}
}

// reachedBy adds the variables that tell how a host is reached to a task's scope.
func (p *play) reachedBy(h *hostState, tp *taskPlan, scope *vars.Scope) *connectionVars {
	c := &connectionVars{run: p.run, task: tp.task, host: h.name, scope: scope}
	scope.Add(vars.Settings, c)
	return c
}

// throttle gives the places of a throttled task, or nil. The first host to ask makes them.
func (x *execution) throttle() chan struct{} {
	if x.t.Throttle == nil {
		return nil
	}
	rd := reader{ctx: x.vars}
	n := rd.int("throttle", x.t.Throttle, 0)
	if n <= 0 {
		return nil
	}
	x.p.mu.Lock()
	defer x.p.mu.Unlock()
	if x.p.throttles[x.t] == nil {
		x.p.throttles[x.t] = make(chan struct{}, n)
	}
	return x.p.throttles[x.t]
}

// run gives the task's result on the host.
func (x *execution) run(ctx context.Context) *result {
	r := x.loopOrOnce(ctx)
	x.finish(r)
	if x.t == x.p.gather {
		r.causes = nowhere(r.causes)
	}
	return r
}

// nowhere gives the causes of the failure of a task that nobody wrote, without their places.
func nowhere(causes []event.Cause) []event.Cause {
	causes = slices.Clone(causes)
	for i := range causes {
		causes[i].Pos = source.Pos{}
	}
	return causes
}

func (x *execution) loopOrOnce(ctx context.Context) *result {
	items, err := x.items()
	x.reached.on = x.t.DelegateTo == nil
	switch {
	case err != nil && x.skippedAnyway():
		return skippedResult(nil)
	case err != nil:
		return x.failed(err)
	case items == nil:
		return x.once(ctx, x.vars)
	default:
		return x.loop(ctx, items.Elems)
	}
}

// skippedAnyway says that a loop which cannot be evaluated does not matter, because the task's condition does not hold without it.
func (x *execution) skippedAnyway() bool {
	ok, _, err := x.conditions(x.vars, x.t.When)
	return err == nil && !ok
}

// finish adds what depends on the task's keywords: ignored failures and fatal ones.
func (x *execution) finish(r *result) {
	rd := reader{ctx: x.vars}
	switch r.status {
	case event.Failed:
		r.ignored = x.ignores(x.vars)
	case event.Unreachable:
		r.ignored = rd.bool("ignore_unreachable", x.t.IgnoreUnreachable, false)
	default:
		return
	}
	r.fatal = x.p.run.fatalForAll(x.t) && !writtenTrue(x.t.IgnoreErrors) && (r.status == event.Unreachable || !r.ignored)
}

// fatalForAll tells whether a task's failure ends the play for all hosts. The reference reads the keyword as it is written, so that a
// template counts as true.
func (r *run) fatalForAll(t *playbook.Task) bool {
	if t.AnyErrorsFatal == nil {
		return r.opts.Config.Bool("ANY_ERRORS_FATAL")
	}
	return writtenTrue(t.AnyErrorsFatal)
}

// ignores tells whether a failure of the task is ignored. A value that is no boolean fails the task, and counts by its truth, as written.
func (x *execution) ignores(vars *templating.Context) bool {
	rd := reader{ctx: vars}
	ignore := rd.bool("ignore_errors", x.t.IgnoreErrors, false)
	if rd.err == nil {
		return ignore
	}
	t, ok := x.t.IgnoreErrors.(*value.Template)
	if ok && t.Expr {
		v, err := vars.Resolve(t)
		return err == nil && v.Truth()
	}
	return asWritten(x.t.IgnoreErrors).Truth()
}

// once runs the task for the host, or for one item of its loop.
func (x *execution) once(ctx context.Context, vars *templating.Context) *result {
	delegate, err := x.delegate(vars)
	if err != nil {
		return x.failedOn(x.t.DelegateTo.String(), err)
	}
	vars = x.delegated(vars, delegate)
	ok, cond, err := x.conditions(vars, x.t.When)
	if err != nil {
		return x.failedOn(delegate, source.At(x.t.Pos, "Task failed", err))
	}
	if !ok {
		return skippedResult(cond)
	}
	c, err := x.prepare(vars, delegate)
	if err != nil {
		return x.failedOn(delegate, err)
	}
	args := x.keptArgs(c)
	r := x.attempts(ctx, vars, c)
	r.args = args
	if len(x.t.Notify) > 0 && r.status != event.Skipped {
		r.notified = x.notifies(vars)
	}
	r.delegate = x.shownDelegate(c, r)
	return r
}

// notifies gives the handlers that the task names; they may depend on the item of its loop. All that its items name are notified where
// one of them is a change.
func (x *execution) notifies(vars *templating.Context) []string {
	var list []string
	for _, n := range x.t.Notify {
		v, err := vars.Resolve(n)
		if err != nil {
			x.p.run.problem(placed(x.t.Pos, err))
			continue
		}
		list = append(list, asStrings(v)...)
	}
	return list
}

// shownDelegate is the delegate as it is shown: with its address where that is another than its name.
func (x *execution) shownDelegate(c *call, r *result) string {
	if c.delegate == x.h.name {
		return ""
	}
	if a := c.remote.way.address; r.status != event.Unreachable && c.delegate != "" && a != "" && a != c.delegate {
		return fmt.Sprintf("%s(%s)", c.delegate, a)
	}
	return c.delegate
}

// conditions evaluates conditions in order; false is the first one that does not hold.
func (x *execution) conditions(vars *templating.Context, list []playbook.Condition) (ok bool, false_ value.Value, err error) {
	for _, c := range list {
		if c.Expr.Type() == "str" && !isTemplate(c.Expr) {
			return false, nil, templating.Untrusted(c.Pos)
		}
		ok, err := vars.Condition(c.Expr)
		if err != nil {
			return false, nil, placed(c.Pos, err)
		}
		if !ok {
			return false, asWritten(c.Expr), nil
		}
	}
	return true, nil, nil
}

func isTemplate(v value.Value) bool {
	_, ok := v.(*value.Template)
	return ok
}

// attempts runs the task once, or until its until condition holds.
func (x *execution) attempts(ctx context.Context, vars *templating.Context, c *call) *result {
	rd := reader{ctx: vars}
	retries := 0
	if x.t.Until != nil || x.t.Retries != nil {
		retries = max(0, rd.int("retries", x.t.Retries, 3))
	}
	delay := time.Duration(max(0, rd.float("delay", x.t.Delay, 5)) * float64(time.Second))
	if rd.err != nil {
		return x.failed(rd.err)
	}
	for attempt := 1; ; attempt++ {
		r := x.attempt(ctx, vars, c, attempt, retries)
		if retries == 0 || r.raised {
			return r
		}
		done, err := x.until(vars, r)
		switch {
		case err != nil:
			return x.failed(err)
		case done:
			return r
		case attempt > retries:
			r.dict.Set("attempts", value.Int(retries))
			r.dict.Set("failed", value.Bool(true))
			r.dict.Set("exception", traceback)
			if r.causes == nil { // each attempt succeeded, as far as the action is concerned
				r.causes = x.actionFailed(r)
				r.dict.Set("exception", traceback)
			}
			return r.settle()
		}
		x.emit(event.Retry{Task: x.ev, Host: event.Host{Name: x.h.name, Delegate: c.delegate}, Result: r.dict, Attempt: attempt, Retries: retries + 1})
		if !sleep(ctx, delay) {
			return r
		}
	}
}

// until reports whether the task need not be tried again.
func (x *execution) until(vars *templating.Context, r *result) (bool, error) {
	if x.t.Until == nil {
		return r.status != event.Failed, nil
	}
	ok, _, err := x.conditions(x.withResult(vars, r), x.t.Until)
	if err != nil {
		return false, source.At(x.t.Pos, "Task failed", err)
	}
	return ok, nil
}

// attempt runs the action and applies changed_when and failed_when, which know the number of the attempt where there may be more.
func (x *execution) attempt(ctx context.Context, vars *templating.Context, c *call, number, retries int) *result {
	r := x.act(ctx, c)
	if r.raised {
		return r
	}
	if retries > 0 {
		r.dict.Set("attempts", value.Int(number))
	}
	if r.status == event.Unreachable || r.status == event.Skipped {
		return r
	}
	x.override(vars, r)
	return r.settle()
}

func (x *execution) act(ctx context.Context, c *call) *result {
	d, err := x.do(ctx, c)
	if err == nil && c.background.waits(d) {
		if d, err = x.await(ctx, c, d); err == nil {
			x.jobEnded(c, d)
		}
	}
	var skip *modules.SkipError
	switch {
	case errors.As(err, &skip):
		d = value.DictOf("changed", value.Bool(false), "skipped", value.Bool(true), "msg", value.String(skip.Msg))
		return (&result{dict: d}).settle()
	case err == nil:
	case c.timeout > 0 && errors.Is(err, context.DeadlineExceeded):
		d = timedOut(c.timeout)
	case connection.IsUnreachable(err):
		return unreachableResult(err, x.t.Pos)
	default:
		return x.raised(err, c)
	}
	x.changeInventory(d)
	x.complete(d, c)
	r := (&result{dict: d, factsTo: c.factsTo}).settle()
	_, late := d.Lookup("timedout")
	r.raised = late && c.timeout > 0
	if errors.Is(err, context.DeadlineExceeded) && !c.remote.final { // no module took too long, but the action itself
		r.causes = link([]event.Cause{{Msg: "Task failed", Pos: x.t.Pos}}, event.Cause{Msg: strings.TrimPrefix(textOf(d, "msg"), "Task failed: ")})
		return r
	}
	if r.status == event.Failed {
		r.module = c.remote.failedModule(d)
		r.causes = x.moduleCauses(d, c.remote)
	}
	return r
}

const maxTimeout = 100_000_000 // seconds

// do runs the action, within the task's time. What a job in the background does is no part of it.
func (x *execution) do(ctx context.Context, c *call) (*value.Dict, error) {
	if err := x.refusesAsync(c); err != nil {
		return nil, err
	}
	if c.seconds < 0 || c.seconds > maxTimeout {
		return nil, &modules.Error{Whole: true, Msg: fmt.Sprintf("Timeout %d is invalid, it must be between 0 and %d.", c.seconds, maxTimeout)}
	}
	if c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	defer x.p.run.busy.begin(c.remote.way.target.Host, x.ev.Name)()
	c.remote.final, c.remote.detaches = false, c.background.limit != 0
	return c.action.Run(ctx, &c.Call)
}

// changeInventory adds the hosts and groups of add_host and group_by; the result tells whether they are new.
func (x *execution) changeInventory(d *value.Dict) {
	if add, ok := d.Get("add_host").(*value.Dict); ok {
		x.p.run.send(event.Message{Level: event.Verbose2, Text: "creating host via 'add_host': hostname=" + add.Get("host_name").String()})
		x.p.run.addHost(add, d)
		x.p.relist(false)
	}
	if group := d.Get("add_group"); group != nil {
		x.p.run.addGroup(x.h, group.String(), d)
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
