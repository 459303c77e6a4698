package eval

import (
	"errors"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// output collects what a template prints. A native one keeps a lone value's type.
type output struct {
	s       *State
	native  bool
	discard bool // behind extends nothing is printed
	buf     []byte
	first   value.Value // the only value so far of a native output
	late    []late      // what is made text of at the end
	ending  int         // how many newlines text ends with at least, see Program.ValueEnding
	newline string
	spare   bool // buf will be used again
	// captures marks the output of a macro or set block. It is undefined as a whole where something in it is, once all of it was
	// evaluated: failed is the error of the first such value.
	captures bool
	failed   *value.Undefined
	started  bool
	joining  bool          // it has become text: what comes is appended
	all      []value.Value // every value of plain Jinja2's native output
	pieces   bool          // all is kept piece by piece
}

// late is a value in an output that may still change: it is printed as it is at the end.
type late struct {
	at int // in buf
	v  value.Value
}

// fork makes an output for a body whose result is a value: a macro's, a set block's.
func (o *output) fork() *output {
	return o.s.capturing()
}

// capturing makes an output whose result is a value.
func (s *State) capturing() *output {
	return &output{s: s, native: s.Env.Ansible || s.Env.Native, captures: true}
}

func (o *output) text(t string) error {
	if o.discard {
		return nil
	}
	if o.native {
		return o.keep(value.String(t))
	}
	o.buf = append(o.buf, t...)
	return o.check()
}

func (o *output) check() error {
	if len(o.buf) > maxOutput {
		return value.Errorf("MemoryError", "template output exceeds %d bytes", maxOutput)
	}
	return nil
}

// keep adds a value to a native output: the second one makes text of the first.
func (o *output) keep(v value.Value) error {
	if !o.s.Env.Ansible {
		o.all = append(o.all, v)
		return o.join()
	}
	if v == value.Value(value.None) {
		return nil
	}
	if !o.started {
		o.started = true
		o.first = v
		return nil
	}
	if o.first != nil {
		if err := o.appendText(o.first); err != nil {
			return err
		}
		o.first = nil
	}
	o.joining = true
	return o.appendText(v)
}

// join makes text of the values of plain Jinja2's native output as soon as they are three: there they are printed one by one, while up
// to two are kept as they are until the end.
func (o *output) join() error {
	if len(o.all) < 3 || o.pieces {
		return nil
	}
	for i, v := range o.all {
		t, err := o.s.Text(v)
		if err != nil {
			return err
		}
		o.all[i] = value.String(t)
		o.buf = append(o.buf, t...)
	}
	o.all = append(o.all[:0], value.String(o.buf), value.String(""))
	o.buf = o.buf[:0]
	return o.check()
}

func (o *output) appendText(v value.Value) error {
	switch v := v.(type) {
	case value.String:
		return o.appendString(string(v))
	case value.Int:
		o.buf = strconv.AppendInt(o.buf, int64(v), 10)
		return o.check()
	case value.OmitType:
		return nil
	case value.Bytes:
		o.buf = append(o.buf, v...)
		return o.check()
	}
	if !stored(v, 0) {
		o.late = append(o.late, late{len(o.buf), v})
		return nil
	}
	t, err := o.s.Text(v)
	if err != nil {
		return err
	}
	return o.appendString(t)
}

func (o *output) appendString(t string) error {
	o.buf = append(o.buf, t...)
	return o.check()
}

// print adds the value of {{ }}.
func (o *output) print(v value.Value) error {
	if t, ok := v.(value.String); ok && o.joining {
		return o.appendString(string(t))
	}
	if o.discard {
		return nil
	}
	if !o.s.Env.Ansible {
		return o.printJinja(v)
	}
	if u, ok := v.(*value.Undefined); ok && u.Silent {
		return o.silent(u)
	}
	v, err := o.s.printable(v)
	if err != nil {
		v, err = o.s.mended(err)
	}
	if err != nil {
		return err
	}
	if o.native {
		return o.keep(v)
	}
	if v == value.Value(value.None) || v == value.Value(value.Omit) {
		return nil
	}
	return o.appendText(v)
}

// insert adds the value of a filter block or call block. Plain Jinja2 takes it as it is: it must be text where output is no native
// value.
func (o *output) insert(v value.Value) error {
	t, ok := value.Text(v)
	switch {
	case o.discard:
		return nil
	case o.s.Env.Ansible || o.native:
		return o.print(v)
	case !ok:
		return value.TypeError("sequence item 0: expected str instance, %s found", v.Type())
	}
	return o.text(t)
}

// silent prints the undefined value of an inline if without else, which is nothing beside other output.
func (o *output) silent(u *value.Undefined) error {
	if o.native && !o.started {
		return o.keep(u)
	}
	return nil
}

func (o *output) printJinja(v value.Value) error {
	if o.native {
		return o.keep(v)
	}
	if s, ok := v.(value.String); ok && !o.s.Autoescape {
		o.buf = append(o.buf, s...)
		return o.check()
	}
	t, err := o.s.Text(v)
	if err != nil {
		return err
	}
	if _, safe := v.(value.Markup); o.s.Autoescape && !safe {
		t = value.EscapeHTML(t)
	}
	o.buf = append(o.buf, t...)
	return o.check()
}

// result gives the value of a native output.
func (o *output) result() (value.Value, error) {
	if !o.s.Env.Ansible {
		return o.nativeJinja()
	}
	if o.first != nil {
		return o.s.finalize(o.first)
	}
	if !o.started {
		return value.None, nil
	}
	return o.joined()
}

func trailingNewlines[T ~string | ~[]byte](t T) int {
	n := 0
	for n < len(t) && t[len(t)-1-n] == '\n' {
		n++
	}
	return n
}

// joined gives the text of all that was printed.
func (o *output) joined() (value.Value, error) {
	if o.late == nil {
		for n := trailingNewlines(o.buf); n < o.ending; n++ {
			o.buf = append(o.buf, o.newline...)
		}
		if o.spare && cap(o.buf) <= maxSpare {
			return value.String(o.buf), nil
		}
		return value.Frozen(o.buf), nil
	}
	var out []byte
	from := 0
	for _, l := range o.late {
		t, err := o.s.Text(l.v)
		if err != nil {
			return nil, err
		}
		out = append(append(out, o.buf[from:l.at]...), t...)
		from = l.at
	}
	return value.String(append(out, o.buf[from:]...)), nil
}

// nativeJinja joins as Jinja2's native environment does: text that reads as a Python literal becomes that.
func (o *output) nativeJinja() (value.Value, error) {
	if len(o.all) == 0 {
		return value.None, nil
	}
	if len(o.all) == 1 {
		if _, isText := value.Text(o.all[0]); !isText {
			return o.all[0], nil
		}
	}
	var b strings.Builder
	for _, v := range o.all {
		t, err := o.s.Text(v)
		if err != nil {
			return nil, err
		}
		b.WriteString(t)
	}
	if v, ok := LiteralEval(b.String()); ok {
		return v, nil
	}
	return value.String(b.String()), nil
}

// allText refuses what plain Jinja2's native output cannot join: blocks that are called take text alone there.
func (o *output) allText() error {
	for i, v := range o.all {
		if _, ok := value.Text(v); !ok {
			return value.TypeError("sequence item %d: expected str instance, %s found", i, v.Type())
		}
	}
	return nil
}

// captured gives what a body printed, as the value of a set block, macro or caller.
func (o *output) captured() (value.Value, error) {
	if o.native && !o.s.Env.Ansible {
		return o.nativeJinja()
	}
	if o.failed != nil {
		return o.failed, nil
	}
	if o.native {
		return o.result()
	}
	if o.s.Autoescape {
		return value.Markup(o.buf), nil
	}
	return value.String(o.buf), nil
}

// undefinedOf gives the undefined value whose use an error is of, or nil.
func undefinedOf(err error) *value.Undefined {
	var x *value.Exception
	if errors.As(err, &x) && x.Kind == "UndefinedError" {
		return x.Undefined
	}
	return nil
}

// fail notes an error of printing. It is put off where the output is captured: that is undefined then.
func (o *output) fail(err error) error {
	if !o.captures || !o.s.Env.Ansible || KindOf(err) == "MemoryError" {
		return err
	}
	if o.failed == nil {
		if o.failed = undefinedOf(err); o.failed == nil {
			o.failed = &value.Undefined{Msg: err.Error(), Err: err}
		}
	}
	return nil
}

// printable makes lists of what is printed and has elements; what is fit for text alone stays.
func (s *State) printable(v value.Value) (value.Value, error) {
	s.printing = true
	r, err := s.finalize(v)
	s.printing = false
	if x, ok := err.(*value.Exception); ok && x.Kind == "AnsibleTemplateError" {
		return v, nil // the result tells, if nothing stands beside it
	}
	return r, err
}

// finalize makes a value fit for storage, as Ansible does with the result of every expression.
func (s *State) finalize(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case value.String, value.Int, value.Bool, value.Float, value.NoneType, value.OmitType, *value.BigInt:
		return v, nil
	case *value.Undefined:
		if v.Silent {
			return nil, value.Errorf("AnsibleTemplateError", "Type 'Undefined' is unsupported for variable storage.")
		}
		return nil, v.Raise()
	case *value.Template:
		return s.Host.Evaluate(v)
	case value.Markup:
		return value.String(v), nil
	}
	if stored(v, 0) {
		return v, nil
	}
	return s.store(v, 0)
}

// stored tells whether a value is fit as it is.
func stored(v value.Value, depth int) bool { return storedAll(v, depth, &value.Walk{}) }

func storedAll(v value.Value, depth int, w *value.Walk) bool {
	if depth > maxCallDepth {
		return true
	}
	switch v := v.(type) {
	case value.String, value.Int, value.Bool, value.Float, value.NoneType, *value.BigInt, value.Bytes:
		return true
	case *value.List:
		if w.Again(v) {
			return true
		}
		for _, e := range v.Elems {
			if !storedAll(e, depth+1, w) {
				return false
			}
		}
		return true
	case *value.Dict:
		if w.Again(v) {
			return true
		}
		for k, e := range v.All() {
			if _, ok := k.(value.String); !ok && !storedAll(k, depth+1, w) || !storedAll(e, depth+1, w) {
				return false
			}
		}
		return true
	case *Module, *Macro, *Namespace, *Loop, value.Callable, *Func, value.Range:
		return false
	}
	_, mapping := v.(value.Mapping)
	return mapping || storable(v)
}

// storable tells of types of other packages: dates and the like are kept.
func storable(v value.Value) bool {
	switch v.Type() {
	case "datetime", "timedelta", "date", "time":
		return true
	}
	return false
}

func (s *State) store(v value.Value, depth int) (value.Value, error) {
	if depth > maxCallDepth {
		return nil, value.Errorf("RecursionError", "maximum recursion depth exceeded")
	}
	switch v := v.(type) {
	case *value.Undefined:
		if v.Silent {
			return nil, value.Errorf("AnsibleTemplateError", "Type 'Undefined' is unsupported for variable storage.")
		}
		return s.mended(v.Raise())
	case *value.Template:
		return s.Host.Evaluate(v)
	case value.Markup:
		if s.printing {
			return v, nil
		}
		return value.String(v), nil
	case *value.List:
		return s.storeElems(v.Elems, depth)
	case value.Tuple:
		return s.storeElems(v, depth)
	case *value.Set:
		var elems []value.Value
		for e := range v.Elements() {
			elems = append(elems, e)
		}
		if h, ok := s.Host.(Watcher); ok && !s.printing {
			h.Converted("set")
		}
		return s.storeElems(elems, depth)
	case *value.Dict:
		return s.storeDict(v, depth)
	}
	if stored(v, depth) || v == value.Value(value.Omit) {
		return v, nil
	}
	if elems, ok := viewElems(v); ok {
		l, err := s.storeElems(elems, depth)
		if err != nil || v.Type() != "_GroupTuple" {
			return l, err
		}
		if s.printing {
			return value.Tuple(l.(*value.List).Elems), nil // lists are made of plain tuples only
		}
		if h, ok := s.Host.(Watcher); ok {
			h.Converted("GroupTuple")
		}
		return l, nil
	}
	return nil, value.Errorf("AnsibleTemplateError", "Type '%s' is unsupported for variable storage.", v.Type())
}

// viewElems gives the elements of the views that keys(), values() and items() give, and of the pairs of groupby.
func viewElems(v value.Value) ([]value.Value, bool) {
	switch x := v.(type) {
	case value.Range:
		return nil, false
	case value.Iterable:
		var elems []value.Value
		for e := range x.Elements() {
			elems = append(elems, e)
		}
		return elems, true
	case value.Sequence:
		elems := make([]value.Value, x.Len())
		for i := range elems {
			elems[i] = x.Index(i)
		}
		return elems, true
	}
	return nil, false
}

func (s *State) storeElems(elems []value.Value, depth int) (value.Value, error) {
	l := &value.List{Elems: make([]value.Value, 0, len(elems))}
	if err := s.made(value.Tuple(elems)); err != nil {
		return nil, err
	}
	for _, e := range elems {
		r, err := s.store(e, depth+1)
		if err != nil {
			return nil, err
		}
		if r != value.Value(value.Omit) {
			l.Elems = append(l.Elems, r)
		}
	}
	return l, nil
}

func (s *State) storeDict(v *value.Dict, depth int) (value.Value, error) {
	d := value.NewDict(v.Len())
	s.used().made += 64 * v.Len()
	for k, e := range v.All() {
		r, err := s.store(e, depth+1)
		if err != nil {
			return nil, err
		}
		if r == value.Value(value.Omit) {
			continue
		}
		key := k
		if _, ok := k.(value.String); !ok {
			if key, err = s.finalize(k); err != nil {
				return nil, err
			}
		}
		if err := d.SetKey(key, r); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// IsContainer tells of the plain containers: lists, tuples, dicts and other mappings.
func IsContainer(v value.Value) bool {
	switch v.(type) {
	case *value.List, value.Tuple, value.Mapping:
		return true
	}
	return false
}
