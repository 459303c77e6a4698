package runner

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// remember keeps what a result says about its host: the registered variable, facts, hosts and groups that were added.
func (p *play) remember(tp *taskPlan, h *hostState, r *result) {
	for _, one := range r.each() {
		p.learn(tp, h, one)
	}
	p.project(tp, h, r)
	if name := p.registerName(tp, h); name != "" {
		p.run.warnReservedName(name, tp.task.RegisterPos)
		p.run.store.SetOne(h.name, name, registered(r, tp.task.Include != nil))
	}
}

// each gives the results of a loop's items, or the result itself.
func (r *result) each() []*result {
	if r.items != nil {
		return r.items
	}
	return []*result{r}
}

func (p *play) registerName(tp *taskPlan, h *hostState) string {
	if tp.task.Register == nil {
		return ""
	}
	rd := reader{ctx: p.run.engine.NewContext(p.scope(h, tp), tp.env)}
	return rd.str("register", tp.task.Register, "")
}

// registered is a result as a variable: without goplay's internal keys, with the states that playbooks ask for.
func registered(r *result, included bool) value.Value {
	d := clean(r.dict)
	d.Delete("invocation")
	if r.items != nil {
		list := &value.List{}
		for _, one := range r.items {
			list.Append(clean(one.dict))
		}
		d.Set("results", list)
	}
	if d.Get("failed") == nil && r.status != event.Skipped && r.items == nil && !included {
		d.Set("failed", value.Bool(r.status == event.Failed))
	}
	return d
}

// clean copies a result without its internal keys.
func clean(d *value.Dict) *value.Dict {
	c := value.NewDict(d.Len())
	for k, v := range d.Strings() {
		if !strings.HasPrefix(k, "_ansible_") {
			c.Set(k, v)
		}
	}
	return c
}

// learn takes in the facts and statistics of one result.
func (p *play) learn(tp *taskPlan, h *hostState, r *result) {
	if facts, ok := r.dict.Get("ansible_facts").(*value.Dict); ok && r.status != event.Failed {
		p.learnFacts(tp, h, r, facts)
	}
	if data, ok := r.dict.Get("ansible_stats").(*value.Dict); ok {
		p.run.stats.set(h.name, data)
	}
}

func (p *play) learnFacts(tp *taskPlan, h *hostState, r *result, facts *value.Dict) {
	host := h.name
	if r.factsTo != "" {
		host = r.factsTo
	}
	switch tp.fqcn {
	case setFact:
		p.run.store.Set(host, facts)
		if isTrue(r.dict, "_ansible_facts_cacheable") {
			p.run.store.AddFacts(host, byName(facts))
		}
	case "ansible.builtin.include_vars":
		p.run.store.Include(host, facts)
	default:
		p.run.store.AddFacts(host, facts)
	}
}

// byName gives a dict with its keys in order: so the facts of set_fact are kept.
func byName(d *value.Dict) *value.Dict {
	sorted := value.NewDict(d.Len())
	keys := make([]string, 0, d.Len())
	for k := range d.Strings() {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		sorted.Set(k, d.Get(k))
	}
	return sorted
}

// learned gives what tasks have set for a host, the strongest first.
func (r *run) learned(host string) []*value.Dict {
	local, included := r.store.Local(host)
	return []*value.Dict{local, included}
}

// notify marks the handlers that a changed task, or the items of its loop, name.
func (p *play) notify(h *hostState, r *result) {
	if r.status != event.Changed {
		return
	}
	var names []string
	for _, one := range r.each() {
		for _, name := range one.notified {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, name := range names {
		if !p.notifyHandler(h, name) {
			return
		}
	}
}

func asStrings(v value.Value) []string {
	l, ok := v.(*value.List)
	if !ok {
		return []string{v.String()}
	}
	var list []string
	for _, e := range l.Elems {
		list = append(list, e.String())
	}
	return list
}
