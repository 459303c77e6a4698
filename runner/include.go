package runner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// inclusion is one file or role that an include brings in, with the hosts that it is for.
type inclusion struct {
	role    bool
	path    string      // absolute path of the file, or name of the role
	asked   value.Value // as the include names it
	include *playbook.Task
	label   string
	labeled value.Value // what label is the text of; nil: no loop
	key     string
	args    *value.Dict // as given, without the file
	extra   *value.Dict // the loop's variables; nil: no loop
	hosts   []*hostState
	nodes   []playbook.Node
}

// include runs an include_tasks or include_role: each host says what it includes, equal ones are loaded once and put into the
// hosts' plays in the order in which they were first asked for.
func (p *play) include(ctx context.Context, tp *taskPlan, hosts []*hostState) error {
	run, _, err := p.onlyOnce(tp, hosts)
	if err != nil {
		return err
	}
	ev := p.announce(tp, hosts[0])
	var found []*inclusion
	for _, h := range run {
		p.run.send(event.HostStart{Task: ev, Host: event.Host{Name: h.name}})
	}
	for _, h := range run {
		for _, i := range p.askedFor(ctx, tp, ev, h) {
			found = merge(found, i, h)
		}
	}
	if err := errors.Join(ctx.Err(), p.run.brokenErr()); err != nil {
		return err
	}
	lost := map[*hostState]bool{} // hosts that one of their includes has failed
	for _, i := range found {
		if p.load(tp, ev, i) {
			continue
		}
		if err := p.run.brokenErr(); err != nil {
			return err
		}
		for _, h := range i.hosts {
			lost[h] = true
		}
	}
	p.insert(found, lost)
	return p.run.brokenErr()
}

// askedFor gives what a host includes. Where the user says so at the debugger's prompt it is asked again.
func (p *play) askedFor(ctx context.Context, tp *taskPlan, ev *event.Task, h *hostState) []*inclusion {
	a := attempt{written: tp.task, tp: tp, ev: ev, h: h}
	for {
		list, r := p.inclusions(ctx, a.tp, ev, h)
		whole := r
		if r == nil {
			whole = (&result{dict: value.DictOf("changed", value.Bool(false), "failed", value.Bool(false))}).settle()
			p.run.send(event.IncludeResult{Task: ev, Host: event.Host{Name: h.name}, Result: includeResult(list)})
		} else {
			p.show(ev, h, r)
		}
		if p.debug(ctx, &a, whole) {
			continue
		}
		if r != nil {
			p.count(a.tp, h, r)
		}
		return list
	}
}

func (p *play) show(ev *event.Task, h *hostState, r *result) {
	p.run.send(event.Result{Task: ev, Host: event.Host{Name: h.name}, Status: r.status, Result: r.dict, Ignore: r.ignored, Causes: r.causes})
}

func (p *play) count(tp *taskPlan, h *hostState, r *result) {
	p.apply(tp, h, r)
	p.judge([]*hostState{h}, []*result{r})
}

// includeResult is what an include gives a host before its files are read.
func includeResult(list []*inclusion) *value.Dict {
	if len(list) == 1 && list[0].extra == nil {
		r := list[0].result()
		r.Set("changed", value.Bool(false))
		return r
	}
	results := &value.List{}
	for _, i := range list {
		r := i.result()
		r.Update(i.extra)
		if i.labeled != nil {
			r.Set("_ansible_item_label", i.labeled)
		}
		results.Append(r)
	}
	return value.DictOf("results", results, "msg", value.String("All items completed"), "changed", value.Bool(false))
}

// labeledVars are the loop's variables with the label that the include is shown by.
func (i *inclusion) labeledVars() *value.Dict {
	if i.extra == nil || i.labeled == nil {
		return i.extra
	}
	vars := i.extra.Clone()
	vars.Set("_ansible_item_label", i.labeled)
	return vars
}

func (i *inclusion) result() *value.Dict {
	if i.role {
		return value.DictOf("include_args", i.args)
	}
	return value.DictOf("include", i.asked, "include_args", i.args)
}

func merge(found []*inclusion, i *inclusion, h *hostState) []*inclusion {
	for _, have := range found {
		if have.key == i.key {
			for _, on := range have.hosts {
				if on == h { // the same file twice in one host's loop stays twice
					goto own
				}
			}
			have.hosts = append(have.hosts, h)
			return found
		}
	own:
	}
	i.hosts = []*hostState{h}
	return append(found, i)
}

// inclusions evaluates an include for one host: conditions, loop, names. A result is given where the include was skipped or failed.
func (p *play) inclusions(ctx context.Context, tp *taskPlan, ev *event.Task, h *hostState) ([]*inclusion, *result) {
	x := newExecution(p, tp, ev, h, p.run.send)
	items, err := x.items()
	switch {
	case err != nil && x.skippedAnyway():
		return nil, skippedResult(nil)
	case err != nil:
		return nil, x.done(x.failed(err))
	case items == nil:
		i, r := x.inclusion(x.vars, nil, "")
		if r != nil {
			return nil, x.done(r)
		}
		r = x.includes(x.vars)
		r.dict.Set("changed", value.Bool(false))
		p.remember(tp, h, r)
		return []*inclusion{i}, nil
	}
	return x.loopInclusions(items.Elems)
}

// includes is the result of an include, as it is registered.
func (x *execution) includes(vars *templating.Context) *result {
	d, args := &value.Dict{}, &value.Dict{}
	for k, v := range x.t.Args.Strings() {
		got, err := vars.Resolve(v)
		switch {
		case err != nil: // which has failed the include
		case !x.t.Include.Role && (k == "_raw_params" || k == "file"):
			d.Set("include", got)
		default:
			args.Set(k, got)
		}
	}
	d.Set("include_args", args)
	return (&result{dict: d}).settle()
}

func (x *execution) done(r *result) *result {
	x.finish(r)
	return r
}

func (x *execution) loopInclusions(items []value.Value) ([]*inclusion, *result) {
	names, err := x.loopNames()
	if err != nil {
		return nil, x.done(x.failed(err))
	}
	if len(items) > 0 {
		x.warnShadowed(names)
	}
	var list []*inclusion
	var results []*result
	for i, item := range items {
		extra := names.variables(items, i)
		vars := x.vars.With(extra)
		label := ""
		labeled, err := names.labelOf(vars, item)
		if err == nil && labeled.Truth() { // as in the reference, 0 is no label
			label = labeled.String()
		}
		inc, r := x.inclusion(vars, extra, label)
		if r == nil && !names.canLabel(vars, item) {
			r = x.includes(vars)
		}
		if r != nil {
			x.itemDone(names, vars, r, items, i)
			results = append(results, r)
			continue
		}
		inc.labeled = labeled
		list = append(list, inc)
		r = x.includes(vars)
		names.mark(r, vars, items, i)
		results = append(results, r)
	}
	if len(items) == 0 {
		return nil, x.loop(context.Background(), nil)
	}
	all := sumUp(results)
	if len(list) == 0 || all.status == event.Failed {
		return list, x.done(all)
	}
	x.p.remember(x.tp, x.h, all)
	return list, nil
}

// shownLabel is what an included file is told with: as in the reference, of an include whose no_log is a template no item is shown.
func (i *inclusion) shownLabel() string {
	if i.label != "" && writtenTrue(i.include.NoLog) {
		return secretLabel
	}
	return i.label
}

// canLabel tells whether there is something to show an item by.
func (n loopNames) canLabel(vars *templating.Context, item value.Value) bool {
	_, err := n.labelOf(vars, item)
	return err == nil
}

// inclusion evaluates one include, or one item of its loop.
func (x *execution) inclusion(vars *templating.Context, extra *value.Dict, label string) (*inclusion, *result) {
	ok, cond, err := x.conditions(vars, x.t.When)
	if err != nil {
		return nil, x.failed(source.At(x.t.Pos, "Task failed", err))
	}
	if !ok {
		return nil, skippedResult(cond)
	}
	if _, err := x.evaluated(vars); err != nil {
		return nil, x.failed(err)
	}
	if err := x.checkInclude(vars); err != nil {
		return nil, x.failed(err)
	}
	i := &inclusion{role: x.t.Include.Role, label: label, extra: extra, args: includeArgs(x.t, vars)}
	if i.path, i.asked, err = x.included(vars); err != nil {
		return nil, x.failed(err)
	}
	if i.include, err = x.frozenInclude(vars, extra); err != nil {
		return nil, x.failed(err)
	}
	i.key = i.path + "\x00" + frozenKey(i.include)
	return i, nil
}

// checkInclude refuses arguments of an include that cannot be evaluated, and options of an include_role that are no booleans.
func (x *execution) checkInclude(vars *templating.Context) error {
	inc := x.t.Include
	for k, v := range x.t.Args.Strings() {
		if _, err := vars.Finalize(v); err != nil {
			return x.argErrorAt(x.argName(k), x.argPos(k, v), err)
		}
	}
	if !inc.Role {
		return nil
	}
	rd := reader{ctx: vars}
	rd.bool("allow_duplicates", inc.AllowDuplicates, true)
	rd.bool("public", inc.Public, false)
	rd.bool("rolespec_validate", inc.RolespecValidate, true)
	return rd.err
}

// includeArgs are an include's arguments without the file.
func includeArgs(t *playbook.Task, vars *templating.Context) *value.Dict {
	args := &value.Dict{}
	for k, v := range t.Args.Strings() {
		if k == "_raw_params" || k == "file" {
			continue
		}
		if got, err := vars.Resolve(v); err == nil {
			v = got
		}
		args.Set(k, v)
	}
	return args
}

// included finds what is included: the absolute path of a file, or the name of a role.
func (x *execution) included(vars *templating.Context) (path string, asked value.Value, err error) {
	inc := x.t.Include
	name := inc.File
	if inc.Role {
		name = inc.Name
	}
	v, err := vars.Resolve(name)
	if err != nil {
		return "", nil, x.argError(x.nameArg(), name, err)
	}
	if inc.Role {
		return v.String(), v, nil
	}
	return x.findTasks(v.String()), v, nil
}

// nameArg is the argument that names what is included.
func (x *execution) nameArg() string {
	if !x.t.Include.Role {
		return "_raw_params" // whatever it was written as
	}
	if _, ok := x.t.Args.Lookup("role"); ok {
		return "role"
	}
	return "name"
}

// argName is the name that the reference knows an include's argument by: the file is the free text, whatever it was written as.
func (x *execution) argName(written string) string {
	if !x.t.Include.Role && written == "file" {
		return "_raw_params"
	}
	return written
}

// argPos is where an include's argument was written.
func (x *execution) argPos(name string, written value.Value) source.Pos {
	if name == "apply" && x.t.Include.ApplyPos.IsValid() {
		return x.t.Include.ApplyPos
	}
	return posOf(written, x.t.Pos)
}

// findTasks looks a task file up: beside the including file, in the tasks folders of the roles, in the playbook's folder. A file that
// is nowhere is sought beside the including one, that of an ad hoc task in its folder.
func (x *execution) findTasks(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	dirs, last := []string(nil), x.p.run.playbookDir
	if x.t.Pos.IsWritten() {
		last = filepath.Dir(x.t.Pos.File)
		dirs = append(dirs, last)
	}
	for _, d := range x.tp.env.SearchPaths {
		dirs = append(dirs, filepath.Join(d, "tasks"), d)
	}
	for _, d := range dirs {
		p := filepath.Join(d, name)
		if st, err := os.Stat(p); err == nil && !st.IsDir() {
			return p
		}
	}
	return filepath.Join(last, name)
}

// frozenInclude copies an include with its variables and names resolved as far as they depend on the loop's item, so that the
// included tasks see the item of their own turn.
func (x *execution) frozenInclude(vars *templating.Context, extra *value.Dict) (*playbook.Task, error) {
	t := *x.t
	own := &value.Dict{}
	if extra != nil {
		own.Update(extra)
	}
	if x.t.OwnVars != nil {
		for k, v := range x.t.OwnVars.Strings() {
			if extra != nil {
				got, err := vars.Resolve(v)
				if err != nil {
					return nil, err
				}
				v = got
			}
			own.Set(k, v)
		}
	}
	t.OwnVars = own
	inc := *x.t.Include
	for _, f := range []struct {
		name string
		v    *value.Value
	}{
		{"name", &inc.Name},
		{"tasks_from", &inc.TasksFrom},
		{"vars_from", &inc.VarsFrom},
		{"defaults_from", &inc.DefaultsFrom},
		{"handlers_from", &inc.HandlersFrom},
		{"public", &inc.Public},
		{"allow_duplicates", &inc.AllowDuplicates},
	} {
		if *f.v == nil {
			continue
		}
		got, err := vars.Resolve(*f.v)
		if err != nil {
			return nil, x.argError(f.name, *f.v, err)
		}
		*f.v = got
	}
	t.Include = &inc
	return &t, nil
}

func frozenKey(t *playbook.Task) string {
	key := ""
	for _, v := range []value.Value{t.OwnVars, t.Include.TasksFrom, t.Include.VarsFrom, t.Include.DefaultsFrom} {
		if v != nil {
			key += value.Repr(v)
		}
		key += "\x00"
	}
	return key
}

// load reads what is included and tells of it. A file that cannot be read fails its hosts.
func (p *play) load(tp *taskPlan, ev *event.Task, i *inclusion) bool {
	read := p.run.loader.IncludeTasks
	if i.role {
		read = p.run.loader.IncludeRole
	}
	in, err := read(i.path, i.include)
	switch {
	case err != nil && ExitOf(err) == ExitParser: // what is written wrong ends the run, what is not there fails the hosts
		p.run.fatal(err)
		return false
	case err != nil:
		p.includeFailed(tp, ev, i, err)
		return false
	}
	i.nodes = in.Nodes
	p.join(in)
	p.run.send(event.Included{Task: ev, Path: i.path, Hosts: names(i.hosts), Label: i.shownLabel(), Role: i.role, Vars: i.labeledVars(), Args: i.args})
	for _, h := range i.hosts {
		p.run.stats.ok(h.name)
		h.ranTaskOf(tp.task.Role)
	}
	return true
}

// includeFailed fails the hosts of an include whose file or role cannot be found. What cannot be parsed ends the run.
func (p *play) includeFailed(tp *taskPlan, ev *event.Task, i *inclusion, err error) {
	if ExitOf(err) != source.ExitGeneric {
		p.run.fatal(err)
		return
	}
	d := value.DictOf("failed", value.Bool(true), "changed", value.Bool(false), "reason", value.String(err.Error()))
	if !i.role {
		if strings.HasPrefix(err.Error(), "Unable to retrieve file contents") {
			err = said("Could not find or access '%s' on the Ansible Controller: %s", i.path, err.Error())
			d.Set("reason", value.String(err.Error()))
		}
		d.Set("include", i.asked)
	}
	p.run.problem(err)
	r := (&result{dict: d}).settle()
	for _, h := range i.hosts {
		if i.label == "" { // as in the reference, an item's failure is told on stderr only
			p.show(ev, h, r)
		}
		p.failUnread(tp, h)
	}
}

// failUnread fails a host for an include that could not be read. As in the reference it counts as failed even if it is rescued, and the
// rescue part does not know what failed.
func (p *play) failUnread(tp *taskPlan, h *hostState) {
	p.run.stats.failure(h.name, false)
	if !h.fall() {
		p.leave(h, failed)
		p.fell(h)
	}
	p.judge([]*hostState{h}, []*result{{status: event.Failed, fatal: p.run.fatalForAll(tp.task) && !writtenTrue(tp.task.IgnoreErrors)}})
}

// join makes what is included part of the play: the handlers of its roles join the play's, and the variables of the public ones, too.
func (p *play) join(in playbook.Included) {
	roles := in.Imported
	if in.Role != nil {
		roles = append(slices.Clip(roles), in.Role)
	}
	for _, role := range roles {
		p.addRoleHandlers(role)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, role := range roles {
		p.included = append(slices.Clip(p.included), role)
		if role.Public {
			p.roleVars = append(exportedLayers(role, roleVars), p.roleVars...)
			p.roleDefaults = append(exportedLayers(role, roleDefaults), p.roleDefaults...)
		}
	}
}

// insert puts the lists into the hosts' plays; the first one comes first.
func (p *play) insert(found []*inclusion, lost map[*hostState]bool) {
	lists := map[*hostState][]included{}
	for n, i := range found {
		for _, h := range i.hosts {
			if !lost[h] && !h.cur.over() { // a host whose play an item has ended brings in nothing
				lists[h] = append(lists[h], included{i.nodes, n})
			}
		}
	}
	for h, list := range lists {
		h.cur.include(list...)
	}
}
