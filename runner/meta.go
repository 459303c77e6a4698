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
	if isFlush(tp.task) {
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
	x := newExecution(p, tp, ev, h, p.run.send)
	ok, _, err := x.conditions(x.vars, tp.task.When)
	switch {
	case err != nil:
		p.tell(tp, ev, h, x.done(x.failed(source.At(tp.task.Pos, "Task failed", err))))
		return nil
	case !ok:
		p.run.send(event.Result{Task: ev, Host: event.Host{Name: h.name}, Status: event.Skipped, Result: skippedMeta(action)})
		return nil
	}
	return p.metaDo(ctx, tp, action, h)
}

func skippedMeta(action string) *value.Dict {
	return value.DictOf("changed", value.Bool(false), "skipped", value.Bool(true), "msg", value.String(action), "skip_reason", value.String("Conditional result was False"))
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

// metaDone are what -vv tells of meta tasks that were done; %s is the host.
var metaDone = map[string]string{
	"noop": "noop", "flush_handlers": "triggered running handlers for %s", "clear_facts": "facts cleared",
	"clear_host_errors": "cleared host errors", "reset_connection": "reset connection", "end_host": "ending play for %s",
	"end_batch": "ending batch", "end_play": "ending play",
}

func (p *play) metaDo(ctx context.Context, tp *taskPlan, action string, h *hostState) error {
	err := p.metaAct(ctx, tp, action, h)
	if done := metaDone[action]; err == nil && done != "" {
		p.run.send(event.Message{Level: event.Verbose2, Text: "META: " + strings.Replace(done, "%s", h.name, 1)})
	}
	return err
}

func (p *play) metaAct(ctx context.Context, tp *taskPlan, action string, h *hostState) error {
	switch action {
	case "noop":
	case "flush_handlers":
		p.flushHandlers([]*hostState{h})
	case "clear_facts":
		for _, h := range p.batch {
			p.run.store.ClearFacts(h.name)
		}
	case "clear_host_errors":
		p.clearErrors()
	case "end_play":
		p.stopNow(endPlay)
	case "end_batch":
		p.stopNow(endBatch)
	case "end_host":
		h.cur.end()
		h.set(left)
	case "end_role":
		h.cur.endRole(tp.task.Role)
	case "reset_connection":
		return p.resetConnection(ctx, tp, h)
	case "refresh_inventory":
		return source.New(tp.task.Pos, "meta: refresh_inventory is not supported yet")
	default:
		return source.New(tp.task.Pos, fmt.Sprintf("invalid meta action requested: %s", action))
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
	c := &call{}
	if err := x.delegation(x.vars, c); err != nil {
		return err
	}
	r, err := x.newRemote(x.vars, c)
	if err != nil {
		return err
	}
	return r.Reset(ctx)
}
