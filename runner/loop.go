package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/value"
)

// items gives what the task loops over, or nil for a task without a loop.
func (x *execution) items() (*value.List, error) {
	if x.t.Loop == nil {
		return nil, nil
	}
	read := x.vars.Resolve
	if x.findsFirst() {
		read = x.defined
	}
	v, err := read(x.t.Loop)
	var undefined *templating.UndefinedError
	switch {
	case errors.As(err, &undefined):
		return nil, source.At(x.t.Pos, "Task failed", atLoop(x.t.LoopPos, err))
	case err != nil:
		return nil, x.plain(atLoop(x.t.LoopPos, err))
	}
	if x.t.LoopWith != "" {
		return x.lookupItems(v)
	}
	switch v := v.(type) {
	case *value.List:
		return v, nil
	case value.Tuple:
		return value.NewList(v...), nil
	}
	return nil, x.plain(&source.Error{
		Pos: x.t.LoopPos, Msg: fmt.Sprintf("The `loop` value must resolve to a 'list', not '%s'.", v.Type()),
		Hint: "Provide a list of items/templates, or a template resolving to a list.",
	})
}

func (x *execution) findsFirst() bool { return playbook.BaseName(x.t.LoopWith) == "first_found" }

// folder is where first_found looks for files of the task: its action's name tells.
func (x *execution) folder() string {
	switch {
	case strings.Contains(x.t.Action, "template"):
		return "templates"
	case strings.Contains(x.t.Action, "var"):
		return "vars"
	}
	return "files"
}

// defined resolves a value without what is undefined in it: first_found goes on with the next name.
func (x *execution) defined(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.Template:
		got, err := x.vars.Evaluate(v)
		if isUndefined(got, err) {
			if of, ok := x.variableOf(v); ok {
				return x.defined(of)
			}
		}
		if err != nil {
			return nil, err
		}
		if _, same := got.(*value.Template); same {
			return got, nil
		}
		return x.defined(got)
	case *value.List:
		return x.definedList(v)
	case *value.Dict:
		return x.definedDict(v)
	}
	return v, nil
}

// variableOf gives the variable that a template is nothing but the name of, as it was written.
func (x *execution) variableOf(t *value.Template) (value.Value, bool) {
	name, begins := strings.CutPrefix(strings.TrimSpace(t.Text), "{{")
	name, ends := strings.CutSuffix(name, "}}")
	if !begins || !ends {
		return nil, false
	}
	return x.vars.Written(strings.TrimSpace(name))
}

func (x *execution) definedList(l *value.List) (value.Value, error) {
	kept := value.NewList()
	for _, e := range l.Elems {
		switch got, err := x.defined(e); {
		case isUndefined(got, err):
		case err != nil:
			return nil, err
		default:
			kept.Append(got)
		}
	}
	return kept, nil
}

func (x *execution) definedDict(d *value.Dict) (value.Value, error) {
	kept := value.NewDict(d.Len())
	for k, e := range d.Strings() {
		switch got, err := x.defined(e); {
		case isUndefined(got, err):
		case err != nil:
			return nil, err
		default:
			kept.Set(k, got)
		}
	}
	return kept, nil
}

func isUndefined(v value.Value, err error) bool {
	var undefined *templating.UndefinedError
	_, is := v.(*value.Undefined)
	return is || errors.As(err, &undefined)
}

// lookupItems runs the lookup of a with_ loop; its terms are a list, or one thing that becomes one.
func (x *execution) lookupItems(v value.Value) (*value.List, error) {
	terms := []value.Value{v}
	if l, ok := v.(*value.List); ok {
		terms = l.Elems
	}
	opts := &value.Dict{}
	if x.findsFirst() {
		opts.Set(lookup.Folder, value.String(x.folder()))
	}
	items, err := x.vars.Lookup(x.t.LoopWith, terms, opts)
	var undefined *templating.UndefinedError
	switch {
	case errors.As(err, &undefined):
		return nil, source.At(x.t.Pos, "Task failed", atLoop(x.t.LoopPos, err))
	case err != nil:
		return nil, x.plain(source.New(source.Unwritten("invoke_lookup()"), err.Error()))
	}
	for _, item := range items.Elems {
		if u, ok := item.(*value.Undefined); ok {
			return nil, source.At(x.t.Pos, "Task failed", source.New(source.Unwritten("invoke_lookup()"), u.Msg))
		}
	}
	return items, nil
}

// atLoop gives an error without a place of its own the place of the loop.
func atLoop(pos source.Pos, err error) error {
	var at *source.Error
	if errors.As(err, &at) {
		return err
	}
	return source.At(pos, err.Error(), nil)
}

// loopNames are the variables that a loop sets.
type loopNames struct {
	item, index             string
	label                   value.Value
	pause                   time.Duration
	extended, extendedItems bool
	breakWhen               []playbook.Condition
}

func (x *execution) loopNames() (loopNames, error) {
	rd := reader{ctx: x.vars}
	lc := x.t.Control
	if err := checkLoopVar(&rd, lc.LoopVar); err != nil {
		return loopNames{}, x.plain(err)
	}
	n := loopNames{
		item: rd.str("loop_var", lc.LoopVar, "item"), index: rd.str("index_var", lc.IndexVar, ""), label: lc.Label,
		extended: rd.bool("extended", lc.Extended, false), extendedItems: rd.bool("extended_allitems", lc.ExtendedAllItems, true),
		pause: time.Duration(rd.float("pause", lc.Pause, 0) * float64(time.Second)), breakWhen: lc.BreakWhen,
	}
	return n, x.plain(rd.err)
}

// checkLoopVar refuses a loop_var that can be no variable's name.
func checkLoopVar(rd *reader, name value.Value) error {
	if name == nil {
		return nil
	}
	v := asWritten(name)
	pos := posOf(name, source.Pos{})
	if t, ok := name.(*value.Template); !ok || templating.IsTemplate(t.Text) {
		got, err := rd.ctx.Resolve(name)
		if err != nil {
			return nil // which is told when it is read
		}
		v = got
	}
	if v != value.None && v.Type() != "str" {
		v = value.String(v.String())
		pos = source.Unwritten(v.String())
	}
	return playbook.CheckName(v, pos)
}

// loop runs the task for each item and sums up.
func (x *execution) loop(ctx context.Context, items []value.Value) *result {
	if len(items) == 0 {
		d := value.DictOf("changed", value.Bool(false), "results", value.NewList(), "skipped", value.Bool(true),
			"skipped_reason", value.String("No items in the list"))
		return (&result{dict: d}).settle()
	}
	names, err := x.loopNames()
	if err != nil {
		return x.failed(err)
	}
	x.warnShadowed(names)
	if x.mayRunAhead(names, len(items)) {
		return sumUp(x.loopAhead(ctx, names, items))
	}
	all := []*result{}
	learned := &value.Dict{}
	for i := range items {
		x.doneItems = all
		if i > 0 && names.pause > 0 && !sleep(ctx, names.pause) {
			break
		}
		extra := learned.Clone()
		extra.Update(names.variables(items, i))
		vars := x.vars.With(extra)
		r := x.once(ctx, vars)
		x.itemDone(names, vars, r, items, i)
		all = append(all, r)
		if facts, ok := r.dict.Get("ansible_facts").(*value.Dict); ok && r.factsTo == "" {
			learned.Update(facts) // the next items have them
		}
		if x.t.Projections != nil {
			got, _ := projected(vars, x.t.Projections, taskVariable(r, all)) // what fails here may not when all items are done
			learned.Update(got)
		}
		end, err := x.breaks(names, vars, r)
		if err != nil {
			return x.failed(err)
		}
		if end || ctx.Err() != nil {
			break
		}
	}
	return sumUp(all)
}

// warnShadowed tells of a loop variable that hides another variable, once for each place that names it.
func (x *execution) warnShadowed(n loopNames) {
	if x.vars.Has(n.item) {
		x.p.run.advise(fmt.Sprintf("The loop variable '%s' is already in use.", n.item), "You should set the `loop_var` value in the `loop_control` "+
			"option for the task to something else to avoid variable collisions and unexpected behavior.",
			posOf(x.t.Control.LoopVar, source.Unwritten(n.item)))
	}
}

// breaks tells whether the loop ends after an item.
func (x *execution) breaks(n loopNames, vars *templating.Context, r *result) (bool, error) {
	if n.breakWhen == nil {
		return false, nil
	}
	ok, _, err := x.conditions(x.withResult(vars, r), n.breakWhen)
	return ok, x.plain(err)
}

// variables gives what one turn of the loop adds to the scope.
func (n loopNames) variables(items []value.Value, i int) *value.Dict {
	d := value.DictOf(n.item, items[i], "ansible_loop_var", value.String(n.item))
	if n.index != "" {
		d.Set(n.index, value.Int(i))
		d.Set("ansible_index_var", value.String(n.index))
	}
	if n.extended {
		d.Set("ansible_loop", n.extendedVars(items, i))
	}
	return d
}

func (n loopNames) extendedVars(items []value.Value, i int) *value.Dict {
	last := len(items) - 1
	d := value.DictOf("index", value.Int(i+1), "index0", value.Int(i), "first", value.Bool(i == 0), "last", value.Bool(i == last),
		"length", value.Int(len(items)), "revindex", value.Int(last-i+1), "revindex0", value.Int(last-i))
	if n.extendedItems {
		d.Set("allitems", value.NewList(items...))
	}
	if i < last {
		d.Set("nextitem", items[i+1])
	}
	if i > 0 {
		d.Set("previtem", items[i-1])
	}
	return d
}

// mark makes a result one of an item. An item that is a view of variables is kept as it is now.
func (n loopNames) mark(r *result, vars *templating.Context, items []value.Value, i int) {
	for k, v := range n.variables(items, i).Strings() {
		r.dict.Set(k, v)
	}
	if kept, err := vars.Finalize(r.dict.Get(n.item)); err == nil {
		r.dict.Set(n.item, kept)
	}
}

// itemDone marks an item's result as one and tells of it.
func (x *execution) itemDone(n loopNames, vars *templating.Context, r *result, items []value.Value, i int) {
	n.mark(r, vars, items, i)
	if x.unclearSecret(vars) {
		r.dict.Set("_ansible_no_log", value.Bool(true))
	}
	label, ok := x.label(n, vars, r.dict.Get(n.item), r)
	if !ok {
		r.settle()
	}
	if r.dict.Get("failed") == nil && r.status != event.Skipped && r.status != event.Unreachable {
		r.dict.Set("failed", value.Bool(r.status == event.Failed))
	}
	ignore := r.status == event.Failed && x.ignores(vars)
	x.emit(event.ItemResult{
		Task: x.ev, Host: event.Host{Name: x.h.name, Delegate: r.delegate}, Status: r.status, Label: label,
		Result: r.dict, Ignore: ignore, Causes: r.causes,
	})
}

// unclearSecret tells whether it cannot be found out that an item may be shown.
func (x *execution) unclearSecret(vars *templating.Context) bool {
	if x.t.NoLog == nil {
		return false
	}
	rd := reader{ctx: vars}
	rd.bool("no_log", x.t.NoLog, false)
	return rd.err != nil
}

// secretLabel stands for an item that must not be shown.
const secretLabel = "(censored due to no_log)"

// label is what is shown of an item. Where it cannot be evaluated, the item has failed, and is shown itself.
func (x *execution) label(n loopNames, vars *templating.Context, item value.Value, r *result) (label string, ok bool) {
	if isTrue(r.dict, "_ansible_no_log") || x.ev.NoLog {
		return secretLabel, true
	}
	v, err := n.labelOf(vars, item)
	if err != nil {
		r.dict.Set("failed", value.Bool(true))
		r.dict.Set("msg", value.String("Failed to template loop_control.label: "+err.Error()))
		if x.tp.fqcn == "ansible.builtin.debug" {
			return "None", false // as in the reference, which shows nothing but the message of a debug task
		}
		return r.dict.Get(n.item).String(), false
	}
	if n.label != nil {
		r.dict.Set("_ansible_item_label", v)
	}
	return v.String(), true
}

// labelOf gives what stands for an item: the label, or itself.
func (n loopNames) labelOf(vars *templating.Context, item value.Value) (value.Value, error) {
	if n.label == nil {
		return item, nil
	}
	return vars.Resolve(n.label)
}

// gatherTold adds the warnings and deprecations of an item to those of its loop, and gives the item's result without them.
func gatherTold(told, item *value.Dict) *value.Dict {
	for _, key := range []string{"warnings", "deprecations"} {
		list, ok := item.Get(key).(*value.List)
		if !ok {
			continue
		}
		for _, v := range list.Elems {
			appendList(told, key, v)
		}
		item = item.Clone() // the item has been told of as it was
		item.Delete(key)
	}
	if help, ok := item.Get(warningHelp).(*value.Dict); ok {
		all, _ := told.Get(warningHelp).(*value.Dict)
		if all == nil {
			all = &value.Dict{}
		}
		all.Update(help)
		told.Set(warningHelp, all)
	}
	return item
}

// sumUp makes the result of a loop of its items' results.
func sumUp(items []*result) *result {
	list := &value.List{}
	sum := &result{items: items}
	changed, failed, skipped := false, false, true
	lost := false
	told := &value.Dict{}
	for _, r := range items {
		r.dict = gatherTold(told, r.dict)
		list.Append(r.dict)
		changed = changed || r.changed()
		failed = failed || r.status == event.Failed
		skipped = skipped && isTrue(r.dict, "skipped")
		lost = lost || r.status == event.Unreachable
		sum.delegate = r.delegate
	}
	d := value.DictOf("changed", value.Bool(changed), "results", list)
	d.Update(told)
	d.Set("skipped", value.Bool(skipped))
	if lost {
		d.Set("unreachable", value.Bool(true))
	}
	if failed {
		d.Set("failed", value.Bool(true))
	}
	switch {
	case skipped:
		d.Set("msg", value.String("All items skipped"))
	case failed:
		d.Set("msg", value.String("One or more items failed"))
	default:
		d.Set("msg", value.String("All items completed"))
	}
	sum.dict = d
	return sum.settle()
}
