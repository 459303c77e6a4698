package runner

import (
	"context"
	"fmt"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// meta runs a meta task: what it does concerns the run itself. The play's own ones are not announced, the user's are for each host that
// they concern.
func (p *play) meta(ctx context.Context, tp *taskPlan, hosts []*hostState) error {
	action, err := p.metaAction(tp, hosts[0])
	if err != nil {
		return err
	}
	if isOwnFlush(tp.task) {
		p.flushHandlers(hosts)
		return nil
	}
	if !perHost[action] {
		hosts = hosts[:1]
	}
	for _, h := range hosts {
		if err := p.metaOn(ctx, tp, action, h); err != nil {
			return err
		}
	}
	return nil
}

// perHost are the meta actions that each host does; the others are done once.
var perHost = map[string]bool{"noop": true, "reset_connection": true, "end_host": true, "end_role": true, "flush_handlers": true}

func (p *play) metaOn(ctx context.Context, tp *taskPlan, action string, h *hostState) error {
	ev := p.eventTask(tp, h)
	p.run.send(event.TaskStart{Task: ev})
	if unconditional[action] {
		if len(tp.task.When) > 0 {
			p.run.warn(action+" task does not support when conditional", source.Pos{})
		}
		return p.metaDo(ctx, tp, action, h)
	}
	x := newExecution(p, tp, ev, h, p.run.send)
	ok, _, err := x.conditions(x.vars, tp.task.When)
	switch {
	case err != nil:
		return endsRun(err)
	case !ok:
		p.skipMeta(ev, tp, action, h)
		return nil
	}
	return p.metaDo(ctx, tp, action, h)
}

// unconditional are the meta actions whose conditions are not looked at.
var unconditional = map[string]bool{"noop": true, "reset_connection": true, "refresh_inventory": true}

// stays says what a meta action whose condition does not hold leaves as it is.
var stays = map[string]string{
	"flush_handlers": ", not running handlers for %s", "clear_facts": ", not clearing facts and fact cache for %s",
	"clear_host_errors": ", not clearing host error state for %s", "end_host": ", continuing execution for %s",
	"end_batch": ", continuing current batch", "end_play": ", continuing play",
}

// skipMeta tells that a condition did not hold.
func (p *play) skipMeta(ev *event.Task, tp *taskPlan, action string, h *hostState) {
	msg, reason := action, action+" conditional evaluated to False"
	switch rest := stays[action]; {
	case action == "end_role":
		reason += fmt.Sprintf("continuing role %s for %s", tp.task.Role.Name, h.name)
	case strings.Contains(rest, "%s"):
		reason += fmt.Sprintf(rest, h.name)
	default:
		reason += rest
	}
	if action == "end_host" {
		msg = "end_host conditional evaluated to false, continuing execution for " + h.name
	}
	p.sayMeta(reason)
	p.run.send(event.Result{Task: ev, Host: event.Host{Name: h.name}, Status: event.Skipped, Result: value.DictOf(
		"msg", value.String(msg), "skip_reason", value.String(reason), "skipped", value.Bool(true))})
}

// sayMeta tells what a meta action does, to those who want to know.
func (p *play) sayMeta(text string) {
	p.run.send(event.Message{Level: event.Verbose2, Text: "META: " + text})
}

func (p *play) metaAction(tp *taskPlan, h *hostState) (string, error) {
	raw := tp.task.Args.Get("_raw_params")
	if raw == nil {
		return "", source.New(tp.task.Pos, "meta task requires an argument")
	}
	v, err := p.run.engine.NewContext(p.scope(h, tp), tp.env).Resolve(raw)
	if err != nil {
		return "", source.At(tp.task.Pos, "Error while resolving the meta action", err)
	}
	return v.String(), nil
}

func (p *play) metaDo(ctx context.Context, tp *taskPlan, action string, h *hostState) error {
	switch action {
	case "noop":
		p.sayMeta("noop")
	case "flush_handlers":
		p.sayMeta("triggered running handlers for " + h.name)
		p.flushHandlers([]*hostState{h})
	case "clear_facts":
		for _, h := range p.batch {
			p.run.store.ClearFacts(h.name)
		}
		p.sayMeta("facts cleared")
	case "clear_host_errors":
		p.clearErrors()
		p.sayMeta("cleared host errors")
	case "end_play":
		p.stopNow(endPlay)
		p.sayMeta("ending play")
	case "end_batch":
		p.stopNow(endBatch)
		p.sayMeta("ending batch")
	case "end_host":
		h.cur.end()
		h.set(left)
		p.sayMeta("ending play for " + h.name)
	case "end_role":
		h.cur.endRole(tp.task.Role)
	case "reset_connection":
		p.sayMeta("reset connection")
		return p.resetConnection(ctx, tp, h)
	case "refresh_inventory":
		return source.New(tp.task.Pos, "meta: refresh_inventory is not supported yet")
	default:
		return &source.Error{Pos: tp.task.Pos, Msg: "invalid meta action requested: " + action, Exit: source.ExitGeneric}
	}
	return nil
}

// clearErrors brings hosts back. Those that were unreachable go on where they were; for those that failed this play has ended, the next
// ones have them again.
func (p *play) clearErrors() {
	for _, h := range p.all {
		p.run.found(h.name)
		switch {
		case h.is(failed):
			h.set(left)
		case h.is(unreachable):
			h.set(active)
		}
	}
}

// flushHandlers lets notified handlers run now.
func (p *play) flushHandlers(hosts []*hostState) {
	handlers := p.handlerList()
	for _, h := range hosts {
		if p.takeNotified(h) {
			h.cur.flush(handlers)
		}
	}
}

func (p *play) resetConnection(ctx context.Context, tp *taskPlan, h *hostState) error {
	x := newExecution(p, tp, p.eventTask(tp, h), h, p.run.send)
	delegate, err := x.delegate(x.vars)
	if err != nil {
		return err
	}
	r, err := x.newRemote(x.vars, &call{delegate: delegate})
	if err != nil {
		return err
	}
	return r.Reset(ctx)
}
