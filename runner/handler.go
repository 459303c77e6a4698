package runner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
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

// notifyHandler takes a notification in; a handler's own takes effect at once. The handlers that it means are found when handlers are
// flushed, since roles that are included until then may bring others of that name.
func (p *play) notifyHandler(h *hostState, name string) (found bool) {
	if len(p.meant(name)) == 0 {
		return p.missingHandler(name)
	}
	h.pend(name)
	if h.cur.inHandlers() {
		p.takeNotified(h)
		return true
	}
	p.run.send(event.Message{Level: event.Verbose2, Text: fmt.Sprintf("Notification for handler %s has been saved.", name)})
	return true
}

// missingHandler deals with a notification that no handler answers to; false ends the run.
func (p *play) missingHandler(name string) bool {
	msg := fmt.Sprintf("The requested handler '%s' was not found in either the main handlers list nor in the listening handlers list", name)
	if p.run.opts.Config.Bool("ERROR_ON_MISSING_HANDLER") {
		p.run.fatal(errors.New(msg))
		return false
	}
	p.run.warn(msg, source.Pos{})
	return true
}

// pend keeps a notification for the next flush, once.
func (h *hostState) pend(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Contains(h.pending, name) {
		h.pending = append(h.pending, name)
	}
}

// isNotified tells whether a flush would run handlers.
func (h *hostState) isNotified() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.pending) > 0 || len(h.notified) > 0
}

// takeNotified marks the handlers that the pending notifications mean, and tells whether any is to run.
func (p *play) takeNotified(h *hostState) bool {
	h.mu.Lock()
	pending := h.pending
	h.pending = nil
	h.mu.Unlock()
	for _, name := range pending {
		for _, t := range p.meant(name) {
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
	p.run.send(event.Notified{Handler: name, Host: h.name, Task: p.eventTask(tp, h)})
}

// meant gives the handlers that a notification means.
func (p *play) meant(name string) []*playbook.Task {
	named, listening := p.findHandlers(name)
	if named != nil {
		listening = append(listening, named)
	}
	return listening
}

// findHandlers looks a notification up: a handler's name, with or without its role in front, or a topic that handlers listen to. Of
// several handlers with one name that of the last group is meant, and the first one in it; so it is with named ones that listen.
func (p *play) findHandlers(name string) (named *playbook.Task, listening []*playbook.Task) {
	p.mu.Lock()
	groups := p.handlerGroups
	p.mu.Unlock()
	seen := map[string]bool{}
	for _, group := range slices.Backward(groups) {
		for _, t := range group {
			own, usable := p.handlerName(t)
			if named == nil && usable && isNamed(t, own, name) {
				named = t
			}
			if listensTo(t, name) && !seen[own] {
				seen[own] = own != ""
				listening = append(listening, t)
			}
		}
	}
	return named, listening
}

// listensTo tells whether a handler listens to a topic. Topics are no templates.
func listensTo(t *playbook.Task, topic string) bool {
	return slices.ContainsFunc(t.Listen, func(l value.Value) bool { return slices.Contains(asStrings(asWritten(l)), topic) })
}

// handlerName gives the name of a handler without the role, or "". It is evaluated without a host, once for the play; one that cannot be
// is of no use to notifications.
func (p *play) handlerName(t *playbook.Task) (name string, usable bool) {
	if _, is := t.Name.(*value.Template); !is {
		return textOrNone(t.Name), true
	}
	p.mu.Lock()
	name, usable = p.handlerNames[t]
	p.mu.Unlock()
	if usable {
		return name, true
	}
	tp := p.plan(t)
	v, err := p.run.engine.NewContext(p.hostless(tp), tp.env).Resolve(t.Name)
	if err != nil {
		p.warnUnusable(t, err)
		return asWritten(t.Name).String(), false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handlerNames[t] = v.String()
	return v.String(), true
}

func textOrNone(v value.Value) string {
	if v == nil {
		return ""
	}
	return v.String()
}

// warnUnusable tells of a handler that nothing can notify.
func (p *play) warnUnusable(t *playbook.Task, err error) {
	if len(t.Listen) == 0 {
		p.run.warn(fmt.Sprintf("Handler '%s' is unusable because it has no listen topics and the name could not be templated "+
			"(host-specific variables are not supported in handler names). The error: %s", asWritten(t.Name), err), source.Pos{})
	}
}

// isNamed tells whether a notification means a handler with a name of its own.
func isNamed(t *playbook.Task, own, name string) bool {
	return own != "" && (own == name || t.Role != nil && (t.Role.Name+" : "+own == name || lastPart(t.Role.Name)+" : "+own == name))
}

func lastPart(fqcn string) string { return fqcn[strings.LastIndexByte(fqcn, '.')+1:] }
