package eval

import (
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/method"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

type (
	attrExpr struct {
		x        expr
		name     string
		pos      int
		isMethod bool // dicts have a method of the name, which goes before an item
		absent   atomic.Pointer[value.Undefined]
	}
	keyExpr struct {
		x   expr
		key string
		pos int
	}
	itemExpr struct {
		x, index expr
		pos      int
	}
	sliceExpr   struct{ low, high, step expr }
	sliceOfExpr struct {
		x   expr
		s   *sliceExpr
		pos int
	}
)

func (f *frame) line(pos int) string {
	line, _ := syntax.Position(f.fn.prog.source, pos)
	return strconv.Itoa(line)
}

func (e *attrExpr) eval(f *frame) (value.Value, error) {
	v, err := e.x.eval(f)
	if err != nil {
		return nil, err
	}
	if d, ok := v.(*value.Dict); ok && !e.isMethod {
		if x, ok := d.Lookup(e.name); ok {
			v, err = f.s.force(x)
		} else {
			return e.missing(f.s, d), nil
		}
	} else {
		v, err = f.s.Attr(v, e.name)
	}
	if err != nil {
		return nil, f.fail(err, e.pos)
	}
	return v, nil
}

// missing gives the undefined value of a key that a dict lacks. It is the same one each time: its message is made once.
func (e *attrExpr) missing(s *State, d *value.Dict) value.Value {
	if u := e.absent.Load(); u != nil {
		return u
	}
	u := s.missing(d, e.name).(*value.Undefined)
	e.absent.Store(u)
	return u
}

func (e *keyExpr) eval(f *frame) (value.Value, error) {
	v, err := e.x.eval(f)
	if err != nil {
		return nil, err
	}
	v, err = f.s.key(v, e.key)
	if err != nil {
		return nil, f.fail(err, e.pos)
	}
	return v, nil
}

func (e *itemExpr) eval(f *frame) (value.Value, error) {
	v, err := e.x.eval(f)
	if err != nil {
		return nil, err
	}
	k, err := e.index.eval(f)
	if err != nil {
		return nil, err
	}
	v, err = f.s.Item(v, k)
	if err != nil {
		return nil, f.fail(err, e.pos)
	}
	return v, nil
}

func (e *sliceOfExpr) eval(f *frame) (value.Value, error) {
	v, err := e.x.eval(f)
	if err != nil {
		return nil, err
	}
	var bounds [3]value.Value
	for i, b := range [...]expr{e.s.low, e.s.high, e.s.step} {
		if b == nil {
			continue
		}
		if bounds[i], err = b.eval(f); err != nil {
			return nil, err
		}
	}
	if u, ok := v.(*value.Undefined); ok && f.s.chains() {
		return u, nil
	}
	if err := f.s.Use(v); err != nil {
		return nil, f.fail(err, e.pos)
	}
	r, err := Slice(v, bounds)
	if err != nil {
		return nil, f.fail(err, e.pos)
	}
	return r, nil
}

func (e *sliceExpr) eval(f *frame) (value.Value, error) {
	return nil, f.fail(value.TypeError("a slice is allowed only alone in brackets"), 0)
}

// chains tells whether attributes of undefined values are undefined, not errors.
func (s *State) chains() bool { return s.Env.Ansible || s.Env.Undefined == Chainable }

// Attr gives v.name: an attribute or method, else an item.
func (s *State) Attr(v value.Value, name string) (value.Value, error) {
	switch x := v.(type) {
	case *value.Undefined:
		return s.ofUndefined(x, name)
	case *value.Dict:
		if m, ok := method.Attr(v, name); ok {
			return m, nil
		}
		if e, ok := x.Lookup(name); ok {
			return s.force(e)
		}
		return s.missing(v, name), nil
	case *value.Template:
		r, err := s.force(x)
		if err != nil {
			return nil, err
		}
		return s.Attr(r, name)
	case attributed:
		if a, ok, err := x.attr(s, name); ok || err != nil {
			return a, err
		}
	}
	if m, ok := method.Attr(v, name); ok {
		return m, nil
	}
	if m, ok := v.(value.Mapping); ok {
		if e, ok := m.Lookup(name); ok {
			return s.force(e)
		}
	}
	return s.missing(v, name), nil
}

// attributed is a value with attributes of its own: loop, namespace, module.
type attributed interface {
	attr(s *State, name string) (v value.Value, ok bool, err error)
}

// key gives v['key']: an item, else an attribute or method.
func (s *State) key(v value.Value, key string) (value.Value, error) {
	switch x := v.(type) {
	case *value.Undefined:
		return s.ofUndefined(x, key)
	case value.Mapping:
		if e, ok := x.Lookup(key); ok {
			return s.force(e)
		}
	case *value.Template:
		r, err := s.force(x)
		if err != nil {
			return nil, err
		}
		return s.key(r, key)
	case attributed:
		if a, ok, err := x.attr(s, key); ok || err != nil {
			return a, err
		}
	}
	if m, ok := method.Attr(v, key); ok {
		return m, nil
	}
	return s.missing(v, key), nil
}

// Item gives v[key].
func (s *State) Item(v, key value.Value) (value.Value, error) {
	if t, ok := value.Text(key); ok {
		return s.key(v, t)
	}
	if u, ok := key.(*value.Undefined); ok {
		return s.undefinedKey(v, u)
	}
	switch x := v.(type) {
	case *value.Undefined:
		return s.ofUndefined(x, key.String())
	case *value.Template:
		r, err := s.force(x)
		if err != nil {
			return nil, err
		}
		return s.Item(r, key)
	case value.Mapping:
		e, ok, err := value.LookupKey(x, key)
		if err == nil && ok {
			return s.force(e)
		}
		return s.missingItem(v, key), nil
	}
	if i, ok := index(key); ok {
		if e, ok := elementAt(v, i); ok {
			return s.force(e)
		}
	}
	return s.missingItem(v, key), nil
}

// undefinedKey gives v[u] for an undefined u: there is no such element. In Ansible's language what is missing is u itself.
func (s *State) undefinedKey(v value.Value, u *value.Undefined) (value.Value, error) {
	_, chain := v.(*value.Undefined)
	_, hashes := v.(value.Mapping)
	switch {
	case u.Err != nil || s.Env.Ansible || hashes && s.strict():
		return nil, u.Raise()
	case chain:
		return s.ofUndefined(v.(*value.Undefined), "")
	}
	return s.missingItem(v, u), nil
}

func index(key value.Value) (int, bool) {
	switch k := key.(type) {
	case value.Int:
		return int(k), true
	case value.Bool:
		if k {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

func elementAt(v value.Value, i int) (value.Value, bool) {
	if text, ok := value.Text(v); ok {
		return runeAt(text, i)
	}
	if b, ok := v.(value.Bytes); ok {
		if i < 0 {
			i += len(b)
		}
		if i < 0 || i >= len(b) {
			return nil, false
		}
		return value.Int(b[i]), true
	}
	q, ok := v.(value.Sequence)
	if !ok {
		return nil, false
	}
	if i < 0 {
		i += q.Len()
	}
	if i < 0 || i >= q.Len() {
		return nil, false
	}
	return q.Index(i), true
}

func runeAt(text string, i int) (value.Value, bool) {
	if i < 0 {
		i += utf8.RuneCountInString(text)
	}
	if i < 0 {
		return nil, false
	}
	for at, r := range text {
		if i == 0 {
			return value.String(text[at : at+max(1, utf8.RuneLen(r))]), true
		}
		i--
	}
	return nil, false
}

func (s *State) ofUndefined(u *value.Undefined, name string) (value.Value, error) {
	if s.chains() && (s.Env.Ansible || u.Err == nil) && !u.Silent {
		if name == "_undefined_name" && !s.sandboxed() {
			return value.String(u.Name), nil
		}
		return u, nil
	}
	return nil, u.Raise()
}

// missing gives the undefined value of an attribute that does not exist.
func (s *State) missing(v value.Value, name string) value.Value {
	if name == "__class__" && !s.sandboxed() {
		return classOf(v)
	}
	if strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__") || hidden(v, name) {
		msg := "access to attribute " + value.Repr(value.String(name)) + " of '" + s.className(v) + "' object is unsafe."
		return &value.Undefined{Name: name, Msg: msg, Kind: s.unsafeKind(), Shown: "undefined value printed: " + msg}
	}
	if own, ok := v.(ownMissing); ok {
		return &value.Undefined{Name: name, Msg: own.Missing(name)}
	}
	if s.Env.Ansible {
		return &value.Undefined{Name: name, Msg: "object of type '" + classOf(v).name + "' has no attribute " + value.Repr(value.String(name))}
	}
	u := &value.Undefined{Name: name, Msg: "'" + objectName(v) + "' has no attribute " + value.Repr(value.String(name))}
	u.Shown = s.shown(v, value.String(name))
	return u
}

// ownMissing is a mapping with a message of its own about keys that it lacks.
type ownMissing interface{ Missing(key string) string }

// sandboxed tells whether attributes with underscores are hidden.
func (s *State) sandboxed() bool { return s.Env.Ansible || s.Env.Sandboxed }

// unsafeKind is the error that using a hidden attribute is. In Ansible's language that is like any other undefined value's.
func (s *State) unsafeKind() string {
	if s.Env.Ansible {
		return ""
	}
	return "SecurityError"
}

// hidden tells of attributes that the sandbox hides.
func hidden(v value.Value, name string) bool {
	switch v.(type) {
	case *value.Dict, *value.List:
		return false
	}
	switch name {
	case "gi_frame", "gi_code", "func_code", "func_globals":
		return true
	}
	return false
}

func (s *State) missingItem(v, key value.Value) value.Value {
	if own, ok := v.(ownMissing); ok {
		return &value.Undefined{Msg: own.Missing(key.String())}
	}
	if s.Env.Ansible && !key.Truth() {
		return &value.Undefined{Msg: lazyName(v) + " has no element " + value.Repr(key)}
	}
	if s.Env.Ansible {
		return &value.Undefined{Msg: "object of type '" + classOf(v).name + "' has no attribute " + value.Repr(key)}
	}
	return &value.Undefined{Msg: objectName(v) + " has no element " + value.Repr(key), Shown: s.shown(v, key)}
}

// lazyPackage is where the reference keeps its classes of containers, which its messages about keys like 0 tell.
const lazyPackage = "ansible._internal._templating._lazy_containers."

// lazyName names a value as the reference does where a key that is false is missing.
func lazyName(v value.Value) string {
	switch v.(type) {
	case *value.List:
		return lazyPackage + "_AnsibleLazyTemplateList object"
	case *value.Dict:
		return lazyPackage + "_AnsibleLazyTemplateDict object"
	}
	return objectName(v)
}

// className names the class of a value in messages about hidden attributes.
func (s *State) className(v value.Value) string {
	switch v.(type) {
	case *value.List:
		if s.Env.Ansible {
			return "_AnsibleLazyTemplateList"
		}
	case *value.Dict:
		if s.Env.Ansible {
			return "_AnsibleLazyTemplateDict"
		}
	}
	return classOf(v).name
}

// shown is what an element that does not exist shows in place of its value, for those who debug.
func (s *State) shown(v, key value.Value) string {
	if s.Env.Undefined != Debug {
		return ""
	}
	return "no such element: " + objectName(v) + "[" + value.Repr(key) + "]"
}

// objectName names a value as Jinja2's messages do.
func objectName(v value.Value) string {
	switch v.(type) {
	case value.NoneType:
		return "None"
	case *Macro:
		return "jinja2.runtime.Macro object"
	case *Module:
		return "jinja2.environment.TemplateModule object"
	case *Namespace:
		return "jinja2.utils.Namespace object"
	case *Loop:
		return "jinja2.runtime.LoopContext object"
	}
	return v.Type() + " object"
}

// AttrOnly gives an attribute or method, never an item.
func (s *State) AttrOnly(v value.Value, name string) value.Value {
	if m, ok := method.Attr(v, name); ok {
		return m
	}
	return s.missing(v, name)
}
