package runner

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/strategy"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// newPlay prepares a play: what does not depend on a host.
func (r *run) newPlay(p *playbook.Play) (*play, error) {
	pl := &play{
		run: r, p: p, id: int(r.plays.Add(1)), maxFail: math.Inf(1),
		named: map[*playbook.Task]shownNames{}, plans: map[*playbook.Task]*taskPlan{}, handlerNames: map[*playbook.Task]string{},
		selected:  map[*playbook.Task]bool{},
		throttles: map[*playbook.Task]chan struct{}{}, fileVars: map[string]hostFiles{}, readFiles: map[string]*value.Dict{},
	}
	if len(p.Vars) > 0 {
		pl.playVars = p.Vars[len(p.Vars)-1]
	}
	for _, role := range slices.Backward(append(slices.Clone(p.Roles), p.Imported...)) {
		pl.export(role)
	}
	pl.readHandlers()
	pl.nodes = pl.steps()
	return pl, pl.readSettings()
}

// export makes a role's variables visible to every task of the play.
func (p *play) export(role *playbook.Role) {
	if !role.Public {
		return
	}
	p.roleVars = append(p.roleVars, exportedLayers(role, roleVars)...)
	p.roleDefaults = append(p.roleDefaults, exportedLayers(role, roleDefaults)...)
}

// steps lines up the play: facts, pre_tasks, roles, tasks, post_tasks, with the handlers flushed after each part.
func (p *play) steps() []playbook.Node {
	var nodes, roles []playbook.Node
	if gather := p.gatherTask(); p.gathers || p.awaitsStart() {
		p.gather, nodes = gather, append(nodes, gather)
	}
	if t := p.validation(); t != nil {
		nodes = append(nodes, t)
	}
	for _, b := range p.p.RoleBlocks {
		roles = append(roles, b)
	}
	for _, part := range [][]playbook.Node{p.p.PreTasks, append(roles, p.p.Tasks...), p.p.PostTasks} {
		nodes = append(nodes, p.flushed(part)...)
	}
	return nodes
}

// flushed puts the flush of handlers behind a part of the play; with force_handlers hosts that failed in the part come to it, too.
func (p *play) flushed(part []playbook.Node) []playbook.Node {
	flush := p.flushTask()
	if !p.forceHandlers() {
		return append(slices.Clone(part), flush)
	}
	return []playbook.Node{&playbook.Block{Implicit: true, Tasks: part, Always: []playbook.Node{flush}}}
}

// gatherTask is the implicit task that gathers facts, and finds out whether the play does.
func (p *play) gatherTask() *playbook.Task {
	rd := reader{ctx: p.static()}
	p.gathers = rd.bool("gather_facts", p.p.GatherFacts, p.run.opts.Config.Str("DEFAULT_GATHERING") != "explicit")
	if rd.err != nil {
		p.unclear = at(p.p.GatherPos, rd.err)
	}
	args, err := p.factsArgs()
	p.unclear = errors.Join(p.unclear, err)
	kw := p.p.Keywords
	kw.Name, kw.Vars = value.String("Gathering Facts"), nil
	kw.Tags = append(slices.Clone(kw.Tags), value.String("always"))
	return &playbook.Task{Keywords: kw, Pos: p.p.Pos, Action: "gather_facts", Args: args, Parent: &playbook.Block{Implicit: true}}
}

// factsArgs reads the play's settings for gathering facts, which must be right even where none are gathered.
func (p *play) factsArgs() (*value.Dict, error) {
	rd := reader{ctx: p.static()}
	set, args := p.p.FactsArgs, &value.Dict{}
	switch list := rd.texts("gather_subset", set.Subset).(type) {
	case nil:
	case *value.List:
		args.Set("gather_subset", list)
	default: // one subset, even where it has commas
		args.Set("gather_subset", value.NewList(list))
	}
	if set.Timeout != nil {
		args.Set("gather_timeout", value.Int(rd.int("gather_timeout", set.Timeout, 0)))
	}
	if set.Path != nil {
		args.Set("fact_path", set.Path)
	}
	return args, rd.err
}

// validation is the implicit task that checks the play's variables against an argument spec, or nil.
func (p *play) validation() *playbook.Task {
	rd := reader{ctx: p.static()}
	spec := rd.resolve("validate_argspec", p.p.ValidateArgspec)
	if spec == nil && rd.err == nil {
		return nil
	}
	var task *playbook.Task
	entry, err := p.specName(&rd, spec)
	if err == nil && entry != "" {
		task, err = p.run.loader.PlayValidation(p.p, entry)
	}
	p.unclear = errors.Join(p.unclear, err)
	return task
}

// specName gives the name of the argument spec that validate_argspec means: the play's where it is true, and "" where it is false.
func (p *play) specName(rd *reader, spec value.Value) (string, error) {
	name := rd.str("name", p.p.Name, "")
	on, isBool := spec.(value.Bool)
	switch {
	case rd.err != nil:
		return "", at(p.p.ArgspecPos, rd.err)
	case !isBool:
		return spec.String(), nil
	case bool(on) && name == "":
		return "", source.New(p.p.ArgspecPos, "A play name is required when validate_argspec is true.")
	case !bool(on):
		return "", nil
	}
	return name, nil
}

// flushTask is an implicit meta: flush_handlers.
func (p *play) flushTask() *playbook.Task {
	return &playbook.Task{
		Keywords: playbook.Keywords{Tags: []value.Value{value.String("always")}},
		Action:   "ansible.builtin.meta", Args: value.DictOf("_raw_params", value.String("flush_handlers")),
		Parent: &playbook.Block{Implicit: true},
	}
}

// static is a view without a host: extra variables and the play's own.
func (r *run) static(dicts ...*value.Dict) *templating.Context {
	s := &vars.Scope{Merge: r.mergesDicts()}
	s.Push(vars.ExtraVars, r.extra)
	s.Push(vars.PlayVars, dicts...)
	return r.engine.NewContext(s, r.env([]string{r.playbookDir}))
}

func (p *play) static() *templating.Context { return p.run.static(p.prompted, p.playVars) }

func (p *play) readSettings() error {
	rd := reader{ctx: p.static()}
	p.maxFail = rd.percent("max_fail_percentage", p.p.MaxFailPercentage, math.Inf(1))
	rd.bool("force_handlers", p.p.ForceHandlers, false)
	p.name = rd.str("name", p.p.Name, "")
	return errors.Join(p.unclear, rd.err)
}

// match finds the play's hosts.
func (p *play) match() error {
	rd := reader{ctx: p.static()}
	v := rd.texts(p.hostsKeyword(), p.p.Hosts)
	if rd.err != nil {
		return rd.err
	}
	found, err := p.matching(v)
	if err != nil {
		return err
	}
	for _, h := range found {
		s := newHost(h.Name, h)
		s.status, s.notified = p.run.statusOf(h.Name), map[*playbook.Task]bool{}
		p.all = append(p.all, s)
	}
	p.members = names(p.all) // order is the batches'
	return nil
}

// emptyHost is the error of a name of no host, which stands at i of the list as written, if it was one.
func (p *play) emptyHost(i int) error {
	const keyword, why = "Error processing keyword 'hosts'", "Keyword 'hosts' is required, and cannot have empty values."
	if i >= len(p.p.Hosts.Items) {
		return source.New(p.p.Hosts.Pos, keyword+": "+why)
	}
	return source.At(p.p.Hosts.Pos, keyword, source.New(p.p.Hosts.Items[i], why))
}

// matching finds the hosts of what the keyword hosts has become, and names a play without a name by it.
func (p *play) matching(hosts value.Value) ([]*inventory.Host, error) {
	if hosts == nil { // a template gave None
		p.pattern = value.None.String()
		return p.run.matching(p.pattern)
	}
	list, ok := hosts.(*value.List)
	if !ok {
		list = value.NewList(hosts)
	}
	if i := slices.Index(list.Elems, value.Value(value.String(""))); i >= 0 {
		return nil, p.emptyHost(i)
	}
	p.pattern = patternOf(list)
	if p.name == "" {
		p.name = nameOf(p.p.Hosts.Value, hosts)
	}
	if len(list.Elems) == 0 {
		return nil, nil
	}
	return p.run.matching(p.pattern)
}

// nameOf names a play by its hosts, as written and as they are now. A list keeps its templates.
func nameOf(written, hosts value.Value) string {
	list, ok := written.(*value.List)
	if !ok {
		return hosts.String()
	}
	parts := make([]string, len(list.Elems))
	for i, e := range list.Elems {
		parts[i] = asWritten(e).String()
	}
	return strings.Join(parts, ",")
}

// hostsKeyword is what a mistake in hosts is told of: a play without a name is named by its hosts, and names are read first.
func (p *play) hostsKeyword() string {
	if _, err := p.static().Resolve(p.p.Hosts.Value); err != nil && p.p.Name == nil && p.p.Hosts.Items == nil {
		return "name"
	}
	return "hosts"
}

// relist brings the list of the play's hosts up to date after the inventory has changed: hosts that came in are listed, though this play
// does not run on them. fresh says that the inventory was read anew.
func (p *play) relist(fresh bool) {
	if p.pattern == "" {
		return // the list of hosts is empty
	}
	found, err := p.run.matching(p.pattern)
	if err != nil {
		return // the pattern may name a group that is gone
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if fresh {
		p.members = nil
	}
	listed := slices.Clone(p.members) // the old one may be in use
	for _, h := range found {
		if !slices.Contains(listed, h.Name) {
			listed = append(listed, h.Name)
		}
	}
	p.members = listed
}

func patternOf(l *value.List) string {
	parts := make([]string, len(l.Elems))
	for i, e := range l.Elems {
		parts[i] = e.String()
	}
	return strings.Join(parts, ",")
}

// order sorts the hosts as the play's order keyword says.
func (p *play) order() error {
	rd := reader{ctx: p.static()}
	byName := func(a, b *hostState) int { return strings.Compare(a.name, b.name) }
	switch o := rd.str("order", p.p.Order, "inventory"); o {
	case "inventory":
	case "sorted":
		slices.SortFunc(p.all, byName)
	case "reverse_sorted":
		slices.SortFunc(p.all, byName)
		slices.Reverse(p.all)
	case "reverse_inventory":
		slices.Reverse(p.all)
	case "shuffle":
		rand.Shuffle(len(p.all), func(i, j int) { p.all[i], p.all[j] = p.all[j], p.all[i] })
	default:
		return &source.Error{Msg: "Invalid 'order' specified for inventory hosts: " + o, Exit: ExitOptions}
	}
	return rd.err
}

func (p *play) strategy() (strategy.Strategy, error) {
	rd := reader{ctx: p.static()}
	name := rd.str("strategy", p.p.Strategy, p.run.opts.Config.Str("DEFAULT_STRATEGY"))
	if rd.err != nil {
		return nil, rd.err
	}
	debug := strings.HasSuffix(name, "debug")
	p.lockStep = strings.HasSuffix(name, "linear") || name == "mitogen" || debug
	p.debugging = debug || p.run.opts.Config.Bool("ENABLE_TASK_DEBUGGER")
	if given := p.p.Strategy; given != nil && (name == "" || rd.resolve("strategy", given) == nil) {
		return nil, &source.Error{Pos: posOf(given, p.p.Pos), Msg: "A strategy must have a name.", Exit: ExitUnexpected}
	}
	s, err := strategy.ByName(name)
	if err != nil {
		return nil, &source.Error{Pos: p.p.Pos, Msg: err.Error(), Exit: source.ExitGeneric}
	}
	return s, nil
}

// batchSizes reads serial: numbers and percentages of the play's hosts; the last one repeats.
func (p *play) batchSizes() ([]int, error) {
	rest := len(p.all)
	serial, err := p.serial()
	if err != nil || len(serial) == 0 {
		return []int{rest}, err
	}
	var sizes []int
	for i := 0; rest > 0; i++ {
		n, err := batchSize(serial[min(i, len(serial)-1)], len(p.all))
		if err != nil {
			return nil, &source.Error{Pos: p.p.Pos, Msg: err.Error(), Exit: ExitUnexpected}
		}
		if n <= 0 {
			n = rest
		}
		sizes, rest = append(sizes, n), rest-n
	}
	return sizes, nil
}

func (p *play) serial() ([]value.Value, error) {
	rd := reader{ctx: p.static()}
	v := rd.resolve("serial", value.NewList(p.p.Serial...))
	if rd.err != nil {
		return nil, rd.err
	}
	var list []value.Value
	for _, e := range v.(*value.List).Elems {
		if l, ok := e.(*value.List); ok && len(p.p.Serial) == 1 && p.p.Serial[0].Type() == "str" { // a template gave it
			list = append(list, l.Elems...)
		} else {
			list = append(list, e)
		}
	}
	return list, nil
}

// batchSize reads one entry of serial; a percentage rounds down to at least one host.
func batchSize(v value.Value, hosts int) (int, error) {
	if f, ok := v.(value.Float); ok {
		return int(f), nil
	}
	if b, ok := v.(value.Bool); ok {
		v = map[value.Bool]value.Value{true: value.Int(1), false: value.Int(0)}[b]
	}
	text := strings.TrimSpace(v.String())
	if pct, ok := strings.CutSuffix(text, "%"); ok {
		f, err := strconv.ParseFloat(pct, 64)
		if err != nil {
			return 0, fmt.Errorf("invalid value for serial: %s", text)
		}
		return max(1, int(math.Floor(f/100*float64(hosts)))), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("invalid value for serial: %s", text)
	}
	return n, nil
}

// forceHandlers tells whether hosts that failed still run the handlers they were notified of.
func (p *play) forceHandlers() bool {
	rd := reader{ctx: p.static()}
	return rd.bool("force_handlers", p.p.ForceHandlers, p.run.opts.ForceHandlers || p.run.opts.Config.Bool("DEFAULT_FORCE_HANDLERS"))
}
