package runner

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/strategy"
	"github.com/goplay/goplay/templating/value"
)

// Do runs one step on hosts that all have it as their next one, and moves them on.
func (p *play) Do(ctx context.Context, s strategy.Step, hosts []int) error {
	t := s.Task.(*playbook.Task)
	on := make([]*hostState, len(hosts))
	for i, h := range hosts {
		on[i] = p.batch[h]
	}
	for _, h := range on {
		h.cur.advance()
		h.answered(t)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	tp := p.plan(t)
	p.warnOf(t.Reserved)
	switch {
	case tp.fqcn == "ansible.builtin.meta":
		err := p.meta(ctx, tp, on)
		p.judge(on, nil)
		return err
	case !p.takeStep(ctx, t, on[0]):
		return errors.Join(ctx.Err(), p.run.brokenErr())
	case t.Include != nil:
		return p.include(ctx, tp, on)
	default:
		_, err := p.task(ctx, tp, on)
		return err
	}
}

// answered takes the notification of a handler back, since it runs now.
func (h *hostState) answered(t *playbook.Task) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.notified, t)
}

// task runs an ordinary task on hosts and applies the results.
func (p *play) task(ctx context.Context, tp *taskPlan, hosts []*hostState) ([]*result, error) {
	plans, err := p.forHosts(tp, hosts)
	if err != nil {
		return nil, err
	}
	run, once, err := p.onlyOnce(plans[0], hosts)
	if err != nil {
		return nil, err
	}
	ev := p.announce(plans[0], hosts[0])
	if err := p.checkThrottle(tp, hosts[0]); err != nil {
		return nil, err
	}
	p.warnUnjudged(tp)
	results := p.fanOut(ctx, plans, ev, run)
	if once && results[0] != nil {
		p.share(plans[0], results[0], hosts)
	}
	if err := errors.Join(ctx.Err(), p.run.brokenErr()); err != nil {
		return results, err
	}
	p.judge(hosts, results)
	return results, nil
}

// announce tells that a task starts.
func (p *play) announce(tp *taskPlan, h *hostState) *event.Task {
	ev := p.eventTask(tp, h)
	if p.firstTime(tp.task) {
		p.run.send(event.TaskStart{Task: ev})
	}
	return ev
}

// firstTime reports whether a task is yet to be announced: where hosts run ahead on their own, the first one to reach it does so.
func (p *play) firstTime(t *playbook.Task) bool {
	if p.lockStep {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.announced[t] {
		return false
	}
	p.announced[t] = true
	return true
}

// eventTask describes a task for the printers. A name that cannot be templated is shown as it was written.
func (p *play) eventTask(tp *taskPlan, h *hostState) *event.Task {
	t := tp.task
	ctx := p.run.engine.NewContext(p.scope(h, tp), tp.env)
	rd := reader{ctx: ctx}
	ev := &event.Task{
		ID: tp.id, Action: tp.name, Pos: p.shownPos(t), Handler: t.Handler, Loop: t.Loop != nil,
		CheckAll: p.run.opts.Check,
		Check:    rd.bool("check_mode", t.CheckMode, p.run.opts.Check),
		Diff:     rd.bool("diff", t.Diff, p.run.opts.Diff),
		NoLog:    p.noLog(t, ctx),
		Keywords: func() *value.Dict { return toldKeywords(tp) },
	}
	if !writtenTrue(t.NoLog) {
		ev.Args = shownArgs(t)
	}
	ev.Name, ev.Title = p.onceNamed(tp, ctx)
	if t.Role != nil {
		ev.Role = t.Role.Name
	}
	return ev
}

// shownPos is a task's place as it is told: that of the play for the check of a role's arguments, which nobody wrote.
func (p *play) shownPos(t *playbook.Task) source.Pos {
	if t.Pos.IsValid() && !t.Pos.IsWritten() {
		return p.p.Pos
	}
	return t.Pos
}

// shownArgs are a task's arguments as they are told with its name: the file of an include comes last.
func shownArgs(t *playbook.Task) *value.Dict {
	file, named := t.Args.Lookup("file")
	if t.Include == nil || t.Include.Role || !named {
		return t.Args
	}
	args := t.Args.Clone()
	args.Delete("file")
	args.Set("_raw_params", file)
	return args
}

// fanOut runs a task on hosts, each by its plan, and again on those for which the user says so at the debugger's prompt.
func (p *play) fanOut(ctx context.Context, plans []*taskPlan, ev *event.Task, hosts []*hostState) []*result {
	results := make([]*result, len(hosts))
	todo := make([]attempt, len(hosts))
	for i, h := range hosts {
		todo[i] = attempt{written: plans[i].task, tp: plans[i], ev: plans[i].event(ev), h: h, set: func(r *result) { results[i] = r }}
	}
	for len(todo) > 0 && ctx.Err() == nil && p.run.brokenErr() == nil {
		todo = p.round(ctx, todo)
	}
	return results
}

// attempt is a task to be run on a host.
type attempt struct {
	written *playbook.Task // as it stands in the playbook; tp may be what the user made of it
	tp      *taskPlan
	ev      *event.Task
	h       *hostState
	set     func(*result)
	name    string // of the task at the debugger's prompt, once it has been there
}

// round makes attempts side by side, as forks allow, and gives those that are to be made again.
func (p *play) round(ctx context.Context, todo []attempt) (again []attempt) {
	results := make([]*result, len(todo))
	show := newOrder(len(todo), func(i int, e event.Event) {
		if i == noHost {
			p.run.send(e)
			return
		}
		a := todo[i]
		_, last := e.(event.Result)
		if last {
			a.set(results[i])
			p.notify(a.h, results[i])
		}
		if p.run.brokenErr() != nil || ctx.Err() != nil && broughtDown(e) {
			return // the run ends here
		}
		p.run.send(e)
		switch {
		case !last:
		case p.debug(ctx, &a, results[i]):
			again = append(again, a)
		default:
			p.apply(a.tp, a.h, results[i])
		}
	})
	p.workers(ctx, todo, func(i int, r *result) { results[i] = r }, show)
	return again
}

// workers makes the attempts and shows what they tell.
func (p *play) workers(ctx context.Context, todo []attempt, set func(int, *result), show *order) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(len(todo), max(1, p.run.opts.Forks)) {
		wg.Go(func() {
			for i := range next {
				a := todo[i]
				p.one(ctx, a.tp, a.ev, a.h, func(r *result) { set(i, r) }, func(e event.Event) { show.add(i, e) })
			}
		})
	}
	go func() {
		defer close(next)
		for i, a := range todo {
			show.now(event.HostStart{Task: a.ev, Host: event.Host{Name: a.h.name}})
			next <- i
		}
	}()
	go func() { wg.Wait(); show.close() }()
	show.run()
}

// broughtDown tells whether an event is of a failure: when the run is interrupted, it is that what makes tasks fail.
func broughtDown(e event.Event) bool {
	switch e := e.(type) {
	case event.Result:
		return e.Status == event.Failed || e.Status == event.Unreachable
	case event.ItemResult:
		return e.Status == event.Failed || e.Status == event.Unreachable
	}
	return false
}

// one runs a task on one host, holding a fork and, where the task is throttled, one of its places.
func (p *play) one(ctx context.Context, tp *taskPlan, ev *event.Task, h *hostState, set func(*result), emit func(event.Event)) {
	x := newExecution(p, tp, ev, h, emit)
	release := p.acquire(ctx, x)
	defer release()
	if ctx.Err() != nil {
		return // what has not begun does not begin
	}
	start := time.Now()
	r := x.run(ctx)
	set(r)
	emit(event.Result{
		Task: ev, Host: event.Host{Name: h.name, Delegate: r.delegate}, Status: r.status, Result: r.dict,
		Ignore: r.ignored, Time: time.Since(start), Causes: r.causes,
	})
}

// acquire takes a fork token, and before it one of the task's own places where it is throttled.
func (p *play) acquire(ctx context.Context, x *execution) (release func()) {
	places := x.throttle()
	if places != nil {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			places = nil
		}
	}
	p.run.forks <- struct{}{}
	return func() {
		<-p.run.forks
		if places != nil {
			<-places
		}
	}
}

// onceForAll are the actions that one host does for all in lock-step.
var onceForAll = map[string]bool{"ansible.builtin.add_host": true, "ansible.builtin.pause": true}

// onlyOnce cuts the hosts down to the first for a task that runs once.
func (p *play) onlyOnce(tp *taskPlan, hosts []*hostState) (run []*hostState, once bool, err error) {
	if p.lockStep && onceForAll[tp.fqcn] {
		return hosts[:1], true, nil
	}
	if tp.task.RunOnce == nil {
		return hosts, false, nil
	}
	v, err := p.run.engine.NewContext(p.scope(hosts[0], tp), tp.env).Resolve(tp.task.RunOnce)
	switch {
	case err != nil:
		return nil, false, endsRun(err)
	case v == value.Value(value.Omit):
		return nil, false, &source.Error{
			Pos: posOf(tp.task.RunOnce, tp.task.Pos), Msg: "A template was resolved to an Omit scalar.", Exit: source.ExitGeneric,
			Hint: "Callers must be prepared to handle this value. This is most likely a bug in the code requesting templating.",
		}
	case !v.Truth():
		return hosts, false, nil
	case !p.lockStep:
		p.run.warn("Using run_once with the free strategy is not currently supported. "+
			"This task will still be executed for every host in the inventory list.", source.Pos{})
		return hosts, false, nil
	}
	return hosts[:1], true, nil // where it is no boolean, the task fails there
}

// endsRun gives an error of a template that no result can tell of: it ends the run as any other mistake does.
func endsRun(err error) error {
	var at *source.Error
	if !errors.As(err, &at) {
		return err
	}
	return &source.Error{Pos: at.Pos, Msg: err.Error(), Hint: at.Hint, Exit: source.ExitGeneric}
}

// share takes in what a task that ran once means for the hosts that did not run it. What it says is kept for the whole batch, even for
// hosts that have failed; that of an action which always runs once is kept for the host that ran it. A failure is fatal for all.
func (p *play) share(tp *taskPlan, r *result, hosts []*hostState) {
	down := r.status == event.Failed && !r.ignored || r.status == event.Unreachable
	r.fatal = down && !writtenTrue(tp.task.IgnoreErrors)
	if tp.task.RunOnce == nil {
		return
	}
	for _, h := range p.batch {
		if h != hosts[0] && !h.is(unreachable) {
			p.remember(tp, h, r)
		}
	}
	if down && r.status == event.Failed {
		p.failAll(hosts[1:])
	}
}

// failAll fails hosts for the failure of another one: their rescue or always parts are next.
func (p *play) failAll(hosts []*hostState) {
	for _, h := range hosts {
		if !h.fall() {
			p.leave(h, failed)
			p.fell(h)
		}
	}
}

// fall takes a host's failure to the part of a block that is to deal with it; alive is false when the host's play has ended.
func (h *hostState) fall() (alive bool) {
	h.cur.back()
	if h.cur.dead || h.cur.outward {
		return !h.cur.dead
	}
	dealt := h.cur.willRescue()
	_, alive = h.cur.fail()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.falling = h.falling || !dealt
	return alive
}

// leave ends the play and the run for a host.
func (p *play) leave(h *hostState, why hostStatus) {
	h.set(why)
	p.run.lost(h.name, why)
}

// apply takes a result in: counts it, remembers what it registered, notifies, and moves a host that failed.
func (p *play) apply(tp *taskPlan, h *hostState, r *result) {
	p.run.stats.count(h.name, r)
	p.remember(tp, h, r)
	if r.status != event.Skipped && r.status != event.Unreachable {
		h.ranTaskOf(tp.task.Role)
	}
	switch {
	case r.status == event.Unreachable && !r.ignored:
		p.leave(h, unreachable)
	case r.status == event.Failed && !r.ignored:
		p.failHost(tp, h, r, true)
	}
}

// failHost takes a host's failure to its rescue part, or ends the play for it.
func (p *play) failHost(tp *taskPlan, h *hostState, r *result, count bool) {
	dealt := h.cur.willRescue()
	alive := h.fall()
	if dealt {
		p.run.store.Set(h.name, value.DictOf("ansible_failed_task", taskDict(tp), "ansible_failed_result", r.dict))
	}
	if count {
		p.run.stats.failure(h.name, dealt)
	}
	if !alive {
		p.leave(h, failed)
		p.fell(h)
	}
}

// judge ends the play when a failure is fatal for all, or too many hosts have failed. Hosts that run ahead on their own are not judged.
func (p *play) judge(hosts []*hostState, results []*result) {
	if !p.lockStep {
		return
	}
	down, lost := just(hosts, results, event.Failed), just(hosts, results, event.Unreachable)
	if slices.ContainsFunc(results, func(r *result) bool { return r != nil && r.fatal }) {
		p.abort(down, lost)
	}
	if p.maxFail >= 0 {
		p.limitFailures(down, lost)
	}
}

// warnUnjudged says that any_errors_fatal has no effect on hosts that run ahead on their own.
func (p *play) warnUnjudged(tp *taskPlan) {
	if !p.lockStep && p.run.fatalForAll(tp.task) {
		p.run.warn(unjudged("any_errors_fatal"), source.Pos{})
	}
}

func unjudged(keyword string) string {
	return "Using " + keyword + " with the free strategy is not supported, as tasks are executed independently on each host"
}

// just gives the hosts that have failed just now, or those that are unreachable.
func just(hosts []*hostState, results []*result, status event.Status) []*hostState {
	var list []*hostState
	for i, r := range results {
		if r != nil && r.status == status && !r.ignored {
			list = append(list, hosts[i])
		}
	}
	return list
}

// abort fails the hosts that have not failed just now: their rescue and always parts still run. Those that have become unreachable count
// as failed, too.
func (p *play) abort(down, lost []*hostState) {
	for _, h := range p.batch {
		h.twice = h.is(unreachable)
	}
	up := p.upBut(down)
	p.failAll(up)
	p.doom(append(p.ended(), up...))
	p.fell(append(up, lost...)...)
}

// ended gives the hosts of the batch for which meta: end_host has ended the play.
func (p *play) ended() []*hostState {
	return slices.DeleteFunc(slices.Clone(p.batch), func(h *hostState) bool { return !h.is(left) })
}

// doom counts hosts as failed although they go on in this play, or have left it.
func (p *play) doom(hosts []*hostState) {
	for _, h := range hosts {
		h.doom()
		p.run.lost(h.name, failed)
	}
}

func (h *hostState) doom() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.falling, h.doomed = true, true
}

// pardon takes that back.
func (h *hostState) pardon() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.doomed = false
}

// upBut gives the hosts that are still in the play, but some.
func (p *play) upBut(down []*hostState) []*hostState {
	return slices.DeleteFunc(slices.Clone(p.batch), func(h *hostState) bool { return !h.is(active) || slices.Contains(down, h) })
}

// limitFailures ends the run where too many hosts of the batch have failed.
func (p *play) limitFailures(down, lost []*hostState) {
	if float64(len(p.fallen))/float64(len(p.batch))*100 <= p.maxFail {
		return
	}
	p.run.exceeded = true
	up := p.upBut(down)
	p.failAll(up) // whose rescue and always parts are done until the next step is judged
	p.doom(append(p.ended(), up...))
	p.fell(slices.Concat(up, lost, p.ended())...)
	p.run.send(event.NoHostsRemaining{})
	here := slices.DeleteFunc(slices.Clone(p.batch), func(h *hostState) bool { return h.is(unreachable) && !slices.Contains(lost, h) })
	if len(p.fallen) >= len(here) {
		p.run.send(event.NoHostsRemaining{})
		p.stopNow(fatal)
	}
}

// fell counts hosts as failed for max_fail_percentage. Those that go on with an always part do not count, as in the reference.
func (p *play) fell(hosts ...*hostState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range hosts {
		p.fallen[h] = true
	}
}

// taskDict is what ansible_failed_task shows.
func taskDict(tp *taskPlan) value.Value {
	name := tp.task.Name
	if name == nil {
		name = value.String("")
	}
	return value.DictOf("name", name, "action", value.String(tp.task.Action), "args", tp.task.Args)
}
