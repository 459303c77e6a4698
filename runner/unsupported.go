package runner

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
)

// Keywords that are read but cannot be obeyed yet are refused before anything runs, never ignored.

// unsupportedIn finds the first use of such a keyword in a play.
func unsupportedIn(p *playbook.Play) error {
	if err := unsupportedKeywords(&p.Keywords, p.Pos); err != nil {
		return err
	}
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
			err = unsupportedKeywords(&n.Keywords, n.Pos)
		case *playbook.Block:
			err = unsupportedNodes(slices.Concat(n.Tasks, n.Rescue, n.Always))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unsupportedKeywords refuses the debugger, but for the value that turns it off.
func unsupportedKeywords(k *playbook.Keywords, pos source.Pos) error {
	if k.Debugger != nil && !strings.EqualFold(k.Debugger.String(), "never") {
		return unsupported("debugger", posOf(k.Debugger, pos), "")
	}
	return nil
}

func unsupported(keyword string, pos source.Pos, hint string) error {
	return &source.Error{Pos: pos, Msg: "the keyword '" + keyword + "' is not supported yet", Hint: hint}
}
