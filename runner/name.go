package runner

import (
	"path"
	"strings"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// taskName is a task's name as shown: with its role in front, and the action's name where it has none. title is the name alone.
func (p *play) taskName(tp *taskPlan, ctx *templating.Context) (name, title string) {
	t := tp.task
	name = t.Action
	if t.Include != nil && t.Include.Role && t.Name == nil {
		return strings.TrimRight(name+" : "+t.Include.Name.String(), " "), "" // as it was written
	}
	if t.Name != nil {
		name = p.shownName(t.Name, ctx, name)
		title = name
	}
	if t.Include != nil && t.Include.Role {
		return name, title // as in the reference, without the role that it stands in
	}
	return rolePrefix(t) + name, title
}

// onceNamed is the name that a task had when it was announced first: another batch, or a handler's next flush, does not change it.
func (p *play) onceNamed(tp *taskPlan, ctx *templating.Context) (name, title string) {
	p.mu.Lock()
	had, ok := p.named[tp.task]
	p.mu.Unlock()
	if ok {
		return had.name, had.title
	}
	name, title = p.taskName(tp, ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.named[tp.task] = shownNames{name, title}
	return name, title
}

// shownNames are what taskName gives.
type shownNames struct{ name, title string }

// shownName evaluates a name; what fails in it is shown in its place and warned of.
func (p *play) shownName(v value.Value, ctx *templating.Context, omitted string) string {
	t, ok := v.(*value.Template)
	if !ok {
		return v.String()
	}
	v, notices := ctx.Shown(t)
	for _, n := range notices {
		p.run.warn(n.Msg, n.Pos)
	}
	if v == value.Omit {
		return omitted
	}
	return strings.TrimSpace(v.String())
}

// matches compares a name with a pattern of shell wildcards, as --start-at-task takes them.
func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return pattern == name || err == nil && ok
}
