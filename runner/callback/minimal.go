package callback

import (
	"fmt"
	"io"
	"strings"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// Minimal prints what the reference's minimal callback prints: a result for each host and task, and no titles.
type Minimal struct{ Default }

// NewMinimal makes the minimal printer.
func NewMinimal(out, err io.Writer, o Options) *Minimal {
	return &Minimal{Default: *NewDefault(out, err, o)}
}

// Event prints an event.
func (m *Minimal) Event(e event.Event) {
	switch e := e.(type) {
	case event.Result:
		m.result(e)
	case event.Message:
		m.Message(e)
	}
}

func (m *Minimal) result(e event.Result) {
	if diff := e.Result.Get("diff"); diff != nil && e.Task.Diff && !e.Task.NoLog && isTrue(e.Result, "changed") {
		if text := m.diffText(diff); text != "" {
			m.Line(text, "")
		}
	}
	name := e.Host.Name
	switch e.Status {
	case event.Skipped:
		m.Line(name+" | SKIPPED", m.o.Colors.Skip)
	case event.Unreachable:
		m.causes(e.Task, e.Causes)
		m.Line(name+" | UNREACHABLE! => "+m.pretty(e), m.o.Colors.Unreachable)
	case event.Failed:
		m.causes(e.Task, e.Causes)
		m.warnings(e.Task, e.Result)
		m.outcome(e, "FAILED", "FAILED!", m.o.Colors.Error)
	case event.Changed:
		m.warnings(e.Task, e.Result)
		m.outcome(e, "CHANGED", "CHANGED", m.o.Colors.Changed)
	default:
		m.warnings(e.Task, e.Result)
		m.outcome(e, "SUCCESS", "SUCCESS", m.o.Colors.OK)
	}
}

func (m *Minimal) outcome(e event.Result, command, other, color string) {
	if !isCommandResult(e) {
		m.Line(e.Host.Name+" | "+other+" => "+m.pretty(e), color)
		return
	}
	r := shown(e.Task, e.Result, m.o.Verbosity)
	m.Line(fmt.Sprintf("%s | %s | rc=%s >>\n%s%s%s\n", e.Host.Name, command, rc(r), text(r, "stdout"), text(r, "stderr"), text(r, "msg")), color)
}

func (m *Minimal) pretty(e event.Result) string {
	r := shown(e.Task, e.Result, m.o.Verbosity)
	if changed, ok := e.Result.Lookup("changed"); ok && e.Status == event.Failed && isDebug(e.Task) && !e.Task.NoLog {
		r.Set("changed", changed) // of debug only successes are told without
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
	case "command", "win_command", "shell", "win_shell", "raw", "script":
		_, failedBeforeRun := e.Result.Lookup("module_stdout")
		return !failedBeforeRun && !e.Task.NoLog
	}
	return false
}

// Oneline prints what the reference's oneline callback prints: a line for each host and task.
type Oneline struct{ Default }

// NewOneline makes the one-line printer.
func NewOneline(out, err io.Writer, o Options) *Oneline {
	return &Oneline{Default: *NewDefault(out, err, o)}
}

// Event prints an event.
func (p *Oneline) Event(e event.Event) {
	switch e := e.(type) {
	case event.Result:
		p.result(e)
	case event.Message:
		p.Message(e)
	}
}

func (p *Oneline) result(e event.Result) {
	name := e.Host.Name
	switch e.Status {
	case event.Skipped:
		p.Line(name+" | SKIPPED", p.o.Colors.Skip)
	case event.Unreachable:
		msg := text(shown(e.Task, e.Result, p.o.Verbosity), "msg")
		p.Line(name+" | UNREACHABLE!: "+msg, p.o.Colors.Unreachable)
	case event.Failed:
		if isCommandResult(e) {
			p.Line(p.command(e, "FAILED"), p.o.Colors.Error)
		} else {
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
	if isCommandResult(e) {
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
	if e.Task.NoLog || isTrue(e.Result, "_ansible_no_log") {
		return jsonLine(censored(e.Result), 0)
	}
	indent := 0
	if isTrue(e.Result, "_ansible_verbose_always") || p.o.Verbosity >= invocationVerbosity {
		indent = 4
	}
	return jsonLine(bared(e.Result, p.o.Verbosity), indent)
}

func jsonLine(v value.Value, indent int) string {
	b, err := value.AppendJSON(nil, v, value.JSONOptions{SortKeys: true, Indent: indent, Newlines: true, Default: asText})
	if err != nil {
		return jsonText(v, 0)
	}
	return strings.ReplaceAll(string(b), "\n", "")
}
