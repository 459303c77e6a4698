package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"time"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// A task with async runs in the background of its host: the action's last module call starts a job there (goplay_async), which belongs to
// no agent and no line. With poll the task asks for the job until it has ended; between two questions nothing is under way to the host.

// background is how a task runs in the background. Both are seconds; without a limit it does not.
type background struct{ limit, poll int }

// background reads the keywords async and poll.
func (x *execution) background(rd *reader) background {
	return background{
		limit: x.whole(rd, "async_val", x.t.Async, x.t.AsyncPos, 0),
		poll:  x.whole(rd, "poll", x.t.Poll, x.t.PollPos, x.p.run.opts.Config.Int("DEFAULT_POLL_INTERVAL")),
	}
}

// whole reads a keyword that is a whole number; what is none is told with its place.
func (x *execution) whole(rd *reader, name string, v value.Value, pos source.Pos, def int) int {
	got := rd.resolve(name, v)
	if got == nil {
		return def
	}
	n, ok := value.Whole(got)
	if !ok {
		why := &source.Error{Pos: pos, Msg: fmt.Sprintf("The value %s could not be converted to 'int'.", value.Repr(got)), Apart: true}
		rd.err = source.At(x.t.Pos, "Task failed", &source.Error{Pos: pos, Msg: fmt.Sprintf("Error processing keyword '%s'", name), Apart: true, Err: why})
	}
	return n
}

// refusesAsync gives the error of an action that cannot run in the background.
func (x *execution) refusesAsync(c *call) error {
	skips := c.Check && c.Name == "ansible.builtin.wait_for_connection" // which finds that out first
	if c.background.limit == 0 || skips || !x.tp.users && x.p.run.registry.Detaches(c.Name) {
		return nil
	}
	return modules.Errorf("This action (%s) does not support async.", c.Action)
}

// waits tells whether a task goes on when the job that it started has ended.
func (b background) waits(started *value.Dict) bool {
	return b.limit > 0 && b.poll > 0 && !isTrue(started, "failed") && !isTrue(started, "skipped")
}

// jobOrder is what goplay_async is told beside the module's arguments.
type jobOrder struct {
	Job          string            `json:"job"`
	Limit        int               `json:"limit"`
	Main         string            `json:"main"`
	Kind         agent.Kind        `json:"kind"`
	Interpreters map[string]string `json:"interpreters"`
	Attached     []string          `json:"attached"` // arguments that are the paths of attachments
}

// detach makes of a module call one that starts the module in the background.
func (r *remote) detach(call *agent.Call) error {
	starter, err := r.x.p.run.registry.Payload("ansible.builtin.goplay_async", nil)
	if err != nil {
		return err
	}
	o := jobOrder{
		Job: fmt.Sprintf("j%d", rand.Int64N(1e12)), Limit: r.c.background.limit,
		Main: call.Payload.Main, Kind: call.Payload.Kind, Interpreters: call.Interpreters,
	}
	for _, a := range call.Attachments {
		o.Attached = append(o.Attached, a.Param)
	}
	head, err := json.Marshal(o)
	if err != nil {
		return err
	}
	call.Args = fmt.Appendf(head[:len(head)-1], `,"args":%s}`, call.Args)
	call.Payload, call.Interpreters = payload.Around(starter, call.Payload), nil
	call.Environment = maps.Clone(call.Environment)
	if call.Environment == nil {
		call.Environment = map[string]string{}
	}
	call.Environment["ANSIBLE_ASYNC_DIR"] = r.way.asyncDir
	return nil
}

// await asks for a job until it has ended or its time is over. A question that does not reach the host is asked again at its time: the
// host may be starting anew. What was the last one's error is the task's then.
func (x *execution) await(ctx context.Context, c *call, started *value.Dict) (*value.Dict, error) {
	job := started.Get("ansible_job_id")
	defer func(limit time.Duration) { c.timeout = limit }(c.timeout)
	c.timeout = 0 // it was for the start
	var found *value.Dict
	var lost error
	for left := c.background.limit; left > 0; left -= c.background.poll {
		if !sleep(ctx, time.Duration(c.background.poll)*time.Second) {
			return nil, context.Cause(ctx)
		}
		d, err := x.ask(ctx, c, c.remote, job, "status")
		switch lost = err; {
		case ctx.Err() != nil || err != nil && !connection.IsUnreachable(err):
			return nil, err
		case err != nil:
			continue
		case isTrue(d, "finished") || isTrue(d, "failed"):
			return d, x.forget(ctx, c, job)
		}
		found = d
		x.emit(event.Async{Task: x.ev, Host: event.Host{Name: x.h.name}, Result: d.Clone(), Job: job.String(), State: event.Polled, Started: isTrue(d, "started"), Finished: isTrue(d, "finished")})
	}
	if lost != nil {
		return nil, lost
	}
	return unfinished(c, found), nil
}

// unfinished is the result of a task whose job takes longer than it may.
func unfinished(c *call, found *value.Dict) *value.Dict {
	for _, key := range []string{"stdout", "stderr"} {
		found.Set(key+"_lines", lines(textOf(found, key)))
	}
	msg := fmt.Sprintf("async task did not complete within the requested time - %ds", c.background.limit)
	return value.DictOf("failed", value.Bool(true), "msg", value.String(msg), "async_result", found)
}

// ask runs async_status for a job.
func (x *execution) ask(ctx context.Context, c *call, r *remote, job value.Value, mode string) (*value.Dict, error) {
	ask := c.Call
	ask.Name, ask.Action, ask.Remote = "ansible.builtin.async_status", "async_status", r
	ask.Args = value.DictOf("jid", job, "mode", value.String(mode))
	return x.p.run.registry.Action(ask.Name).Run(ctx, &ask)
}

// forget removes the file of a job that has ended.
func (x *execution) forget(ctx context.Context, c *call, job value.Value) error {
	apart := *c.remote // which keeps the job's result as the last one
	_, err := x.ask(ctx, c, &apart, job, "cleanup")
	return err
}

// jobEnded tells of the end of a job that was waited for.
func (x *execution) jobEnded(c *call, d *value.Dict) {
	e := event.Async{Task: x.ev, Host: event.Host{Name: x.h.name}, Result: d.Clone(), Job: textOf(d, "ansible_job_id"), State: event.JobOK}
	if isTrue(d, "failed") {
		e.State = event.JobFailed
	}
	if late, ok := d.Get("async_result").(*value.Dict); ok {
		e.Job = textOf(late, "ansible_job_id")
	}
	if c.NoLog {
		e.Job = "None"
	}
	x.emit(e)
}
