package runner

import (
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// evaluatedKeywords are the keywords of a task that say how its action runs.
type evaluatedKeywords struct {
	check, diff, noLog bool
	seconds            int // of its timeout
	background
}

// evaluated evaluates all keywords of a task, for the host or for one item. What is wrong with any of them fails the task.
func (x *execution) evaluated(vars *templating.Context) (evaluatedKeywords, error) {
	rd := reader{ctx: vars}
	k := evaluatedKeywords{
		check: rd.bool("check_mode", x.t.CheckMode, x.p.run.opts.Check), diff: rd.bool("diff", x.t.Diff, x.p.run.opts.Diff),
		noLog:   rd.bool("no_log", x.t.NoLog, x.p.run.opts.Config.Bool("DEFAULT_NO_LOG")),
		seconds: rd.int("timeout", x.t.Timeout, x.p.run.opts.Config.Int("TASK_TIMEOUT")),
	}
	k.background = x.background(&rd)
	if rd.err != nil {
		return k, rd.err
	}
	if err := x.checkKeywords(vars); err != nil {
		return k, err
	}
	rd.bool("delegate_facts", x.t.DelegateFacts, false)
	return k, rd.err
}

// checkKeywords reads the keywords whose values matter only after the task, or for the play: a wrong value fails the task before
// anything is done, whether it would come to matter or not.
func (x *execution) checkKeywords(vars *templating.Context) error {
	rd := reader{ctx: vars}
	for _, k := range []struct {
		name string
		v    value.Value
	}{
		{"ignore_errors", x.t.IgnoreErrors},
		{"ignore_unreachable", x.t.IgnoreUnreachable},
		{"any_errors_fatal", x.t.AnyErrorsFatal},
		{"run_once", x.t.RunOnce},
	} {
		if k.v != nil {
			rd.bool(k.name, k.v, false)
		}
	}
	for _, k := range []struct {
		name string
		v    value.Value
	}{{"port", x.t.Port}, {"throttle", x.t.Throttle}} {
		if k.v != nil {
			rd.int(k.name, k.v, 0)
		}
	}
	x.whole(&rd, "poll", x.t.Poll, x.t.PollPos, 0)
	x.checkDebugger(&rd)
	x.checkTexts(&rd)
	return rd.err
}

// checkTexts evaluates the keywords that are text and may not be needed.
func (x *execution) checkTexts(rd *reader) {
	for _, k := range []struct {
		name string
		v    value.Value
	}{
		{"become_user", x.t.BecomeUser},
		{"become_method", x.t.BecomeMethod},
		{"become_exe", x.t.BecomeExe},
		{"become_flags", x.t.BecomeFlags},
		{"remote_user", x.t.RemoteUser},
	} {
		if _, template := k.v.(*value.Template); template {
			rd.resolve(k.name, k.v)
		}
	}
	for _, n := range x.t.Notify {
		if _, template := n.(*value.Template); template {
			rd.resolve("notify", n)
		}
	}
}

// noLog tells whether a task's output is hidden. It is where that cannot be found out, but for a loop, whose items may say it
// each for itself.
func (p *play) noLog(t *playbook.Task, vars *templating.Context) bool {
	rd := reader{ctx: vars}
	hide := rd.bool("no_log", t.NoLog, p.run.opts.Config.Bool("DEFAULT_NO_LOG"))
	switch {
	case rd.err == nil:
		return hide
	case t.Loop == nil:
		why := placed(posOf(t.NoLog, t.Pos), rd.err)
		if _, at := rd.err.(*source.Error); !at { //nolint:errorlint // the outermost one
			why = source.New(posOf(t.NoLog, t.Pos), rd.err.Error())
		}
		p.run.warn(source.Report(source.At(source.Pos{}, "Invalid no_log value for task, output will be masked", why)), source.Pos{})
	}
	return t.Loop == nil
}
