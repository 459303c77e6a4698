package runner

import (
	"path"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// taskName is a task's name as shown: with its role in front, and the action's name where it has none.
func (p *play) taskName(tp *taskPlan, ctx *templating.Context) string {
	t := tp.task
	name := t.Action
	if t.Include != nil && t.Include.Role && t.Name == nil {
		role := t.Include.Name.String()
		if v, err := ctx.Resolve(t.Include.Name); err == nil {
			role = v.String()
		}
		return rolePrefix(t) + name + " : " + role
	}
	if t.Name != nil {
		name = t.Name.String()
		if v, err := ctx.Resolve(t.Name); err == nil && v != value.Omit {
			name = v.String()
		}
	}
	return rolePrefix(t) + name
}

// matches compares a name with a pattern of shell wildcards, as --start-at-task takes them.
func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return pattern == name || err == nil && ok
}
