package runner

import (
	"fmt"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// taskVariable is the variable _task, which conditions and the expressions of register see: the result so far, and in a loop those of
// the items that are done.
func taskVariable(r *result, items []*result) *value.Dict {
	d := value.DictOf("result", registered(r, false))
	if items != nil {
		list := &value.List{}
		for _, one := range items {
			list.Append(registered(one, false))
		}
		d.Set("loop_result", value.DictOf("results", list))
	}
	return d
}

// project sets the variables that a register's expressions give of a result. They may use each other, in any order.
func (p *play) project(tp *taskPlan, h *hostState, r *result) {
	if tp.task.Projections == nil {
		return
	}
	ctx := p.run.engine.NewContext(p.scope(h, tp), tp.env)
	got, broken := projected(ctx, tp.task.Projections, projectionBase(r))
	for name, err := range broken {
		p.run.warn(fmt.Sprintf("Could not register '%s': %s", name, err), posOf(tp.task.Projections.Get(name), tp.task.RegisterPos))
	}
	for name := range got.Strings() {
		p.run.warnReservedName(name, tp.task.RegisterPos)
	}
	p.run.store.Set(h.name, got)
}

// projectionBase is _task when the task has been done: of a loop, the last item's result is the result.
func projectionBase(r *result) *value.Dict {
	if len(r.items) == 0 {
		return taskVariable(r, nil)
	}
	d := taskVariable(r.items[len(r.items)-1], r.items)
	d.Set("loop_result", registered(r, false))
	return d
}

// projected evaluates a register's expressions; those that fail give errors by name.
func projected(ctx *templating.Context, expressions, task *value.Dict) (got *value.Dict, broken map[string]error) {
	extra := expressions.Clone()
	extra.Set("_task", task)
	ctx = ctx.With(extra)
	got, broken = &value.Dict{}, map[string]error{}
	for name := range expressions.Strings() {
		v, _, err := ctx.Variable(name)
		if err != nil {
			broken[name] = err
			continue
		}
		got.Set(name, v)
	}
	return got, broken
}
