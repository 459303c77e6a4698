package runner

import (
	"context"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// meta runs a meta task: what it does concerns the run itself. The play's own ones are not announced, the user's are for each host that
// they concern.
func (p *play) meta(ctx context.Context, tp *taskPlan, hosts []*hostState) error {
	action := metaAction(tp.task)
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

// unconditional are the meta actions that take no notice of when.
var unconditional = map[string]bool{"noop": true, "reset_connection": true, "refresh_inventory": true}

func (p *play) metaOn(ctx context.Context, tp *taskPlan, action string, h *hostState) error {
	ev := p.eventTask(tp, h)
	p.run.send(event.TaskStart{Task: ev})
	if unconditional[action] {
		if len(tp.task.When) > 0 {
			p.run.warn(action+" task does not support when conditional", source.Pos{})
		}
		return p.metaDone(ctx, tp, action, h)
	}
	x := newExecution(p, tp, ev, h, p.run.send)
	ok, _, err := x.conditions(x.vars, tp.task.When)
	switch {
	case err != nil:
		return endsRun(err)
	case !ok:
		p.run.send(event.Result{Task: ev, Host: event.Host{Name: h.name}, Status: event.Skipped, Result: p.skippedMeta(tp, action, h)})
		return nil
	}
	return p.metaDone(ctx, tp, action, h)
}

// metaDone does a meta action and tells of it.
func (p *play) metaDone(ctx context.Context, tp *taskPlan, action string, h *hostState) error {
	if err := p.metaDo(ctx, tp, action, h); err != nil {
		return err
	}
	p.sayMeta(metaWords[action].done, h.name)
	return nil
}

// metaWords are what -vv tells of each meta action: that it was done, and what a condition that does not hold has left undone. %s is
// the host.
var metaWords = map[string]struct{ done, not string }{
	"noop":              {"noop", ""},
	"refresh_inventory": {"inventory successfully refreshed", ""},
	"reset_connection":  {"reset connection", ""},
	"flush_handlers":    {"triggered running handlers for %s", ", not running handlers for %s"},
	"clear_facts":       {"facts cleared", ", not clearing facts and fact cache for %s"},
	"clear_host_errors": {"cleared host errors", ", not clearing host error state for %s"},
	"end_host":          {"ending play for %s", ", continuing execution for %s"},
	"end_batch":         {"ending batch", ", continuing current batch"},
	"end_play":          {"ending play", ", continuing play"},
	"end_role":          {"", "continuing role ROLE for %s"}, // without a comma, as the reference has it
}

// sayMeta tells at -vv what a meta action has done.
func (p *play) sayMeta(words, host string) {
	if words != "" {
		p.run.send(event.Message{Level: event.Verbose2, Text: "META: " + strings.ReplaceAll(words, "%s", host)})
	}
}

func (p *play) skippedMeta(tp *taskPlan, action string, h *hostState) *value.Dict {
	words := strings.ReplaceAll(metaWords[action].not, "%s", h.name)
	if tp.task.Role != nil {
		words = strings.Replace(words, "ROLE", tp.task.Role.Name, 1)
	}
	reason := action + " conditional evaluated to False" + words
	p.sayMeta(reason, h.name)
	msg := action
	if action == "end_host" {
		msg = "end_host conditional evaluated to false" + words
	}
	return value.DictOf("skipped", value.Bool(true), "msg", value.String(msg), "skip_reason", value.String(reason))
}

// metaAction is what a meta task is to do, as it was written: it is no template.
func metaAction(t *playbook.Task) string {
	raw := t.Args.Get("_raw_params")
	if raw == nil {
		raw = value.None
	}
	return asWritten(raw).String()
}

func (p *play) metaDo(ctx context.Context, tp *taskPlan, action string, h *hostState) error {
	switch action {
	case "noop":
	case "flush_handlers":
		if tp.task.Handler {
			return &source.Error{Msg: "flush_handlers cannot be used as a handler", Exit: source.ExitGeneric}
		}
		p.flushHandlers([]*hostState{h})
	case "clear_facts":
		for _, h := range p.batch {
			p.run.store.ClearFacts(h.name)
		}
	case "clear_host_errors":
		p.clearErrors()
	case "end_play":
		p.endFailing(p.batch)
		p.stopNow(endPlay)
	case "end_batch":
		p.endFailing(p.batch)
		p.stopNow(endBatch)
	case "end_host":
		h.set(left)
		p.endFailing([]*hostState{h})
		h.cur.end()
	case "end_role":
		h.cur.endRole(tp.task.Role)
	case "reset_connection":
		return p.resetConnection(ctx, tp, h)
	case "refresh_inventory":
		return p.refreshInventory(ctx)
	default:
		return &source.Error{Pos: tp.task.Pos, Msg: "invalid meta action requested: " + action, Exit: source.ExitGeneric}
	}
	return nil
}

// endFailing loses the hosts that have failed and are at an always part when their play ends.
func (p *play) endFailing(hosts []*hostState) {
	for _, h := range hosts {
		if !h.is(unreachable) && h.cur.failing() {
			p.leave(h, failed)
		}
	}
}

// clearErrors brings hosts back. Those that were unreachable go on where they were; for those that failed this play has ended, the next
// ones have them again.
func (p *play) clearErrors() {
	for _, h := range p.all {
		p.run.found(h.name)
		h.pardon()
		switch {
		case h.is(failed):
			h.set(forgiven)
		case h.is(unreachable):
			h.set(active)
		}
	}
}

// refreshInventory reads the inventory again. Hosts that are gone leave the play, new ones are in the plays that follow; what is known of
// hosts stays.
func (p *play) refreshInventory(ctx context.Context) error {
	if err := p.run.inv.Reload(ctx, p.run.inventorySources); err != nil {
		return err
	}
	if err := p.run.applyLimit(); err != nil {
		p.run.warn(err.Error(), source.Pos{})
	}
	p.relist(true)
	for _, h := range p.all {
		switch now := p.run.inv.Host(h.name); {
		case now != nil:
			h.inv.Store(now)
		case !h.inventory().Implicit:
			h.set(left)
		}
	}
	return nil
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
