// Package strategy decides which hosts do which step next. It schedules and nothing else: what a step does, and with how many
// forks, is the play's.
package strategy

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Play is what a strategy drives. Hosts are named by their index in the batch.
type Play interface {
	// Hosts is the number of hosts in the batch.
	Hosts() int
	// Forks is how many hosts may work at once.
	Forks() int
	// Next gives the step that a host does next; ok is false when it has none left or has left the play.
	Next(host int) (s Step, ok bool)
	// Do runs one step on hosts that all have it as their next one, and moves them on. An error ends the play: ctx is done,
	// or goplay itself failed.
	Do(ctx context.Context, s Step, hosts []int) error
}

// Step is a task at its place in the play. Steps with equal paths are the same task.
type Step struct {
	// Path orders the steps of all hosts: by index in each nested list, outermost first.
	Path []int
	// Task is the play's own.
	Task any
}

// Strategy runs a batch of hosts through a play.
type Strategy func(ctx context.Context, p Play) error

// ByName gives the strategy of a play's strategy keyword. To debug is to be linear; what it does between tasks is the play's.
func ByName(name string) (Strategy, error) {
	switch bare(name) {
	case "linear", "debug", "mitogen_linear", "mitogen":
		return Linear, nil
	case "free", "mitogen_free":
		return Free, nil
	case "host_pinned", "mitogen_host_pinned":
		return HostPinned, nil
	}
	return nil, unknownError(name)
}

// bare is a name without the words for what Ansible itself has.
func bare(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "ansible.builtin."), "ansible.legacy.")
}

// unknownError says that there is no strategy of a name, in the reference's words.
type unknownError string

func (e unknownError) Error() string {
	return fmt.Sprintf("Invalid play strategy specified: %s", string(e))
}

// Linear keeps hosts in lock-step: of all hosts' next steps, the first one in the play's order is done by every host that is
// there, before any host goes on. A host that was brought back behind the others goes on when they have come to their end.
func Linear(ctx context.Context, p Play) error {
	hosts := make([]int, 0, p.Hosts())
	var done []int
	for {
		step, group := earliest(p, done, hosts[:0])
		if len(group) == 0 {
			return nil
		}
		if err := p.Do(ctx, step, group); err != nil {
			return err
		}
		done = step.Path
	}
}

// earliest finds the first step in order behind the one that was done last, or else the first one of all, and the hosts that have it
// next; group is reused for them.
func earliest(p Play, done, group []int) (Step, []int) {
	var first Step
	for h := range p.Hosts() {
		s, ok := p.Next(h)
		if !ok {
			continue
		}
		switch c := inTurn(done, s.Path, first.Path); {
		case len(group) == 0 || c < 0:
			first, group = s, append(group[:0], h)
		case c == 0:
			group = append(group, h)
		}
	}
	return first, group
}

// inTurn compares two paths: those behind a place come before the others.
func inTurn(place, a, b []int) int {
	late, later := slices.Compare(a, place) <= 0, slices.Compare(b, place) <= 0
	switch {
	case late == later:
		return slices.Compare(a, b)
	case late:
		return 1
	}
	return -1
}
