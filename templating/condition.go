package templating

import (
	"errors"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Condition evaluates one item of `when` and its like by ansible-core 2.19's rules: a boolean, or text that is an expression whose
// result is a boolean.
func (c *Context) Condition(v value.Value) (bool, error) {
	switch x := v.(type) {
	case nil, value.NoneType:
		return true, nil
	case value.Bool:
		return bool(x), nil
	case *value.Template:
		return c.conditionText(x.Text, x)
	case value.String:
		return c.conditionText(string(x), &value.Template{Text: string(x), Expr: true})
	case value.Markup:
		return c.conditionText(string(x), &value.Template{Text: string(x), Expr: true})
	}
	if c.engine.AllowBrokenConditionals {
		return v.Truth(), nil
	}
	return false, &source.Error{Msg: "Conditional expressions must be strings.", Hint: brokenHint}
}

func (c *Context) conditionText(text string, t *value.Template) (bool, error) {
	if strings.TrimSpace(text) == "" {
		if c.engine.AllowBrokenConditionals {
			return true, nil
		}
		return false, &source.Error{Pos: t.Pos, Msg: "Empty conditional expressions are not allowed.", Hint: brokenHint}
	}
	if !t.Expr && !isAllTemplate(text) {
		t = &value.Template{Text: text, Pos: t.Pos, Expr: true}
	}
	r, err := c.evaluate(t)
	if err != nil {
		return false, conditionError(t, err)
	}
	if b, ok := r.(value.Bool); ok {
		return bool(b), nil
	}
	if r == value.Value(value.None) && !t.Expr && !c.engine.AllowBrokenConditionals {
		return false, &source.Error{Msg: "Empty conditional expressions are not allowed.", Hint: brokenHint, Apart: true}
	}
	if r == value.Value(value.Omit) {
		return false, &source.Error{
			Pos: t.Pos, Msg: "A template was resolved to an Omit scalar.",
			Hint: "Callers must be prepared to handle this value. This is most likely a bug in the code requesting templating.",
		}
	}
	if !t.Expr {
		if b, ok := c.nestedCondition(r, t); ok {
			return b, nil
		}
	}
	if c.engine.AllowBrokenConditionals {
		return r.Truth(), nil
	}
	return false, &source.Error{
		Pos: t.Pos, Hint: brokenHint,
		Msg: "Conditional result (" + value.Bool(r.Truth()).String() + ") was derived from value of type '" + r.Type() + "'" + at(t.Pos) +
			". Conditionals must have a boolean result.",
	}
}

const brokenHint = "Broken conditionals can be temporarily allowed with the `ALLOW_BROKEN_CONDITIONALS` configuration option."

// nestedCondition serves `when: "{{ text }}"` whose result is the text of a boolean.
func (c *Context) nestedCondition(r value.Value, _ *value.Template) (bool, bool) {
	s, ok := r.(value.String)
	if !ok {
		return false, false
	}
	switch s {
	case "True", "true":
		return true, true
	case "False", "false":
		return false, true
	}
	return false, false
}

// IsDelimited tells whether a conditional is a template from end to end.
func IsDelimited(v value.Value) bool {
	t, ok := v.(*value.Template)
	return ok && !t.Expr && isAllTemplate(t.Text)
}

// isAllTemplate tells whether a conditional is a template from end to end; any other one is an expression.
func isAllTemplate(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{{") && strings.HasSuffix(text, "}}") || strings.HasPrefix(text, "{%") && strings.HasSuffix(text, "%}")
}

func at(pos source.Pos) string {
	if !pos.IsValid() {
		return " at '<unknown>'"
	}
	return " at '" + pos.String() + "'"
}

// conditionError words a failure inside a conditional as Ansible does.
func conditionError(t *value.Template, err error) error {
	var e *source.Error
	if !errors.As(err, &e) {
		return err
	}
	var undefined *UndefinedError
	if errors.As(err, &undefined) {
		return source.At(t.Pos, "Error while evaluating conditional", err)
	}
	return expressionError(t, err)
}

// expressionError tells of an expression that was written as a template why it is none.
func expressionError(t *value.Template, err error) error {
	const syntaxError = "Syntax error in expression"
	var e *source.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Msg, syntaxError) || !IsTemplate(t.Text) {
		return err
	}
	msg := syntaxError + ". Template delimiters are not supported in expressions" + strings.TrimPrefix(e.Msg, syntaxError)
	return &source.Error{Pos: t.Pos, Msg: msg, Hint: e.Hint, Err: e.Err}
}
