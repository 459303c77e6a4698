package runner

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating/value"
)

// isSelected reports whether a task is run under --tags, --skip-tags and --start-at-task. It is found out once for all hosts.
func (p *play) isSelected(t *playbook.Task) bool {
	if t.Name == nil && isOwnFlush(t) {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if sel, ok := p.selected[t]; ok {
		return sel
	}
	sel := p.tagged(t) && p.started(t)
	p.selected[t] = sel
	return sel
}

// tagged tells whether --tags and --skip-tags select a task.
func (p *play) tagged(t *playbook.Task) bool { return p.run.opts.selects(p.tagsOf(t.Tags)) }

// started finds out whether --start-at-task has been reached. Implicit tasks run before it.
func (p *play) started(t *playbook.Task) bool {
	want := p.run.opts.StartAt
	if want == "" || p.run.started || t.Parent != nil && t.Parent.Implicit && t.Action == "gather_facts" {
		return true
	}
	name := t.Action
	if t.Name != nil {
		name = t.Name.String()
	}
	if full := rolePrefix(t) + name; matches(want, name) || matches(want, full) {
		p.run.started = true
	}
	return p.run.started
}

func rolePrefix(t *playbook.Task) string {
	if t.Role == nil {
		return ""
	}
	return t.Role.Name + " : "
}

// isOwnFlush tells the play's own flushes of handlers, which nobody wrote and no tag holds up.
func isOwnFlush(t *playbook.Task) bool {
	return t.Action == "ansible.builtin.meta" && !t.Pos.IsValid()
}

// tagsOf resolves tags: templates give a name, a list, or names parted by commas.
func (p *play) tagsOf(tags []value.Value) []string {
	var list []string
	for _, t := range tags {
		v, err := p.static().Resolve(t)
		if err != nil {
			continue // a tag that needs a host's variables selects nothing
		}
		for _, s := range asStrings(v) {
			for _, part := range strings.Split(s, ",") {
				list = append(list, strings.TrimSpace(part))
			}
		}
	}
	return list
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
