package playbook

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// taskOrImport builds a task; a static import becomes the block of what it imports.
func (b *builder) taskOrImport(n *yaml.Node, fields []document.Field) (Node, error) {
	act, err := b.findAction(n, fields, b.taskKind())
	if err != nil {
		return nil, err
	}
	t := &Task{
		Pos: b.at(n), ActionPos: act.field.Pos, Action: act.name, Handler: b.handlers, Role: b.role, Parent: b.parent, place: b,
	}
	if err := b.parseArgs(t, act, fields); err != nil {
		return nil, err
	}
	if act.local {
		t.DelegateTo = value.String("localhost")
	}
	for _, f := range fields {
		if err := b.taskField(t, act, f); err != nil {
			return nil, of(err, t.Pos)
		}
	}
	return b.finish(t, act)
}

// taskField reads one keyword of a task.
func (b *builder) taskField(t *Task, act found, f document.Field) error {
	if f.Name == act.field.Name || f.Name == "args" {
		return nil
	}
	in := b.taskKind()
	if dynamic(t.Action) && !(b.handlers && f.Name == "listen") {
		in = inInclude
	}
	if lookup, ok := strings.CutPrefix(f.Name, "with_"); ok {
		return b.withLoop(t, f, lookup)
	}
	if !allowed(f.Name, in) {
		return b.badTaskKeyword(t, f, in)
	}
	if done, err := b.keyword(&t.Keywords, f, b.taskKind()); done {
		return err
	}
	return b.taskKeyword(t, f)
}

const suppressible = "\nThis error can be suppressed as a warning using the \"invalid_task_attribute_failed\" configuration"

// dynamic tells whether an action includes at run time.
func dynamic(action string) bool {
	switch BaseName(action) {
	case "include_tasks", "include_role":
		return true
	}
	return false
}

// badTaskKeyword refuses a keyword that the task cannot have, or warns of it where the configuration says so.
func (b *builder) badTaskKeyword(t *Task, f document.Field, in kind) error {
	e := b.badAttribute(f, b.taskKind())
	if in == inInclude {
		class := map[string]string{"include_tasks": "TaskInclude", "include_role": "IncludeRole"}[BaseName(t.Action)]
		e.Msg = fmt.Sprintf("'%s' is not a valid attribute for a %s", f.Name, class)
		e.Pos = t.Pos
		e.Hint = ""
	} else {
		e.Msg += suppressible
	}
	if b.l.opts.SkipBadKeywords {
		b.l.warn(document.Warning{Pos: e.Pos, Msg: fmt.Sprintf("Ignoring invalid attribute: %s", f.Name)})
		return nil
	}
	return e
}

func (b *builder) taskKeyword(t *Task, f document.Field) (err error) {
	switch f.Name {
	case "loop":
		return b.loop(t, f, "")
	case "loop_control":
		return b.loopControl(t, f)
	case "register":
		return b.register(t, f)
	case "changed_when":
		t.ChangedWhen, err = b.conditions(f.Value)
	case "failed_when":
		t.FailedWhen, err = b.conditions(f.Value)
	case "until":
		t.Until, err = b.conditions(f.Value)
	case "retries":
		t.Retries, err = b.optional(f.Value)
	case "delay":
		t.Delay, err = b.optional(f.Value)
	case "async":
		t.Async, err = b.optional(f.Value)
		t.AsyncPos = b.at(f.Value)
	case "poll":
		t.Poll, err = b.optional(f.Value)
		t.PollPos = b.at(f.Value)
	case "listen":
		t.Listen, err = b.listen(f)
	}
	return err
}

func (b *builder) listen(f document.Field) ([]value.Value, error) {
	names, err := b.strings(f)
	out := make([]value.Value, 0, len(names))
	for _, n := range names {
		out = append(out, value.String(n)) // a listen topic is not templated
	}
	return out, err
}

// withLoop reads a with_ loop. A name that is no lookup is an unknown keyword.
func (b *builder) withLoop(t *Task, f document.Field, lookup string) error {
	if b.l.opts.IsLookup != nil && !b.l.opts.IsLookup(lookup) {
		e := b.badAttribute(f, inTask)
		e.Msg += suppressible
		return e
	}
	return b.loop(t, f, lookup)
}

func (b *builder) loop(t *Task, f document.Field, lookup string) error {
	if t.Loop != nil {
		name := lookup
		if name == "" {
			name = f.Name
		}
		return &source.Error{Pos: t.Pos, Msg: "duplicate loop in task: " + name, Exit: source.ExitGeneric}
	}
	v, err := b.value(f.Value)
	if err != nil {
		return err
	}
	if v == value.None {
		if lookup != "" {
			return &source.Error{Pos: t.Pos, Msg: "you must specify a value when using " + f.Name, Exit: source.ExitGeneric}
		}
		return nil
	}
	t.Loop, t.LoopWith, t.LoopPos = v, lookup, b.at(f.Value)
	return nil
}

func (b *builder) register(t *Task, f document.Field) error {
	v, err := b.optional(f.Value)
	if err != nil || v == nil {
		return err
	}
	if t, ok := v.(*value.Template); ok {
		v = value.String(t.Text) // a name is not templated
	}
	if s, ok := v.(value.String); ok && !validName(string(s)) {
		cause := &source.Error{Pos: b.at(f.Value), Msg: fmt.Sprintf("Invalid variable name %s.", value.Repr(v)), Hint: nameHelp}
		return &source.Error{Pos: b.at(f.Value), Msg: "Invalid 'register' specified.", Err: cause}
	}
	t.Register = v
	return nil
}

// controls are loop_control's keys.
var controls = map[string]func(*LoopControl) *value.Value{
	"loop_var":          func(c *LoopControl) *value.Value { return &c.LoopVar },
	"index_var":         func(c *LoopControl) *value.Value { return &c.IndexVar },
	"label":             func(c *LoopControl) *value.Value { return &c.Label },
	"pause":             func(c *LoopControl) *value.Value { return &c.Pause },
	"extended":          func(c *LoopControl) *value.Value { return &c.Extended },
	"extended_allitems": func(c *LoopControl) *value.Value { return &c.ExtendedAllItems },
	"break_when":        func(c *LoopControl) *value.Value { return &c.BreakWhen },
}

func (b *builder) loopControl(t *Task, f document.Field) error {
	if b.isNull(f.Value) {
		return nil
	}
	if f.Value.Kind != yaml.MappingNode {
		return b.fail(f.Value, "the `loop_control` value must be specified as a dictionary and cannot be a variable itself "+
			"(though it can contain variables)")
	}
	fields, err := b.fields(f.Value)
	if err != nil {
		return err
	}
	for _, c := range fields {
		at, ok := controls[c.Name]
		if !ok {
			known := make([]string, 0, len(controls))
			for k := range controls {
				known = append(known, k)
			}
			return &source.Error{Pos: c.Pos, Msg: fmt.Sprintf("'%s' is not a valid attribute for a LoopControl", c.Name), Hint: nearest(c.Name, known)}
		}
		if *at(&t.Control), err = b.optional(c.Value); err != nil {
			return err
		}
		if t.Control.Label == value.String("") {
			t.Control.Label = nil // an empty label is none
		}
	}
	return nil
}

// finish makes the node of a task whose keywords have been read.
func (b *builder) finish(t *Task, act found) (Node, error) {
	switch BaseName(t.Action) {
	case "import_tasks":
		return b.importTasks(t)
	case "import_role":
		return b.importRole(t, act)
	case "include_tasks":
		if err := b.includeTasks(t, act); err != nil {
			return nil, err
		}
	case "include_role":
		if err := b.includeRole(t, act); err != nil {
			return nil, err
		}
	}
	if len(t.Vars) > 0 {
		t.OwnVars = t.Vars[0]
	}
	t.Keywords = inherit(b.outer, &t.Keywords)
	t.IncludeVars = b.includeVars
	return t, nil
}
