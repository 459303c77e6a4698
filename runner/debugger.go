package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/filter"
	"github.com/goplay/goplay/templating/value"
)

// debuggerModes are the values of the debugger keyword, with what each waits for.
var debuggerModes = map[string]func(p *play, r *result) bool{
	"always":         func(*play, *result) bool { return true },
	"never":          func(*play, *result) bool { return false },
	"on_failed":      failedForDebugger,
	"on_unreachable": func(_ *play, r *result) bool { return r.status == event.Unreachable },
	"on_skipped":     func(_ *play, r *result) bool { return r.status == event.Skipped },
}

// failedForDebugger: failures that are ignored count only where the setting says so.
func failedForDebugger(p *play, r *result) bool {
	return r.status == event.Failed && !(r.ignored && p.run.opts.Config.Bool("TASK_DEBUGGER_IGNORE_ERRORS"))
}

// checkDebugger refuses values of the debugger keyword that are none. One that is no text asks for nothing.
func (x *execution) checkDebugger(rd *reader) {
	mode, ok := rd.resolve("debugger", x.t.Debugger).(value.String)
	if !ok || mode == "" || debuggerModes[string(mode)] != nil || rd.err != nil {
		return
	}
	rd.err = source.At(posOf(x.t.Debugger, x.t.Pos), "Error processing keyword 'debugger'",
		source.New(x.t.Pos, playbook.BadDebugger(string(mode))))
}

// keptArgs keeps an action's arguments for the debugger, where it may come to ask for them.
func (x *execution) keptArgs(c *call) *value.Dict {
	if x.t.Debugger == nil && !x.p.debugging {
		return nil
	}
	return c.Args.Clone()
}

// debugs tells whether a result starts the debugger.
func (p *play) debugs(a *attempt, r *result) bool {
	if a.tp.task.Debugger == nil {
		return p.debugging && (failedForDebugger(p, r) || r.status == event.Unreachable)
	}
	rd := reader{ctx: p.run.engine.NewContext(p.scope(a.h, a.tp), a.tp.env)}
	mode := debuggerModes[rd.str("debugger", a.tp.task.Debugger, "never")]
	return mode != nil && mode(p, r)
}

// debug lets the user look at a result where its task asks for the debugger. True says that the attempt, which may have been changed,
// is to be made again, and that this result does not count.
func (p *play) debug(ctx context.Context, a *attempt, r *result) (redo bool) {
	if !p.debugs(a, r) {
		return false
	}
	p.run.interlude(func(s event.Sink) {
		d := newDebugger(p, a, r, s)
		if redo = d.converse(ctx); redo {
			*a = d.changed()
		}
	})
	return redo
}

// debugger is a conversation about one result.
type debugger struct {
	p    *play
	a    *attempt
	r    *result
	sink event.Sink

	args   *value.Dict // of the task; templates where it has not got so far as to evaluate them
	final  bool        // args are evaluated
	edits  *value.Dict // variables that were set
	locals *value.Dict // names of the conversation's own
	act    farewell
}

// farewell is how a conversation ends.
type farewell int

const (
	talking farewell = iota
	goingOn
	redoing
	quitting
)

func newDebugger(p *play, a *attempt, r *result, s event.Sink) *debugger {
	d := &debugger{p: p, a: a, r: r, sink: s, args: a.tp.task.Args.Clone(), edits: &value.Dict{}, locals: &value.Dict{}}
	if r.args != nil {
		d.args, d.final = r.args, true
	}
	if a.tp.edits != nil {
		d.edits = a.tp.edits.Clone()
	}
	if a.name == "" {
		d.rename()
	}
	return d
}

// rename finds the task's name, which may depend on variables that were set.
func (d *debugger) rename() {
	t := d.a.tp.task
	d.a.name = writtenName(t)
	if t.Name != nil {
		kind, _, _ := strings.Cut(d.a.name, ": ")
		d.a.name = kind + ": " + d.p.eventTask(d.changed().tp, d.a.h).Name
	}
}

// changed is the attempt with what the user has set.
func (d *debugger) changed() attempt {
	task := *d.a.tp.task
	if task.Args = d.args; d.final {
		task.ArgsFrom = nil
	}
	tp := *d.a.tp
	tp.task, tp.edits = &task, d.edits
	a := *d.a
	a.tp = &tp
	return a
}

// converse reads commands until one ends the conversation; the end of input quits. It tells whether the task runs again.
func (d *debugger) converse(ctx context.Context) (redo bool) {
	prompt := fmt.Sprintf("[%s] %s (debug)> ", d.a.h.name, d.a.name)
	for d.act == talking {
		line, err := d.p.run.ask(ctx, prompt)
		if err != nil {
			line = "EOF"
		}
		d.command(strings.TrimSpace(line))
	}
	if d.act == quitting && ctx.Err() == nil { // ^C has a word of its own
		d.say("User interrupted execution")
		d.p.run.fatal(&endError{exit: ExitInterrupted})
	}
	return d.act == redoing
}

// command is one line: a command's name and what follows it, or a statement.
func (d *debugger) command(line string) {
	if strings.HasPrefix(line, "?") {
		line = "help " + line[1:]
	}
	name, rest := line, ""
	if i := strings.IndexFunc(line, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }); i >= 0 {
		name, rest = line[:i], strings.TrimSpace(line[i:])
	}
	if line == "" {
		return
	}
	for _, c := range commands() {
		if slices.Contains(c.names, name) {
			c.run(d, rest)
			return
		}
	}
	d.try(d.execute(line))
}

// debugCommand is a command of the prompt.
type debugCommand struct {
	names []string
	help  string
	run   func(d *debugger, rest string)
}

func commands() []debugCommand {
	return []debugCommand{
		{[]string{"h", "help"}, `List available commands with "help" or detailed help with "help cmd".`, (*debugger).help},
		{[]string{"p", "pprint"}, "Pretty Print", (*debugger).print},
		{[]string{"u", "update_task"}, "Recreate the task from ``task._ds``, and template with updated ``task_vars``", (*debugger).update},
		{[]string{"r", "redo"}, "Schedule task for re-execution. The re-execution may not be the next result", (*debugger).redo},
		{[]string{"c", "continue"}, "Continue to next result", func(d *debugger, _ string) { d.act = goingOn }},
		{[]string{"EOF", "q", "quit"}, "Quit", func(d *debugger, _ string) { d.act = quitting }},
	}
}

func (d *debugger) redo(string) { d.act = redoing }

func (d *debugger) help(topic string) {
	var all []string
	for _, c := range commands() {
		if slices.Contains(c.names, topic) {
			d.say(c.help)
			return
		}
		all = append(all, c.names...)
	}
	if topic != "" {
		d.say("*** No help on " + topic)
		return
	}
	title := "Documented commands (type help <topic>):"
	slices.Sort(all)
	d.say("\n" + title + "\n" + strings.Repeat("=", len(title)) + "\n" + strings.Join(all, "  ") + "\n\n")
}

// print shows a value as Python's pprint does.
func (d *debugger) print(expr string) {
	v, err := d.evaluate(expr)
	if err != nil {
		d.try(err)
		return
	}
	if o, ok := v.(*object); ok {
		d.say(o.repr)
		return
	}
	d.say(filter.PrettyRepr(v))
}

// update evaluates the task's arguments anew, as they were written, with the variables that were set. A mistake changes nothing.
func (d *debugger) update(string) {
	tp := d.changed().tp
	tp.task.Args, tp.task.ArgsFrom, tp.env = d.a.written.Args, d.a.written.ArgsFrom, d.quiet()
	x := newExecution(d.p, tp, d.a.ev, d.a.h, d.sink.Event)
	c := &call{}
	if err := x.arguments(x.vars, c); err != nil {
		d.sink.Event(event.Message{Level: event.Error, Text: reported(causesOf(err, tp.task.Pos))})
		return
	}
	d.args, d.final = c.Args, true
	d.rename()
}

// reported shows a chain of reasons, each with its place.
func reported(chain []event.Cause) string {
	parts := make([]source.Part, len(chain))
	for i, c := range chain {
		parts[i] = source.Part{Msg: c.Msg, Pos: c.Pos, Hint: c.Hint}
	}
	return source.ReportParts(joinCauses(chain), parts)
}

// try tells of a mistake.
func (d *debugger) try(err error) {
	if err != nil {
		d.say("***" + pythonic(err))
	}
}

func (d *debugger) say(text string) { d.sink.Event(event.Message{Level: event.Display, Text: text}) }
