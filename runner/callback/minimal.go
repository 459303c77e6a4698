package callback

import (
	"fmt"
	"strings"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// Minimal prints what the reference's minimal callback prints: a result for each host and task, and no titles.
type Minimal struct{ Default }

// NewMinimal makes the minimal printer.
func NewMinimal(d *Display) *Minimal { return &Minimal{Default: *NewDefault(d)} }

// Event prints an event.
func (m *Minimal) Event(e event.Event) {
	switch e := e.(type) {
	case event.Result:
		m.result(e)
	case event.IncludeResult:
		m.result(event.Result{Task: e.Task, Host: e.Host, Result: e.Result})
	case event.Message:
		m.Message(e)
	}
}

// Diff prints the differences of a result, or of a loop's items.
func (m *Minimal) Diff(e event.Event) {
	if e, ok := e.(event.Result); ok {
		m.showDiffs(e)
	}
}

func (m *Minimal) result(e event.Result) {
	name := e.Host.Name
	switch e.Status {
	case event.Skipped:
		m.Line(name+" | SKIPPED", m.o.Colors.Skip)
	case event.Unreachable:
		m.causes(e.Task, e.Causes)
		m.Line(name+" | UNREACHABLE! => "+m.pretty(e), m.o.Colors.Unreachable)
	case event.Failed:
		m.warnings(e.Task, e.Result)
		m.causes(e.Task, e.Causes)
		m.outcome(e, "FAILED", "FAILED!", m.o.Colors.Error)
	case event.Changed:
		m.warnings(e.Task, e.Result)
		if isDebug(e.Task) { // whose change is taken out of the result before it is looked at
			m.outcome(e, "SUCCESS", "SUCCESS", m.o.Colors.OK)
			return
		}
		m.outcome(e, "CHANGED", "CHANGED", m.o.Colors.Changed)
	default:
		m.warnings(e.Task, e.Result)
		m.outcome(e, "SUCCESS", "SUCCESS", m.o.Colors.OK)
	}
}

// showDiffs prints the differences of a result, or of each item that has changed something: even those that are empty.
func (m *Minimal) showDiffs(e event.Result) {
	if !e.Task.Diff || e.Task.NoLog || isTrue(e.Result, "_ansible_no_log") {
		return
	}
	of := []value.Value{e.Result}
	if isLoop(e) {
		of = elements(e.Result, "results")
	}
	for _, v := range of {
		r, _ := v.(*value.Dict)
		if r == nil || isTrue(r, "_ansible_no_log") || !isTrue(r, "diff") || isLoop(e) && !isTrue(r, "changed") {
			continue
		}
		m.Line(m.diffText(r.Get("diff")), "")
	}
}

func (m *Minimal) outcome(e event.Result, command, other, color string) {
	if !isCommandResult(e) || ofJob(e) && e.Status != event.Failed {
		m.Line(e.Host.Name+" | "+other+" => "+m.pretty(e), color)
		return
	}
	r := shown(e.Task, e.Result, m.o.Verbosity)
	m.Line(fmt.Sprintf("%s | %s | rc=%s >>\n%s%s%s\n", e.Host.Name, command, rc(r), text(r, "stdout"), text(r, "stderr"), text(r, "msg")), color)
}

func (m *Minimal) pretty(e event.Result) string {
	r := shown(e.Task, e.Result, m.o.Verbosity)
	if e.Status == event.Failed && isDebug(e.Task) { // of debug only successes are told without the rest
		r = whole(e.Task, e.Result, m.o.Verbosity)
	}
	if m.o.ResultFormat == "yaml" {
		return m.data(r, true)
	}
	if m.o.PrettyResults != nil && !*m.o.PrettyResults {
		return jsonText(r, 0)
	}
	return jsonText(r, 4)
}

func rc(r *value.Dict) string {
	if v, ok := r.Lookup("rc"); ok {
		return v.String()
	}
	return "-1"
}

// isCommandResult tells whether a result is a command's output, which is shown as it is.
func isCommandResult(e event.Result) bool {
	switch e.Task.BaseName() {
	case "command", "win_command", "shell", "win_shell", "raw":
		_, failedBeforeRun := e.Result.Lookup("module_stdout")
		return !failedBeforeRun
	}
	return false
}

// ofJob tells whether a result is of a job in the background.
func ofJob(e event.Result) bool {
	_, job := e.Result.Lookup("ansible_job_id")
	return job
}

// Oneline prints what the reference's oneline callback prints: a line for each host and task.
type Oneline struct{ Default }

// NewOneline makes the one-line printer.
func NewOneline(d *Display) *Oneline {
	d.Deprecation("The oneline callback plugin is deprecated. This feature will be removed from ansible-core version 2.23.")
	return &Oneline{Default: *NewDefault(d)}
}

// Event prints an event.
func (p *Oneline) Event(e event.Event) {
	switch e := e.(type) {
	case event.Result:
		p.result(e)
	case event.IncludeResult:
		p.result(event.Result{Task: e.Task, Host: e.Host, Result: e.Result})
	case event.Message:
		p.Message(e)
	}
}

// Diff prints nothing.
func (p *Oneline) Diff(event.Event) {}

func (p *Oneline) result(e event.Result) {
	name := e.Host.Name
	switch e.Status {
	case event.Skipped:
		p.Line(name+" | SKIPPED", p.o.Colors.Skip)
	case event.Unreachable:
		msg := text(shown(e.Task, e.Result, p.o.Verbosity), "msg")
		p.Line(name+" | UNREACHABLE!: "+msg, p.o.Colors.Unreachable)
	case event.Failed:
		switch {
		case isLoop(e):
		case isCommandResult(e):
			p.Line(p.command(e, "FAILED"), p.o.Colors.Error)
		default:
			p.Line("An exception occurred during task execution. To see the full traceback, use -vvv. The error was: (traceback unavailable)", p.o.Colors.Error)
		}
		p.Line(name+" | FAILED! => "+p.line(e), p.o.Colors.Error)
	case event.Changed:
		p.outcome(e, "CHANGED", p.o.Colors.Changed)
	default:
		p.outcome(e, "SUCCESS", p.o.Colors.OK)
	}
}

func (p *Oneline) outcome(e event.Result, word, color string) {
	if isCommandResult(e) && !ofJob(e) {
		p.Line(p.command(e, word), color)
		return
	}
	p.Line(e.Host.Name+" | "+word+" => "+p.line(e), color)
}

func (p *Oneline) command(e event.Result, word string) string {
	r := shown(e.Task, e.Result, p.o.Verbosity)
	flat := func(key string) string { return strings.ReplaceAll(text(r, key), "\n", "\\n") }
	line := fmt.Sprintf("%s | %s | rc=%s | (stdout) %s", e.Host.Name, word, rc(r), flat("stdout"))
	if stderr := flat("stderr"); stderr != "" {
		line += " (stderr) " + stderr
	}
	return line
}

// line is the result as JSON with the line ends taken out, as the reference does: its lists are packed, and a result that is always
// shown keeps its indentation.
func (p *Oneline) line(e event.Result) string {
	indent := 0
	if alwaysShown(e.Task, e.Result) || p.o.Verbosity >= invocationVerbosity {
		indent = 4
	}
	return jsonLine(whole(e.Task, e.Result, p.o.Verbosity), indent)
}

func jsonLine(v value.Value, indent int) string {
	b, err := value.AppendJSON(nil, v, value.JSONOptions{SortTexts: true, Indent: indent, Newlines: true, Default: asText})
	if err != nil {
		return jsonText(v, 0)
	}
	return strings.ReplaceAll(string(b), "\n", "")
}
