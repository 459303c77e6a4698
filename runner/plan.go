package runner

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// taskPlan is what all hosts share of a task: made once, when the task is first reached.
type taskPlan struct {
	task   *playbook.Task
	id     int
	action modules.Action
	users  bool   // the action is one of users' plugins
	name   string // of the action as written, or as its template gives it
	fqcn   string // "ansible.builtin.copy"
	env    *templating.Env

	strong []*value.Dict // parameters of includes and roles, the strongest first
	own    []*value.Dict // vars of the task and its blocks
	role   []*value.Dict // vars of the role, its dependencies and parents
	weak   []*value.Dict // defaults of the role and those

	edits *value.Dict // variables that the user has set at the debugger's prompt, the strongest of all; nil before
}

// plan gives a task's plan.
func (p *play) plan(t *playbook.Task) *taskPlan {
	p.mu.Lock()
	defer p.mu.Unlock()
	if tp := p.plans[t]; tp != nil {
		return tp
	}
	tp := &taskPlan{task: t, id: int(p.run.tasks.Add(1))}
	p.run.setAction(tp, t.Action)
	tp.env = p.run.env(p.searchDirs(t))
	tp.layer()
	p.plans[t] = tp
	return tp
}

func (r *run) setAction(tp *taskPlan, name string) {
	tp.name, tp.fqcn = name, r.qualified(name, tp.task.Collections)
	written := name
	if strings.Contains(tp.fqcn, ".") && !strings.HasPrefix(tp.fqcn, "ansible.builtin.") {
		written = tp.fqcn
	}
	if tp.action, tp.users = r.registry.Users(written); !tp.users {
		tp.action = r.registry.Action(tp.fqcn)
	}
}

// qualified gives the full name of an action: a name without a collection is looked for in those that the collections keyword lists.
func (r *run) qualified(action string, collections []string) string {
	if !strings.Contains(action, ".") {
		for _, c := range collections {
			if name := c + "." + action; r.registry.Has(name) {
				return r.routed(name)
			}
		}
	}
	return r.routed(action)
}

// routed gives the full name to which an action's name leads. Where they lead nowhere the loader has said so.
func (r *run) routed(name string) string {
	if to, err := r.registry.Route(name); err == nil {
		return modules.Qualify(to.Name)
	}
	return modules.Qualify(name)
}

// forHosts gives the plan of a task for each of some hosts: the same for all but where a template names the action.
func (p *play) forHosts(tp *taskPlan, hosts []*hostState) ([]*taskPlan, error) {
	plans := slices.Repeat([]*taskPlan{tp}, len(hosts))
	if tp.task.ActionFrom == nil {
		return plans, nil
	}
	for i, h := range hosts {
		name, err := p.run.engine.NewContext(p.scope(h, tp), tp.env).Resolve(tp.task.ActionFrom)
		if err != nil {
			return nil, endsRun(err)
		}
		own := *tp
		p.run.setAction(&own, name.String())
		plans[i] = &own
	}
	return plans, nil
}

// event gives the description of a task as it is for a host whose action has another name.
func (tp *taskPlan) event(ev *event.Task) *event.Task {
	if ev.Action == tp.name {
		return ev
	}
	own := *ev
	own.Action = tp.name
	return &own
}

// layer sorts the task's own variables by strength. Those of an include are as strong for the include itself as for what it brings in.
func (tp *taskPlan) layer() {
	for _, d := range slices.Backward(tp.task.Vars) {
		tp.own = append(tp.own, d)
	}
	if tp.task.Include != nil && tp.task.OwnVars != nil {
		tp.strong = append(tp.strong, tp.task.OwnVars)
	}
	for _, d := range slices.Backward(tp.task.IncludeVars) {
		tp.strong = append(tp.strong, d)
	}
	if r := tp.task.Role; r != nil {
		tp.strong = append(tp.strong, r.Params)
		for _, parent := range r.Parents {
			tp.strong = append(tp.strong, parent.Params)
		}
		tp.role = roleLayers(r, roleVars, roleGiven)
		tp.weak = roleLayers(r, roleDefaults)
	}
}

// roleLayers lists a role's dicts: its own, then its dependencies', then those of the roles that depend on it, with others of theirs.
func roleLayers(r *playbook.Role, of func(*playbook.Role) *value.Dict, others ...func(*playbook.Role) *value.Dict) []*value.Dict {
	layers := []*value.Dict{of(r)}
	for _, dep := range slices.Backward(allDeps(r)) {
		layers = append(layers, of(dep))
	}
	for _, parent := range r.Parents {
		layers = append(layers, of(parent))
		for _, other := range others {
			layers = append(layers, other(parent))
		}
	}
	return layers
}

// exportedLayers is roleLayers for what the whole play sees: of roles that this one is part of, it sees the public ones.
func exportedLayers(r *playbook.Role, of func(*playbook.Role) *value.Dict) []*value.Dict {
	public := *r
	public.Parents = slices.DeleteFunc(slices.Clone(r.Parents), func(p *playbook.Role) bool { return !p.Public })
	return roleLayers(&public, of)
}

func roleVars(r *playbook.Role) *value.Dict     { return r.Vars }
func roleGiven(r *playbook.Role) *value.Dict    { return r.Given }
func roleDefaults(r *playbook.Role) *value.Dict { return r.Defaults }

// allDeps lists a role's dependencies in order of execution.
func allDeps(r *playbook.Role) []*playbook.Role {
	var list []*playbook.Role
	for _, d := range r.Deps {
		list = append(append(list, allDeps(d)...), d)
	}
	return list
}

// scope layers a host's variables for a task.
func (p *play) scope(h *hostState, tp *taskPlan) *vars.Scope {
	s := &vars.Scope{Layers: make([]vars.Layer, 0, 16), Trace: p.run.trace.of(h.name), Merge: p.run.mergesDicts()}
	s.Push(vars.Magic, tp.edits)
	magic := p.pushStrong(s, h, tp)
	s.Push(vars.SetFacts, p.run.learned(h.name)...)
	p.pushTask(s, tp)
	p.pushPlayLayers(s, h, tp)
	p.pushDefaults(s, tp)
	magic.knows(s)
	return s
}

// hostless layers the variables of a task that no host is concerned with.
func (p *play) hostless(tp *taskPlan) *vars.Scope {
	s := &vars.Scope{Merge: p.run.mergesDicts()}
	magic := p.pushStrong(s, nil, tp)
	p.pushTask(s, tp)
	p.pushOwn(s, p.all[0])
	p.pushDefaults(s, tp)
	magic.knows(s)
	return s
}

// pushStrong adds the variables that are stronger than what tasks set, and gives the magic ones.
func (p *play) pushStrong(s *vars.Scope, h *hostState, tp *taskPlan) *hostMagic {
	magic := &hostMagic{run: p.run, play: p, host: h, task: tp}
	s.Add(vars.Magic, magic)
	s.Push(vars.ExtraVars, p.run.extra)
	s.Push(vars.Params, tp.strong...)
	return magic
}

// pushTask adds the task's variables, and those of its role and of the roles that are public.
func (p *play) pushTask(s *vars.Scope, tp *taskPlan) {
	s.Push(vars.TaskVars, tp.own...)
	s.Push(vars.RoleVars, tp.role...)
	roleVars, _ := p.exported()
	s.Push(vars.RoleVars, roleVars...)
}

func (p *play) pushDefaults(s *vars.Scope, tp *taskPlan) {
	s.Push(vars.RoleDefaults, tp.weak...)
	_, roleDefaults := p.exported()
	s.Push(vars.RoleDefaults, roleDefaults...)
}

// exported gives the vars and defaults of roles that all tasks see. A host that runs ahead may include more of them meanwhile.
func (p *play) exported() (roleVars, roleDefaults []*value.Dict) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.roleVars, p.roleDefaults
}

// pushPlayLayers adds the play's variables, the facts and the inventory's.
func (p *play) pushPlayLayers(s *vars.Scope, h *hostState, tp *taskPlan) {
	p.pushOwn(s, h)
	s.Add(vars.Facts, p.run.injected(h.name))
	s.Push(vars.Inventory, p.run.hostDict(h.inventory(), tp))
}

// pushOwn adds the play's variables; its vars_files may depend on the host.
func (p *play) pushOwn(s *vars.Scope, h *hostState) {
	s.Push(vars.VarsFiles, p.varsFiles(h)...)
	s.Push(vars.VarsPrompt, p.prompted)
	s.Push(vars.PlayVars, p.playVars)
}

// searchDirs lists the folders where a task's files are looked up, most specific first: its role's and those of the roles that
// depend on it, the folder of its own file, the playbook's.
func (p *play) searchDirs(t *playbook.Task) []string {
	dirs := ownDirs(t)
	if d := p.run.playbookDir; d != "" && !slices.Contains(dirs, d) {
		dirs = append(dirs, d)
	}
	return dirs
}

// ownDirs are a task's folders without its playbook's.
func ownDirs(t *playbook.Task) (dirs []string) {
	add := func(d string) {
		if d != "" && !slices.Contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	if t.Role != nil {
		add(t.Role.Path)
		for _, parent := range t.Role.Parents {
			add(parent.Path)
		}
	}
	if t.Pos.IsWritten() {
		add(filepath.Dir(t.Pos.File))
	}
	return dirs
}

func (tp *taskPlan) roleName(full bool) value.Value {
	r := tp.task.Role
	if r == nil {
		return nil
	}
	if full {
		return value.String(r.Name)
	}
	return value.String(r.ShortName())
}

func (tp *taskPlan) rolePath() value.Value {
	if tp.task.Role == nil {
		return nil
	}
	return value.String(tp.task.Role.Path)
}

// parentRoles lists the roles whose includes brought the task's role in, nearest first, or their folders.
func (tp *taskPlan) parentRoles(paths bool) value.Value {
	l := &value.List{}
	for r := includer(tp.task.Role); r != nil; r = includer(r) {
		if paths {
			l.Append(value.String(r.Path))
		} else {
			l.Append(value.String(r.Name))
		}
	}
	if l.Len() == 0 {
		return nil
	}
	return l
}

// includer gives the role whose include brought a role in, by itself or as a dependency, or nil.
func includer(r *playbook.Role) *playbook.Role {
	switch {
	case r == nil:
		return nil
	case r.IncludedBy == nil && len(r.Parents) > 0:
		return includer(r.Parents[0])
	}
	return r.IncludedBy
}

// collection gives the namespace and name of the collection that the task's role is of.
func (tp *taskPlan) collection() value.Value {
	r := tp.task.Role
	if r == nil {
		return nil
	}
	return value.String(r.Collection)
}

// environment is what the keyword says for the task, outermost first.
func (tp *taskPlan) environment() value.Value { return value.NewList(tp.task.Environment...) }

func (tp *taskPlan) searchPath() value.Value { return strs(tp.env.SearchPaths) }
