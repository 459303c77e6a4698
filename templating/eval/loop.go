package eval

import (
	"github.com/goplay/goplay/templating/value"
)

type forStmt struct {
	iter         expr
	target       target
	cond         expr // or nil
	body, orelse []stmt
	loopSlot     int
	hasLoop      bool // whether something may read the variable loop
	// The slots from firstSlot to before lastSlot belong to the body: every round begins with them unset.
	firstSlot, lastSlot int
	fn                  *function // of a recursive loop
	pos                 int
}

// Loop is the variable `loop`.
type Loop struct {
	stmt  *forStmt
	frame *frame
	elems []value.Value
	i     int
	depth int
	seen  value.Value // what changed() was asked last
}

// Type is LoopContext.
func (*Loop) Type() string { return "LoopContext" }

// Truth is true.
func (*Loop) Truth() bool { return true }

// String tells where the loop is.
func (l *Loop) String() string {
	return "<LoopContext " + value.Int(l.i+1).String() + "/" + value.Int(len(l.elems)).String() + ">"
}

func (s *forStmt) exec(f *frame) (signal, error) {
	v, err := s.iter.eval(f)
	if err != nil {
		return sigNone, err
	}
	if s.fn != nil {
		return sigNone, s.recursive(f, v, 0, f.out)
	}
	return s.run(f, v, 0)
}

func (s *forStmt) recursive(f *frame, v value.Value, depth int, out *output) error {
	if err := f.s.enter(); err != nil {
		return f.fail(err, s.pos)
	}
	defer f.s.leave()
	_, err := s.run(f.call(s.fn, out), v, depth)
	return err
}

func (s *forStmt) run(f *frame, v value.Value, depth int) (signal, error) {
	elems, err := f.s.Elements(v)
	if err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	if s.cond != nil {
		if elems, err = s.filter(f, elems); err != nil {
			return sigNone, err
		}
	}
	if len(elems) == 0 {
		return execAll(f, s.orelse)
	}
	var loop *Loop
	if s.hasLoop {
		loop = &Loop{stmt: s, frame: f, elems: elems, depth: depth}
	}
	whole := false // whether any round came to its end: as in Jinja2, one that break or continue cuts short is none for the else
	for i, e := range elems {
		if loop != nil {
			loop.i = i
		}
		sig, err := s.round(f, loop, e)
		if err != nil {
			return sigNone, err
		}
		if sig == sigBreak {
			break
		}
		whole = whole || sig == sigNone
	}
	clear(f.slots[s.firstSlot:s.lastSlot])
	if !whole {
		return execAll(f, s.orelse)
	}
	return sigNone, nil
}

func (s *forStmt) round(f *frame, loop *Loop, e value.Value) (signal, error) {
	if err := f.s.step(); err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	clear(f.slots[s.firstSlot:s.lastSlot])
	if loop != nil {
		f.slots[s.loopSlot] = loop
	}
	if err := s.bind(f, e); err != nil {
		return sigNone, err
	}
	return execAll(f, s.body)
}

func (s *forStmt) bind(f *frame, e value.Value) error {
	e, err := f.s.force(e)
	if err == nil {
		err = s.target.assign(f, e)
	}
	if err != nil {
		return f.fail(err, s.pos)
	}
	return nil
}

// filter gives the elements for which the loop's `if` holds.
func (s *forStmt) filter(f *frame, elems []value.Value) ([]value.Value, error) {
	kept := make([]value.Value, 0, len(elems))
	for _, e := range elems {
		if err := f.s.step(); err != nil {
			return nil, f.fail(err, s.pos)
		}
		clear(f.slots[s.firstSlot:s.lastSlot])
		if err := s.bind(f, e); err != nil {
			return nil, err
		}
		v, err := s.cond.eval(f)
		if err != nil {
			return nil, err
		}
		ok, err := f.truth(v, s.pos)
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, e)
		}
	}
	return kept, nil
}

// recurse is loop(children).
func (l *Loop) recurse(args []value.Value) (value.Value, error) {
	if l.stmt.fn == nil {
		return nil, value.TypeError("The loop must have the 'recursive' marker to be called recursively.")
	}
	if len(args) != 1 {
		return nil, value.TypeError("loop() takes 1 positional argument but %d were given", len(args))
	}
	out := l.frame.out.fork()
	if err := l.stmt.recursive(l.frame.outer, args[0], l.depth+1, out); err != nil {
		return nil, err
	}
	return out.captured()
}

func (l *Loop) attr(s *State, name string) (value.Value, bool, error) {
	n := len(l.elems)
	switch name {
	case "index":
		return value.Int(l.i + 1), true, nil
	case "index0":
		return value.Int(l.i), true, nil
	case "revindex":
		return value.Int(n - l.i), true, nil
	case "revindex0":
		return value.Int(n - l.i - 1), true, nil
	case "first":
		return value.Bool(l.i == 0), true, nil
	case "last":
		return value.Bool(l.i == n-1), true, nil
	case "length":
		return value.Int(n), true, nil
	case "depth":
		return value.Int(l.depth + 1), true, nil
	case "depth0":
		return value.Int(l.depth), true, nil
	case "previtem":
		return l.neighbour(s, l.i-1, "there is no previous item")
	case "nextitem":
		return l.neighbour(s, l.i+1, "there is no next item")
	case "cycle":
		return boundFunc{"cycle", l.cycle}, true, nil
	case "changed":
		return boundFunc{"changed", l.changed}, true, nil
	}
	return nil, false, nil
}

func (l *Loop) neighbour(s *State, i int, msg string) (value.Value, bool, error) {
	if i < 0 || i >= len(l.elems) {
		return &value.Undefined{Msg: msg}, true, nil
	}
	v, err := s.force(l.elems[i])
	return v, true, err
}

func (l *Loop) cycle(_ *State, args []value.Value, _ *value.Dict) (value.Value, error) {
	if len(args) == 0 {
		return nil, value.TypeError("no items for cycling given")
	}
	return args[l.i%len(args)], nil
}

func (l *Loop) changed(_ *State, args []value.Value, _ *value.Dict) (value.Value, error) {
	now := value.Tuple(args)
	if l.seen != nil && value.Equal(l.seen, now) {
		return value.Bool(false), nil
	}
	l.seen = now
	return value.Bool(true), nil
}

// boundFunc is a method of one of this package's own types.
type boundFunc struct {
	name string
	fn   func(s *State, args []value.Value, kw *value.Dict) (value.Value, error)
}

func (boundFunc) Type() string     { return "method" }
func (boundFunc) Truth() bool      { return true }
func (b boundFunc) String() string { return "<bound method " + b.name + ">" }

func (b boundFunc) callState(s *State, args []value.Value, kw *value.Dict) (value.Value, error) {
	return b.fn(s, args, kw)
}
