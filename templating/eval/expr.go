package eval

import (
	"github.com/goplay/goplay/templating/format"
	"github.com/goplay/goplay/templating/value"
)

// expr is a compiled expression.
type expr interface {
	eval(f *frame) (value.Value, error)
}

type (
	constExpr struct{ v value.Value }
	failExpr  struct {
		err error
		pos int
	}
	slotExpr  struct{ slot int }
	localExpr struct {
		slot      int
		name      string
		inContext bool // whether it is the context's while the slot is empty
		pos       int
	}
	nameExpr struct {
		refs      []ref
		name      string
		inContext bool
		pos       int
	}
	contextExpr struct {
		name string
		pos  int
	}
	resolvedContextExpr struct {
		name string
		pos  int
	}
	deepExpr struct{ x expr }
	listExpr struct{ items []expr }
	dictExpr struct {
		keys, values []expr
		pos          int
	}
	tupleExpr  struct{ items []expr }
	concatExpr struct {
		items []expr
		pos   int
	}
	condExpr struct {
		test, then, orelse expr
		pos                int
	}
	notExpr struct {
		x   expr
		pos int
	}
	negExpr struct {
		x   expr
		op  string
		pos int
	}
	logicExpr struct {
		l, r expr
		and  bool
		pos  int
	}
	binaryExpr struct {
		fn   func(a, b value.Value) (value.Value, error)
		op   string
		l, r expr
		pos  int
	}
	compareExpr struct {
		l   expr
		op  string
		r   expr
		pos int
	}
	chainExpr struct {
		first expr
		ops   []string
		rest  []expr
		pos   int
	}
)

func (e *constExpr) eval(*frame) (value.Value, error)  { return e.v, nil }
func (e *failExpr) eval(f *frame) (value.Value, error) { return nil, f.fail(e.err, e.pos) }
func (e *slotExpr) eval(f *frame) (value.Value, error) { return f.slots[e.slot], nil }

func (e *localExpr) eval(f *frame) (value.Value, error) {
	if v := f.slots[e.slot]; v != nil {
		return v, nil
	}
	return f.unset(e.name, e.inContext, e.pos)
}

func (e *nameExpr) eval(f *frame) (value.Value, error) {
	for _, r := range e.refs {
		fr := f
		for range r.depth {
			fr = fr.outer
		}
		if v := fr.slots[r.slot]; v != nil {
			return v, nil
		}
	}
	return f.unset(e.name, e.inContext, e.pos)
}

// unset gives a name that the template sets but has not set yet.
func (f *frame) unset(name string, inContext bool, pos int) (value.Value, error) {
	if inContext {
		return f.context(name, pos)
	}
	return undefinedName(name), nil
}

func (f *frame) context(name string, pos int) (value.Value, error) {
	v, err := f.s.Lookup(name)
	if err != nil {
		return nil, f.fail(err, pos)
	}
	return v, nil
}

func (e *contextExpr) eval(f *frame) (value.Value, error) { return f.context(e.name, e.pos) }

func (e *resolvedContextExpr) eval(f *frame) (value.Value, error) {
	v, err := f.s.lookupResolved(e.name)
	if err != nil {
		return nil, f.fail(err, e.pos)
	}
	return v, nil
}

func (e *deepExpr) eval(f *frame) (value.Value, error) {
	v, err := e.x.eval(f)
	if err != nil {
		return nil, err
	}
	return f.s.resolve(v)
}

func evalAll(f *frame, items []expr) ([]value.Value, error) {
	out := make([]value.Value, len(items))
	for i, item := range items {
		v, err := item.eval(f)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func (e *listExpr) eval(f *frame) (value.Value, error) {
	elems, err := evalAll(f, e.items)
	if err != nil {
		return nil, err
	}
	return &value.List{Elems: elems}, nil
}

func (e *tupleExpr) eval(f *frame) (value.Value, error) {
	elems, err := evalAll(f, e.items)
	if err != nil {
		return nil, err
	}
	return value.Tuple(elems), nil
}

func (e *dictExpr) eval(f *frame) (value.Value, error) {
	d := value.NewDict(len(e.keys))
	for i := range e.keys {
		k, err := e.keys[i].eval(f)
		if err != nil {
			return nil, err
		}
		if err := f.s.UseStrict(k); err != nil {
			return nil, f.fail(err, e.pos)
		}
		v, err := e.values[i].eval(f)
		if err != nil {
			return nil, err
		}
		if err := d.SetKey(k, v); err != nil {
			return nil, f.fail(err, e.pos)
		}
	}
	return d, nil
}

// UseStrict gives an error for an undefined value where every use of one is an error.
func (s *State) UseStrict(v value.Value) error {
	if u, ok := v.(*value.Undefined); ok && (s.strict() && !u.Silent || u.Err != nil) {
		return u.Raise()
	}
	return nil
}

func (e *concatExpr) eval(f *frame) (value.Value, error) {
	var buf []byte
	safe := false
	parts, err := evalAll(f, e.items)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if _, ok := p.(value.Markup); ok && f.s.Autoescape {
			safe = true
		}
	}
	for _, p := range parts {
		t, err := f.s.Text(p)
		if err != nil {
			return nil, f.fail(err, e.pos)
		}
		if _, ok := p.(value.Markup); safe && !ok {
			t = value.EscapeHTML(t)
		}
		buf = append(buf, t...)
	}
	f.s.used().made += len(buf)
	if f.s.used().made > maxMade {
		return nil, f.fail(errTooBig, e.pos)
	}
	if safe {
		return value.Markup(buf), nil
	}
	return value.String(buf), nil
}

func (e *condExpr) eval(f *frame) (value.Value, error) {
	t, err := e.test.eval(f)
	if err != nil {
		return nil, err
	}
	ok, err := f.truth(t, e.pos)
	if err != nil {
		return nil, err
	}
	if ok {
		return e.then.eval(f)
	}
	if e.orelse == nil {
		return &value.Undefined{Silent: f.s.Env.Ansible || f.s.Env.Undefined != Lenient, Kind: f.s.silentKind(), Msg: "the inline if-expression on line " + f.line(e.pos) +
			" evaluated to false and no else section was defined."}, nil
	}
	return e.orelse.eval(f)
}

func (f *frame) truth(v value.Value, pos int) (bool, error) {
	if t, ok := v.(*value.Template); ok {
		r, err := f.s.force(t)
		if err != nil {
			return false, f.fail(err, pos)
		}
		v = r
	}
	ok, err := f.s.Truth(v)
	if err != nil {
		return false, f.fail(err, pos)
	}
	return ok, nil
}

func (e *notExpr) eval(f *frame) (value.Value, error) {
	v, err := e.x.eval(f)
	if err != nil {
		return nil, err
	}
	ok, err := f.truth(v, e.pos)
	return value.Bool(!ok), err
}

func (e *logicExpr) eval(f *frame) (value.Value, error) {
	v, err := e.l.eval(f)
	if err != nil {
		return nil, err
	}
	ok, err := f.truth(v, e.pos)
	if err != nil {
		return nil, err
	}
	if ok == e.and {
		return e.r.eval(f)
	}
	return v, nil
}

func (e *negExpr) eval(f *frame) (value.Value, error) {
	v, err := e.x.eval(f)
	if err != nil {
		return nil, err
	}
	if err := f.s.Use(v); err != nil {
		return nil, f.fail(err, e.pos)
	}
	if e.op == "+" {
		v, err = positive(v)
	} else {
		v, err = negate(v)
	}
	if err != nil {
		return nil, f.fail(err, e.pos)
	}
	return v, nil
}

func (e *binaryExpr) eval(f *frame) (value.Value, error) {
	l, err := e.l.eval(f)
	if err != nil {
		return nil, err
	}
	r, err := e.r.eval(f)
	if err != nil {
		return nil, err
	}
	v, err := f.s.operate(e, l, r)
	if err == nil {
		err = f.s.made(v)
	}
	if err != nil {
		return nil, f.fail(err, e.pos)
	}
	return v, nil
}

func (s *State) operate(e *binaryExpr, l, r value.Value) (value.Value, error) {
	if err := s.Use(l); err != nil {
		return nil, err
	}
	if e.op == "%" && isText(l) {
		return s.Percent(l, r)
	}
	if err := s.Use(r); err != nil {
		return nil, err
	}
	return e.fn(l, r)
}

// silentKind is the kind of error of using the value of an inline if without else. In Ansible's language it is none of those that
// can be caught as undefined.
func (s *State) silentKind() string {
	if s.Env.Ansible {
		return "TemplateRuntimeError"
	}
	return ""
}

func isText(v value.Value) bool {
	_, ok := value.Text(v)
	return ok
}

// Percent is text % args. Only a conversion uses what is undefined.
func (s *State) Percent(text, args value.Value) (value.Value, error) {
	t, _ := value.Text(text)
	if _, safe := text.(value.Markup); safe {
		r, err := format.PercentBy(t, args, format.Texts{Str: s.Text, Escape: value.EscapeHTML})
		return value.Markup(r), err
	}
	r, err := format.PercentBy(t, args, format.Texts{Str: s.Text})
	return value.String(r), err
}

func (e *compareExpr) eval(f *frame) (value.Value, error) {
	l, err := e.l.eval(f)
	if err != nil {
		return nil, err
	}
	r, err := e.r.eval(f)
	if err != nil {
		return nil, err
	}
	ok, err := f.s.Compare(e.op, l, r)
	if err != nil {
		return nil, f.fail(err, e.pos)
	}
	return value.Bool(ok), nil
}

func (e *chainExpr) eval(f *frame) (value.Value, error) {
	l, err := e.first.eval(f)
	if err != nil {
		return nil, err
	}
	for i, op := range e.ops {
		r, err := e.rest[i].eval(f)
		if err != nil {
			return nil, err
		}
		ok, err := f.s.Compare(op, l, r)
		if err != nil {
			return nil, f.fail(err, e.pos)
		}
		if !ok {
			return value.Bool(false), nil
		}
		l = r
	}
	return value.Bool(true), nil
}

// equalUsing is a == b where what is undefined is an error if the comparison comes upon it.
func equalUsing(a, b value.Value) (bool, error) {
	for _, v := range [...]value.Value{a, b} {
		if u, ok := v.(*value.Undefined); ok {
			return false, u.Raise()
		}
	}
	switch x := a.(type) {
	case *value.List:
		if y, ok := b.(*value.List); ok {
			return equalElems(x.Elems, y.Elems)
		}
	case value.Tuple:
		if y, ok := b.(value.Tuple); ok {
			return equalElems(x, y)
		}
	case *value.Dict:
		if y, ok := b.(*value.Dict); ok {
			return equalDicts(x, y)
		}
	}
	return value.Equal(a, b), nil
}

func equalElems(a, b []value.Value) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if equal, err := equalUsing(a[i], b[i]); !equal || err != nil {
			return false, err
		}
	}
	return true, nil
}

func equalDicts(a, b *value.Dict) (bool, error) {
	if a.Len() != b.Len() {
		return false, nil
	}
	for k, v := range a.All() {
		w, ok, err := b.LookupKey(k)
		if err != nil || !ok {
			return false, err
		}
		if equal, err := equalUsing(v, w); !equal || err != nil {
			return false, err
		}
	}
	return true, nil
}

// Compare evaluates ==, !=, <, <=, >, >=, in and not in.
func (s *State) Compare(op string, l, r value.Value) (bool, error) {
	if op == "in" || op == "not in" {
		in, err := s.in(l, r)
		return in == (op == "in") && err == nil, err
	}
	if err := s.UseStrict(l); err != nil {
		return false, err
	}
	if err := s.UseStrict(r); err != nil {
		return false, err
	}
	switch op {
	case "==", "!=":
		if s.Env.Ansible && IsContainer(l) && (FindUndefined(l) != nil || FindUndefined(r) != nil) {
			equal, err := equalUsing(l, r)
			return equal == (op == "==") && err == nil, err
		}
		return value.Equal(l, r) == (op == "=="), nil
	}
	if err := s.Use(l); err != nil {
		return false, err
	}
	if err := s.Use(r); err != nil {
		return false, err
	}
	return value.Order(op, l, r)
}

// in is `v in container`. An undefined v is used only where the container comes to compare it.
func (s *State) in(v, container value.Value) (bool, error) {
	if err := s.UseStrict(container); err != nil {
		return false, err
	}
	if u, ok := v.(*value.Undefined); ok && s.Env.Ansible && isText(container) {
		return false, value.TypeError("'in <string>' requires string as left operand, not %s", MarkerType(u))
	}
	if _, mapping := container.(value.Mapping); mapping || s.holds(container) {
		if err := s.UseStrict(v); err != nil {
			return false, err
		}
	}
	return s.Contains(container, v)
}

// MarkerType is the reference's name of the type of an undefined value.
func MarkerType(u *value.Undefined) string {
	switch {
	case u.Silent:
		return "Undefined"
	case u.Err != nil:
		return "CapturedExceptionMarker"
	}
	return "UndefinedMarker"
}

// holds tells whether a value has elements that a search looks at.
func (s *State) holds(container value.Value) bool {
	if isText(container) {
		return false
	}
	elems, err := s.Elements(container)
	return err == nil && len(elems) > 0
}
