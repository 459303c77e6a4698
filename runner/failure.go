package runner

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// placed gives an error the place of what was evaluated where it has none.
func placed(pos source.Pos, err error) error {
	var at *source.Error
	switch {
	case !errors.As(err, &at):
		return &source.Error{Pos: pos, Msg: err.Error()}
	case at.Pos.IsValid(), at.Apart:
		return err
	}
	there := *at
	there.Pos = pos
	return &there
}

// asWritten gives a template's text, and every other value as it is.
func asWritten(v value.Value) value.Value {
	t, ok := v.(*value.Template)
	switch {
	case !ok:
		return v
	case t.Given != nil:
		return t.Given
	}
	return value.String(t.Text)
}

// plainError is a reason for a failure that is told by itself, without the task's.
type plainError struct{ causes []event.Cause }

func (e *plainError) Error() string { return joinCauses(e.causes) }

// settingError says that a plugin's option has a value that it cannot have.
type settingError struct{ msg, hint string }

func (e *settingError) Error() string { return e.msg }

// plain makes an error of the task one that is told by itself.
func (x *execution) plain(err error) error {
	if err == nil {
		return nil
	}
	return &plainError{causesOf(err, x.t.Pos)}
}

// failedOn is failed for a task that is delegated, or "".
func (x *execution) failedOn(delegate string, err error) *result {
	r := x.failed(err)
	if delegate != x.h.name {
		r.delegate = delegate
	}
	return r
}

// failed makes a failed result of an error that stands for the whole task.
func (x *execution) failed(err error) *result {
	if connection.IsUnreachable(err) {
		return unreachableResult(err, x.t.Pos)
	}
	var plain *plainError
	if errors.As(err, &plain) {
		r := failure(plain.causes...)
		r.dict.Delete("changed")
		return r
	}
	var setting *settingError
	if errors.As(err, &setting) {
		r := failure(event.Cause{Msg: "Task failed: " + setting.msg, Pos: x.t.Pos})
		r.causes = apart(setting.msg, setting.hint, x.t.Pos)
		return r
	}
	chain := causesOf(err, x.t.Pos)
	if !strings.HasPrefix(chain[0].Msg, "Task failed") {
		chain = append(link([]event.Cause{{Msg: "Task failed", Pos: x.t.Pos}}, chain[0]), chain[1:]...)
	}
	return failure(chain...)
}

// raised makes a failed result of an action's error. An action's own refusal is the result's message as it is.
func (x *execution) raised(err error, c *call) *result {
	var refused *modules.Error
	if !errors.As(err, &refused) {
		r := x.failed(err)
		r.raised = true
		return r
	}
	r := failure(event.Cause{Msg: "Task failed: " + refused.Msg, Pos: x.t.Pos})
	if refused.Pos.IsValid() || refused.Hint != "" {
		r = failure(link([]event.Cause{{Msg: "Task failed", Pos: x.t.Pos}}, event.Cause{Msg: refused.Msg, Pos: pickPos(refused.Pos, x.t.Pos), Hint: refused.Hint})...)
	} else if !refused.Whole {
		r.dict.Set("msg", value.String(refused.Msg))
	}
	if refused.Result != nil {
		r.dict = refused.Result.Merged(r.dict)
	}
	if refused.Link {
		r.causes = []event.Cause{{Msg: "Task failed", Pos: x.t.Pos}, {Msg: strings.TrimSpace(refused.Msg + " " + refused.Hint), Short: refused.Msg, Pos: refused.Pos}}
	}
	x.complete(r.dict, c)
	r.raised = true
	return r
}

func pickPos(pos, def source.Pos) source.Pos {
	if pos.IsValid() {
		return pos
	}
	return def
}

func timedOut(limit time.Duration) *value.Dict {
	msg := fmt.Sprintf("Task failed: Timed out after %d second(s).", int(limit.Seconds()))
	return value.DictOf("failed", value.Bool(true), "msg", value.String(msg), "timedout", value.DictOf(
		"frame", value.String("Configure `DISPLAY_TRACEBACK` to see a traceback on timeout errors."), "period", value.Int(int64(limit.Seconds()))))
}

// failedModule tells whether a failed result is that of the last module.
func (r *remote) failedModule(d *value.Dict) bool {
	return r.last != nil && isTrue(r.last, "failed") && textOf(r.last, "msg") == textOf(d, "msg")
}

// moduleCauses explains the failure of a module, or of an action's own.
func (x *execution) moduleCauses(d *value.Dict, r *remote) []event.Cause {
	defer d.Delete("_goplay_link")
	module := r.failedModule(d)
	if link := d.Get("_goplay_link"); link != nil {
		return []event.Cause{{Msg: "Task failed: Action failed", Pos: x.t.Pos}, {Msg: link.String(), Short: d.Get("msg").String()}}
	}
	msg := "Unknown error."
	if m := d.Get("msg"); m != nil {
		msg = m.String()
	} else {
		d.Set("msg", value.String("Task failed: Action failed: "+msg))
	}
	if module && len(r.why.texts) > 0 {
		return r.why.causes(x.t.Pos)
	}
	text := "Task failed: Action failed: " + msg
	switch {
	case strings.HasPrefix(msg, "Task failed: "):
		text = msg
	case module:
		text = "Task failed: Module failed: " + msg
	}
	if msg == "" {
		text = strings.TrimSuffix(text, ": ") + "."
	}
	return []event.Cause{{Msg: text, Pos: x.t.Pos}}
}
