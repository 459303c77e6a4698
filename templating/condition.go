package templating

import (
	"errors"
	"regexp"
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
		if !trusted(x) {
			return false, Untrusted(source.Unwritten(string(x)))
		}
		return c.conditionText(string(x), &value.Template{Text: string(x), Expr: true})
	case value.Markup:
		return false, Untrusted(source.Unwritten(string(x)))
	}
	if c.engine.AllowBrokenConditionals {
		return v.Truth(), nil
	}
	return false, &source.Error{Msg: "Conditional expressions must be strings.", Hint: brokenHint}
}

func (c *Context) conditionText(text string, t *value.Template) (bool, error) {
	if strings.TrimSpace(text) == "" {
		return c.emptyCondition(&source.Error{Pos: t.Pos, Apart: !t.Pos.IsValid()})
	}
	if !t.Expr && !isAllTemplate(text) {
		t = &value.Template{Text: text, Pos: t.Pos, Expr: true}
	}
	r, err := c.evaluate(t)
	if err != nil {
		return false, conditionError(t, err)
	}
	if text, ok := r.(value.String); ok && !t.Expr {
		return c.nestedCondition(text, t)
	}
	if !t.Expr && r != value.Value(value.Omit) && (r != value.Value(value.None) || c.engine.AllowBrokenConditionals) {
		c.deprecate("Conditionals should not be surrounded by templating delimiters such as {{ }} or {% %}.", "", t.Pos)
	}
	return c.conditionResult(r, t)
}

// conditionResult judges what a conditional gives.
func (c *Context) conditionResult(r value.Value, t *value.Template) (bool, error) {
	switch r := r.(type) {
	case value.Bool:
		return bool(r), nil
	case value.NoneType:
		if !t.Expr {
			return c.emptyCondition(&source.Error{Apart: true})
		}
	case value.OmitType:
		return false, &source.Error{
			Pos: t.Pos, Msg: "A template was resolved to an Omit scalar.",
			Hint: "Callers must be prepared to handle this value. This is most likely a bug in the code requesting templating.",
		}
	}
	from := t.Pos
	if r == value.Value(value.None) { // which comes from nowhere
		from = source.Pos{}
	}
	msg := "Conditional result (" + value.Bool(r.Truth()).String() + ") was derived from value of type '" + r.Type() + "'" + at(from) +
		". Conditionals must have a boolean result."
	if c.engine.AllowBrokenConditionals {
		c.deprecate(msg, brokenAllowed, t.Pos)
		return r.Truth(), nil
	}
	return false, &source.Error{Pos: t.Pos, Hint: brokenHint, Msg: msg}
}

// emptyCondition judges a conditional without an expression; the error has its place.
func (c *Context) emptyCondition(e *source.Error) (bool, error) {
	if c.engine.AllowBrokenConditionals {
		c.deprecate("Empty conditional expression was evaluated as True.", brokenAllowed, e.Pos)
		return true, nil
	}
	e.Msg, e.Hint = "Empty conditional expressions are not allowed.", brokenHint
	return false, e
}

// deprecate tells of what a template should not do.
func (c *Context) deprecate(msg, advice string, pos source.Pos) {
	if c.env.Deprecate != nil {
		c.env.Deprecate(msg+" This feature will be removed from ansible-core version 2.23.", advice, pos)
	}
}

const brokenAllowed = "Broken conditionals are currently allowed because the `ALLOW_BROKEN_CONDITIONALS` configuration option is enabled."

const brokenHint = "Broken conditionals can be temporarily allowed with the `ALLOW_BROKEN_CONDITIONALS` configuration option."

// nestedCondition serves `when: "{{ name }}"` whose result is text: an expression that an author has written is evaluated. Of other text
// only booleans are taken for what they say.
func (c *Context) nestedCondition(text value.String, t *value.Template) (bool, error) {
	if trusted(text) {
		return c.conditionText(string(text), &value.Template{Text: string(text), Pos: t.Pos, Expr: true})
	}
	switch text {
	case "True", "true":
		return true, nil
	case "False", "false":
		return false, nil
	}
	return false, Untrusted(t.Pos)
}

// trusted tells whether text may be taken for an expression. Of text without one the reference says just that.
func trusted(text value.String) bool {
	return text.IsAuthored() || strings.TrimSpace(string(text)) == ""
}

// Untrusted is the error of text that is to be an expression, and that no author of a playbook, role or inventory wrote.
func Untrusted(pos source.Pos) *source.Error {
	return &source.Error{
		Pos: pos, Msg: "Encountered untrusted template or expression.",
		Hint: "Templates and expressions must be defined by trusted sources such as playbooks or roles, not untrusted sources such as module results.",
	}
}

var allTemplate = regexp.MustCompile(`(?s)^\s*\{[{%#].*[}%#]\}\s*$`)

// isAllTemplate tells whether a conditional is a template from end to end; any other one is an expression.
func isAllTemplate(text string) bool {
	return allTemplate.MatchString(text)
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
