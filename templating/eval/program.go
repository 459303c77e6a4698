package eval

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

// Program is a compiled template or expression. It is safe for concurrent use.
type Program struct {
	env     *Environment
	renewed int64 // as often as env had been when the program was compiled
	name    string
	source  string
	root    *function
	blocks  map[string]*function
	// lone is the expression of a program that is nothing but one {{ }} or a bare expression.
	lone    expr
	lonePos int
	// extends tells of an extends statement at the top level, behind which text is not printed.
	mutates bool
	// size is how long the last output was, so that the next one's buffer fits.
	size *atomic.Int64
}

// function is a body with a frame of its own: a template, block, macro or recursive loop.
type function struct {
	prog  *Program
	name  string
	slots int
	body  []stmt
}

// frame holds the local variables of one run of a function.
type frame struct {
	s     *State
	fn    *function
	slots []value.Value
	outer *frame // of the function that encloses this one, for macros and recursive loops
	out   *output

	parent *Program // what the template extends
	block  blockRef
}

type blockRef struct {
	name  string
	depth int
}

func (f *frame) call(fn *function, out *output) *frame {
	return &frame{s: f.s, fn: fn, slots: make([]value.Value, fn.slots), outer: f, out: out, block: f.block}
}

// named gives the program under another name.
func (p *Program) named(name string) *Program {
	c := *p
	c.name = name
	return &c
}

// evaluation is what one run of a program needs, made at once.
type evaluation struct {
	state State
	out   output
	root  frame
	slots [8]value.Value
}

func (p *Program) start(h Host) *evaluation {
	e := &evaluation{state: p.state(h)}
	e.out.s = &e.state
	return e
}

func (p *Program) state(h Host) State {
	return State{Env: p.env, Host: h, Autoescape: p.env.Autoescape, copying: p.mutates}
}

// expression is what one run of a program that is one expression needs.
type expression struct {
	state State
	root  frame
}

// expressions are as evaluations.
var expressions = sync.Pool{New: func() any { return &expression{} }}

func (p *Program) expression(h Host, mend func(error) (value.Value, error)) (value.Value, error) {
	e := expressions.Get().(*expression)
	e.state.Env, e.state.Host, e.state.Autoescape, e.state.copying, e.state.mend = p.env, h, p.env.Autoescape, p.mutates, mend
	e.root.s, e.root.fn = &e.state, p.root
	if p.root.slots > 0 {
		e.root.slots = make([]value.Value, p.root.slots)
	}
	v, err := p.loneValue(&e.state, &e.root)
	if p.env.Ansible {
		*e = expression{}
		expressions.Put(e)
	}
	return v, err
}

// evaluations are those that are over. Nothing of one is in the value that it gave in Ansible's language: that is fit for storage.
var evaluations = sync.Pool{New: func() any { return &evaluation{} }}

// maxSpare is how large a buffer may be that is kept for the next evaluation.
const maxSpare = 64 << 10

func (e *evaluation) release() {
	buf := e.out.buf
	*e = evaluation{}
	if cap(buf) <= maxSpare {
		e.out.buf = buf[:0]
	}
	evaluations.Put(e)
}

// frame gives the frame of the program's own body.
func (e *evaluation) frame(fn *function) *frame {
	e.root.s, e.root.fn, e.root.out = &e.state, fn, &e.out
	if fn.slots <= len(e.slots) {
		e.root.slots = e.slots[:fn.slots]
	} else {
		e.root.slots = make([]value.Value, fn.slots)
	}
	return &e.root
}

// Value evaluates the program and gives its native value: a lone expression keeps its type, everything else is text. In Ansible's
// language the value is ready for storage: free of undefined values, templates and lazy types.
func (p *Program) Value(h Host) (value.Value, error) { return p.ValueEnding(h, 0, "") }

// ValueEnding is Value with at least n newlines at the end of text, as many as the template's own text has. What is no text gets none.
func (p *Program) ValueEnding(h Host, n int, newline string) (value.Value, error) {
	var v value.Value
	var err error
	switch {
	case p.lone != nil:
		v, err = p.expression(h, nil)
	case p.env.Ansible:
		e := evaluations.Get().(*evaluation)
		e.state.Env, e.state.Host, e.state.copying = p.env, h, p.mutates
		e.out.s, e.out.spare, e.out.ending, e.out.newline = &e.state, true, n, newline
		v, err = p.value(e)
		e.release()
	default:
		e := p.start(h)
		e.out.ending, e.out.newline = n, newline
		v, err = p.value(e)
	}
	if t, ok := v.(value.String); ok && n > 0 && err == nil {
		return ended(t, n, newline), nil
	}
	return v, err
}

// ended gives text with the newlines at its end that it lacks.
func ended(t value.String, n int, newline string) value.String {
	if missing := n - trailingNewlines(t); missing > 0 {
		return t + value.String(strings.Repeat(newline, missing))
	}
	return t
}

// Forgiving is ValueEnding, with mend giving what stands in place of an undefined value or a {{ }} that failed, or the error that ends
// it all.
func (p *Program) Forgiving(h Host, n int, newline string, mend func(error) (value.Value, error)) (value.Value, error) {
	var v value.Value
	var err error
	if p.lone != nil {
		v, err = p.expression(h, mend)
	} else {
		e := p.start(h)
		e.state.mend, e.out.ending, e.out.newline = mend, n, newline
		v, err = p.value(e)
	}
	if t, ok := v.(value.String); ok && n > 0 && err == nil {
		return ended(t, n, newline), nil
	}
	return v, err
}

func (p *Program) value(e *evaluation) (value.Value, error) {
	e.out.native = true
	if !e.out.spare {
		e.out.buf = p.buffer()
	}
	if err := p.execute(e); err != nil {
		return nil, err
	}
	p.size.Store(int64(len(e.out.buf)))
	return e.out.result()
}

func (p *Program) loneValue(s *State, f *frame) (value.Value, error) {
	v, err := p.lone.eval(f)
	if err == nil && p.env.Ansible {
		v, err = s.finalize(v)
	}
	if err != nil {
		v, err = s.mended(err)
	}
	if err != nil {
		return nil, p.locate(f, err, p.lonePos)
	}
	return v, nil
}

// Text runs the program and gives what it prints.
func (p *Program) Text(h Host) (string, error) {
	e := p.start(h)
	if p.lone != nil && p.root.body == nil {
		v, err := p.Value(h)
		if err != nil {
			return "", err
		}
		return e.state.Text(v)
	}
	e.out.buf = p.buffer()
	if err := p.execute(e); err != nil {
		return "", err
	}
	p.size.Store(int64(len(e.out.buf)))
	return string(e.out.buf), nil
}

// buffer makes a buffer for an output as long as the last one.
func (p *Program) buffer() []byte {
	n := p.size.Load()
	if n == 0 {
		return nil
	}
	return make([]byte, 0, n+n/8+16)
}

// execute executes the template and those it extends.
func (p *Program) execute(e *evaluation) error {
	if p.blocks != nil {
		e.state.addBlocks(p)
	}
	f := e.frame(p.root)
	if err := runBody(f, p.root.body); err != nil {
		return err
	}
	return extended(f.parent, &e.state, &e.out)
}

// run is execute for a template that another one includes.
func (p *Program) run(s *State, out *output) error {
	if p.blocks != nil {
		s.addBlocks(p)
	}
	return extended(p, s, out)
}

// extended executes a template and those it extends; nil is none.
func extended(p *Program, s *State, out *output) error {
	for p != nil {
		f := &frame{s: s, fn: p.root, slots: make([]value.Value, p.root.slots), out: out}
		if err := runBody(f, p.root.body); err != nil {
			return err
		}
		p = f.parent
	}
	return nil
}

func (s *State) addBlocks(p *Program) {
	if s.blocks == nil {
		s.blocks = map[string][]*function{}
	}
	for name, b := range p.blocks {
		s.blocks[name] = append(s.blocks[name], b)
	}
}

func runBody(f *frame, body []stmt) error {
	_, err := execAll(f, body)
	return err
}

// locate gives an error its place, unless it has one.
func (p *Program) locate(_ *frame, err error, pos int) error {
	if _, ok := err.(*Error); ok {
		return err
	}
	line, col := syntax.Position(p.source, pos)
	return &Error{Template: p.name, Line: line, Col: col, Err: err}
}

func (f *frame) fail(err error, pos int) error { return f.fn.prog.locate(f, err, pos) }

// Of tells whether the program was compiled by an environment with the functions that it has now.
func (p *Program) Of(e *Environment) bool { return p.env == e && p.renewed == e.renewed.Load() }

// Resolve evaluates the templates in a value, at any depth; what is undefined becomes an Undefined in its place.
func (e *Environment) Resolve(h Host, v value.Value) (value.Value, error) {
	return (&State{Env: e, Host: h}).resolve(v)
}
