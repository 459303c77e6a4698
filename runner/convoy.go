package runner

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating/value"
)

// convoy is what is under way to a host ahead of its turn. While a task's module runs, the calls of the tasks that come next are sent
// behind it, in a lane of the agent's which breaks at the first call that is no plain success: what the agent has not begun then, is
// decided anew here. So a run of tasks costs one way there and back where nothing in them depends on the answer to an earlier one, and
// no task is run that would not have been run otherwise.
//
// A convoy belongs to its host's goroutine, and while a call is waited for to the scout.
type convoy struct {
	p       *play
	h       *hostState
	lane    uint64
	session *agent.Session
	calls   []*earlyCall // in the order of their tasks
	cur     *cursor      // where scouting goes on; nil: behind the task whose turn it is
}

// earlyCall is a call that is under way.
type earlyCall struct {
	task   *playbook.Task
	sent   chan struct{} // closed when the request is on its way
	done   chan struct{} // closed when reply and err are there
	cancel context.CancelFunc
	reply  *agent.Reply
	err    error
}

// convoy gives the host's convoy, or nil where no task may go ahead: where hosts wait for each other, for a fork, or for the debugger.
func (p *play) convoy(h *hostState) *convoy {
	if p.debugging || p.lockStep && p.activeHosts() > 1 || !p.lockStep && len(p.batch) > p.run.opts.Forks {
		return nil
	}
	if h.convoy == nil {
		h.convoy = &convoy{p: p, h: h}
	}
	return h.convoy
}

func (p *play) activeHosts() int {
	n := 0
	for _, h := range p.batch {
		if h.is(active) {
			n++
		}
	}
	return n
}

// call runs the last module call of the task whose turn it is, or waits for it where it went ahead, and sends others after it.
func (c *convoy) call(ctx context.Context, r *remote, s *agent.Session, call *agent.Call) (*agent.Reply, error) {
	if early := c.take(r.x.t); early != nil {
		reply, err := c.await(ctx, early)
		if err != nil || !reply.Dropped {
			return reply, err
		}
	}
	c.recall()
	if !r.x.mayLead() || r.way.target.Transport == "local" {
		return s.Call(ctx, call)
	}
	c.lane, c.session = lanes.Add(1), s
	return c.await(ctx, c.launch(ctx, r.x.t, call))
}

// take gives the call of a task that went ahead, or nil. Calls of tasks before it, which were passed by, don't count.
func (c *convoy) take(t *playbook.Task) *earlyCall {
	i := slices.IndexFunc(c.calls, func(e *earlyCall) bool { return e.task == t })
	if i < 0 {
		return nil
	}
	early := c.calls[i]
	c.calls = c.calls[i+1:]
	if len(c.calls) == 0 {
		c.cur = nil
	}
	return early
}

// recall ends what is under way.
func (c *convoy) recall() {
	for _, e := range slices.Backward(c.calls) {
		e.cancel()
	}
	for _, e := range c.calls {
		<-e.done
	}
	c.calls, c.cur = nil, nil
}

// launch sends a call in the lane. What it gives is done when the answer has come.
func (c *convoy) launch(ctx context.Context, t *playbook.Task, call *agent.Call) *earlyCall {
	ctx, cancel := context.WithCancel(ctx)
	e := &earlyCall{task: t, sent: make(chan struct{}), done: make(chan struct{}), cancel: cancel}
	call.Lane, call.Guard, call.Sent = c.lane, true, func() { close(e.sent) }
	go func() {
		defer close(e.done)
		defer cancel()
		e.reply, e.err = c.session.Call(ctx, call)
	}()
	return e
}

// await waits for a call's answer. Meanwhile the scout looks for tasks that can follow it.
func (c *convoy) await(ctx context.Context, e *earlyCall) (*agent.Reply, error) {
	var scouting sync.WaitGroup
	scouting.Go(func() {
		if e.underWay() {
			c.scout(ctx, e)
		}
	})
	select {
	case <-e.done:
	case <-ctx.Done():
		e.cancel()
		<-e.done
	}
	scouting.Wait()
	return e.reply, e.err
}

// underWay waits until the request has been sent, or could not be.
func (e *earlyCall) underWay() bool {
	select {
	case <-e.sent:
		return true
	case <-e.done:
		return false
	}
}

func (e *earlyCall) isDone() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// mayLead tells whether calls may follow the task's last one before it is answered: its result is then the module's own, and
// changes no more than the variable that it is registered as.
func (x *execution) mayLead() bool {
	t, opts := x.t, x.p.run.opts
	return !x.tp.users && modules.LeadsOthers(x.tp.fqcn) && plainTask(t) && x.turn == nil && !x.h.cur.inHandlers() &&
		opts.Config.Int("TASK_TIMEOUT") == 0 && !opts.Step
}

// plainTask tells whether a task runs once, on its own host, and by its keywords succeeds where its module does.
func plainTask(t *playbook.Task) bool {
	for _, v := range []value.Value{
		t.Loop, t.Retries, t.DelegateTo, t.Throttle, t.Timeout, t.Async, t.Debugger, t.RunOnce, t.IgnoreUnreachable,
	} {
		if v != nil {
			return false
		}
	}
	_, template := t.Register.(*value.Template)
	return !template && t.Projections == nil && t.Until == nil && constant(t.ChangedWhen) && constant(t.FailedWhen)
}

// constant tells whether conditions are booleans as they were written.
func constant(list []playbook.Condition) bool {
	return !slices.ContainsFunc(list, func(c playbook.Condition) bool {
		_, plain := c.Expr.(value.Bool)
		return !plain
	})
}

// registers names the variables that calls under way will set, the one at its turn among them.
func (c *convoy) registers(turn *earlyCall) []string {
	var names []string
	for _, e := range append([]*earlyCall{turn}, c.calls...) {
		if e.task.Register != nil {
			names = append(names, e.task.Register.String())
		}
	}
	if !c.p.run.knows(c.h.name, "discovered_interpreter_python") {
		names = append(names, "discovered_interpreter_python", "ansible_facts")
	}
	return names
}

// wide are the variables through which any other one can be read.
func wide(name string) bool {
	return name == "hostvars" || name == "vars" || strings.HasPrefix(name, "ansible_play") || name == "play_hosts" || name == "groups" || name == "group_names"
}
