package runner

import (
	"slices"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// override applies failed_when and changed_when to a result.
func (x *execution) override(vars *templating.Context, r *result) {
	if x.t.ChangedWhen == nil && x.t.FailedWhen == nil {
		return
	}
	vars = x.withResult(vars, r)
	if x.t.ChangedWhen != nil {
		ok, _, err := x.conditions(vars, x.t.ChangedWhen)
		if err != nil {
			x.brokenOverride(r, "changed_when_result", err)
			return
		}
		r.dict.Set("changed", value.Bool(ok))
	}
	if x.t.FailedWhen != nil {
		ok, _, err := x.conditions(x.withResult(vars, r), x.t.FailedWhen)
		if err != nil {
			x.brokenOverride(r, "failed_when_result", err)
			return
		}
		r.dict.Set("failed", value.Bool(ok))
		r.dict.Set("failed_when_result", value.Bool(ok))
		x.failedByCondition(r, ok)
	}
}

func (x *execution) failedByCondition(r *result, failed bool) {
	if !failed {
		if exception := r.dict.Get("exception"); exception != nil {
			r.dict.Delete("exception")
			if r.module {
				r.dict.Set("failed_when_suppressed_exception", exception)
			}
		}
		r.causes = nil
		return
	}
	r.dict.Set("exception", traceback)
	if r.causes == nil { // the module had not failed by itself
		r.causes = x.actionFailed(r)
	}
}

func (x *execution) actionFailed(r *result) []event.Cause {
	msg := "Task failed: Action failed."
	switch m := r.dict.Get("msg"); {
	case m == nil:
		msg = "Task failed: Action failed: Unknown error."
		r.dict.Set("msg", value.String(msg))
	case m.Truth():
		msg = "Task failed: Action failed: " + m.String()
	}
	return []event.Cause{{Msg: msg, Pos: x.t.Pos}}
}

func (x *execution) brokenOverride(r *result, key string, err error) {
	r.dict.Set(key, value.String(err.Error()))
	r.dict.Set("failed", value.Bool(true))
	r.dict.Set("exception", traceback)
	r.causes = x.actionFailed(r)
}

// withResult adds the result so far under the name that the task registers, for conditions on it.
func (x *execution) withResult(vars *templating.Context, r *result) *templating.Context {
	items := x.doneItems
	if items != nil {
		items = append(slices.Clip(items), r)
	}
	extra := value.DictOf("_task", taskVariable(r, items))
	if name := x.register(vars); name != "" {
		extra.Set(name, r.dict)
	}
	if facts, ok := r.dict.Get("ansible_facts").(*value.Dict); ok {
		extra.Update(facts)
	}
	return vars.With(extra)
}

func (x *execution) register(vars *templating.Context) string {
	rd := reader{ctx: vars}
	return rd.str("register", x.t.Register, "")
}
