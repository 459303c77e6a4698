package runner

import (
	"slices"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/templating/value"
)

// Stack gives the steps to the task's user on its host, the first one first, each as a dict of its method and what is known of it. Secrets
// are left out.
func (r *remote) Stack() *value.List {
	var steps []value.Value
	for t, more := r.way.user(), true; more; t, more = t.Parent() {
		steps = append(steps, stepOf(t))
	}
	slices.Reverse(steps)
	return value.NewList(steps...)
}

func stepOf(t connection.Target) *value.Dict {
	about := &value.Dict{}
	for _, fact := range []struct {
		name string
		v    value.Value
	}{
		{"hostname", nonEmpty(t.Address)},
		{"username", nonEmpty(t.User + t.Become.User)},
		{"exe", nonEmpty(t.Become.Exe)},
		{"host", value.String(t.Host)},
	} {
		if fact.v != nil {
			about.Set(fact.name, fact.v)
		}
	}
	if t.Port != 0 {
		about.Set("port", value.Int(t.Port))
	}
	return value.DictOf("method", value.String(t.Transport), "kwargs", about)
}
