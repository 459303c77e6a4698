package runner

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/templating/value"
)

// window is how many items of a loop may be on their way to a host.
const window = 32

// aheadActions are the actions whose items do not depend on each other's answers: they return no facts, and each item is one call.
var aheadActions = map[string]bool{
	"ansible.builtin.command": true, "ansible.builtin.shell": true, "ansible.builtin.file": true, "ansible.builtin.stat": true,
	"ansible.builtin.lineinfile": true, "ansible.builtin.blockinfile": true, "ansible.builtin.replace": true, "ansible.builtin.template": true,
	"ansible.builtin.copy": true, "ansible.builtin.user": true, "ansible.builtin.group": true, "ansible.builtin.slurp": true,
	"ansible.builtin.find": true, "ansible.builtin.get_url": true, "ansible.builtin.uri": true, "ansible.builtin.apt": true,
	"ansible.builtin.tempfile": true, "ansible.builtin.ping": true,
}

// mayRunAhead tells whether the items of a loop can be sent without waiting for the answer to the one before. On the target they
// still run one after the other, and their results come in order; what is saved is the way there and back.
func (x *execution) mayRunAhead(n loopNames, items int) bool {
	t := x.t
	return items > 1 && aheadActions[x.tp.fqcn] && n.pause == 0 && n.breakWhen == nil && t.Until == nil && t.Retries == nil && t.Projections == nil &&
		t.DelegateTo == nil && t.Timeout == nil && t.Async == nil && x.p.run.opts.Config.Int("TASK_TIMEOUT") == 0
}

// lanes numbers the loops whose items are sent ahead.
var lanes atomic.Uint64

// turn is one item's place in a loop that is sent ahead. The baton is with the item that works on the controller: the first one has it
// until its call is on its way, then the next; an item that gets its answer takes it again to finish.
type turn struct {
	baton *sync.Mutex
	lane  uint64
	pass  func() // lets the next item begin
}

// call runs a module call. Around the last one of an item the baton goes on; all others keep it.
func (t *turn) call(c *agent.Call, final bool, run func() (*agent.Reply, error)) (*agent.Reply, error) {
	if t == nil {
		return run()
	}
	c.Lane = t.lane
	if !final {
		return run()
	}
	held := true
	c.Sent = func() {
		held = false
		t.pass()
		t.baton.Unlock()
	}
	defer func() {
		if !held {
			t.baton.Lock()
		}
	}()
	return run()
}

// loopAhead runs the items of a loop, each in a goroutine of its own that begins when the one before it has sent its call.
func (x *execution) loopAhead(ctx context.Context, names loopNames, items []value.Value) []*result {
	a := &ahead{x: x, names: names, items: items, lane: lanes.Add(1), done: make([]chan struct{}, len(items)), results: make([]*result, len(items))}
	for i := range items {
		a.done[i] = make(chan struct{})
	}
	var sending sync.WaitGroup
	sending.Go(func() { a.send(ctx) })
	all := a.collect(ctx)
	sending.Wait()
	a.running.Wait()
	return all
}

// ahead is a loop whose items are sent ahead.
type ahead struct {
	x       *execution
	names   loopNames
	items   []value.Value
	lane    uint64
	baton   sync.Mutex
	done    []chan struct{}
	results []*result
	stop    atomic.Bool
	running sync.WaitGroup
}

// send begins the items in order, no more than a window of them at once.
func (a *ahead) send(ctx context.Context) {
	places := make(chan struct{}, window)
	for i := range a.items {
		places <- struct{}{}
		if a.stop.Load() || ctx.Err() != nil {
			close(a.done[i])
			<-places
			continue
		}
		passed := make(chan struct{})
		a.running.Go(func() {
			defer func() { <-places }()
			a.one(ctx, i, sync.OnceFunc(func() { close(passed) }))
		})
		<-passed
	}
}

// one runs an item with the baton in its hands.
func (a *ahead) one(ctx context.Context, i int, pass func()) {
	defer close(a.done[i])
	defer pass()
	a.baton.Lock()
	defer a.baton.Unlock()
	item := *a.x
	item.turn = &turn{baton: &a.baton, lane: a.lane, pass: pass}
	a.results[i] = item.once(ctx, a.x.vars.With(a.names.variables(a.items, i)))
}

// collect tells of the results in order. As with one item at a time, the loop goes on where the host could not be reached.
func (a *ahead) collect(ctx context.Context) []*result {
	var all []*result
	for i := range a.items {
		<-a.done[i]
		r := a.results[i]
		if r == nil || a.stop.Load() {
			continue
		}
		a.baton.Lock()
		a.x.itemDone(a.names, a.x.vars.With(a.names.variables(a.items, i)), r, a.items, i)
		a.baton.Unlock()
		all = append(all, r)
		if ctx.Err() != nil {
			a.stop.Store(true)
		}
	}
	return all
}
