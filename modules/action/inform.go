package action

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
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
	if t, ok := v.(*value.Template); ok && strings.TrimSpace(t.Text) == "" || v == value.Value(value.String("")) {
		hasVar = false
	}
	msg, hasMsg := c.Args.Lookup("msg")
	if hasVar && hasMsg {
		return nil, modules.Errorf("parameters are mutually exclusive: msg|var")
	}
	if skip, err := tooQuiet(c); skip != nil || err != nil {
		return skip, err
	}
	d := &value.Dict{}
	switch {
	case hasVar:
		if err := showVariable(c, d, v); err != nil {
			return d, err
		}
	case hasMsg:
		d.Set("msg", msg)
	default:
		d.Set("msg", value.String("Hello world!"))
	}
	d.Set("_ansible_verbose_always", value.Bool(true))
	for _, key := range []string{"failed", "changed"} { // in the reference's order
		if _, shown := d.Lookup(key); !shown {
			d.Set(key, value.Bool(false))
		}
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
	text, pos, err := expressionOf(c, v)
	if err != nil {
		return err
	}
	got, notices, err := c.Vars.Lenient(templating.ExprTemplate(text, pos))
	if err != nil {
		return source.At(pos, "Error while resolving `var` expression", err)
	}
	for _, n := range notices {
		c.Report(document.Warning{Msg: n.Msg, Pos: n.Pos})
	}
	if got, err = c.Vars.Finalize(got); err != nil {
		return source.At(pos, "Error while resolving `var` expression", err)
	}
	if got == value.Omit {
		c.Report(document.Warning{Msg: "The result of the `var` expression could not be omitted; a placeholder was used instead.", Pos: pos})
	}
	d.Set(text, got)
	return nil
}

// expressionOf gives the expression that var is: text of an author, also where a variable holds it. What a template computes is none.
func expressionOf(c *modules.Call, v value.Value) (string, source.Pos, error) {
	t, ok := v.(*value.Template)
	if ok && !templating.IsTemplate(t.Text) {
		return t.Text, t.Pos, nil
	}
	pos := source.Pos{}
	if ok {
		pos = t.Pos
		got, err := c.Vars.Resolve(t)
		if err != nil {
			return "", pos, &source.Error{
				Msg: "Finalization of task args for 'ansible.builtin.debug' failed",
				Err: source.At(pos, "Error while resolving value for 'var'", err),
			}
		}
		v = got
	}
	text, isText := v.(value.String)
	if _, markup := v.(value.Markup); !isText && !markup {
		return "", pos, modules.Errorf("argument 'var' is of type %s and we were unable to convert to _check_type_str_no_conversion: '%s' is not a string and conversion is not allowed", v.Type(), v)
	}
	if !ok || text.IsAuthored() {
		return v.String(), pos, nil
	}
	untrusted := templating.Untrusted(pos)
	untrusted.Apart = true
	return "", pos, source.At(pos, "Error while resolving `var` expression", untrusted)
}

// fail ends the task with a message.
func fail(_ context.Context, c *modules.Call) (*value.Dict, error) {
	if err := only(c, "msg"); err != nil {
		return nil, err
	}
	msg := message(c, "Failed as requested from task", "msg")
	return value.DictOf("failed", value.Bool(true), "msg", msg), nil
}

// assert checks conditions.
func assert(_ context.Context, c *modules.Call) (*value.Dict, error) {
	that, ok := c.Args.Lookup("that")
	if !ok {
		return nil, modules.Errorf("missing required arguments: that")
	}
	if err := knownOr(c, "msg", "fail_msg", "quiet", "success_msg", "that"); err != nil {
		return nil, err
	}
	quiet, err := flag(c, "quiet", false)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"fail_msg", "msg", "success_msg"} {
		if err := lines(c, name); err != nil {
			return nil, err
		}
	}
	d := value.DictOf("changed", value.Bool(false))
	if !quiet {
		d.Set("_ansible_verbose_always", value.Bool(true))
	}
	conditions, err := c.Vars.Conditions(that)
	if err != nil {
		return nil, err
	}
	for _, cond := range conditions {
		if cond == value.None { // one that is empty, not one that is absent
			cond = value.String("")
		}
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

// lines refuses a message that is neither text nor a list of texts.
func lines(c *modules.Call, name string) error {
	v, given := c.Args.Lookup(name)
	noText := func(e value.Value) bool { return e.Type() != "str" }
	l, isList := v.(*value.List)
	switch {
	case !given, isList && !slices.ContainsFunc(l.Elems, noText), !isList && !noText(v):
		return nil
	}
	return modules.Errorf("argument '%s' is of type %s and we were unable to convert to str_or_list_of_str: a string or list of strings is required",
		cmp.Or(map[string]string{"msg": "fail_msg"}[name], name), v.Type())
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
