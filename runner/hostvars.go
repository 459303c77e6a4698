package runner

import (
	"iter"

	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// hostVars is the variable hostvars: each host's variables, layered and templated when one is read. Nothing is copied.
type hostVars struct{ run *run }

var (
	_ value.Mapping  = hostVars{}
	_ value.Iterable = hostVars{}
	_ value.Mapping  = (*hostView)(nil)
	_ value.Iterable = (*hostView)(nil)
)

func (hostVars) Type() string     { return "HostVars" }
func (v hostVars) Truth() bool    { return v.Len() > 0 }
func (v hostVars) Len() int       { return len(v.run.inv.Hosts()) }
func (v hostVars) String() string { return value.Repr(v.dict()) }

// Missing is the message about a host that the inventory lacks.
func (hostVars) Missing(name string) string {
	return "hostvars[" + value.Repr(value.String(name)) + "]"
}

// Lookup gives a host's variables; the implicit localhost has some too, though it is not listed.
func (v hostVars) Lookup(name string) (value.Value, bool) {
	h := v.run.host(name)
	if h == nil {
		return nil, false
	}
	return v.run.view(h), true
}

// All gives every host of the inventory.
func (v hostVars) All() iter.Seq2[value.Value, value.Value] {
	return func(yield func(value.Value, value.Value) bool) {
		for _, h := range v.run.inv.Defined() {
			if !yield(value.String(h.Name), v.run.view(h)) {
				return
			}
		}
	}
}

// Elements gives the names of the hosts.
func (v hostVars) Elements() iter.Seq[value.Value] {
	return func(yield func(value.Value) bool) {
		for k := range v.All() {
			if !yield(k) {
				return
			}
		}
	}
}

func (v hostVars) dict() *value.Dict {
	d := value.NewDict(v.Len())
	d.Update(v)
	return d
}

// hostView is one host's variables as other hosts see them: without the play's and the task's.
type hostView struct {
	scope *vars.Scope
	ctx   *templating.Context
}

// view makes a host's variables. What is templated in it is remembered as long as the view is.
func (r *run) view(h *inventory.Host) *hostView {
	s := &vars.Scope{Trace: r.trace.of(h.Name), Merge: r.mergesDicts()}
	s.Add(vars.Magic, &hostMagic{run: r, host: newHost(h.Name, h)})
	s.Push(vars.ExtraVars, r.extra)
	s.Push(vars.SetFacts, r.learned(h.Name)...)
	s.Add(vars.Facts, r.injected(h.Name))
	s.Push(vars.Inventory, r.hostDict(h, nil))
	return &hostView{scope: s, ctx: r.engine.NewContext(s, r.env([]string{r.playbookDir}))}
}

func (*hostView) Type() string     { return "HostVarsVars" }
func (*hostView) Truth() bool      { return true }
func (v *hostView) String() string { return value.Repr(v.dict()) }

// Lookup gives a variable, templated with the host's own variables. hostvars itself, which would not end, and omit are not among them.
func (v *hostView) Lookup(name string) (value.Value, bool) {
	if name == "hostvars" || name == "omit" {
		return nil, false
	}
	got, ok, err := v.ctx.Variable(name)
	if err != nil {
		return &value.Undefined{Name: name, Msg: err.Error()}, true
	}
	return got, ok
}

// Len is the number of variables.
func (v *hostView) Len() int {
	n := 0
	for range v.scope.Names() {
		n++
	}
	return n
}

// All gives every variable.
func (v *hostView) All() iter.Seq2[value.Value, value.Value] {
	return func(yield func(value.Value, value.Value) bool) {
		for name := range v.scope.Names() {
			if got, ok := v.Lookup(name); ok && !yield(value.String(name), got) {
				return
			}
		}
	}
}

// Elements gives the names of the variables.
func (v *hostView) Elements() iter.Seq[value.Value] {
	return func(yield func(value.Value) bool) {
		for k := range v.All() {
			if !yield(k) {
				return
			}
		}
	}
}

func (v *hostView) dict() *value.Dict {
	d := &value.Dict{}
	d.Update(v)
	return d
}
