package callback

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// Default prints what the reference's default callback prints.
type Default struct {
	*Display
	free    bool // the play's hosts do not wait for each other: titles come with the results
	titled  int  // ID of the task whose title was printed last
	check   bool // the run is in check mode
	started bool // a title was printed, as opposed to none yet
}

// NewDefault makes the default printer.
func NewDefault(d *Display) *Default { return &Default{Display: d} }

// NewYAML makes the default printer with results as YAML, as community.general.yaml did it.
func NewYAML(d *Display) *Default {
	d.o.ResultFormat = "yaml"
	return NewDefault(d)
}

// Event prints an event.
func (d *Default) Event(e event.Event) {
	switch e := e.(type) {
	case event.RunStart:
		d.check = e.Check
	case event.PlaybookStart:
		d.playbookStart(e)
	case event.PlayStart:
		d.playStart(e)
	case event.NoHostsMatched:
		d.Line("skipping: no hosts matched", d.o.Colors.Skip)
	case event.NoHostsRemaining:
		d.Banner("NO MORE HOSTS LEFT")
	case event.TaskStart:
		d.taskStart(e.Task)
	case event.HostStart:
		d.hostStart(e)
	case event.ItemResult:
		d.item(e)
	case event.Result:
		d.result(e)
	case event.Retry:
		d.retry(e)
	case event.Async:
		d.async(e)
	case event.Included:
		d.included(e)
	case event.Notified:
		if d.o.Verbosity >= 2 {
			d.Line(fmt.Sprintf("NOTIFIED HANDLER %s for %s", e.Handler, e.Host), d.o.Colors.Verbose)
		}
	case event.Message:
		d.Message(e)
	case event.Recap:
		d.recap(e)
	}
}

func (d *Display) playCount(e event.PlaybookStart) {
	if e.Plays != event.Uncounted {
		d.Verbose(2, fmt.Sprintf("%d plays in %s", e.Plays, e.Path))
	}
}

// Diff prints the differences of a result; those of a loop's items have been printed.
func (d *Default) Diff(e event.Event) {
	switch e := e.(type) {
	case event.ItemResult:
		d.diffs(e.Task, e.Result)
	case event.Result:
		if !isLoop(e) {
			d.diffs(e.Task, e.Result)
		}
	}
}

func (d *Default) playbookStart(e event.PlaybookStart) {
	if d.o.Verbosity > 1 {
		d.Banner("PLAYBOOK: " + filepath.Base(e.Path))
	}
	d.playCount(e)
	if d.check && d.o.CheckModeMarkers {
		d.Banner("DRY RUN")
	}
}

func (d *Default) playStart(e event.PlayStart) {
	d.free = e.Free
	d.started = false
	marker := ""
	if e.Check && d.o.CheckModeMarkers {
		marker = " [CHECK MODE]"
	}
	if e.Name == "" {
		d.Banner("PLAY" + marker)
		return
	}
	d.Banner("PLAY [" + strings.TrimSpace(e.Name) + "]" + marker)
}

// taskStart prints a task's title, unless results may be hidden: then the first shown result prints it.
func (d *Default) taskStart(t *event.Task) {
	if !d.free && d.o.DisplaySkippedHosts && d.o.DisplayOKHosts {
		d.banner(t)
	}
}

// title prints a task's title, if it was not the last one printed.
func (d *Default) title(t *event.Task) {
	if !d.started || d.titled != t.ID {
		d.banner(t)
	}
}

func (d *Default) banner(t *event.Task) {
	d.started, d.titled = true, t.ID
	prefix := "TASK"
	if t.Handler {
		prefix = "RUNNING HANDLER"
	}
	name := strings.TrimSpace(t.Name)
	if d.o.DisplayArgsToStdout && !t.NoLog && t.Args != nil {
		name += " " + writtenArgs(t)
	}
	marker := ""
	if t.Check && d.o.CheckModeMarkers {
		marker = " [CHECK MODE]"
	}
	d.Banner(prefix + " [" + name + "]" + marker)
	if d.o.Verbosity >= 2 {
		d.taskPath(t)
	}
}

// writtenArgs are a task's arguments as they were written: "a=1, b=2".
func writtenArgs(t *event.Task) string {
	var words []string
	if t.Args != nil {
		for k, v := range t.Args.Strings() {
			words = append(words, k+"="+v.String())
		}
	}
	return strings.Join(words, ", ")
}

func (d *Default) taskPath(t *event.Task) {
	if t.Pos.IsWritten() {
		d.Line(fmt.Sprintf("task path: %s:%d", t.Pos.File, t.Pos.Line), d.o.Colors.Debug)
	}
}

func (d *Default) hostStart(e event.HostStart) {
	if d.o.ShowPerHostStart {
		d.Line(fmt.Sprintf(" [started %s on %s]", startName(e.Task), e.Host.Name), d.o.Colors.OK)
	}
}

func startName(t *event.Task) string {
	if t.Handler {
		return "HANDLER: " + t.Name
	}
	return "TASK: " + t.Name
}

// who shows the host, and the one that did its work.
func who(h event.Host) string {
	if h.Delegate != "" {
		return h.Name + " -> " + h.Delegate
	}
	return h.Name
}

func (d *Default) retry(e event.Retry) {
	left := e.Retries - e.Attempt
	text := fmt.Sprintf("FAILED - RETRYING: [%s]: %s (%d retries left).", who(e.Host), cmp.Or(e.Task.Title, e.Task.Name), left)
	if always := isTrue(e.Result, "_ansible_verbose_always"); d.verbose(e.Task, e.Result) && (always || d.o.Verbosity >= invocationVerbosity) {
		tried := whole(e.Task, e.Result, d.o.Verbosity).Clone()
		tried.Set("retries", value.Int(e.Retries))
		text += "Result was: " + d.data(tried, always && !e.Task.NoLog)
	}
	d.Line(text, d.o.Colors.Debug)
}

func (d *Default) async(e event.Async) {
	text := fmt.Sprintf("ASYNC %s on %s: jid=%s", [...]string{"POLL", "OK", "FAILED"}[e.State], e.Host.Name, e.Job)
	if e.State == event.Polled {
		text += fmt.Sprintf(" started=%s finished=%s", value.Repr(value.Bool(e.Started)), value.Repr(value.Bool(e.Finished)))
	}
	d.Line(text, d.o.Colors.Debug)
}

func (d *Default) included(e event.Included) {
	d.title(e.Task)
	text := "included: " + e.Path + " for "
	for i, h := range e.Hosts {
		if i > 0 {
			text += ", "
		}
		text += h
	}
	if e.Label != "" || e.Task.NoLog {
		text += " => (item=" + label(e.Task, e.Label) + ")"
	}
	d.Line(text, d.o.Colors.Included)
}

// label is what is shown of a loop's item.
func label(t *event.Task, label string) string {
	if t.NoLog {
		return "(censored due to no_log)"
	}
	return label
}

// result prints the result of a task on a host. The items of a loop were printed before: only what they do not tell follows.
func (d *Default) result(e event.Result) {
	loop := isLoop(e)
	switch e.Status {
	case event.OK, event.Changed:
		d.ok(e, loop)
	case event.Skipped:
		d.skipped(e)
	case event.Failed:
		d.failed(e, loop)
	case event.Unreachable:
		d.unreachable(e)
	}
}

func (d *Default) ok(e event.Result, loop bool) {
	word, color := "changed", d.o.Colors.Changed
	if e.Status == event.OK {
		if !d.o.DisplayOKHosts {
			return
		}
		word, color = "ok", d.o.Colors.OK
	}
	d.title(e.Task)
	d.warnings(e.Task, e.Result)
	if loop {
		return
	}
	text := fmt.Sprintf("%s: [%s]", word, who(e.Host))
	if d.verbose(e.Task, e.Result) {
		text += " => " + d.dump(e.Task, e.Result)
	}
	d.Line(text, color)
}

func (d *Default) skipped(e event.Result) {
	if !d.o.DisplaySkippedHosts {
		return
	}
	d.title(e.Task)
	d.warnings(e.Task, e.Result)
	text := fmt.Sprintf("skipping: [%s]", e.Host.Name)
	if d.verbose(e.Task, e.Result) {
		r := e.Result.Clone()
		r.Delete("results") // the items have been shown
		text += " => " + d.dump(e.Task, r)
	}
	d.Line(text, d.o.Colors.Skip)
}

func (d *Default) failed(e event.Result, loop bool) {
	d.title(e.Task)
	d.warnings(e.Task, e.Result)
	if !loop {
		d.causes(e.Task, e.Causes)
	}
	if !loop || isDebug(e.Task) && !someSecret(e.Result) { // a debug task shows its message even where that only sums the items up
		if d.o.ShowTaskPathOnFailure {
			d.taskPath(e.Task)
		}
		d.bad(fmt.Sprintf("fatal: [%s]: FAILED! => %s", who(e.Host), d.dump(e.Task, e.Result)), d.o.Colors.Error)
	}
	if e.Ignore {
		d.Line("...ignoring", d.o.Colors.Skip)
	}
}

func (d *Default) unreachable(e event.Result) {
	d.title(e.Task)
	d.warnings(e.Task, e.Result)
	d.causes(e.Task, e.Causes)
	d.bad(fmt.Sprintf("fatal: [%s]: UNREACHABLE! => %s", who(e.Host), d.dump(e.Task, e.Result)), d.o.Colors.Unreachable)
	if e.Ignore {
		d.Line("...ignoring", d.o.Colors.Skip)
	}
}

// bad prints a failure where the settings want it.
func (d *Default) bad(text, color string) {
	if d.o.DisplayFailedStderr {
		d.write(d.err, text, color)
		return
	}
	d.Line(text, color)
}

// item prints the result of one item of a loop.
func (d *Default) item(e event.ItemResult) {
	name := label(e.Task, e.Label)
	text, color := "", ""
	switch e.Status {
	case event.OK:
		if !d.o.DisplayOKHosts {
			return
		}
		text, color = fmt.Sprintf("ok: [%s] => (item=%s)", who(e.Host), name), d.o.Colors.OK
	case event.Changed:
		text, color = fmt.Sprintf("changed: [%s] => (item=%s)", who(e.Host), name), d.o.Colors.Changed
	case event.Skipped:
		if !d.o.DisplaySkippedHosts {
			return
		}
		text, color = fmt.Sprintf("skipping: [%s] => (item=%s) ", e.Host.Name, name), d.o.Colors.Skip
	default:
		d.badItem(e, name)
		return
	}
	d.title(e.Task)
	d.warnings(e.Task, e.Result)
	if d.verbose(e.Task, e.Result) {
		text += " => " + d.dump(e.Task, e.Result)
	}
	d.Line(text, color)
}

func (d *Default) badItem(e event.ItemResult, name string) {
	d.title(e.Task)
	d.warnings(e.Task, e.Result)
	d.causes(e.Task, e.Causes)
	d.bad(fmt.Sprintf("failed: [%s] (item=%s) => %s", who(e.Host), name, d.dump(e.Task, e.Result)), d.o.Colors.Error)
}

// causes prints why a task failed, with the places that matter. What a secret task says is kept secret.
func (d *Default) causes(t *event.Task, causes []event.Cause) {
	if len(causes) == 0 {
		return
	}
	d.Error(Failure(t, causes), d.o.DisplayFailedStderr)
}

// openCauses are the causes of a failure that may be told: those of a secret task say that it failed, or that it cannot be found out
// whether it is secret.
func openCauses(t *event.Task, causes []event.Cause) []event.Cause {
	unclear := func(c event.Cause) bool { return strings.HasPrefix(c.Msg, "Error processing keyword 'no_log'") }
	if t.NoLog && !slices.ContainsFunc(causes, unclear) {
		return []event.Cause{{Msg: "Task failed", Pos: t.Pos}}
	}
	return causes
}

// joinedCauses gives causes as one line, and each with its place.
func joinedCauses(causes []event.Cause) (all string, parts []source.Part) {
	parts = make([]source.Part, len(causes))
	for i, c := range causes {
		parts[i] = source.Part{Msg: c.Msg, Pos: c.Pos, Hint: c.Hint}
		if i > 0 {
			all = strings.TrimRight(all, ".") + ": "
		}
		if c.Short != "" {
			all += c.Short
		} else {
			all += c.Msg
		}
	}
	return all, parts
}

// warnings prints the warnings and deprecations that came with a result.
func (d *Default) warnings(t *event.Task, r *value.Dict) {
	warnings, deprecations := Warnings(t, r)
	d.resultWarnings(warnings, deprecations)
}

func (d *Display) resultWarnings(warnings, deprecations []string) {
	for _, w := range warnings {
		d.Warning(w)
	}
	for _, w := range deprecations {
		d.Deprecation(w)
	}
}

// advised adds the advice that belongs to a warning, or to the message it is worded of.
func advised(text string, help *value.Dict, of ...string) string {
	for _, key := range append(of, text) {
		if advice := help.Get(key); advice != nil {
			return text + " " + advice.String()
		}
	}
	return text
}

func elements(r *value.Dict, key string) []value.Value {
	l, _ := r.Get(key).(*value.List)
	if l == nil {
		return nil
	}
	return l.Elems
}
