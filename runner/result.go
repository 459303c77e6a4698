package runner

import (
	"errors"
	"strings"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// result is how a task, or one item of its loop, ended on a host.
type result struct {
	dict     *value.Dict
	status   event.Status
	ignored  bool // failed or unreachable, but the task said to go on
	fatal    bool // failed with any_errors_fatal
	delegate string
	factsTo  string // host that gets the facts, where it is another one
	causes   []event.Cause
	items    []*result
}

func (r *result) changed() bool { return r != nil && isTrue(r.dict, "changed") }

// traceback is what a failed result holds as its exception: goplay has no Python traceback to show.
const traceback = value.String("(traceback unavailable)")

// settle finds out the status of a result from its dict.
func (r *result) settle() *result {
	switch {
	case isTrue(r.dict, "unreachable"):
		r.status = event.Unreachable
	case isTrue(r.dict, "failed"):
		r.status = event.Failed
	case isTrue(r.dict, "skipped"):
		r.status = event.Skipped
	case isTrue(r.dict, "changed"):
		r.status = event.Changed
	default:
		r.status = event.OK
	}
	return r
}

// skippedResult is the result of a task whose condition did not hold.
func skippedResult(cond value.Value) *result {
	d := value.DictOf("changed", value.Bool(false), "skipped", value.Bool(true),
		"skip_reason", value.String("Conditional result was False"))
	if cond != nil {
		d.Set("false_condition", cond)
	}
	return (&result{dict: d}).settle()
}

// failure makes the result of a task that goplay could not run: the chain of reasons becomes its message. An unreachable host gives an
// unreachable result.
func failure(chain ...event.Cause) *result {
	d := value.DictOf("failed", value.Bool(true), "changed", value.Bool(false), "msg", value.String(joinCauses(chain)), "exception", traceback)
	return (&result{dict: d, causes: chain}).settle()
}

func joinCauses(chain []event.Cause) string {
	parts := make([]string, len(chain))
	for i, c := range chain {
		parts[i] = strings.TrimRight(c.Msg, ".")
		if i == len(chain)-1 {
			parts[i] = c.Msg
		}
	}
	return strings.Join(parts, ": ")
}

// causesOf takes an error apart into a chain with places. Links without a place of their own join the next one.
func causesOf(err error, fallback source.Pos) []event.Cause {
	var chain []event.Cause
	for err != nil {
		var at *source.Error
		if !errors.As(err, &at) {
			return append(chain, event.Cause{Msg: err.Error(), Pos: fallback})
		}
		prefix := strings.TrimSuffix(err.Error(), at.Error())
		pos := at.Pos
		if !pos.IsValid() {
			pos = fallback
		}
		if at.Err == nil || at.Msg == "" {
			return append(chain, event.Cause{Msg: prefix + at.Error(), Pos: pos, Hint: at.Hint})
		}
		chain = append(chain, event.Cause{Msg: prefix + at.Msg, Pos: pos, Hint: at.Hint})
		err = at.Err
	}
	return chain
}

// unreachableResult is the result of a task whose host could not be reached, or no longer.
func unreachableResult(err error) *result {
	var u *connection.UnreachableError
	msg := err.Error()
	if errors.As(err, &u) {
		msg = u.Error()
	}
	d := value.DictOf("unreachable", value.Bool(true), "changed", value.Bool(false), "msg", value.String(msg))
	return (&result{dict: d, causes: []event.Cause{{Msg: "Task failed: " + msg}}}).settle()
}
