package runner

import (
	"slices"

	"github.com/goplay/goplay/playbook"
)

// cursor is a host's place in a play: a stack of the lists that it is in, the innermost last. It knows blocks with their
// rescue and always parts, the lists that includes brought in, and handlers; what a task does is not its business.
type cursor struct {
	frames []*frame
	sel    selector
	path   []int // of the task that peek gave, reused while the cursor stays

	ahead   bool    // peek has moved on
	kept    int     // how many frames, the outermost ones, are as they were before that
	were    []frame // what the others were, the innermost first
	outward bool    // a failure has gone beyond the innermost list since the last task, so that another one changes nothing

	dead     bool                 // a failure ended the play for the host
	roleDone func(*playbook.Role) // called when a role's tasks have been completed
}

// selector says which nodes a host passes by without a word.
type selector interface {
	// runs reports whether a task is selected by tags, and for a handler whether it was notified.
	runs(t *playbook.Task, handlers bool) bool
	// selects reports whether tags select a task.
	selects(t *playbook.Task) bool
	// enters reports whether a block is entered: a role's tasks are not when the role has run already.
	enters(b *playbook.Block) bool
}

// frame is one list under way.
type frame struct {
	nodes    []playbook.Node
	next     int
	prefix   []int           // path of the list itself
	block    *playbook.Block // whose list it is, or nil
	phase    phase
	failing  bool // a failure goes on when the always part has ended
	handlers bool // nodes are handlers: only notified ones run
	brought  bool // nodes came in by a handler: they run whatever their tags are
}

type phase int

const (
	inTasks phase = iota
	inRescue
	inAlways
)

func newCursor(nodes []playbook.Node, sel selector) *cursor {
	return &cursor{frames: []*frame{{nodes: nodes}}, sel: sel}
}

// fork gives a cursor at the same place that is moved on by itself and tells of nothing.
func (c *cursor) fork() *cursor {
	f := &cursor{sel: &forkSelector{selector: c.sel, done: map[string]bool{}}}
	f.roleDone = func(r *playbook.Role) { f.sel.(*forkSelector).done[r.Key] = true }
	for _, fr := range c.frames {
		own := *fr
		f.frames = append(f.frames, &own)
	}
	return f
}

// forkSelector knows the roles that have come to their end on a fork's way.
type forkSelector struct {
	selector
	done  map[string]bool
	doubt bool // such a role comes again: whether it runs depends on whether any of its tasks does
}

// runs stops a fork at the play's own flushes of handlers, whom tasks that are under way may notify.
func (s *forkSelector) runs(t *playbook.Task, handlers bool) bool {
	return isOwnFlush(t) || s.selector.runs(t, handlers)
}

func (s *forkSelector) enters(b *playbook.Block) bool {
	again := b.RoleMain && !b.Role.AllowDuplicates && s.done[b.Role.Key]
	s.doubt = s.doubt || again
	return s.selector.enters(b) && !again
}

// inDoubt tells that a fork may have lost its host's way.
func (c *cursor) inDoubt() bool {
	s, ok := c.sel.(*forkSelector)
	return ok && s.doubt
}

// peek gives the next task and its path, or nil at the end of the play.
func (c *cursor) peek() (*playbook.Task, []int) {
	for len(c.frames) > 0 {
		f := c.top()
		if f.next < len(f.nodes) {
			if n, ok := f.nodes[f.next].(*playbook.Task); ok && (f.brought || c.sel.runs(n, f.handlers)) {
				return n, c.where(f)
			}
		}
		c.leave()
		if f.next >= len(f.nodes) {
			c.finish(f)
			continue
		}
		switch n := f.nodes[f.next].(type) {
		case *playbook.Task:
			f.next++
		case *playbook.Block:
			f.next++
			if c.sel.enters(n) {
				c.push(&frame{nodes: n.Tasks, block: n, handlers: f.handlers, brought: f.brought, prefix: append(pathAt(f, f.next-1), 0)})
			}
		}
	}
	return nil, nil
}

// advance moves past the task that peek gave.
func (c *cursor) advance() {
	c.top().next++
	c.path, c.ahead, c.outward = nil, false, false
}

// leave keeps what the innermost list is, before peek changes it.
func (c *cursor) leave() {
	if !c.ahead {
		c.ahead, c.kept, c.were = true, len(c.frames), c.were[:0]
	}
	if i := len(c.frames) - 1; i < c.kept {
		c.kept, c.were = i, append(c.were, *c.frames[i])
	}
}

// back returns to where the host is, after its last task: a failure that comes from another host finds it there, as in the reference.
func (c *cursor) back() {
	if !c.ahead {
		return
	}
	c.frames, c.path, c.ahead = c.frames[:c.kept], nil, false
	for _, f := range slices.Backward(c.were) {
		c.push(&f)
	}
}

// included is a list that a task brings in; ordinal orders the lists of one task, the same for all hosts.
type included struct {
	nodes   []playbook.Node
	ordinal int
}

// over tells whether nothing follows.
func (c *cursor) over() bool { return len(c.frames) == 0 }

// include puts lists between the task that was advanced past and what follows it.
func (c *cursor) include(lists ...included) {
	f := c.top()
	brought := c.inHandlers()
	for _, l := range slices.Backward(lists) {
		c.push(&frame{nodes: l.nodes, brought: brought, prefix: append(pathAt(f, f.next-1), l.ordinal)})
	}
}

// flush puts the handlers in; those that are notified when their turn comes will run.
func (c *cursor) flush(handlers []playbook.Node) {
	f := c.top()
	c.push(&frame{nodes: handlers, handlers: true, prefix: append(pathAt(f, f.next-1), 0)})
}

// fail takes the failure of the task just run to the rescue or always part that is to deal with it. rescued says that a rescue part
// was entered; alive is false when nothing dealt with it and the host's play has ended.
func (c *cursor) fail() (rescued, alive bool) {
	c.ahead = false
	if len(c.frames) == 0 {
		return false, false
	}
	inner := c.top()
	if c.drop() {
		c.outward = c.top() != inner
		return true, true
	}
	c.outward = len(c.frames) == 0 || c.top() != inner
	c.peek() // of an always part nothing may be left to do
	return false, !c.dead
}

// drop leaves lists up to one that deals with a failure, and tells whether it is a rescue part.
func (c *cursor) drop() (rescued bool) {
	c.path = nil
	for len(c.frames) > 0 {
		if c.ahead {
			c.leave()
		}
		f := c.top()
		switch {
		case f.block == nil:
		case f.phase == inTasks && c.selects(f.block.Rescue):
			f.enter(inRescue, f.block.Rescue)
			return true
		case f.phase != inAlways && len(f.block.Always) > 0:
			f.failing = true
			f.enter(inAlways, f.block.Always)
			return false
		}
		c.pop()
	}
	c.dead = true
	return false
}

// willRescue tells whether a failure of the task just run would be dealt with by a rescue part, now or after always parts.
func (c *cursor) willRescue() bool {
	return slices.ContainsFunc(c.frames, func(f *frame) bool {
		return f.block != nil && f.phase == inTasks && c.selects(f.block.Rescue)
	})
}

// selects tells whether tags leave anything of a list. A rescue part of which they leave nothing rescues nobody.
func (c *cursor) selects(nodes []playbook.Node) bool {
	return slices.ContainsFunc(nodes, func(n playbook.Node) bool {
		if b, ok := n.(*playbook.Block); ok {
			return c.selects(b.Tasks) || c.selects(b.Rescue) || c.selects(b.Always)
		}
		return c.sel.selects(n.(*playbook.Task))
	})
}

// inHandlers tells whether handlers run now.
func (c *cursor) inHandlers() bool {
	return slices.ContainsFunc(c.frames, func(f *frame) bool { return f.handlers })
}

// failing tells whether a failure is under way that only always parts deal with.
func (c *cursor) failing() bool {
	return slices.ContainsFunc(c.frames, func(f *frame) bool { return f.failing })
}

// end leaves the play.
func (c *cursor) end() { c.frames, c.path = nil, nil }

// endRole leaves the tasks of the role that the task just run belongs to.
func (c *cursor) endRole(role *playbook.Role) {
	c.path = nil
	for i, f := range slices.Backward(c.frames) {
		if f.block != nil && f.block.RoleMain && f.block.Role == role {
			c.frames = c.frames[:i]
			c.done(f)
			return
		}
	}
}

// finish deals with a list that has come to its end.
func (c *cursor) finish(f *frame) {
	if f.block != nil && f.phase != inAlways && len(f.block.Always) > 0 {
		f.enter(inAlways, f.block.Always)
		return
	}
	c.pop()
	c.done(f)
	if f.failing {
		c.drop()
	}
}

func (c *cursor) done(f *frame) {
	if f.block != nil && f.block.RoleMain && !f.failing && c.roleDone != nil {
		c.roleDone(f.block.Role)
	}
}

func (f *frame) enter(p phase, nodes []playbook.Node) {
	f.phase, f.nodes, f.next = p, nodes, 0
	f.prefix = append(slices.Clone(f.prefix[:len(f.prefix)-1]), int(p))
}

func (c *cursor) top() *frame      { return c.frames[len(c.frames)-1] }
func (c *cursor) push(f *frame)    { c.frames = append(c.frames, f) }
func (c *cursor) pop()             { c.frames = c.frames[:len(c.frames)-1] }
func pathAt(f *frame, i int) []int { return append(slices.Clone(f.prefix), i) }

func (c *cursor) where(f *frame) []int {
	if c.path == nil {
		c.path = pathAt(f, f.next)
	}
	return c.path
}
