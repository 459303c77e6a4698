package runner

import (
	"slices"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating/value"
)

// Keywords that are read but cannot be obeyed yet are refused before anything runs, never ignored.

// unsupportedIn finds the first use of such a keyword in a play.
func unsupportedIn(p *playbook.Play) error {
	parts := [][]playbook.Node{p.PreTasks, p.Tasks, p.PostTasks, p.Handlers}
	for _, b := range p.RoleBlocks {
		parts = append(parts, []playbook.Node{b})
	}
	for _, r := range append(slices.Clone(p.Roles), p.Imported...) {
		parts = append(parts, r.Handlers)
	}
	for _, nodes := range parts {
		if err := unsupportedNodes(nodes); err != nil {
			return err
		}
	}
	return nil
}

func unsupportedNodes(nodes []playbook.Node) error {
	for _, n := range nodes {
		var err error
		switch n := n.(type) {
		case *playbook.Task:
			err = unsupportedTask(n)
		case *playbook.Block:
			err = unsupportedNodes(slices.Concat(n.Tasks, n.Rescue, n.Always))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unsupportedTask refuses async, but for the 0 that turns it off; poll is nothing without it.
func unsupportedTask(t *playbook.Task) error {
	if t.Async != nil && t.Async != value.Value(value.Int(0)) {
		return unsupported("async", posOf(t.Async, t.Pos), "Without it the task runs as any other; `timeout` limits its time.")
	}
	return nil
}

func unsupported(keyword string, pos source.Pos, hint string) error {
	return &source.Error{Pos: pos, Msg: "the keyword '" + keyword + "' is not supported yet", Hint: hint}
}
