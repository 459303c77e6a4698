package action

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// debug shows a message or a variable.
func debug(_ context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "msg", "var", "verbosity"); err != nil {
		return nil, err
	}
	v, hasVar := c.Args.Lookup("var")
	msg, hasMsg := c.Args.Lookup("msg")
	if hasVar && hasMsg {
		return nil, modules.Errorf("parameters are mutually exclusive: msg|var")
	}
	if skip, err := tooQuiet(c); skip != nil || err != nil {
		return skip, err
	}
	d := value.DictOf("_ansible_verbose_always", value.Bool(true), "changed", value.Bool(false))
	switch {
	case hasVar:
		return d, showVariable(c, d, v)
	case hasMsg:
		d.Set("msg", msg)
	default:
		d.Set("msg", value.String("Hello world!"))
	}
	return d, nil
}

func tooQuiet(c *modules.Call) (*value.Dict, error) {
	v := c.Args.Get("verbosity")
	if v == nil {
		return nil, nil
	}
	n, err := strconv.Atoi(v.String())
	if err != nil {
		return nil, modules.Errorf("argument 'verbosity' is of type %s and we were unable to convert to int: \"%s\" cannot be converted to an int", pyType(v), v.String())
	}
	if n <= c.Verbosity {
		return nil, nil
	}
	return value.DictOf("skipped", value.Bool(true), "skipped_reason", value.String("Verbosity threshold not met.")), nil
}

// showVariable evaluates an expression; what is undefined in it is shown as such.
func showVariable(c *modules.Call, d *value.Dict, v value.Value) error {
	text, pos := v.String(), source.Pos{}
	switch t := v.(type) {
	case *value.Template:
		pos = t.Pos
	case value.String:
	default:
		d.Set(value.Repr(v), v)
		return nil
	}
	got, err := c.Vars.Expression(text, pos)
	var missing *templating.UndefinedError
	if errors.As(err, &missing) {
		c.Report("Encountered 1 template error.\nerror 1 - "+missing.Msg, pos)
		got, err = value.String(fmt.Sprintf("<< error 1 - %s >>", missing.Msg)), nil
	}
	if err != nil {
		return source.At(pos, "Error while resolving `var` expression", err)
	}
	d.Set(text, got)
	return nil
}

// fail ends the task with a message.
func fail(_ context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "msg"); err != nil {
		return nil, err
	}
	msg := "Failed as requested from task"
	if v := c.Args.Get("msg"); v != nil {
		msg = v.String()
	}
	return modules.Fail(msg), nil
}

// assert checks conditions.
func assert(_ context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "fail_msg", "msg", "quiet", "success_msg", "that"); err != nil {
		return nil, err
	}
	that, ok := c.Args.Lookup("that")
	if !ok {
		return nil, modules.Errorf("missing required arguments: that")
	}
	quiet, err := flag(c, "quiet", false)
	if err != nil {
		return nil, err
	}
	d := value.DictOf("changed", value.Bool(false))
	if !quiet {
		d.Set("_ansible_verbose_always", value.Bool(true))
	}
	for _, cond := range conditionList(that) {
		ok, err := c.Vars.Condition(cond)
		if err != nil {
			return nil, err
		}
		if !ok {
			return failedAssertion(c, d, cond), nil
		}
	}
	d.Set("msg", message(c, "All assertions passed", "success_msg"))
	return d, nil
}

func failedAssertion(c *modules.Call, d *value.Dict, cond value.Value) *value.Dict {
	text := cond
	if t, ok := cond.(*value.Template); ok {
		text = value.String(t.Text)
	}
	d.Set("failed", value.Bool(true))
	d.Set("evaluated_to", value.Bool(false))
	d.Set("assertion", text)
	d.Set("msg", message(c, "Assertion failed", "fail_msg", "msg"))
	return d
}

// message gives a message argument, which may be a list of lines, or the default.
func message(c *modules.Call, def string, names ...string) value.Value {
	for _, n := range names {
		if v := c.Args.Get(n); v != nil && v != value.None {
			return v
		}
	}
	return value.String(def)
}

func conditionList(v value.Value) []value.Value {
	if l, ok := v.(*value.List); ok {
		return l.Elems
	}
	return []value.Value{v}
}

func positionOf(v value.Value) source.Pos {
	if t, ok := v.(*value.Template); ok {
		return t.Pos
	}
	return source.Pos{}
}
