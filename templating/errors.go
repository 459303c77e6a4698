package templating

import (
	"errors"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// describe turns a failure into a user's error: Ansible's message, the place of the template, and an *UndefinedError in the chain
// where something was undefined. An error that has a place already is passed on.
func describe(pos source.Pos, isExpr bool, err error) error {
	var located *source.Error
	if errors.As(err, &located) {
		return err
	}
	if errors.Is(err, errLoop) {
		return &source.Error{Pos: pos, Msg: "Recursive loop detected in template", Err: &source.Error{Msg: errLoop.Msg, Apart: true}}
	}
	var plugin *eval.PluginError
	if errors.As(err, &plugin) && strings.Contains(plugin.Err.Error(), "\n") {
		return &source.Error{Pos: pos, Msg: plugin.Short(), Err: &source.Error{Msg: plugin.Err.Error(), Apart: true, Err: &hidden{err: err}}}
	}
	msg := message(isExpr, err)
	cause := err
	var x *value.Exception
	if errors.As(err, &x) && x.Kind == "UndefinedError" {
		pos = origin(x, pos)
		u := &UndefinedError{Msg: x.Msg, Pos: pos}
		if x.Undefined != nil {
			u.Name = x.Undefined.Name
		}
		cause = &undefinedCause{u, err}
	}
	return &source.Error{Pos: pos, Msg: msg, Err: &hidden{cause, msg}}
}

// origin is the place of the innermost template in which something was undefined.
func origin(x *value.Exception, pos source.Pos) source.Pos {
	if x.Undefined != nil && x.Undefined.Pos.IsValid() {
		return x.Undefined.Pos
	}
	return pos
}

// undefinedCause puts an UndefinedError into the chain of errors.
type undefinedCause struct {
	*UndefinedError
	err error
}

// Unwrap gives both.
func (c *undefinedCause) Unwrap() []error { return []error{c.UndefinedError, c.err} }

// hidden is a cause whose text is in its message already.
type hidden struct {
	err error
	msg string
}

func (h *hidden) Error() string { return "" }

// Unwrap gives the cause.
func (h *hidden) Unwrap() error { return h.err }

// message words a failure as Ansible does.
func message(isExpr bool, err error) string {
	var plugin *eval.PluginError
	if errors.As(err, &plugin) {
		return plugin.Error()
	}
	var x *value.Exception
	if !errors.As(err, &x) {
		return err.Error()
	}
	switch x.Kind {
	case "UndefinedError", "AnsibleError", pluginLoadError, pluginNotFound:
		return x.Msg
	case "TemplateSyntaxError", "TemplateAssertionError":
		if isExpr {
			return "Syntax error in expression: " + x.Msg
		}
		return "Syntax error in template: " + x.Msg
	}
	if isExpr {
		return "Error rendering expression: " + x.Msg
	}
	return "Error rendering template: " + x.Msg
}

// The kinds of errors about lookups that cannot be run at all.
const (
	pluginLoadError = "AnsibleTemplatePluginLoadError"
	pluginNotFound  = "AnsibleTemplatePluginNotFoundError"
)

// KindOf names ansible-core's exception that the error of an evaluation is: "AnsibleUndefinedVariable", "AnsibleTemplateSyntaxError" …
func KindOf(err error) string {
	var plugin *eval.PluginError
	if errors.As(err, &plugin) {
		return "AnsibleTemplatePluginRuntimeError"
	}
	var x *value.Exception
	if !errors.As(err, &x) {
		return "AnsibleTemplateError"
	}
	switch x.Kind {
	case "UndefinedError":
		return "AnsibleUndefinedVariable"
	case "TemplateSyntaxError", "TemplateAssertionError":
		return "AnsibleTemplateSyntaxError"
	case "AnsibleError", pluginLoadError, pluginNotFound, "TimeoutError":
		return x.Kind
	}
	return "AnsibleTemplateError"
}
