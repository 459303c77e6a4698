package runner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// handlerList gives the play's handlers in the order in which they run.
func (p *play) handlerList() []playbook.Node {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.handlers
}

// addHandlers puts the handlers of a role, of the play or of an included role behind those that are there.
func (p *play) addHandlers(nodes []playbook.Node) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handlers = append(slices.Clip(p.handlers), nodes...)
	p.handlerGroups = append(slices.Clip(p.handlerGroups), groupHandlers(nodes)...)
}

// addRoleHandlers adds the handlers of a role and of what it depends on. Each use of a role has its own, which see its parameters.
func (p *play) addRoleHandlers(role *playbook.Role) {
	for _, r := range append(allDeps(role), role) {
		p.addHandlers(r.Handlers)
	}
}

// readHandlers lines up the handlers that the play has from the start: those of its roles, its own, those of roles that it imports.
func (p *play) readHandlers() {
	for _, r := range p.p.Roles {
		p.addRoleHandlers(r)
	}
	p.addHandlers(p.p.Handlers)
	for _, r := range p.p.Imported {
		p.addRoleHandlers(r)
	}
}

// groupHandlers parts handlers into groups: those written one after the other make one, and so does each block.
func groupHandlers(nodes []playbook.Node) [][]*playbook.Task {
	var groups [][]*playbook.Task
	var run []*playbook.Task
	for _, n := range nodes {
		switch n := n.(type) {
		case *playbook.Task:
			run = append(run, n)
		case *playbook.Block:
			if n.Implicit {
				run = append(run, tasksIn(n.Tasks)...)
				continue
			}
			groups, run = append(groups, run, tasksIn(n.Tasks)), nil
		}
	}
	return append(groups, run)
}

// tasksIn lists all tasks of a list and of the blocks in it.
func tasksIn(nodes []playbook.Node) []*playbook.Task {
	var list []*playbook.Task
	for _, n := range nodes {
		switch n := n.(type) {
		case *playbook.Task:
			list = append(list, n)
		case *playbook.Block:
			list = append(list, tasksIn(n.Tasks)...)
		}
	}
	return list
}

// notification is a name that a changed task notified. The handlers that it means are found when handlers are flushed, since roles that
// are included until then may bring others of that name.
type notification struct {
	name string
	by   *taskPlan
}

// notifyHandler takes a notification in; a handler's own takes effect at once.
func (p *play) notifyHandler(tp *taskPlan, h *hostState, name string) {
	n := notification{name, tp}
	found := p.meant(h, n)
	if len(found) == 0 {
		p.run.missingHandler(name, tp.task.Pos)
		return
	}
	h.pend(n)
	if h.cur.inHandlers() {
		p.takeNotified(h)
		return
	}
	p.run.send(event.Message{Level: event.Verbose2, Text: fmt.Sprintf("Notification for handler %s has been saved.", name)})
}

// pend keeps a notification for the next flush, once.
func (h *hostState) pend(n notification) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if slices.ContainsFunc(h.pending, func(o notification) bool { return o.name == n.name }) {
		return
	}
	h.pending = append(h.pending, n)
}

// takeNotified marks the handlers that the pending notifications mean, and tells whether any is to run.
func (p *play) takeNotified(h *hostState) bool {
	h.mu.Lock()
	pending := h.pending
	h.pending = nil
	h.mu.Unlock()
	for _, n := range pending {
		for _, t := range p.meant(h, n) {
			p.markNotified(h, t)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.notified) > 0
}

// markNotified lines a handler up for a host and tells of it, once.
func (p *play) markNotified(h *hostState, t *playbook.Task) {
	h.mu.Lock()
	already := h.notified[t]
	h.notified[t] = true
	h.mu.Unlock()
	if already {
		return
	}
	tp := p.plan(t)
	name, _ := p.taskName(tp, p.run.engine.NewContext(p.scope(h, tp), tp.env))
	p.run.send(event.Notified{Handler: name, Host: h.name})
}

// meant gives the handlers that a notification means.
func (p *play) meant(h *hostState, n notification) []*playbook.Task {
	named, listening := p.findHandlers(p.run.engine.NewContext(p.scope(h, n.by), n.by.env), n.name)
	if named != nil {
		listening = append(listening, named)
	}
	return listening
}

// findHandlers looks a notification up: a handler's name, with or without its role in front, or a topic that handlers listen to. Of
// several handlers with one name that of the last group is meant, and the first one in it; so it is with named ones that listen.
func (p *play) findHandlers(ctx *templating.Context, name string) (named *playbook.Task, listening []*playbook.Task) {
	p.mu.Lock()
	groups := p.handlerGroups
	p.mu.Unlock()
	seen := map[string]bool{}
	for _, group := range slices.Backward(groups) {
		for _, t := range group {
			if named == nil && isNamed(ctx, t, name) {
				named = t
			}
			if own := handlerName(ctx, t); listensTo(ctx, t, name) && !seen[own] {
				seen[own] = own != ""
				listening = append(listening, t)
			}
		}
	}
	return named, listening
}

func listensTo(ctx *templating.Context, t *playbook.Task, topic string) bool {
	return slices.ContainsFunc(t.Listen, func(l value.Value) bool {
		v, err := ctx.Resolve(l)
		return err == nil && slices.Contains(asStrings(v), topic)
	})
}

// handlerName gives the name without the role, or "" where there is none or it cannot be evaluated.
func handlerName(ctx *templating.Context, t *playbook.Task) string {
	if t.Name == nil {
		return ""
	}
	v, err := ctx.Resolve(t.Name)
	if err != nil {
		return ""
	}
	return v.String()
}

// isNamed tells whether a notification of that name means a handler.
func isNamed(ctx *templating.Context, t *playbook.Task, name string) bool {
	own := handlerName(ctx, t)
	return own != "" && (own == name || t.Role != nil && (t.Role.Name+" : "+own == name || lastPart(t.Role.Name)+" : "+own == name))
}

func lastPart(fqcn string) string { return fqcn[strings.LastIndexByte(fqcn, '.')+1:] }
