package eval

import (
	"github.com/goplay/goplay/templating/value"
)

type macroDef struct {
	name     string
	params   []string
	slots    []int
	defaults []expr // of the last parameters
	fn       *function

	caller, varargs, kwargs             int // slots
	usesCaller, usesVarargs, usesKwargs bool
	isCaller                            bool // it is the body of a call block
}

// Macro is a macro with the variables around it.
type Macro struct {
	def   *macroDef
	frame *frame
}

// Type is Macro.
func (*Macro) Type() string { return "Macro" }

// Truth is true.
func (*Macro) Truth() bool { return true }

// String describes the macro.
func (m *Macro) String() string {
	if m.def.isCaller {
		return "<Macro anonymous>"
	}
	return "<Macro " + value.Repr(value.String(m.def.name)) + ">"
}

type (
	macroStmt struct {
		def    *macroDef
		target target
		pos    int
	}
	callStmt struct {
		def  *macroDef
		slot int
		call *callExpr
		pos  int
	}
)

func (s *macroStmt) exec(f *frame) (signal, error) {
	return sigNone, s.target.assign(f, &Macro{s.def, f})
}

func (s *callStmt) exec(f *frame) (signal, error) {
	f.slots[s.slot] = &Macro{s.def, f}
	v, err := s.call.eval(f)
	if err != nil {
		return sigNone, err
	}
	if err := f.out.insert(v); err != nil {
		return sigNone, f.out.fail(f.fail(err, s.pos))
	}
	return sigNone, nil
}

// call runs the macro with the variables of the template that defines it.
func (m *Macro) call(args []value.Value, kw *value.Dict) (value.Value, error) {
	s := m.frame.s
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	out := s.capturing()
	f := &frame{s: s, fn: m.def.fn, slots: make([]value.Value, m.def.fn.slots), outer: m.frame, out: out, block: m.frame.block}
	if err := m.bind(f, args, kw); err != nil {
		return nil, err
	}
	if err := runBody(f, m.def.fn.body); err != nil {
		return nil, err
	}
	return out.captured()
}

func (m *Macro) bind(f *frame, args []value.Value, kw *value.Dict) error {
	d := m.def
	n := min(len(args), len(d.params))
	for i := range n {
		f.slots[d.slots[i]] = args[i]
	}
	rest := value.NewDict(0)
	for k, v := range kw.Strings() {
		if !m.bindKeyword(f, k, v, n) {
			rest.Set(k, v)
		}
	}
	if err := m.bindRest(f, args[n:], rest); err != nil {
		return err
	}
	return m.fillDefaults(f)
}

func (m *Macro) bindKeyword(f *frame, key string, v value.Value, given int) bool {
	for i, p := range m.def.params {
		if p == key && i >= given {
			f.slots[m.def.slots[i]] = v
			return true
		}
	}
	return false
}

func (m *Macro) bindRest(f *frame, args []value.Value, kw *value.Dict) error {
	d := m.def
	caller, hasCaller := kw.Lookup("caller")
	if d.usesCaller && f.slots[d.caller] == nil {
		kw.Delete("caller")
		if !hasCaller {
			caller = &value.Undefined{Name: "caller", Msg: "No caller defined"}
		}
		f.slots[d.caller] = caller
	}
	switch {
	case d.usesKwargs:
		f.slots[d.kwargs] = kw
	case kw.Len() > 0 && hasCaller && !d.usesCaller:
		return value.TypeError("macro %s was invoked with two values for the special caller argument. This is most likely a bug.", repr(d.name))
	case kw.Len() > 0:
		for k := range kw.Strings() {
			return value.TypeError("macro %s takes no keyword argument %s", repr(d.name), repr(k))
		}
	}
	if d.usesVarargs {
		f.slots[d.varargs] = value.Tuple(args)
	} else if len(args) > 0 {
		return value.TypeError("macro %s takes not more than %d argument(s)", repr(d.name), len(d.params))
	}
	return nil
}

func repr(s string) string { return value.Repr(value.String(s)) }

func (m *Macro) fillDefaults(f *frame) error {
	d := m.def
	first := len(d.params) - len(d.defaults)
	for i, slot := range d.slots {
		if f.slots[slot] != nil {
			continue
		}
		if i < first {
			f.slots[slot] = &value.Undefined{Name: d.params[i], Msg: "parameter " + repr(d.params[i]) + " was not provided"}
			continue
		}
		v, err := d.defaults[i-first].eval(f)
		if err != nil {
			return err
		}
		f.slots[slot] = v
	}
	return nil
}

func (m *Macro) attr(_ *State, name string) (value.Value, bool, error) {
	d := m.def
	switch name {
	case "name":
		if d.isCaller {
			return value.None, true, nil
		}
		return value.String(d.name), true, nil
	case "arguments":
		t := make(value.Tuple, len(d.params))
		for i, p := range d.params {
			t[i] = value.String(p)
		}
		return t, true, nil
	case "caller":
		return value.Bool(d.usesCaller), true, nil
	case "catch_kwargs":
		return value.Bool(d.usesKwargs), true, nil
	case "catch_varargs":
		return value.Bool(d.usesVarargs), true, nil
	}
	return nil, false, nil
}
