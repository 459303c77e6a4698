package eval

import (
	"github.com/goplay/goplay/templating/format"
	"github.com/goplay/goplay/templating/method"
	"github.com/goplay/goplay/templating/value"
)

// argList is the arguments of a call as compiled.
type argList struct {
	pos            []expr
	names          []string
	values         []expr
	star, starStar expr
}

func (a *argList) addKeyword(name string, x expr) {
	a.names = append(a.names, name)
	a.values = append(a.values, x)
}

func (a *argList) eval(f *frame) ([]value.Value, *value.Dict, error) {
	pos, err := evalAll(f, a.pos)
	if err != nil {
		return nil, nil, err
	}
	if a.star != nil {
		v, err := a.star.eval(f)
		if err != nil {
			return nil, nil, err
		}
		more, err := f.s.Elements(v)
		if err != nil {
			return nil, nil, err
		}
		pos = append(pos, more...)
	}
	if len(a.names) == 0 && a.starStar == nil {
		return pos, nil, nil
	}
	kw := value.NewDict(len(a.names))
	for i, n := range a.names {
		v, err := a.values[i].eval(f)
		if err != nil {
			return nil, nil, err
		}
		kw.Set(n, v)
	}
	return pos, kw, a.evalStarStar(f, kw)
}

func (a *argList) evalStarStar(f *frame, kw *value.Dict) error {
	if a.starStar == nil {
		return nil
	}
	v, err := a.starStar.eval(f)
	if err != nil {
		return err
	}
	if err := f.s.Use(v); err != nil {
		return err
	}
	m, ok := v.(value.Mapping)
	if !ok {
		return value.TypeError("argument after ** must be a mapping, not %s", v.Type())
	}
	kw.Update(m)
	return nil
}

// invocation is a filter or test with its arguments.
type invocation struct {
	fn    *Func
	in    expr
	args  argList
	pos   int
	kind  string
	plan  []int // the parameter of each argument, positional ones first; nil where only running can tell
	fixed bool  // whether plan was made
	// same are the arguments where they are the same each time: functions do not change them.
	same []value.Value
}

// prepare decides at compile time which argument goes to which parameter.
func (n *invocation) prepare() {
	p := &n.fn.Params
	if n.args.star != nil || n.args.starStar != nil || p.rest >= 0 || p.kwRest >= 0 || len(n.args.pos) > p.kwOnly {
		return
	}
	used := make([]bool, len(p.names))
	var plan []int
	for i := range n.args.pos {
		plan = append(plan, i)
		used[i] = true
	}
	for _, name := range n.args.names {
		i := p.index(name)
		if i < 0 || used[i] {
			return
		}
		used[i] = true
		plan = append(plan, i)
	}
	for i, ok := range used {
		if !ok && p.defaults[i] == nil {
			return
		}
	}
	n.plan, n.fixed = plan, true
	n.same = n.constants()
}

// constants gives the arguments of an invocation if all of them are constants, or nil.
func (n *invocation) constants() []value.Value {
	if len(n.fn.Params.names) == 0 {
		return nil
	}
	args := append([]value.Value(nil), n.fn.Params.defaults...)
	for i, x := range append(append([]expr(nil), n.args.pos...), n.args.values...) {
		c, ok := x.(*constExpr)
		if !ok {
			return nil
		}
		args[n.plan[i]] = c.v
	}
	return args
}

func (p *Params) index(name string) int {
	for i, n := range p.names {
		if n == name {
			return i
		}
	}
	return -1
}

func (n *invocation) run(f *frame) (value.Value, error) {
	in, err := n.in.eval(f)
	if err != nil {
		return nil, err
	}
	args, err := n.bind(f)
	if err != nil {
		if v, err := f.s.undefinedOr(err); err == nil {
			return v, nil
		}
		return nil, f.fail(f.s.pluginError(n.kind, n.fn, err), n.pos)
	}
	v, err := f.s.apply(n.kind, n.fn, in, args)
	if err != nil {
		return nil, f.fail(err, n.pos)
	}
	return v, nil
}

func (n *invocation) bind(f *frame) ([]value.Value, error) {
	if !n.fixed {
		pos, kw, err := n.args.eval(f)
		if err != nil {
			return nil, err
		}
		if u := firstUndefined(nil, pos); u != nil && u.Err == nil && f.s.Env.Ansible && !n.fn.Undef {
			return nil, u.Raise()
		}
		return n.fn.Params.bind(n.fn.Name, pos, kw)
	}
	if n.same != nil || len(n.fn.Params.names) == 0 {
		return n.same, nil
	}
	args := make([]value.Value, len(n.fn.Params.names))
	copy(args, n.fn.Params.defaults)
	for i, x := range n.args.pos {
		v, err := x.eval(f)
		if err != nil {
			return nil, err
		}
		args[n.plan[i]] = v
	}
	for i, x := range n.args.values {
		v, err := x.eval(f)
		if err != nil {
			return nil, err
		}
		args[n.plan[len(n.args.pos)+i]] = v
	}
	return args, nil
}

// apply runs a filter or test on bound arguments.
func (s *State) apply(kind string, fn *Func, in value.Value, args []value.Value) (value.Value, error) {
	if !fn.Undef && s.Env.Ansible {
		if u := firstUndefined(in, args); u != nil {
			return u, nil
		}
	}
	if text, ok := in.(value.String); ok && kind == "filter" && !fn.Keeps {
		in = text.Unsigned()
	}
	v, err := fn.Run(s, in, args)
	if err == nil {
		err = s.made(v)
	}
	if err != nil {
		return s.undefinedOr(s.pluginError(kind, fn, err))
	}
	if r, ok := v.(value.Range); ok && kind == "filter" && s.Env.Ansible { // of filters, ranges come as lists
		elems, err := rangeElements(r)
		return &value.List{Elems: elems}, err
	}
	if fn.Whole && s.Env.Ansible {
		if u := FindUndefined(v); u != nil {
			return u, nil
		}
	}
	return v, nil
}

// undefinedOr gives the undefined value whose use failed, in Ansible's language, or the failure: filters, tests and calls that come
// upon something undefined are undefined themselves.
func (s *State) undefinedOr(err error) (value.Value, error) {
	x, ok := err.(*value.Exception)
	if ok && s.Env.Ansible && x.Kind == "UndefinedError" && x.Undefined != nil {
		return x.Undefined, nil
	}
	return nil, err
}

// undefinedIn gives the first element of a list that is undefined, or the list.
func undefinedIn(l *value.List) value.Value {
	if u := firstUndefined(nil, l.Elems); u != nil {
		return u
	}
	return l
}

func kwUndefined(kw *value.Dict) *value.Undefined {
	for _, v := range kw.Strings() {
		if u, ok := v.(*value.Undefined); ok && !u.Silent {
			return u
		}
	}
	return nil
}

// firstUndefined gives the first undefined value of a filter's input and arguments. What an inline if without else gives is none that
// travels on.
func firstUndefined(in value.Value, args []value.Value) *value.Undefined {
	if u, ok := in.(*value.Undefined); ok && !u.Silent {
		return u
	}
	for _, a := range args {
		if u, ok := a.(*value.Undefined); ok && !u.Silent {
			return u
		}
	}
	return nil
}

// pluginError words a failure as Ansible does; being undefined stays that.
func (s *State) pluginError(kind string, fn *Func, err error) error {
	if !s.Env.Ansible {
		return err
	}
	switch x := err.(type) {
	case *value.Exception:
		if x.Kind == "UndefinedError" {
			return err
		}
	case *Error, *PluginError:
		return err
	}
	name := fn.Name
	if fn.Plugin != "" {
		name = fn.Plugin
	}
	return &PluginError{kind, name, err}
}

// Filter runs a filter by its name.
func (s *State) Filter(name string, in value.Value, args []value.Value, kw *value.Dict) (value.Value, error) {
	fn, ok := s.Env.Filter(name)
	if !ok {
		return nil, value.Errorf("TemplateRuntimeError", "No filter named %s.", value.Repr(value.String(name)))
	}
	return s.Apply("filter", fn, in, args, kw)
}

// Test runs a test by its name.
func (s *State) Test(name string, in value.Value, args []value.Value, kw *value.Dict) (bool, error) {
	fn, ok := s.Env.Test(name)
	if !ok {
		return false, value.Errorf("TemplateRuntimeError", "No test named %s.", value.Repr(value.String(name)))
	}
	v, err := s.Apply("test", fn, in, args, kw)
	if err != nil {
		return false, err
	}
	return s.Truth(v)
}

// Apply runs a filter or test on unbound arguments.
func (s *State) Apply(kind string, fn *Func, in value.Value, args []value.Value, kw *value.Dict) (value.Value, error) {
	bound, err := fn.Params.bind(fn.Name, args, kw)
	if err != nil {
		return nil, s.pluginError(kind, fn, err)
	}
	return s.apply(kind, fn, in, bound)
}

type (
	filterExpr struct{ invocation }
	testExpr   struct{ invocation }
	callExpr   struct {
		fn     expr   // or, for a method,
		recv   expr   // the object and
		method string // the name
		args   argList
		pos    int
	}
)

func (e *filterExpr) eval(f *frame) (value.Value, error) { return f.s.captured(e.run(f)) }
func (e *testExpr) eval(f *frame) (value.Value, error)   { return f.s.captured(e.run(f)) }

func (e *callExpr) eval(f *frame) (value.Value, error) {
	v, err := e.call(f)
	if err != nil {
		return f.s.captured(nil, f.fail(err, e.pos))
	}
	return v, nil
}

// captured makes a value of the failure of a filter, test or call, in Ansible's language: it fails when it is used.
func (s *State) captured(v value.Value, err error) (value.Value, error) {
	if err == nil || !s.Env.Ansible || undefinedOf(err) != nil || KindOf(err) == "MemoryError" {
		return v, err
	}
	return &value.Undefined{Msg: err.Error(), Err: err}, nil
}

func (e *callExpr) call(f *frame) (value.Value, error) {
	if e.recv != nil {
		return e.callMethod(f)
	}
	fn, err := e.fn.eval(f)
	if err != nil {
		return nil, err
	}
	pos, kw, err := e.args.eval(f)
	if err != nil {
		return nil, err
	}
	return f.s.callIn(f, fn, pos, kw)
}

func (e *callExpr) callMethod(f *frame) (value.Value, error) {
	recv, err := e.recv.eval(f)
	if err != nil {
		return nil, err
	}
	if u, ok := recv.(*value.Undefined); ok && !f.s.chains() {
		return nil, u.Raise()
	}
	pos, kw, err := e.args.eval(f)
	if err != nil {
		return nil, err
	}
	if u := firstUndefined(nil, pos); u != nil && f.s.Env.Ansible {
		return u, nil
	}
	if u := kwUndefined(kw); u != nil && f.s.Env.Ansible {
		return u, nil
	}
	if v := kw.Get("default"); v != nil && kw.Len() == 1 && len(pos) == 1 && e.method == "get" && f.s.Env.Ansible {
		pos, kw = append(pos, v), nil // most dicts of Ansible's are of a class of its own
	}
	if d, ok := recv.(*value.Dict); ok && e.method == "get" && kw == nil && len(pos) > 0 && len(pos) < 3 {
		return f.s.dictGet(d, pos)
	}
	if recv, err = f.s.resolve(recv); err != nil {
		return nil, err
	}
	if text, ok := recv.(value.String); ok {
		recv = text.Unsigned()
	}
	var get format.Getter = texts{f.s}
	if !f.s.Env.Ansible {
		get = fields{f.s}
	}
	if v, ok, err := method.CallWith(get, recv, e.method, pos, kw); ok {
		if view, isView := v.(*method.View); isView && f.s.Env.Ansible {
			return undefinedIn(view.List()), nil // Ansible makes lists of all that a method gives
		}
		if err == nil {
			err = f.s.made(v)
		}
		if err != nil {
			return f.s.undefinedOr(err)
		}
		return v, nil
	}
	fn, err := f.s.Attr(recv, e.method)
	if err != nil {
		return nil, err
	}
	return f.s.callIn(f, fn, pos, kw)
}

// texts reads what str.format asks for as Python does.
type texts struct{ s *State }

func (g texts) Attr(v value.Value, name string) (value.Value, error) {
	return method.Plain.Attr(v, name)
}

func (g texts) Item(v, key value.Value) (value.Value, error) { return method.Plain.Item(v, key) }
func (g texts) Text(v value.Value) (string, error)           { return g.s.Text(v) }
func (g texts) Sandboxed() bool                              { return false }

// fields reads what str.format asks for as plain Jinja2's sandbox does: what does not exist is undefined.
type fields struct{ s *State }

func (g fields) Attr(v value.Value, name string) (value.Value, error) {
	if name == "__class__" {
		return g.s.missing(v, name), nil
	}
	return g.s.Attr(v, name)
}

func (g fields) Sandboxed() bool { return true }

func (g fields) Item(v, key value.Value) (value.Value, error) { return g.s.Item(v, key) }
func (g fields) Text(v value.Value) (string, error)           { return g.s.Text(v) }

// dictGet is d.get(key, default) without evaluating the templates of other keys.
func (s *State) dictGet(d *value.Dict, args []value.Value) (value.Value, error) {
	v, ok, err := d.LookupKey(args[0])
	if err != nil {
		return nil, err
	}
	if ok {
		return s.resolve(v)
	}
	if len(args) == 2 {
		return args[1], nil
	}
	return value.None, nil
}

// Call calls a function, macro or method.
func (s *State) Call(fn value.Value, args []value.Value, kw *value.Dict) (value.Value, error) {
	return s.callIn(nil, fn, args, kw)
}

func (s *State) callIn(f *frame, fn value.Value, args []value.Value, kw *value.Dict) (value.Value, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	switch fn := fn.(type) {
	case *Func:
		return s.callFunc(fn, args, kw)
	case *Macro:
		return fn.call(args, kw)
	case *Loop:
		return fn.recurse(args)
	case stateCallable:
		return fn.callState(s, args, kw)
	case value.Callable:
		return fn.Call(args, kw)
	case *value.Undefined:
		if s.chains() && s.Env.Ansible {
			return fn, nil
		}
		return nil, fn.Raise()
	}
	return nil, value.TypeError("'%s' object is not callable", fn.Type())
}

type stateCallable interface {
	callState(s *State, args []value.Value, kw *value.Dict) (value.Value, error)
}

func (s *State) callFunc(fn *Func, args []value.Value, kw *value.Dict) (value.Value, error) {
	if u := firstUndefined(nil, args); u != nil && !fn.Undef && s.Env.Ansible {
		return u, nil
	}
	if u := kwUndefined(kw); u != nil && !fn.Undef && s.Env.Ansible {
		return u, nil
	}
	bound, err := fn.Params.bind(fn.Name, args, kw)
	if err != nil {
		return nil, err
	}
	v, err := fn.Run(s, nil, bound)
	if err != nil {
		return s.undefinedOr(err)
	}
	return v, nil
}
