package eval

import (
	"github.com/goplay/goplay/templating/value"
)

// signal tells how a statement ended.
type signal uint8

const (
	sigNone signal = iota
	sigBreak
	sigContinue
)

type stmt interface {
	exec(f *frame) (signal, error)
}

func execAll(f *frame, body []stmt) (signal, error) {
	for _, s := range body {
		sig, err := s.exec(f)
		if err != nil || sig != sigNone {
			return sig, err
		}
	}
	return sigNone, nil
}

type (
	textStmt struct {
		text string
		v    value.Value // the same, boxed once
	}
	printStmt struct {
		x   expr
		pos int
	}
	ifStmt struct {
		test         expr
		body, orelse []stmt
		pos          int
	}
	setStmt struct {
		target target
		x      expr
		pos    int
	}
	setBlockStmt struct {
		body   []stmt
		slot   int
		filter expr // or nil
		target target
		pos    int
	}
	filterStmt struct {
		body   []stmt
		slot   int
		filter expr
		pos    int
	}
	withStmt struct {
		targets []target
		values  []expr
		body    []stmt
		pos     int
	}
	autoescapeStmt struct {
		on   expr
		body []stmt
		pos  int
	}
	doStmt struct {
		x   expr
		pos int
	}
	jumpStmt  signal
	debugStmt struct{}
)

func (s *textStmt) exec(f *frame) (signal, error) {
	if f.out.joining {
		return sigNone, f.out.appendString(s.text)
	}
	if f.out.native && !f.out.discard {
		return sigNone, f.out.keep(s.v)
	}
	return sigNone, f.out.text(s.text)
}

func (s *printStmt) exec(f *frame) (signal, error) {
	v, err := s.x.eval(f)
	if err != nil {
		v, err = f.s.mended(err)
	}
	if err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	if err := f.out.print(v); err != nil {
		return sigNone, f.out.fail(f.fail(err, s.pos))
	}
	return sigNone, nil
}

func (s *ifStmt) exec(f *frame) (signal, error) {
	v, err := s.test.eval(f)
	if err != nil {
		return sigNone, err
	}
	ok, err := f.truth(v, s.pos)
	if err != nil {
		return sigNone, err
	}
	if ok {
		return execAll(f, s.body)
	}
	return execAll(f, s.orelse)
}

func (s *setStmt) exec(f *frame) (signal, error) {
	if t, ok := s.target.(*attrTarget); ok {
		if _, err := t.namespace(f); err != nil {
			return sigNone, f.fail(err, s.pos)
		}
	}
	v, err := s.x.eval(f)
	if err != nil {
		return sigNone, err
	}
	if v, err = f.s.force(v); err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	if err := s.target.assign(f, v); err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	return sigNone, nil
}

// capture runs a body and gives what it prints.
func capture(f *frame, body []stmt) (value.Value, error) {
	saved := f.out
	f.out = saved.fork()
	_, err := execAll(f, body)
	out := f.out
	f.out = saved
	if err != nil {
		return nil, err
	}
	return out.captured()
}

func (s *setBlockStmt) exec(f *frame) (signal, error) {
	v, err := capture(f, s.body)
	if err != nil {
		return sigNone, err
	}
	if s.filter != nil {
		f.slots[s.slot] = v
		if v, err = s.filter.eval(f); err != nil {
			return sigNone, err
		}
	}
	return sigNone, s.target.assign(f, v)
}

func (s *filterStmt) exec(f *frame) (signal, error) {
	v, err := capture(f, s.body)
	if err != nil {
		return sigNone, err
	}
	f.slots[s.slot] = v
	if v, err = s.filter.eval(f); err != nil {
		return sigNone, err
	}
	if err := f.out.insert(v); err != nil {
		return sigNone, f.out.fail(f.fail(err, s.pos))
	}
	return sigNone, nil
}

func (s *withStmt) exec(f *frame) (signal, error) {
	values, err := evalAll(f, s.values)
	if err != nil {
		return sigNone, err
	}
	for i, t := range s.targets {
		if err := t.assign(f, values[i]); err != nil {
			return sigNone, f.fail(err, s.pos)
		}
	}
	return execAll(f, s.body)
}

func (s *autoescapeStmt) exec(f *frame) (signal, error) {
	v, err := s.on.eval(f)
	if err != nil {
		return sigNone, err
	}
	saved := f.s.Autoescape
	f.s.Autoescape = v.Truth()
	sig, err := execAll(f, s.body)
	f.s.Autoescape = saved
	return sig, err
}

func (s *doStmt) exec(f *frame) (signal, error) {
	_, err := s.x.eval(f)
	return sigNone, err
}

func (s jumpStmt) exec(*frame) (signal, error) { return signal(s), nil }

func (s *debugStmt) exec(f *frame) (signal, error) {
	d := value.NewDict(0)
	for n := range f.s.Host.Names() {
		if v, ok, err := f.s.Host.GetResolved(n); ok && err == nil {
			d.Set(n, v)
		}
	}
	return sigNone, f.out.text("{'context': " + d.String() + "}")
}

// target is what a statement assigns to.
type target interface {
	assign(f *frame, v value.Value) error
}

type (
	nameTarget struct {
		slot   int
		name   string
		export bool // a top-level name: blocks, includes and importers see it
	}
	tupleTarget struct{ items []target }
	attrTarget  struct {
		x    expr
		name string
	}
)

func (t *nameTarget) assign(f *frame, v value.Value) error {
	f.slots[t.slot] = v
	if t.export {
		if f.s.exported == nil {
			f.s.exported = map[string]value.Value{}
		}
		f.s.exported[t.name] = v
	}
	return nil
}

func (t *tupleTarget) assign(f *frame, v value.Value) error {
	if err := f.s.Use(v); err != nil {
		return err
	}
	elems, err := f.s.Elements(v)
	if err != nil {
		return value.TypeError("cannot unpack non-iterable %s object", v.Type())
	}
	switch {
	case len(elems) < len(t.items):
		return value.ValueError("not enough values to unpack (expected %d, got %d)", len(t.items), len(elems))
	case len(elems) > len(t.items):
		return value.ValueError("too many values to unpack (expected %d)", len(t.items))
	}
	for i, item := range t.items {
		e, err := f.s.force(elems[i])
		if err != nil {
			return err
		}
		if err := item.assign(f, e); err != nil {
			return err
		}
	}
	return nil
}

// namespace gives the object whose attribute is set.
func (t *attrTarget) namespace(f *frame) (*Namespace, error) {
	x, err := t.x.eval(f)
	if err != nil {
		return nil, err
	}
	ns, ok := x.(*Namespace)
	if !ok {
		return nil, value.Errorf("TemplateRuntimeError", "cannot assign attribute on non-namespace object")
	}
	return ns, nil
}

func (t *attrTarget) assign(f *frame, v value.Value) error {
	ns, err := t.namespace(f)
	if err != nil {
		return err
	}
	if v, err = f.s.resolve(v); err != nil {
		return err
	}
	ns.attrs.Set(t.name, v)
	return nil
}
