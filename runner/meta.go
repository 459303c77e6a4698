package runner

import (
	"context"
	"fmt"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
)

// meta runs a meta task: what it does concerns the run itself.
func (p *play) meta(ctx context.Context, tp *taskPlan, hosts []*hostState) error {
	action, err := p.metaAction(tp, hosts[0])
	if err != nil {
		return err
	}
	if action == "flush_handlers" {
		p.flushHandlers(tp, hosts)
		return nil
	}
	if action == "noop" {
		return nil
	}
	on, err := p.metaHosts(tp, action, hosts)
	if err != nil || len(on) == 0 {
		return err
	}
	return p.metaDo(ctx, tp, action, on)
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

// metaHosts are those hosts for which the task's conditions hold.
func (p *play) metaHosts(tp *taskPlan, action string, hosts []*hostState) ([]*hostState, error) {
	var on []*hostState
	for _, h := range hosts {
		x := newExecution(p, tp, p.eventTask(tp, h), h, p.run.send)
		ok, _, err := x.conditions(x.vars, tp.task.When)
		switch {
		case err != nil:
			p.tell(tp, x.ev, h, x.done(x.failed(source.At(tp.task.Pos, "Task failed", err))))
		case ok:
			on = append(on, h)
		default:
			p.run.send(event.Message{Level: event.Verbose1, Text: fmt.Sprintf("[%s] META: %s conditional evaluated to False, skipping %s", h.name, action, h.name)})
		}
	}
	return on, nil
}

func (p *play) metaDo(ctx context.Context, tp *taskPlan, action string, hosts []*hostState) error {
	switch action {
	case "clear_facts":
		for _, h := range hosts {
			p.run.store.ClearFacts(h.name)
		}
	case "clear_host_errors":
		p.clearErrors()
	case "end_play":
		p.stopNow(endPlay)
	case "end_batch":
		p.stopNow(endBatch)
	case "end_host":
		for _, h := range hosts {
			h.cur.end()
			h.set(left)
		}
	case "end_role":
		for _, h := range hosts {
			h.cur.endRole(tp.task.Role)
		}
	case "reset_connection":
		return p.resetConnections(ctx, tp, hosts)
	case "refresh_inventory":
		return source.New(tp.task.Pos, "meta: refresh_inventory is not supported yet")
	default:
		return source.New(tp.task.Pos, fmt.Sprintf("invalid meta action requested: %s", action))
	}
	return nil
}

func (p *play) clearErrors() {
	for _, h := range p.all {
		if h.is(failed) || h.is(unreachable) {
			h.set(left)
		}
		p.run.found(h.name)
	}
}

// flushHandlers lets notified handlers run now.
func (p *play) flushHandlers(tp *taskPlan, hosts []*hostState) {
	handlers := p.handlerList()
	for _, h := range hosts {
		if h.anyNotified() {
			h.cur.flush(handlers)
		}
	}
}

func (h *hostState) anyNotified() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.notified) > 0
}

func (p *play) resetConnections(ctx context.Context, tp *taskPlan, hosts []*hostState) error {
	for _, h := range hosts {
		x := newExecution(p, tp, p.eventTask(tp, h), h, p.run.send)
		c := &call{}
		if err := x.delegation(x.vars, c); err != nil {
			return err
		}
		r, err := x.newRemote(x.vars, c)
		if err != nil {
			return err
		}
		if err := r.Reset(ctx); err != nil {
			return err
		}
	}
	return nil
}
