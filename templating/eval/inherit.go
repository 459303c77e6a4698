package eval

import (
	"errors"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

type (
	blockStmt struct {
		name             string
		scoped, required bool
		visible          map[string][]ref
		pos              int
	}
	extendsStmt struct {
		template expr
		pos      int
	}
	includeStmt struct {
		template      expr
		ignoreMissing bool
		without       bool
		visible       map[string][]ref
		pos           int
	}
	importStmt struct {
		template    expr
		withContext bool
		visible     map[string][]ref
		target      target
		pos         int
	}
	fromImportStmt struct {
		template    expr
		withContext bool
		visible     map[string][]ref
		names       []string
		targets     []target
		pos         int
	}
	superExpr struct{}
	selfExpr  struct{}
)

func (s *blockStmt) exec(f *frame) (signal, error) {
	if f.parent != nil {
		return sigNone, nil
	}
	if s.required && len(f.s.blocks[s.name]) <= 1 {
		return sigNone, f.fail(value.Errorf("TemplateRuntimeError", "Required block %s not found", repr(s.name)), s.pos)
	}
	if s.scoped {
		f.s.scoped = &overlay{f.locals(s.visible), f.s.scoped}
		defer func() { f.s.scoped = f.s.scoped.under }()
	}
	err := f.s.runBlock(s.name, 0, f.out)
	if err != nil {
		err = f.fail(err, s.pos)
	}
	return sigNone, err
}

// runBlock runs a block as the template that is depth steps up the line of inheritance defines it.
func (s *State) runBlock(name string, depth int, out *output) error {
	chain := s.blocks[name]
	if depth >= len(chain) {
		return value.Errorf("UndefinedError", "there is no parent block called %s.", repr(name))
	}
	fn := chain[depth]
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	f := &frame{s: s, fn: fn, slots: make([]value.Value, fn.slots), out: out, block: blockRef{name, depth}}
	return runBody(f, fn.body)
}

// locals gives the local variables that are visible at a place.
func (f *frame) locals(visible map[string][]ref) map[string]value.Value {
	vars := map[string]value.Value{}
	for name, refs := range visible {
		for _, r := range refs {
			fr := f
			for range r.depth {
				fr = fr.outer
			}
			if v := fr.slots[r.slot]; v != nil {
				vars[name] = v
				break
			}
		}
	}
	return vars
}

func (s *extendsStmt) exec(f *frame) (signal, error) {
	if f.parent != nil {
		return sigNone, f.fail(value.Errorf("TemplateRuntimeError", "extended multiple times"), s.pos)
	}
	p, err := s.load(f)
	if err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	if err := f.s.enter(); err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	f.parent = p
	f.s.addBlocks(p)
	f.out = &output{s: f.s, discard: true}
	return sigNone, nil
}

func (s *extendsStmt) load(f *frame) (*Program, error) {
	v, err := s.template.eval(f)
	if err != nil {
		return nil, err
	}
	return f.loadOne(v)
}

func (f *frame) loadOne(v value.Value) (*Program, error) {
	if err := f.s.Use(v); err != nil {
		return nil, err
	}
	name, ok := value.Text(v)
	if !ok {
		return nil, value.TypeError("expected a template name, got '%s'", v.Type())
	}
	p, err := f.s.Host.Load(name, f.fn.prog.name)
	if errors.Is(err, ErrNotFound) {
		return nil, value.Errorf("TemplateNotFound", "%s", name)
	}
	return p, err
}

// load gives the first template that exists of a name or list of names; nil where none does and that is allowed.
func (f *frame) load(x expr, ignoreMissing bool) (*Program, error) {
	v, err := x.eval(f)
	if err != nil {
		return nil, err
	}
	_, isText := value.Text(v)
	_, undefined := v.(*value.Undefined)
	if isText || undefined {
		p, err := f.loadOne(v)
		if ignoreMissing && KindOf(err) == "TemplateNotFound" {
			return nil, nil
		}
		return p, err
	}
	names, err := f.s.Elements(v)
	if err != nil {
		return nil, err
	}
	var tried []string
	for _, n := range names {
		p, err := f.loadOne(n)
		if err == nil || KindOf(err) != "TemplateNotFound" {
			return p, err
		}
		tried = append(tried, n.String())
	}
	if ignoreMissing {
		return nil, nil
	}
	if len(tried) == 0 {
		return nil, value.Errorf("TemplatesNotFound", "Tried to select from an empty list of templates.")
	}
	return nil, value.Errorf("TemplatesNotFound", "none of the templates given were found: %s", strings.Join(tried, ", "))
}

func (s *includeStmt) exec(f *frame) (signal, error) {
	p, err := f.load(s.template, s.ignoreMissing)
	if err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	if p == nil {
		return sigNone, nil
	}
	sub := f.substate(!s.without, s.visible)
	if err := sub.enter(); err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	out := f.out
	saved := out.s
	out.s = sub
	err = p.run(sub, out)
	out.s = saved
	return sigNone, err
}

// substate makes the state of an included or imported template.
func (f *frame) substate(withContext bool, visible map[string][]ref) *State {
	sub := &State{Env: f.s.Env, Host: f.s.Host, Autoescape: f.s.Env.Autoescape, depth: f.s.depth, copying: f.s.copying}
	sub.shared = f.s.used()
	if !withContext {
		sub.Host = noHost{f.s.Host}
		return sub
	}
	sub.overlay = f.s.overlay
	if len(f.s.exported) > 0 {
		exported := make(map[string]value.Value, len(f.s.exported))
		for k, v := range f.s.exported {
			exported[k] = v
		}
		sub.overlay = &overlay{exported, sub.overlay}
	}
	if locals := f.locals(visible); len(locals) > 0 {
		sub.overlay = &overlay{locals, sub.overlay}
	}
	return sub
}

// noHost hides the variables: what is imported without context sees only globals.
type noHost struct{ Host }

func (noHost) Get(string) (value.Value, bool, error)         { return nil, false, nil }
func (noHost) GetResolved(string) (value.Value, bool, error) { return nil, false, nil }

// Module is an imported template: its top-level names.
type Module struct {
	name  string
	names map[string]value.Value
	text  value.Value
}

// Type is TemplateModule.
func (*Module) Type() string { return "TemplateModule" }

// Truth is true.
func (*Module) Truth() bool { return true }

// String is what the template printed.
func (m *Module) String() string { return m.text.String() }

func (m *Module) attr(_ *State, name string) (value.Value, bool, error) {
	v, ok := m.names[name]
	return v, ok && !strings.HasPrefix(name, "_"), nil
}

func (f *frame) module(template expr, withContext bool, visible map[string][]ref) (*Module, error) {
	v, err := template.eval(f)
	if err != nil {
		return nil, err
	}
	p, err := f.loadOne(v)
	if err != nil {
		return nil, err
	}
	sub := f.substate(withContext, visible)
	if err := sub.enter(); err != nil {
		return nil, err
	}
	out := sub.capturing()
	if err := p.run(sub, out); err != nil {
		return nil, err
	}
	text, err := out.captured()
	return &Module{p.name, sub.exported, text}, err
}

func (s *importStmt) exec(f *frame) (signal, error) {
	m, err := f.module(s.template, s.withContext, s.visible)
	if err == nil {
		err = s.target.assign(f, m)
	}
	if err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	return sigNone, nil
}

func (s *fromImportStmt) exec(f *frame) (signal, error) {
	m, err := f.module(s.template, s.withContext, s.visible)
	if err != nil {
		return sigNone, f.fail(err, s.pos)
	}
	for i, n := range s.names {
		v, ok := m.names[n]
		if !ok {
			msg := "the template " + repr(m.name) + " (imported on line " + f.line(s.pos) + ") does not export the requested name " + repr(n)
			v = &value.Undefined{Name: n, Msg: msg, Shown: "undefined value printed: " + msg}
		}
		if err := s.targets[i].assign(f, v); err != nil {
			return sigNone, f.fail(err, s.pos)
		}
	}
	return sigNone, nil
}

// blockValue is a block as super() and self.name() call it.
type blockValue struct {
	s     *State
	name  string
	depth int
}

func (*blockValue) Type() string     { return "BlockReference" }
func (*blockValue) Truth() bool      { return true }
func (b *blockValue) String() string { return "<BlockReference " + b.name + ">" }

func (b *blockValue) callState(_ *State, _ []value.Value, _ *value.Dict) (value.Value, error) {
	out := b.s.capturing()
	out.pieces = true
	if err := b.s.runBlock(b.name, b.depth, out); err != nil {
		return nil, err
	}
	if err := out.allText(); err != nil {
		return nil, err
	}
	if b.s.Env.Native && len(out.all) == 0 {
		return value.String(""), nil
	}
	return out.captured()
}

func (b *blockValue) attr(s *State, name string) (value.Value, bool, error) {
	if name == "super" {
		return s.super(b.name, b.depth), true, nil
	}
	return nil, false, nil
}

func (s *State) super(name string, depth int) value.Value {
	if depth+1 >= len(s.blocks[name]) {
		return &value.Undefined{Name: "super", Msg: "there is no parent block called " + repr(name) + "."}
	}
	return &blockValue{s, name, depth + 1}
}

func (*superExpr) eval(f *frame) (value.Value, error) {
	return f.s.super(f.block.name, f.block.depth), nil
}

func (*selfExpr) eval(f *frame) (value.Value, error) { return &selfValue{f.s}, nil }

// selfValue is the variable `self`: the blocks by name.
type selfValue struct{ s *State }

func (*selfValue) Type() string   { return "TemplateReference" }
func (*selfValue) Truth() bool    { return true }
func (*selfValue) String() string { return "<TemplateReference None>" }

func (v *selfValue) attr(_ *State, name string) (value.Value, bool, error) {
	if _, ok := v.s.blocks[name]; !ok {
		return nil, false, nil
	}
	return &blockValue{v.s, name, 0}, true, nil
}

// Inner gives the host whose variables are hidden.
func (h noHost) Inner() Host { return h.Host }
