package runner

import (
	"iter"
	"strings"

	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating/value"
)

// object is what a name of the debugger's prompt stands for: its attributes are looked up, it is shown by its repr.
type object struct {
	kind, repr string
	attributes *value.Dict
}

var _ value.Mapping = (*object)(nil)

// Type is the name of the class.
func (o *object) Type() string { return o.kind }

// Truth is true, as of every object.
func (*object) Truth() bool { return true }

func (o *object) String() string { return o.repr }

// Lookup gives an attribute.
func (o *object) Lookup(name string) (value.Value, bool) { return o.attributes.Lookup(name) }

// Len is 0: an object is no container.
func (*object) Len() int { return 0 }

// All gives nothing: an object is no container.
func (*object) All() iter.Seq2[value.Value, value.Value] {
	return func(func(value.Value, value.Value) bool) {}
}

// task is the task as it is now.
func (d *debugger) task() *object {
	t := d.a.tp.task
	attributes := value.DictOf("args", data(d.args), "action", value.String(t.Action), "name", value.String(d.taskName()))
	attributes.Update(taskKeywords(t))
	return &object{kind: "Task", repr: d.a.name, attributes: attributes}
}

// taskName is the task's name without what kind of task it is.
func (d *debugger) taskName() string {
	_, name, _ := strings.Cut(d.a.name, ": ")
	return name
}

func ownVars(t *playbook.Task) value.Value {
	if t.OwnVars == nil {
		return &value.Dict{}
	}
	return data(t.OwnVars)
}

func conditionTexts(list []playbook.Condition) *value.List {
	l := &value.List{}
	for _, c := range list {
		l.Append(asWritten(c.Expr))
	}
	return l
}

func (d *debugger) host() *object {
	h := d.a.h
	return &object{kind: "Host", repr: h.name, attributes: value.DictOf(
		"name", value.String(h.name), "groups", strs(h.inventory().GroupNames()))}
}

// result is the result that the debugger was started for. Its content has the name of the documentation and the one of today.
func (d *debugger) result() *object {
	return &object{kind: "_RawTaskResult", repr: "<result of " + d.a.name + " on " + d.a.h.name + ">", attributes: value.DictOf(
		"_result", d.r.dict, "_return_data", d.r.dict, "task_name", value.String(d.taskName()), "_host", d.host(), "_task", d.task())}
}

// taskVars gives all variables of the task as they were written.
func (d *debugger) taskVars() value.Mapping {
	return rawVars{varsView{d.p.scope(d.a.h, d.changed().tp)}}
}

// rawVars shows templates as text. Of hostvars and vars, which hold all others again, nothing is shown that was not asked for.
type rawVars struct{ varsView }

var _ value.Mapping = rawVars{}

// Lookup gives a variable.
func (v rawVars) Lookup(name string) (value.Value, bool) {
	got, ok := v.varsView.Lookup(name)
	return data(got), ok
}

// All gives every variable.
func (v rawVars) All() iter.Seq2[value.Value, value.Value] {
	return func(yield func(value.Value, value.Value) bool) {
		for k, got := range v.varsView.All() {
			if name := k.String(); name == "hostvars" || name == "omit" {
				continue
			}
			if !yield(k, data(got)) {
				return
			}
		}
	}
}

// data copies a value as text that is never a template.
func data(v value.Value) value.Value {
	switch v := v.(type) {
	case *value.Template:
		return value.String(v.Text)
	case *value.List:
		l := &value.List{Elems: make([]value.Value, len(v.Elems))}
		for i, e := range v.Elems {
			l.Elems[i] = data(e)
		}
		return l
	case *value.Dict:
		d := value.NewDict(v.Len())
		for k, e := range v.All() {
			_ = d.SetKey(k, data(e)) // it was a key
		}
		return d
	}
	return v
}
