package powershell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// scope has variables and functions.
type scope struct {
	up    *scope
	vars  map[string]any
	funcs map[string]*block
}

func (s *scope) child() *scope {
	return &scope{up: s, vars: map[string]any{}, funcs: map[string]*block{}}
}

func (s *scope) find(name string) (any, bool) {
	for ; s != nil; s = s.up {
		if v, ok := s.vars[name]; ok {
			return v, true
		}
	}
	return nil, false
}

func (s *scope) function(name string) *block {
	for ; s != nil; s = s.up {
		if f := s.funcs[name]; f != nil {
			return f
		}
	}
	return nil
}

// runspace runs scripts, one at a time.
type runspace struct {
	machine        *Machine
	ctx            context.Context
	global         *scope
	stdin          io.Reader
	stdout, stderr io.Writer
	errors         []any // that were not fatal
}

// jumping is a jump on its way to where it leads. A thrown value is a *failure.
type jumping struct {
	word string
	exit int
}

func (j *jumping) Error() string { return j.word }

// failure is an error that scripts can catch.
type failure struct{ record *Object }

func (f *failure) Error() string { return Text(f.record) }

// throw makes an error of a type of .NET.
func throw(typ, format string, args ...any) error {
	return &failure{newRecord(newException(typ, fmt.Sprintf(format, args...)))}
}

func newException(typ, msg string) *Object {
	o := &Object{Type: typ, text: msg}
	o.Fields.Set("Message", msg)
	o.Fields.Set("InnerException", nil)
	return o
}

func newRecord(exception *Object) *Object {
	o := &Object{Type: "System.Management.Automation.ErrorRecord", text: exception.text}
	o.Fields.Set("Exception", exception)
	o.Fields.Set("ScriptStackTrace", "at <ScriptBlock>, <No file>: line 1")
	o.Fields.Set("FullyQualifiedErrorId", exception.Type)
	return o
}

// statements runs a block's statements.
func (r *runspace) statements(s *scope, b *block, out *[]any) error {
	for _, n := range b.statements {
		if err := r.exec(s, n, out); err != nil {
			return err
		}
	}
	return nil
}

// emit gives a value out, an array by its elements.
func emit(out *[]any, v any) {
	switch v := v.(type) {
	case void:
	case *Array:
		*out = append(*out, v.Items...)
	default:
		*out = append(*out, v)
	}
}

func (r *runspace) exec(s *scope, n node, out *[]any) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	switch n := n.(type) {
	case *function:
		s.funcs[strings.ToLower(n.name)] = n.body
	case *branches:
		return r.branch(s, n, out)
	case *loop:
		return r.loop(s, n, out)
	case *foreach:
		return r.foreach(s, n, out)
	case *switching:
		return r.switching(s, n, out)
	case *try:
		return r.try(s, n, out)
	case *jump:
		return r.jump(s, n, out)
	case *assign:
		return r.assign(s, n)
	case *pipeline:
		return r.pipeline(s, n, out)
	case *command:
		return r.command(s, n, nil, out)
	case *count:
		_, err := r.value(s, n)
		return err
	default:
		v, err := r.value(s, n)
		if err == nil && !(v == nil && isCall(n)) {
			emit(out, v)
		}
		return err
	}
	return nil
}

func isCall(n node) bool {
	m, ok := n.(*member)
	return ok && m.call
}

func (r *runspace) branch(s *scope, n *branches, out *[]any) error {
	for i, c := range n.conditions {
		v, err := r.value(s, c)
		if err != nil {
			return err
		}
		if truth(v) {
			return r.statements(s, n.bodies[i], out)
		}
	}
	if len(n.bodies) > len(n.conditions) {
		return r.statements(s, n.bodies[len(n.conditions)], out)
	}
	return nil
}

// turn runs a loop's body; more is false after break.
func (r *runspace) turn(s *scope, b *block, out *[]any) (more bool, err error) {
	err = r.statements(s, b, out)
	j := (*jumping)(nil)
	if errors.As(err, &j) {
		switch j.word {
		case "break":
			return false, nil
		case "continue":
			return true, nil
		}
	}
	return err == nil, err
}

func (r *runspace) loop(s *scope, n *loop, out *[]any) error {
	var nowhere []any
	if n.first != nil {
		if err := r.exec(s, n.first, &nowhere); err != nil {
			return err
		}
	}
	for turn := 0; ; turn++ {
		if n.condition != nil && !(n.after && turn == 0) {
			v, err := r.value(s, n.condition)
			if err != nil || truth(v) == n.until {
				return err
			}
		}
		if more, err := r.turn(s, n.body, out); !more {
			return err
		}
		if n.step != nil {
			if err := r.exec(s, n.step, &nowhere); err != nil {
				return err
			}
		}
	}
}

func (r *runspace) foreach(s *scope, n *foreach, out *[]any) error {
	over, err := r.value(s, n.over)
	if err != nil {
		return err
	}
	for _, v := range items(over) {
		r.set(s, variable{"", n.name}, v)
		if more, err := r.turn(s, n.body, out); !more {
			return err
		}
	}
	return nil
}

func (r *runspace) switching(s *scope, n *switching, out *[]any) error {
	on, err := r.value(s, n.on)
	if err != nil {
		return err
	}
	matched := false
	for i, node := range n.values {
		if node == nil && matched {
			continue
		}
		if node != nil {
			v, err := r.value(s, node)
			if err != nil {
				return err
			}
			if !equal(v, on, false) {
				continue
			}
		}
		matched = true
		if more, err := r.turn(s, n.bodies[i], out); !more {
			return err
		}
	}
	return nil
}

func (r *runspace) try(s *scope, n *try, out *[]any) error {
	err := r.statements(s, n.body, out)
	f := (*failure)(nil)
	if errors.As(err, &f) {
		for _, c := range n.catches {
			if !catches(c, f) {
				continue
			}
			old, _ := s.find("_")
			s.vars["_"] = f.record
			err = r.statements(s, c.body, out)
			s.vars["_"] = old
			break
		}
	}
	if n.finally != nil {
		defer func(ctx context.Context) { r.ctx = ctx }(r.ctx)
		r.ctx = context.WithoutCancel(r.ctx) // it runs in a script that is stopped, too
		if last := r.statements(s, n.finally, out); last != nil {
			return last
		}
	}
	return err
}

func catches(c catch, f *failure) bool {
	if len(c.types) == 0 {
		return true
	}
	exception, _ := f.record.Fields.Get("Exception")
	for _, typ := range c.types {
		if isA(exception, typ) {
			return true
		}
	}
	return false
}

func (r *runspace) jump(s *scope, n *jump, out *[]any) error {
	var v any
	if n.value != nil {
		var err error
		if v, err = r.value(s, n.value); err != nil {
			return err
		}
	}
	switch n.word {
	case "return":
		if n.value != nil {
			emit(out, v)
		}
	case "throw":
		return thrown(s, n, v)
	case "exit":
		code, _ := number(v)
		return &jumping{"exit", int(code)}
	}
	return &jumping{word: n.word}
}

func thrown(s *scope, n *jump, v any) error {
	if n.value == nil {
		v, _ = s.find("_")
	}
	o, ok := v.(*Object)
	switch {
	case ok && o.Type == "System.Management.Automation.ErrorRecord":
		return &failure{o}
	case ok && strings.HasSuffix(o.Type, "Exception"):
		return &failure{newRecord(o)}
	}
	record := newRecord(newException("System.Management.Automation.RuntimeException", Text(v)))
	record.Fields.Set("TargetObject", v)
	return &failure{record}
}

func (r *runspace) assign(s *scope, n *assign) error {
	v, err := r.value(s, n.value)
	if err != nil {
		return err
	}
	if n.op != "=" {
		old, err := r.value(s, n.to)
		if err != nil {
			return err
		}
		if v, err = arithmetic(n.op[:1], old, v); err != nil {
			return err
		}
	}
	return r.assignTo(s, n.to, v)
}

func (r *runspace) assignTo(s *scope, to node, v any) error {
	if _, none := v.(void); none {
		v = nil
	}
	switch to := to.(type) {
	case variable:
		r.set(s, to, v)
		return nil
	case *cast:
		v, err := r.convert(v, to.typ)
		if err != nil {
			return err
		}
		return r.assignTo(s, to.value, v)
	case list:
		all := items(v)
		for i, one := range to.items {
			var e any
			if i < len(all) {
				e = all[i]
			}
			if err := r.assignTo(s, one, e); err != nil {
				return err
			}
		}
		return nil
	case *member:
		return r.setMember(s, to, v)
	case *index:
		return r.setIndex(s, to, v)
	}
	return fmt.Errorf("powershell: %T cannot be assigned to", to)
}

// set sets a variable in its scope.
func (r *runspace) set(s *scope, to variable, v any) {
	name := strings.ToLower(to.name)
	switch to.scope {
	case "env":
		r.machine.setenv(to.name, v)
	case "script", "global":
		r.global.vars[name] = v
	default:
		s.vars[name] = v
	}
}

// collect runs a statement for what it gives out.
func (r *runspace) collect(s *scope, n node) (any, error) {
	var out []any
	err := r.exec(s, n, &out)
	return one(out), err
}

func (r *runspace) pipeline(s *scope, n *pipeline, out *[]any) error {
	var flow []any
	for i, c := range n.commands {
		var next []any
		if cmd, ok := c.(*command); ok {
			if i == 0 {
				flow = nil
			}
			if err := r.command(s, cmd, flow, &next); err != nil {
				return err
			}
		} else if err := r.exec(s, c, &next); err != nil {
			return err
		}
		flow = next
	}
	*out = append(*out, flow...)
	return nil
}

// command runs a function, a cmdlet, a program or a script block.
func (r *runspace) command(s *scope, n *command, input []any, out *[]any) error {
	name, err := r.value(s, n.name)
	if err != nil {
		return err
	}
	a, err := r.arguments(s, n)
	if err != nil {
		return err
	}
	a.input = input
	err = r.invoke(s, name, a, n.dot, out)
	f := (*failure)(nil)
	if errors.As(err, &f) && (n.quiet || a.silent()) {
		return nil
	}
	return err
}

// given are the arguments of a command.
type given struct {
	named Hash
	rest  []any
	input []any
	lines *Object // the input of a whole script, as it comes; nil: input
}

func (a *given) silent() bool {
	v, _ := a.named.Get("ErrorAction")
	return strings.EqualFold(Text(v), "SilentlyContinue") || strings.EqualFold(Text(v), "Ignore")
}

// switches are parameters of cmdlets that take no value.
var switches = map[string]bool{
	"force": true, "recurse": true, "passthru": true, "nonewline": true, "asplaintext": true, "raw": true, "compress": true, "noenumerate": true, "unique": true, "literal": true,
}

// arguments evaluates the arguments of a command. What follows a parameter that is no switch is its value.
func (r *runspace) arguments(s *scope, n *command) (*given, error) {
	a := &given{}
	f := r.functionOf(s, n)
	for i := 0; i < len(n.args); i++ {
		arg := n.args[i]
		var v any
		var err error
		switch {
		case arg.name != "" && arg.value == nil && !isSwitch(f, arg.name) && i+1 < len(n.args) && n.args[i+1].name == "":
			i++
			v, err = r.value(s, n.args[i].value)
		case arg.value != nil:
			v, err = r.value(s, arg.value)
		default:
			v = true
		}
		if err != nil {
			return nil, err
		}
		h, isHash := v.(*Hash)
		switch {
		case arg.splat && isHash:
			for _, k := range h.keys {
				e, _ := h.Get(k)
				a.named.Set(k, e)
			}
		case arg.splat:
			a.rest = append(a.rest, items(v)...)
		case arg.name != "":
			a.named.Set(arg.name, v)
		default:
			a.rest = append(a.rest, v)
		}
	}
	return a, nil
}

func (r *runspace) functionOf(s *scope, n *command) *block {
	l, ok := n.name.(literal)
	if !ok {
		return nil
	}
	return s.function(strings.ToLower(Text(l.value)))
}

func isSwitch(f *block, name string) bool {
	if f == nil {
		return switches[strings.ToLower(name)]
	}
	for _, p := range f.params {
		if strings.EqualFold(p.name, name) {
			return strings.EqualFold(p.typ, "switch")
		}
	}
	return false
}

func (r *runspace) invoke(s *scope, name any, a *given, dot bool, out *[]any) error {
	if b, ok := name.(*Script); ok {
		return r.call(s, b.body, a, dot, out)
	}
	word := Text(name)
	if f := s.function(strings.ToLower(word)); f != nil {
		return r.call(s, f, a, dot, out)
	}
	if own := r.machine.Cmdlets[strings.ToLower(word)]; own != nil {
		got, err := own(&a.named, a.rest, a.input)
		*out = append(*out, got...)
		if err != nil {
			return throw("System.Management.Automation.RuntimeException", "%v", err)
		}
		return nil
	}
	if cmdlet := cmdlets[strings.ToLower(word)]; cmdlet != nil {
		return cmdlet(r, s, a, out)
	}
	return r.program(word, a, out)
}

// call runs a block in a scope of its own, unless it is dotted.
func (r *runspace) call(s *scope, b *block, a *given, dot bool, out *[]any) error {
	inner := s
	if !dot {
		inner = s.child()
	}
	rest := a.rest
	for _, p := range b.params {
		v, ok := a.named.Get(p.name)
		switch {
		case ok:
		case len(rest) > 0:
			v, rest = rest[0], rest[1:]
			ok = true
		case p.value != nil:
			var err error
			if v, err = r.value(inner, p.value); err != nil {
				return err
			}
		}
		if p.typ != "" && (ok || p.value != nil || strings.EqualFold(p.typ, "string") || strings.EqualFold(p.typ, "switch")) {
			var err error
			if v, err = r.convert(v, p.typ); err != nil {
				return err
			}
		}
		inner.vars[strings.ToLower(p.name)] = v
	}
	inner.vars["args"] = &Array{rest}
	inner.vars["input"] = &Array{a.input}
	if a.lines != nil {
		inner.vars["input"] = a.lines
	}
	err := r.statements(inner, b, out)
	if j := (*jumping)(nil); errors.As(err, &j) && j.word == "return" {
		return nil
	}
	return err
}
