package runner

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// scoutTasks is how many tasks the scout looks at behind one call, most of which it may find to be skipped.
const scoutTasks = 4 * window

// scout sends the calls of the tasks that come next, as long as nothing in them depends on what is not known yet. It stops at the
// first that does, and when the call at its turn is answered.
func (c *convoy) scout(ctx context.Context, turn *earlyCall) {
	if c.cur == nil {
		c.cur = c.h.cur.fork()
	}
	for range scoutTasks {
		if len(c.calls) == window || turn.isDone() || ctx.Err() != nil {
			return
		}
		t, _ := c.cur.peek()
		if t == nil || c.cur.inHandlers() || c.cur.inDoubt() || !c.explore(ctx, turn, t) {
			return
		}
		c.cur.advance()
	}
}

// explore deals with one task ahead of its turn: true says that it will be skipped, changes nothing, or is on its way.
func (c *convoy) explore(ctx context.Context, turn *earlyCall, t *playbook.Task) bool {
	tp := c.p.plan(t)
	inert := modules.Inert(tp.fqcn)
	if tp.users || !inert && !modules.FollowsOthers(tp.fqcn) || t.Include != nil || !plainTask(t) {
		return false
	}
	seen := &reads{unknown: c.registers(turn)}
	x := c.p.scoutExecution(tp, c.h, seen)
	ok, _, err := x.conditions(x.vars, t.When)
	switch {
	case err != nil || seen.tooMuch:
		return false
	case !ok:
		return true
	}
	call, err := x.prepare(x.vars, "")
	if err != nil || call.timeout > 0 {
		return false
	}
	call.Remote = &scoutRemote{remote: call.remote, convoy: c, seen: seen}
	call.Report, call.Say, call.Sets = func(document.Warning) {}, func(string) {}, func(string, source.Pos) {}
	d, err := call.action.Run(ctx, &call.Call)
	if inert {
		return err == nil && !isTrue(d, "failed") && !seen.tooMuch && t.Register == nil && len(t.FailedWhen) == 0
	}
	return errors.Is(err, errSent)
}

// scoutExecution is the execution of a task ahead of its turn. It tells nobody anything: when its turn comes, all is evaluated again.
func (p *play) scoutExecution(tp *taskPlan, h *hostState, seen *reads) *execution {
	scope := p.scope(h, tp)
	scope.Layers = append([]vars.Layer{seen}, scope.Layers...)
	env := *tp.env
	env.Timeless, env.Warn, env.Outdated, env.Deprecate = true, nil, nil, nil
	p.reachedBy(h, tp, scope).on = true
	return &execution{p: p, tp: tp, t: tp.task, h: h, vars: p.run.engine.NewContext(scope, &env), scouting: true}
}

// reads is a layer without variables that sees what is asked for.
type reads struct {
	unknown []string // names whose values are not known yet
	tooMuch bool     // one of them was read, or what may contain it
}

var _ vars.Layer = (*reads)(nil)

// Lookup notes the name.
func (r *reads) Lookup(name string) (value.Value, bool) {
	r.tooMuch = r.tooMuch || wide(name) || slices.Contains(r.unknown, name)
	return nil, false
}

// Names notes that any name may be read.
func (r *reads) Names() iter.Seq[string] {
	r.tooMuch = true
	return func(func(string) bool) {}
}

var (
	errSent     = errors.New("the call is on its way")
	errNotAhead = errors.New("the task needs more than one call, or what is not known yet")
)

// scoutRemote sends a lone module call ahead, and nothing else.
type scoutRemote struct {
	*remote
	convoy *convoy
	seen   *reads
}

// Module sends the action's last call and gives errSent.
func (s *scoutRemote) Module(ctx context.Context, name string, args *value.Dict, files ...agent.Attachment) (*value.Dict, error) {
	if !s.final || len(files) > 0 || s.seen.tooMuch {
		return nil, errNotAhead
	}
	w := s.way
	if s.x.p.run.agents.Running(w.target, w.interpreter, w.become) != s.convoy.session {
		return nil, errNotAhead
	}
	call, err := s.request(name, args, nil)
	if err != nil || s.seen.tooMuch {
		return nil, errNotAhead
	}
	early := s.convoy.launch(ctx, s.x.t, call)
	s.convoy.calls = append(s.convoy.calls, early)
	early.underWay()
	return nil, errSent
}

// Series is for the task's turn.
func (*scoutRemote) Series(context.Context, func() (*modules.Request, error), func(*value.Dict) error) error {
	return errNotAhead
}

// Raw is for the task's turn.
func (*scoutRemote) Raw(context.Context, string, io.Reader, string) (modules.RawResult, error) {
	return modules.RawResult{}, errNotAhead
}

// Put is for the task's turn.
func (*scoutRemote) Put(context.Context, string, uint32, int64, io.Reader) error { return errNotAhead }

// Fetch is for the task's turn.
func (*scoutRemote) Fetch(context.Context, string) (io.ReadCloser, error) { return nil, errNotAhead }

// Reset is for the task's turn.
func (*scoutRemote) Reset(context.Context) error { return errNotAhead }

func (*scoutRemote) Stack() *value.List { return value.NewList() }
