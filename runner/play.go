package runner

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/strategy"
	"github.com/goplay/goplay/templating/value"
)

// play is a play under way. It is what a strategy drives, one batch of hosts after the other.
type play struct {
	run  *run
	p    *playbook.Play
	id   int
	name string

	pattern string
	all     []*hostState // every host of the play
	batch   []*hostState // those of the batch under way

	nodes    []playbook.Node // the play's steps, from gathering facts to the last flush of handlers
	playVars *value.Dict
	prompted *value.Dict

	mu sync.Mutex
	roleParts
	members      []string // the hosts of the pattern as variables have them: with those that came in meanwhile
	plans        map[*playbook.Task]*taskPlan
	selected     map[*playbook.Task]bool
	throttles    map[*playbook.Task]chan struct{}
	fileVars     map[string]hostFiles   // vars_files by host
	fixedFiles   bool                   // the names of vars_files are no templates
	readFiles    map[string]*value.Dict // by path
	stop         stopReason
	fallen       map[*hostState]bool // hosts of the batch that have failed, as max_fail_percentage counts them
	maxFail      float64             // percentage; negative: not set
	gather       *playbook.Task      // the implicit task that gathers facts, or nil
	gathers      bool                // facts are gathered, as the play and the settings say
	unclear      error               // why gather_facts or validate_argspec cannot be read
	lockStep     bool                // the strategy is linear, or debug
	debugging    bool                // failures of any task start the debugger
	announced    map[*playbook.Task]bool
	handlerNames map[*playbook.Task]string // those that are templates, evaluated
	named        map[*playbook.Task]shownNames
	stepping     stepping
}

// roleParts are what roles bring into a play. What an include_role adds holds for the batch.
type roleParts struct {
	roleVars      []*value.Dict // vars of the play's roles, visible to all tasks; the strongest first
	roleDefaults  []*value.Dict
	included      []*playbook.Role   // by include_role
	handlers      []playbook.Node    // in order of execution
	handlerGroups [][]*playbook.Task // the same, as notifications are looked up
}

type stopReason int

const (
	goOn     stopReason = iota
	endBatch            // meta: end_batch
	endPlay             // meta: end_play
	fatal               // max_fail_percentage
)

// hostState is a host in a play.
type hostState struct {
	name string
	inv  atomic.Pointer[inventory.Host] // another one after meta: refresh_inventory
	cur  *cursor

	twice bool // unreachable, and failed by any_errors_fatal

	mu       sync.Mutex
	falling  bool // has failed, and runs always parts at most, or what is left of a play after another host's failure
	doomed   bool // failed by any_errors_fatal: later plays do not have it, even if it was rescued
	status   hostStatus
	pending  []string                // names that were notified, until the next flush
	notified map[*playbook.Task]bool // handlers that run in the flush under way, or the next one
	ranRoles map[string]bool         // roles that are completed, by their keys
	inRoles  map[string]bool         // roles of which a task has run

	convoy *convoy // what is under way to it ahead of its turn; nil until something may be
}

type hostStatus int

const (
	active hostStatus = iota
	failed
	unreachable
	left     // meta: end_host, or gone from the inventory
	forgiven // failed, and taken back by meta: clear_host_errors for the plays that follow
	over     // left in a batch that has ended: later batches list it again, as the reference does
)

func (h *hostState) is(s hostStatus) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.status == s
}

func (h *hostState) set(s hostStatus) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = s
}

func newHost(name string, h *inventory.Host) *hostState {
	s := &hostState{name: name}
	s.inv.Store(h)
	return s
}

// inventory is the host as the inventory has it now, or had it last.
func (h *hostState) inventory() *inventory.Host { return h.inv.Load() }

// runPlay runs one play to its end. A nil error with failed hosts is the usual case of a play that failed.
func (r *run) runPlay(ctx context.Context, p *playbook.Play) error {
	pl, err := r.newPlay(p)
	if err != nil {
		return err
	}
	if err := pl.prompt(ctx); err != nil {
		return err
	}
	if err := pl.match(); err != nil {
		return err
	}
	if err := pl.order(); err != nil {
		return err
	}
	if err := pl.loadVarsFiles(); err != nil {
		return err
	}
	strat, err := pl.strategy()
	pl.start(pl.all)
	if err != nil {
		return err
	}
	for _, h := range pl.all {
		if _, err := r.inv.Vars(h.inventory(), r.varsDirs(nil)...); err != nil {
			return err
		}
	}
	if len(pl.all) == 0 {
		r.send(event.NoHostsMatched{})
		return nil
	}
	return pl.batches(ctx, strat)
}

// start tells that the play begins for some of its hosts.
func (p *play) start(hosts []*hostState) {
	e := event.PlayStart{
		Name: p.name, Hosts: names(hosts), Check: p.run.opts.Check, Pos: p.p.Pos, Line: p.p.Name != nil, Free: !p.lockStep,
		ID: p.id, Keywords: func() *value.Dict { return playKeywords(p.p, p.prompted) },
		Variables: func(host string) value.Value { return p.variablesFor(host, names(hosts)) },
	}
	if len(hosts) > 0 {
		p.run.send(event.PlayNear{Play: e})
	}
	p.run.send(e)
}

// batches runs the play for one batch of hosts after the other.
func (p *play) batches(ctx context.Context, strat strategy.Strategy) error {
	sizes, err := p.batchSizes()
	if err != nil {
		return err
	}
	if !p.lockStep && p.maxFail >= 0 {
		p.run.warn(unjudged("max_fail_percentage"), source.Pos{})
	}
	rest, own := p.all, p.roleParts
	for i, size := range sizes {
		n := min(size, len(rest))
		p.batch, rest = stillThere(rest[:n]), rest[n:]
		p.roleParts = own
		if i > 0 {
			p.start(p.batch)
		}
		if err := p.runBatch(ctx, strat); err != nil {
			return err
		}
		if p.stop == endPlay {
			return nil
		}
		p.run.stopped = p.run.stopped || p.stop == fatal
		if p.lost() == n { // hosts that an earlier play has lost do not count, so that a batch with one of them never ends the run
			p.run.stopped = true
			return nil
		}
		p.stop = goOn
	}
	return nil
}

func (p *play) runBatch(ctx context.Context, strat strategy.Strategy) error {
	p.announced = map[*playbook.Task]bool{}
	p.fallen = map[*hostState]bool{}
	p.stepping = stepping{on: p.run.opts.Step}
	for _, h := range p.batch {
		h.cur = newCursor(p.nodes, &hostSelector{p, h})
		h.cur.roleDone = func(r *playbook.Role) { p.completed(h, r) }
	}
	defer p.recall()
	err := strat(ctx, p)
	if err == nil && !p.lockStep && len(p.batch) > 0 && !slices.ContainsFunc(p.batch, func(h *hostState) bool { return !h.is(unreachable) }) {
		p.run.send(event.NoHostsRemaining{}) // which strategies that do not wait tell of unreachable hosts only
	}
	for _, h := range p.batch {
		if h.is(left) && p.run.inv.Host(h.name) != nil {
			h.set(over)
		}
	}
	return err
}

// recall ends what is under way to hosts ahead of its turn.
func (p *play) recall() {
	for _, h := range p.batch {
		if h.convoy != nil {
			h.convoy.recall()
		}
	}
}

// lost counts the hosts of the batch that have failed or are unreachable, and as in the reference twice those that are both.
func (p *play) lost() int {
	n := 0
	for _, h := range p.batch {
		if h.is(failed) || h.is(unreachable) || h.isDoomed() {
			n++
		}
		if h.twice {
			n++
		}
	}
	return n
}

// Hosts is the number of hosts in the batch.
func (p *play) Hosts() int { return len(p.batch) }

// Forks is how many hosts may work at once.
func (p *play) Forks() int { return p.run.opts.Forks }

// Next gives a host's next step.
func (p *play) Next(i int) (strategy.Step, bool) {
	h := p.batch[i]
	if !h.is(active) || p.stopping() != goOn {
		return strategy.Step{}, false
	}
	t, path := h.cur.peek()
	if t == nil {
		if h.cur.dead {
			p.leave(h, failed)
		}
		return strategy.Step{}, false
	}
	return strategy.Step{Path: path, Task: t}, true
}

func (p *play) stopping() stopReason {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stop
}

func (p *play) stopNow(why stopReason) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stop = max(p.stop, why)
}

// stillThere are the hosts that have not been lost.
func stillThere(hosts []*hostState) []*hostState {
	return slices.DeleteFunc(slices.Clone(hosts), func(h *hostState) bool { return h.is(failed) || h.is(unreachable) })
}

// hosts gives the names of the play's hosts, with those that came in meanwhile.
func (p *play) hosts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.members
}

// remaining gives those of them that have not been lost.
func (p *play) remaining() value.Value {
	lost := map[string]bool{}
	for _, h := range p.all {
		if h.isOut() {
			lost[h.name] = true
		}
	}
	return strs(slices.DeleteFunc(slices.Clone(p.hosts()), func(name string) bool { return lost[name] }))
}

// failedHosts gives the hosts of the batch that have failed.
func (p *play) failedHosts() value.Value {
	return strs(names(slices.DeleteFunc(slices.Clone(p.batch), func(h *hostState) bool { return !h.is(failed) })))
}

func (p *play) batchHosts() value.Value {
	return strs(names(slices.DeleteFunc(slices.Clone(p.batch), (*hostState).isOut)))
}

// isOut tells whether the play has ended for a host, but for always parts.
func (h *hostState) isOut() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.falling || h.status != active && h.status != over
}

func (h *hostState) isDoomed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.doomed
}

func (p *play) allHosts() value.Value  { return strs(p.hosts()) }
func (p *play) nameValue() value.Value { return value.String(p.name) }

func names(hosts []*hostState) []string {
	list := make([]string, len(hosts))
	for i, h := range hosts {
		list[i] = h.name
	}
	return list
}

// roles gives the play's roles as they came in: its own, those that it imports, those that it has included.
func (p *play) roles() []*playbook.Role {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Concat(p.p.Roles, p.p.Imported, p.included)
}

// playRoleNames names the play's roles, as often as they came in.
func (p *play) playRoleNames() value.Value {
	var list []string
	for _, r := range p.roles() {
		list = append(list, r.Name)
	}
	return strs(list)
}

// roleNames names the play's roles and those that came as dependencies, each once.
func (p *play) roleNames() value.Value {
	var list []string
	for _, r := range p.roles() {
		for _, d := range append(allDeps(r), r) {
			if !slices.Contains(list, d.Name) {
				list = append(list, d.Name)
			}
		}
	}
	return strs(list)
}

func (p *play) dependentRoleNames() value.Value {
	var list []string
	for _, r := range p.roles() {
		for _, d := range allDeps(r) {
			if !slices.Contains(list, d.Name) {
				list = append(list, d.Name)
			}
		}
	}
	return strs(list)
}

// completed takes the end of a role's tasks on a host in.
func (p *play) completed(h *hostState, r *playbook.Role) {
	p.warnOf(r.Reserved)
	h.markRole(r)
}

func (h *hostState) markRole(r *playbook.Role) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ranRoles == nil {
		h.ranRoles = map[string]bool{}
	}
	h.ranRoles[r.Key] = h.inRoles[r.Key]
}

// ranTaskOf notes that a task of a role has run; one of which all tasks were skipped has not.
func (h *hostState) ranTaskOf(r *playbook.Role) {
	if r == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.inRoles == nil {
		h.inRoles = map[string]bool{}
	}
	h.inRoles[r.Key] = true
}

// hostSelector says what a host passes by.
type hostSelector struct {
	p *play
	h *hostState
}

func (s *hostSelector) runs(t *playbook.Task, handlers bool) bool {
	if t == s.p.gather && s.p.run.gathered(s.h.name) {
		return false
	}
	if handlers && t.Handler {
		s.h.mu.Lock()
		defer s.h.mu.Unlock()
		return s.h.notified[t]
	}
	if isOwnFlush(t) && !s.h.isNotified() {
		return false
	}
	return s.p.isSelected(t)
}

func (s *hostSelector) selects(t *playbook.Task) bool { return t.Handler || s.p.tagged(t) }

func (s *hostSelector) enters(b *playbook.Block) bool {
	if !b.RoleMain || b.Role.AllowDuplicates {
		return true
	}
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	return !s.h.ranRoles[b.Role.Key]
}
