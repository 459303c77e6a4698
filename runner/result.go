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
	// raised says that the action broke off: no condition of the task changes that, and it is not tried again.
	raised   bool
	module   bool // what failed is a module
	dict     *value.Dict
	status   event.Status
	ignored  bool // failed or unreachable, but the task said to go on
	fatal    bool // failed with any_errors_fatal
	delegate string
	factsTo  string // host that gets the facts, where it is another one
	causes   []event.Cause
	items    []*result
	notified []string // handlers that the task names, for the case that it changed something

	args *value.Dict // what the action got, where the debugger may ask for it; nil otherwise
}

func (r *result) changed() bool { return r != nil && isTrue(r.dict, "changed") }

// traceback is what a failed result holds as its exception: goplay has no Python traceback to show.
const traceback = value.String("(traceback unavailable)")

// failed tells whether the task failed: failed_when has the last word, even when its retries are used up.
func (r *result) failed() bool {
	if _, ok := r.dict.Lookup("failed_when_result"); ok {
		return isTrue(r.dict, "failed_when_result")
	}
	return isTrue(r.dict, "failed")
}

// settle finds out the status of a result from its dict.
func (r *result) settle() *result {
	switch {
	case isTrue(r.dict, "unreachable"):
		r.status = event.Unreachable
	case r.failed():
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

// causesOf takes an error apart into a chain with places. What has no place of its own, or the same one as what it caused, is told in
// one breath with that.
func causesOf(err error, fallback source.Pos) []event.Cause {
	var chain []event.Cause
	for err != nil && err.Error() != "" {
		var at *source.Error
		if !errors.As(err, &at) {
			return link(chain, event.Cause{Msg: err.Error(), Pos: fallback})
		}
		c := event.Cause{Msg: strings.TrimSuffix(err.Error(), at.Error()) + at.Msg, Pos: at.Pos, Hint: at.Hint}
		switch {
		case c.Pos.IsValid():
			fallback = c.Pos
		case !at.Apart:
			c.Pos = fallback
		}
		if at.Apart {
			chain = append(chain, c)
		} else {
			chain = link(chain, c)
		}
		err = at.Err
	}
	return chain
}

// link adds a cause to a chain.
func link(chain []event.Cause, c event.Cause) []event.Cause {
	if c.Msg == "" {
		return chain
	}
	if n := len(chain); n > 0 && chain[n-1].Pos == c.Pos {
		chain[n-1].Msg = strings.TrimRight(chain[n-1].Msg, ".: ") + ": " + c.Msg
		chain[n-1].Hint = c.Hint
		return chain
	}
	return append(chain, c)
}

// unreachableResult is the result of a task whose host could not be reached, or no longer.
func unreachableResult(err error, pos source.Pos) *result {
	var u *connection.UnreachableError
	if errors.As(err, &u) {
		err = u
	}
	cause := event.Cause{Msg: "Task failed: " + err.Error(), Pos: pos}
	d := value.DictOf("unreachable", value.Bool(true), "changed", value.Bool(false), "msg", value.String(cause.Msg), "exception", traceback)
	r := &result{dict: d, causes: []event.Cause{cause}}
	if u != nil && u.Apart {
		r.causes = apart(err.Error(), "", pos)
	}
	return r.settle()
}

// apart are the causes of a task's failure whose reason is told by itself.
func apart(msg, hint string, pos source.Pos) []event.Cause {
	return []event.Cause{{Msg: "Task failed", Pos: pos}, {Msg: strings.TrimSpace(msg + " " + hint), Short: msg}}
}
