package runner

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// What is typed at the debugger's prompt is Python to the user. Here it is read as Jinja's expressions, which look the same as far as
// the forms of the documentation go, and as assignments and del with names, subscripts and attributes on their left.

// evaluate gives the value of an expression.
func (d *debugger) evaluate(expr string) (value.Value, error) {
	if expr == "" {
		return nil, errSyntax
	}
	if v, ok := eval.LiteralEval(expr); ok {
		return v, nil // text in it is data, whatever it contains
	}
	names := value.DictOf("task", d.task(), "task_vars", d.taskVars(), "host", d.host(), "result", d.result())
	names.Update(d.locals)
	ctx := d.p.run.engine.NewContext(&vars.Scope{Layers: []vars.Layer{vars.Dict{D: names}}}, d.quiet())
	return ctx.Resolve(&value.Template{Text: expr, Expr: true})
}

// quiet are the task's surroundings, with nobody to warn: while the conversation lasts nothing else is shown.
func (d *debugger) quiet() *templating.Env {
	env := *d.a.tp.env
	env.Warn = nil
	return &env
}

// execute runs a statement.
func (d *debugger) execute(line string) error {
	if target, ok := strings.CutPrefix(line, "del "); ok {
		return d.delete(strings.TrimSpace(target))
	}
	if i := assignment(line); i >= 0 {
		v, err := d.evaluate(strings.TrimSpace(line[i+1:]))
		if err != nil {
			return err
		}
		return d.assign(strings.TrimSpace(line[:i]), v)
	}
	v, err := d.evaluate(line)
	switch o, ok := v.(*object); {
	case err != nil || v == value.Value(value.None):
	case ok:
		d.say(o.repr)
	default:
		d.say(value.Repr(v)) // as Python's own prompt, which prints it in one line
	}
	return err
}

// assignment finds the = that parts a target from its value, outside of quotes and brackets.
func assignment(line string) int {
	depth := 0
	var quote byte
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case c == '=' && depth == 0:
			if i+1 < len(line) && line[i+1] == '=' || i > 0 && strings.IndexByte("=!<>+-*/%&|^", line[i-1]) >= 0 {
				return -1
			}
			return i
		}
	}
	return -1
}

func (d *debugger) assign(target string, v value.Value) error {
	base, key, err := d.place(target)
	if err != nil {
		return err
	}
	switch base := base.(type) {
	case *value.Dict:
		return base.SetKey(key, v)
	case *value.List:
		if i, ok := key.(value.Int); ok && int(i) >= 0 && int(i) < len(base.Elems) {
			base.Elems[i] = v
			return nil
		}
		return value.Errorf("IndexError", "list assignment index out of range")
	}
	return value.TypeError("'%s' object does not support item assignment", base.Type())
}

func (d *debugger) delete(target string) error {
	base, key, err := d.place(target)
	if err != nil {
		return err
	}
	dict, ok := base.(*value.Dict)
	if !ok {
		return value.TypeError("'%s' object doesn't support item deletion", base.Type())
	}
	if was, err := dict.DeleteKey(key); err != nil || !was {
		return errors.Join(err, value.Errorf("KeyError", "%s", key))
	}
	return nil
}

// place finds what a target's last subscript is of, and its key: task.args, the variables that were set, or names of the conversation.
func (d *debugger) place(target string) (base, key value.Value, err error) {
	if isName(target) {
		return d.locals, value.String(target), nil
	}
	rest, ok := "", false
	switch {
	case strings.HasPrefix(target, "task.args["):
		base, rest, ok = d.args, target[len("task.args"):], true
	case strings.HasPrefix(target, "task_vars["):
		base, rest, ok = d.edits, target[len("task_vars"):], true
	}
	if !ok {
		return nil, nil, value.Errorf("NotImplementedError", "goplay sets and deletes task.args[…], task_vars[…] and names, not %s", target)
	}
	keys, err := d.subscripts(rest)
	if err != nil {
		return nil, nil, err
	}
	for i, k := range keys[:len(keys)-1] {
		if base, err = d.inner(base, k, i == 0); err != nil {
			return nil, nil, err
		}
	}
	return base, keys[len(keys)-1], nil
}

// inner gives what is to be changed at a key. A variable that was not set yet is copied first.
func (d *debugger) inner(base, key value.Value, top bool) (value.Value, error) {
	switch b := base.(type) {
	case *value.Dict:
		if v, ok, err := b.LookupKey(key); ok || err != nil {
			return v, err
		}
		if v, ok := d.taskVars().Lookup(key.String()); ok && top && b == d.edits {
			return v, b.SetKey(key, v)
		}
		return nil, value.Errorf("KeyError", "%s", key)
	case *value.List:
		if i, ok := key.(value.Int); ok && int(i) >= 0 && int(i) < len(b.Elems) {
			return b.Elems[i], nil
		}
		return nil, value.Errorf("IndexError", "list index out of range")
	}
	return nil, value.TypeError("'%s' object is not subscriptable", base.Type())
}

// subscripts reads "['a'][0]".
func (d *debugger) subscripts(text string) ([]value.Value, error) {
	l, err := d.evaluate("[" + strings.ReplaceAll(strings.Trim(text, "[]"), "][", ",") + "]")
	if err != nil {
		return nil, err
	}
	if list, ok := l.(*value.List); ok && len(list.Elems) > 0 {
		return list.Elems, nil
	}
	return nil, errSyntax
}

func isName(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

var errSyntax = value.Errorf("SyntaxError", "invalid syntax")

// pythonic shows an error as Python would: the kind, and its repr.
func pythonic(err error) string {
	kind, msg := "Exception", err.Error()
	var x *value.Exception
	var undefined *templating.UndefinedError
	switch {
	case errors.As(err, &undefined):
		kind, msg = missing(undefined)
	case errors.As(err, &x) && x.Kind == "TemplateSyntaxError":
		return pythonic(errSyntax)
	case errors.As(err, &x):
		kind, msg = x.Kind, x.Msg
	}
	return fmt.Sprintf("%s:%s(%s)", kind, kind, value.Repr(value.String(msg)))
}

// missing tells what is not there: a key of a dict, an attribute, or a name.
func missing(u *templating.UndefinedError) (kind, msg string) {
	of, attribute, found := strings.Cut(u.Msg, "' has no attribute ")
	of = strings.TrimPrefix(of, "object of type '")
	attribute = strings.Trim(attribute, "'")
	switch {
	case !found:
		return "NameError", fmt.Sprintf("name '%s' is not defined", u.Name)
	case of == "dict":
		return "KeyError", attribute
	}
	return "AttributeError", fmt.Sprintf("'%s' object has no attribute '%s'", of, attribute)
}
