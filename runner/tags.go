package runner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// isSelected reports whether a task is run under --tags, --skip-tags and --start-at-task. It is found out once for all hosts.
func (p *play) isSelected(t *playbook.Task) bool {
	if isOwnFlush(t) {
		return p.run.opts.selects([]string{"always"}) // whatever --start-at-task says
	}
	p.mu.Lock()
	sel, known := p.selected[t]
	p.mu.Unlock()
	if known {
		return sel
	}
	tagged := p.tagged(t)
	early := t == p.gather && p.awaitsStart() && p.gathersBeforeStart()
	p.mu.Lock()
	defer p.mu.Unlock()
	if sel, known = p.selected[t]; !known {
		sel = tagged && (early || p.started(t))
		p.selected[t] = sel
	}
	return sel
}

// tagged tells whether --tags and --skip-tags select a task. Tags that cannot be resolved end the run.
func (p *play) tagged(t *playbook.Task) bool {
	tags, err := p.tagsOf(t)
	if err != nil {
		p.run.fatal(endsRun(err))
		return false
	}
	return p.run.opts.selects(tags)
}

// awaitsStart tells whether --start-at-task has not been reached yet.
func (p *play) awaitsStart() bool { return p.run.opts.StartAt != "" && !p.run.started }

// started finds out whether --start-at-task has been reached.
func (p *play) started(t *playbook.Task) bool {
	if p.awaitsStart() && t != p.gather && p.isStart(t) {
		p.run.started = true
	}
	return !p.awaitsStart()
}

// isStart tells whether --start-at-task means a task.
func (p *play) isStart(t *playbook.Task) bool {
	name := t.Action
	if t.Name != nil {
		name = t.Name.String()
	}
	return matches(p.run.opts.StartAt, name) || matches(p.run.opts.StartAt, rolePrefix(t)+name)
}

// gathersBeforeStart tells whether facts are gathered though --start-at-task has not been reached: in the play that has its task, and as
// in the reference whatever the play says where that is the play's first one.
func (p *play) gathersBeforeStart() bool {
	for i, t := range p.selectable(p.nodes) {
		if p.isStart(t) {
			return p.gathers || i == 0
		}
	}
	return false
}

// selectable lists the tasks of a list that tags select, without those that nobody wrote.
func (p *play) selectable(nodes []playbook.Node) []*playbook.Task {
	var list []*playbook.Task
	for _, n := range nodes {
		switch n := n.(type) {
		case *playbook.Task:
			if n != p.gather && !isOwnFlush(n) && p.tagged(n) {
				list = append(list, n)
			}
		case *playbook.Block:
			list = append(append(list, p.selectable(n.Tasks)...), p.selectable(n.Always)...)
		}
	}
	return list
}

func rolePrefix(t *playbook.Task) string {
	if t.Role == nil {
		return ""
	}
	return t.Role.Name + " : "
}

// isOwnFlush tells the play's own flushes of handlers, which nobody wrote.
func isOwnFlush(t *playbook.Task) bool {
	return t.Action == "ansible.builtin.meta" && !t.Pos.IsValid()
}

// tagsOf resolves a task's tags.
func (p *play) tagsOf(t *playbook.Task) ([]string, error) {
	ctx := p.static()
	if slices.ContainsFunc(t.Tags, func(v value.Value) bool { return v.Type() != "str" || templating.IsTemplate(v.String()) }) {
		ctx = p.tagContext(t)
	}
	return tagList(ctx, t.Tags)
}

// tagList resolves tags: templates give a name, a list, or names parted by commas.
func tagList(ctx *templating.Context, tags []value.Value) ([]string, error) {
	var list []string
	for _, t := range tags {
		v, err := ctx.Resolve(t)
		if err != nil {
			return nil, err
		}
		if noTag(v) {
			return nil, &source.Error{Pos: posOf(t, source.Pos{}), Msg: fmt.Sprintf("A tag must be text, not %s.", value.Repr(v)), Exit: ExitUnexpected}
		}
		for _, s := range asStrings(v) {
			for _, part := range strings.Split(s, ",") {
				list = append(list, strings.TrimSpace(part))
			}
		}
	}
	return list, nil
}

// noTag tells what can be no tag, nor hold any.
func noTag(v value.Value) bool {
	if l, ok := v.(*value.List); ok {
		return slices.ContainsFunc(l.Elems, noTag)
	}
	return v.Type() == "dict"
}

// tagContext has what tags may depend on: the play and its files, the role and the includes that a task stands in, but no host and
// nothing of the task's own.
func (p *play) tagContext(t *playbook.Task) *templating.Context {
	tp := &taskPlan{task: t}
	tp.layer()
	s := &vars.Scope{Merge: p.run.mergesDicts()}
	if len(p.all) > 0 {
		s.Add(vars.Magic, &hostMagic{run: p.run, play: p})
	}
	s.Push(vars.ExtraVars, p.run.extra)
	for _, d := range slices.Backward(t.IncludeVars) {
		s.Push(vars.Params, d)
	}
	roleVars, roleDefaults := p.exported()
	s.Push(vars.RoleVars, append(slices.Clone(tp.role), roleVars...)...)
	if len(p.all) > 0 {
		s.Push(vars.VarsFiles, p.varsFiles(p.all[0])...)
	}
	s.Push(vars.PlayVars, p.prompted, p.playVars)
	s.Push(vars.RoleDefaults, append(slices.Clone(tp.weak), roleDefaults...)...)
	return p.run.engine.NewContext(s, p.run.env([]string{p.run.playbookDir}))
}

// selects applies --tags and --skip-tags with the special tags always, never, tagged, untagged and all.
func (o *Options) selects(tags []string) bool {
	return o.wants(tags) && !o.skips(tags)
}

func (o *Options) wants(tags []string) bool {
	want := o.runTags()
	has := func(list []string, tag string) bool { return slices.Contains(list, tag) }
	switch {
	case has(tags, "always"):
		return true
	case has(want, "all") && !has(tags, "never"):
		return true
	case overlap(tags, want):
		return true
	case has(want, "tagged") && len(tags) > 0 && !has(tags, "never"):
		return true
	case has(want, "untagged") && len(tags) == 0:
		return true
	}
	return false
}

func (o *Options) skips(tags []string) bool {
	skip := o.SkipTags
	switch {
	case slices.Contains(skip, "all"):
		return !slices.Contains(tags, "always") || slices.Contains(skip, "always")
	case overlap(tags, skip):
		return true
	case slices.Contains(skip, "tagged") && len(tags) > 0:
		return true
	case slices.Contains(skip, "untagged") && len(tags) == 0:
		return true
	}
	return false
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
