package callback

import (
	"fmt"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// JSON prints the whole run as one JSON document at its end, in the form of ansible.posix.json:
//
//	{"plays": [{"play": {…}, "tasks": [{"task": {…}, "hosts": {"web1": {…}}}]}], "stats": {…}, "custom_stats": {}, "global_custom_stats": {}}
type JSON struct {
	*Display
	plays *value.List
	tasks *value.List // of the last play
	hosts *value.Dict // of the last task
	task  *value.Dict // what is told of the last task
	last  int         // its ID
}

// NewJSON makes the JSON printer.
func NewJSON(d *Display) *JSON { return &JSON{Display: d, plays: &value.List{}} }

// Event takes an event.
func (j *JSON) Event(e event.Event) {
	switch e := e.(type) {
	case event.PlayStart:
		j.playStart(e)
	case event.TaskStart:
		j.taskStart(e.Task)
	case event.Result:
		j.result(e)
	case event.IncludeResult:
		j.result(event.Result{Task: e.Task, Host: e.Host, Result: e.Result})
	case event.Message:
		j.message(e)
	case event.Recap:
		j.recap(e)
	}
}

func (j *JSON) stamp() value.Value {
	return value.String(j.now().UTC().Format("2006-01-02T15:04:05.000000Z"))
}

func (j *JSON) duration() *value.Dict { return value.DictOf("start", j.stamp()) }

func (j *JSON) playStart(e event.PlayStart) {
	j.tasks, j.task = &value.List{}, nil
	j.plays.Append(value.DictOf(
		"play", value.DictOf(
			"name", value.String(e.Name), "id", value.String(fmt.Sprintf("play-%d", len(j.plays.Elems)+1)),
			"path", value.String(fmt.Sprintf("%s:%d", e.Pos.File, e.Pos.Line)), "duration", j.duration()),
		"tasks", j.tasks))
}

func (j *JSON) taskStart(t *event.Task) {
	if j.tasks == nil {
		j.playStart(event.PlayStart{})
	}
	j.last = t.ID
	j.hosts = &value.Dict{}
	j.task = value.DictOf(
		"name", value.String(t.Name), "id", value.String(fmt.Sprintf("task-%d", t.ID)),
		"path", value.String(fmt.Sprintf("%s:%d", t.Pos.File, t.Pos.Line)), "duration", j.duration())
	j.tasks.Append(value.DictOf("task", j.task, "hosts", j.hosts))
}

func (j *JSON) result(e event.Result) {
	if j.task == nil || j.last != e.Task.ID {
		j.taskStart(e.Task) // hosts that do not wait for each other come back to a task
	}
	r := Raw(e.Task, e.Result)
	if !e.Task.NoLog && !isTrue(e.Result, "_ansible_no_log") {
		withTold(r, e.Result)
	}
	r.Set("action", value.String(e.Task.Action))
	switch e.Status {
	case event.Failed:
		r.Set("failed", value.Bool(true))
	case event.Skipped:
		r.Set("skipped", value.Bool(true))
	case event.Unreachable:
		r.Set("unreachable", value.Bool(true))
	}
	j.hosts.Set(e.Host.Name, r)
	j.end(j.task)
	if n := len(j.plays.Elems); n > 0 {
		play, _ := j.plays.Elems[n-1].(*value.Dict).Get("play").(*value.Dict)
		j.end(play)
	}
}

// withTold adds the warnings and deprecations that came with a result; json tells of them nowhere else.
func withTold(r, of *value.Dict) {
	for key := range toldApart {
		if v, ok := of.Lookup(key); ok {
			r.Set(key, v)
		}
	}
}

func (j *JSON) end(of *value.Dict) {
	if d, ok := of.Get("duration").(*value.Dict); ok {
		d.Set("end", j.stamp())
	}
}

// message keeps stdout for the document and for what actions say: the rest is shown where it goes to stderr.
func (j *JSON) message(m event.Message) {
	switch m.Level {
	case event.Warning, event.Deprecation, event.Error, event.Display:
		j.Message(m)
	}
}

func (j *JSON) recap(e event.Recap) {
	stats := &value.Dict{}
	for _, h := range e.Hosts {
		stats.Set(h.Host, value.DictOf(
			"ok", value.Int(h.OK), "failures", value.Int(h.Failed), "unreachable", value.Int(h.Unreachable), "changed", value.Int(h.Changed),
			"skipped", value.Int(h.Skipped), "rescued", value.Int(h.Rescued), "ignored", value.Int(h.Ignored)))
	}
	custom, global := &value.Dict{}, &value.Dict{}
	if j.o.ShowCustomStats {
		for host, d := range e.Custom {
			if host == runStats {
				global = d
				continue
			}
			custom.Set(host, d)
		}
	}
	j.Line(jsonText(value.DictOf("plays", j.plays, "stats", stats, "custom_stats", custom, "global_custom_stats", global), j.o.JSONIndent), "")
	j.plays, j.tasks, j.task = &value.List{}, nil, nil
}
