package runner

import (
	"fmt"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// pythonSink tells some of users' Python callbacks of events. What none of them has a method for is not told.
type pythonSink struct {
	all     *pythonCallbacks
	to      []int
	methods map[string]bool
}

var _ event.Differ = (*pythonSink)(nil)

// told is what a method is told of, as JSON.
type told = map[string]any

// Event calls the methods that belong to an event.
func (s *pythonSink) Event(e event.Event) {
	switch e := e.(type) {
	case event.PlaybookStart:
		s.call("v2_playbook_on_start", func() (any, error) { return s.playbook(e) })
	case event.PlayStart:
		s.all.plays[e.ID] = e
		s.call("v2_playbook_on_play_start", func() (any, error) { return s.play(e) })
	case event.PlayNear:
		s.context(e.Play)
	case event.Prompted:
		s.call("v2_playbook_on_vars_prompt", func() (any, error) { return s.prompted(e) })
	case event.NoHostsMatched:
		s.call("v2_playbook_on_no_hosts_matched", nothing)
	case event.NoHostsRemaining:
		s.call("v2_playbook_on_no_hosts_remaining", nothing)
	case event.TaskStart:
		s.taskStart(e.Task)
	case event.HostStart:
		s.call("v2_runner_on_start", func() (any, error) { return s.about(e.Task, told{"host": e.Host.Name}) })
	case event.Notified:
		s.call("v2_playbook_on_notify", func() (any, error) { return s.about(e.Task, told{"host": e.Host}) })
	case event.Included:
		s.call("v2_playbook_on_include", func() (any, error) { return s.included(e) })
	case event.Recap:
		s.call("v2_playbook_on_stats", func() (any, error) { return s.stats(e) })
	default:
		s.outcome(e)
	}
}

func nothing() (any, error) { return nil, nil }

// call calls a method, if a callback has it.
func (s *pythonSink) call(method string, about func() (any, error)) {
	if s.all.broken || !s.methods[method] && !s.methods["v2_on_any"] {
		return
	}
	with, err := about()
	if err == nil {
		err = s.all.callbacks.Call(s.to, method, with)
	}
	if err != nil {
		s.all.broken = true
		s.all.run.opts.Display.Warning(fmt.Sprintf("Python callbacks are not called any more: %v", err))
	}
}

func (s *pythonSink) playbook(e event.PlaybookStart) (any, error) {
	plays, list := []any{}, []event.PlayStart{}
	if e.List != nil {
		list = e.List()
	}
	for _, p := range list {
		d, err := s.play(p)
		if err != nil {
			return nil, err
		}
		plays = append(plays, d)
	}
	return told{"path": e.Path, "plays": plays}, nil
}

// context tells how hosts are reached, which is no event for those that want any.
func (s *pythonSink) context(e event.PlayStart) {
	s.all.plays[e.ID] = e
	if s.methods["set_play_context"] {
		s.call("set_play_context", func() (any, error) { return s.play(e) })
	}
}

func (s *pythonSink) play(e event.PlayStart) (any, error) {
	keywords := e.Keywords()
	strategy := "linear"
	if v := keywords.Get("strategy"); v != nil && v != value.None {
		strategy = v.String()
	}
	encoded, err := s.all.callbacks.Encode(keywords)
	return told{
		"number": e.ID, "name": e.Name, "hosts": hostTexts(keywords.Get("hosts")), "keywords": encoded, "path": place(e.Pos), "strategy": strategy,
		"check": e.Check, "free": e.Free,
	}, err
}

func hostTexts(v value.Value) []string {
	if v == nil || v == value.None {
		return []string{}
	}
	return asStrings(v)
}

// place is where something is written; "" for what no file has.
func place(pos source.Pos) string {
	if !pos.IsWritten() {
		return ""
	}
	return fmt.Sprintf("%s:%d", pos.File, pos.Line)
}

func (s *pythonSink) prompted(e event.Prompted) (any, error) {
	values, err := s.all.callbacks.Encode(value.NewList(
		e.Name, value.Bool(e.Private), e.Prompt, e.Encrypt, value.Bool(e.Confirm), e.SaltSize, e.Salt, e.Default, e.Unsafe))
	return told{"values": values}, err
}

func (s *pythonSink) taskStart(t *event.Task) {
	method := "v2_playbook_on_task_start"
	if t.Handler {
		method = "v2_playbook_on_handler_task_start"
	}
	s.call(method, func() (any, error) { return s.about(t, told{}) })
}

// about adds a task to what is told: its number alone, where callbacks know the task.
func (s *pythonSink) about(t *event.Task, with told) (any, error) {
	with["task"] = t.ID
	if s.all.tasks[t.ID] == t {
		return with, nil
	}
	d, err := s.task(t)
	with["task"] = d
	s.all.tasks[t.ID] = t
	return with, err
}

func (s *pythonSink) task(t *event.Task) (any, error) {
	keywords, err := s.all.callbacks.Encode(t.Keywords())
	return told{
		"number": t.ID, "kind": taskClass(t), "shown": t.Name, "name": t.Title, "action": t.Action, "keywords": keywords,
		"path": place(t.Pos), "no_log": t.NoLog, "check": t.Check, "diff": t.Diff, "role": t.Role,
	}, err
}

// taskClass is what the reference has a task of this kind as.
func taskClass(t *event.Task) string {
	switch t.BaseName() {
	case "include_tasks":
		if t.Handler {
			return "HandlerTaskInclude"
		}
		return "TaskInclude"
	case "include_role":
		return "IncludeRole"
	}
	if t.Handler {
		return "Handler"
	}
	return "Task"
}

func (s *pythonSink) included(e event.Included) (any, error) {
	vars := &value.Dict{}
	if e.Vars != nil {
		vars = e.Vars.Clone()
	}
	if e.Vars != nil && e.Task.NoLog {
		vars.Set("_ansible_no_log", value.Bool(true))
	}
	encodedArgs, err := s.all.callbacks.Encode(furtherArgs(e.Args))
	if err != nil {
		return nil, err
	}
	encodedVars, err := s.all.callbacks.Encode(vars)
	if err != nil {
		return nil, err
	}
	return s.about(e.Task, told{"path": e.Path, "args": encodedArgs, "vars": encodedVars, "hosts": e.Hosts, "role": e.Role})
}

// furtherArgs are an include's arguments without those that say what is included.
func furtherArgs(args *value.Dict) *value.Dict {
	further := &value.Dict{}
	for name, v := range args.Strings() {
		switch name {
		case "name", "role", "tasks_from", "vars_from", "defaults_from", "handlers_from":
		default:
			further.Set(name, v)
		}
	}
	return further
}

func (s *pythonSink) stats(e event.Recap) (any, error) {
	hosts := []told{}
	for _, h := range e.Hosts {
		hosts = append(hosts, told{
			"name": h.Host, "ok": h.OK, "failures": h.Failed, "dark": h.Unreachable, "changed": h.Changed, "skipped": h.Skipped, "rescued": h.Rescued,
			"ignored": h.Ignored,
		})
	}
	custom := &value.Dict{}
	for host, d := range e.Custom {
		custom.Set(host, d)
	}
	encoded, err := s.all.callbacks.Encode(custom)
	return told{"hosts": hosts, "custom": encoded}, err
}

// outcome tells of results.
func (s *pythonSink) outcome(e event.Event) {
	switch e := e.(type) {
	case event.ItemResult:
		s.item(e)
	case event.Result:
		s.result(e)
	case event.IncludeResult:
		s.includeResult(e)
	case event.Retry:
		s.retry(e)
	case event.Async:
		s.async(e)
	}
}

// report is a result for callbacks: of which task and host it is, what it is, and what comes with it.
func (s *pythonSink) report(t *event.Task, h event.Host, r *value.Dict, with told) (any, error) {
	if h.Delegate != "" && !isTrue(r, "_ansible_no_log") && !(t.Loop && r.Get("results") != nil) {
		r.Set("_ansible_delegated_vars", s.all.run.delegatedVars(h.Delegate))
	}
	if t.BaseName() == "meta" {
		r.Delete("_ansible_no_log")
		r.Delete("changed")
	}
	encoded, err := s.all.callbacks.Encode(r)
	if err != nil {
		return nil, err
	}
	with["host"], with["delegate"], with["result"] = h.Name, h.Delegate, encoded
	return s.about(t, with)
}

// delegatedVars tells how the host is reached that has done a task's work. It is named as it is shown: "name", or "name(address)".
func (r *run) delegatedVars(shown string) *value.Dict {
	name, _, _ := strings.Cut(shown, "(")
	d := value.DictOf("ansible_host", value.String(name), "ansible_port", value.None, "ansible_user", value.None,
		"ansible_connection", value.String(r.opts.Config.Str("DEFAULT_TRANSPORT")))
	h := r.host(name)
	if h == nil {
		return d
	}
	view := r.view(h)
	for known := range d.Strings() {
		if v, ok := view.Lookup(known); ok && !isTemplate(v) {
			d.Set(known, v)
		}
	}
	return d
}

// beside is what comes with a result: why it failed, and what was warned of.
func beside(t *event.Task, r *value.Dict, causes []event.Cause, ignore bool) told {
	list := [][2]string{}
	warnings, deprecations := callback.Warnings(t, r)
	for _, w := range warnings {
		list = append(list, [2]string{"warning", w})
	}
	for _, w := range deprecations {
		list = append(list, [2]string{"deprecation", w})
	}
	return told{"failure": callback.Failure(t, causes), "warnings": list, "ignore": ignore}
}

var resultMethods = [...]string{
	event.OK: "v2_runner_on_ok", event.Changed: "v2_runner_on_ok", event.Skipped: "v2_runner_on_skipped", event.Failed: "v2_runner_on_failed",
	event.Unreachable: "v2_runner_on_unreachable",
}

// Diff tells of differences, where they are to be shown: of every item that has not failed, and of results that may have some.
func (s *pythonSink) Diff(e event.Event) {
	switch e := e.(type) {
	case event.ItemResult:
		if s.differs(e.Task) && (e.Status == event.OK || e.Status == event.Changed) {
			s.call("v2_on_file_diff", func() (any, error) { return s.report(e.Task, e.Host, callback.RawItem(e.Task, e.Result), told{}) })
		}
	case event.Result:
		_, loop := e.Result.Lookup("results")
		_, has := e.Result.Lookup("diff")
		if s.differs(e.Task) && has && !(loop && e.Task.Loop) {
			s.call("v2_on_file_diff", func() (any, error) { return s.report(e.Task, e.Host, callback.Raw(e.Task, e.Result), told{}) })
		}
	}
}

func (s *pythonSink) differs(t *event.Task) bool { return t.Diff || s.all.run.opts.Diff }

func (s *pythonSink) result(e event.Result) {
	raw := callback.Raw(e.Task, e.Result)
	report := func() (any, error) {
		with := beside(e.Task, e.Result, e.Causes, e.Ignore)
		if _, unread := raw.Lookup("reason"); unread && strings.HasSuffix(taskClass(e.Task), "Include") {
			delete(with, "ignore") // the reference does not tell it of a file that cannot be read
		}
		return s.report(e.Task, e.Host, raw, with)
	}
	s.call(resultMethods[e.Status], report)
}

var itemMethods = [...]string{
	event.OK: "v2_runner_item_on_ok", event.Changed: "v2_runner_item_on_ok", event.Skipped: "v2_runner_item_on_skipped",
	event.Failed: "v2_runner_item_on_failed", event.Unreachable: "v2_runner_item_on_failed",
}

func (s *pythonSink) item(e event.ItemResult) {
	raw := callback.RawItem(e.Task, e.Result)
	report := func() (any, error) {
		return s.report(e.Task, e.Host, raw, beside(e.Task, e.Result, e.Causes, e.Ignore))
	}
	s.call(itemMethods[e.Status], report)
}

// includeResult tells what an include is going to bring in, item by item where it loops.
func (s *pythonSink) includeResult(e event.IncludeResult) {
	if list, ok := e.Result.Get("results").(*value.List); ok && e.Task.Loop {
		for _, v := range list.Elems {
			one, _ := v.(*value.Dict)
			item := func() (any, error) {
				return s.report(e.Task, e.Host, callback.RawItem(e.Task, one), told{})
			}
			if s.differs(e.Task) {
				s.call("v2_on_file_diff", item)
			}
			s.call("v2_runner_item_on_ok", item)
		}
	}
	s.call("v2_runner_on_ok", func() (any, error) {
		return s.report(e.Task, e.Host, callback.Raw(e.Task, e.Result), told{})
	})
}

func (s *pythonSink) retry(e event.Retry) {
	s.call("v2_runner_retry", func() (any, error) {
		raw := unmarked(callback.Raw(e.Task, e.Result))
		raw.Set("retries", value.Int(e.Retries))
		return s.report(e.Task, e.Host, raw, told{})
	})
}

func (s *pythonSink) async(e event.Async) {
	method := [...]string{event.Polled: "v2_runner_on_async_poll", event.JobOK: "v2_runner_on_async_ok", event.JobFailed: "v2_runner_on_async_failed"}[e.State]
	s.call(method, func() (any, error) {
		raw, task := unmarked(callback.Raw(e.Task, e.Result)), e.Task
		if e.State == event.Polled {
			task = asking(task)
		}
		addLines(raw)
		switch _, ended := raw.Lookup("rc"); {
		case !ended:
			raw.Delete("changed")
			raw.Delete("exception")
		case e.State == event.JobFailed:
			raw.Set("exception", traceback)
		}
		return s.report(task, e.Host, raw, told{})
	})
}

// asking is the task that asks for a job in the background.
func asking(t *event.Task) *event.Task {
	q := *t
	q.ID, q.Name, q.Title, q.Action = -t.ID, "async_status", "", "async_status"
	return &q
}

// unmarked takes out what results before the last one do not tell.
func unmarked(r *value.Dict) *value.Dict {
	r.Delete("_ansible_no_log")
	return r
}
