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
	act, err := b.findAction(n, fields)
	if err != nil {
		return nil, err
	}
	t := &Task{
		Pos: b.at(n), ActionPos: act.field.Pos, Action: act.name, Handler: b.handlers, Role: b.role, Parent: b.parent, place: b,
		Unknown: act.unknown,
	}
	if act.byKeyword() {
		t.ActionPos = b.at(act.textAt)
	}
	if act.named() {
		t.ActionFrom = &value.Template{Text: act.name, Pos: t.ActionPos}
	}
	if err := b.parseArgs(t, act, fields); err != nil {
		return nil, err
	}
	if act.local {
		if dynamic(t.Action) {
			return nil, b.badTaskKeyword(t, document.Field{Name: "delegate_to", Pos: t.Pos}, inInclude)
		}
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
	if lookup, ok := strings.CutPrefix(f.Name, "with_"); ok && b.isLookup(lookup) {
		return b.loop(t, f, lookup)
	}
	if !allowed(f.Name, in) {
		return b.badTaskKeyword(t, f, in)
	}
	if f.Name == "vars" {
		if err := b.varsMapping(f, kindNames[b.classOf(t.Action)]); err != nil {
			return err
		}
	}
	if done, err := b.keyword(&t.Keywords, f, b.classOf(t.Action)); done {
		return err
	}
	return b.taskKeyword(t, f)
}

const suppressible = "\nThis error can be suppressed as a warning using the \"invalid_task_attribute_failed\" configuration"

// includes tells whether an action brings tasks in.
func includes(action string) bool {
	return dynamic(action) || BaseName(action) == "import_tasks" || BaseName(action) == "import_role"
}

// dynamic tells whether an action includes at run time.
func dynamic(action string) bool {
	switch BaseName(action) {
	case "include_tasks", "include_role":
		return true
	}
	return false
}

// classOf is what a task is called in messages.
func (b *builder) classOf(action string) kind {
	switch BaseName(action) {
	case "include_tasks", "import_tasks":
		return byFile | b.taskKind()&inHandler
	case "include_role", "import_role":
		return byRole
	}
	return b.taskKind()
}

// badTaskKeyword refuses a keyword that the task cannot have, or warns of it where the configuration says so.
func (b *builder) badTaskKeyword(t *Task, f document.Field, in kind) error {
	e := b.badAttribute(f, b.taskKind())
	e.Msg = notValid(f.Name, b.classOf(t.Action))
	if in == inInclude {
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
		t.ChangedWhen, err = b.someConditions(f.Value)
	case "failed_when":
		t.FailedWhen, err = b.someConditions(f.Value)
	case "until":
		t.Until, err = b.conditions(f.Value)
	case "retries":
		t.Retries, err = b.placedValue(f.Value)
	case "delay":
		t.Delay, err = b.placedValue(f.Value)
	case "async":
		t.Async, err = b.placedValue(f.Value)
		t.AsyncPos = b.at(f.Value)
	case "poll":
		t.Poll, err = b.placedValue(f.Value)
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

// isLookup tells whether a with_ loop may have the name.
func (b *builder) isLookup(name string) bool {
	return b.l.opts.IsLookup == nil || b.l.opts.IsLookup(name)
}

func (b *builder) loop(t *Task, f document.Field, lookup string) error {
	if t.LoopWith != "" && lookup == "" { // what the lookup is given
		return b.loopTerms(t, f)
	}
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
	if BaseName(t.Action) == "set_fact" {
		b.itemPlaces(t, f.Value)
	}
	return nil
}

// loopTerms reads the value of a loop that comes after a with_ loop: it takes the place of the terms of the lookup.
func (b *builder) loopTerms(t *Task, f document.Field) (err error) {
	t.Loop, err = b.value(f.Value)
	t.LoopPos = b.at(f.Value)
	return err
}

// itemPlaces notes the places of a loop's items that may be names of variables.
func (b *builder) itemPlaces(t *Task, items *yaml.Node) {
	for _, e := range items.Content {
		if _, known := t.Places[e.Value]; !known && items.Kind == yaml.SequenceNode && e.Kind == yaml.ScalarNode {
			t.names(e.Value, b.at(e))
		}
	}
}

func (b *builder) register(t *Task, f document.Field) error {
	if f.Value.Kind == yaml.MappingNode {
		return b.projections(t, f.Value)
	}
	v, err := b.optional(f.Value)
	if err != nil || v == nil {
		return err
	}
	if t, ok := v.(*value.Template); ok {
		v = value.String(t.Text) // a name is not templated
	}
	if cause := CheckName(v, b.valuePos(f.Value)); cause != nil {
		return &source.Error{Pos: b.valuePos(f.Value), Msg: "Invalid 'register' specified.", Err: cause}
	}
	t.Register, t.RegisterPos = v, b.at(f.Value)
	return nil
}

// CheckName refuses what can be no variable's name.
func CheckName(name value.Value, pos source.Pos) error {
	if s, ok := name.(value.String); ok && validName(string(s)) {
		return nil
	}
	return &source.Error{Pos: pos, Msg: "Invalid variable name " + named(name) + ".", Hint: nameHelp, Apart: !pos.IsValid()}
}

// named shows what was given as a name: text as it is, other things with their type.
func named(v value.Value) string {
	switch v.Type() {
	case "str":
		return value.Repr(v)
	case "list", "dict", "date", "datetime":
		return "of type '" + v.Type() + "'"
	}
	return "'" + v.String() + "' of type '" + v.Type() + "'"
}

// projections reads a register that gives several variables, each by an expression of the result (ansible-core 2.21).
func (b *builder) projections(t *Task, n *yaml.Node) error {
	fields, err := b.fields(n)
	if err != nil {
		return err
	}
	t.Projections, t.RegisterPos = value.NewDict(len(fields)), b.at(n)
	for _, f := range fields {
		if cause := CheckName(value.String(f.Name), f.Pos); cause != nil {
			return &source.Error{Pos: f.Pos, Msg: "Invalid 'register' specified.", Err: cause}
		}
		v, err := b.expression(f.Value)
		if err != nil {
			return err
		}
		t.Projections.Set(f.Name, v)
	}
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
}

// breakWhen is the key that is a condition.
const breakWhen = "break_when"

func (b *builder) loopControl(t *Task, f document.Field) error {
	if f.Value.Kind != yaml.MappingNode {
		return b.fail(f.Value, "the `loop_control` value must be specified as a dictionary and cannot be a variable itself "+
			"(though it can contain variables)")
	}
	fields, err := b.fields(f.Value)
	if err != nil {
		return err
	}
	for _, c := range fields {
		if controls[c.Name] == nil && c.Name != breakWhen {
			return &source.Error{Pos: c.Pos, Msg: fmt.Sprintf("'%s' is not a valid attribute for a LoopControl", c.Name), Hint: nearest(c.Name, LoopControls())}
		}
	}
	for _, c := range fields {
		if err := b.control(&t.Control, c); err != nil {
			return of(err, b.at(f.Value))
		}
	}
	return nil
}

// control reads one key of loop_control.
func (b *builder) control(c *LoopControl, f document.Field) (err error) {
	if f.Name == breakWhen {
		c.BreakWhen, err = b.conditions(f.Value)
		if len(c.BreakWhen) == 1 && f.Value.Value == "" && f.Value.Kind == yaml.ScalarNode {
			c.BreakWhen = nil // an empty one is none
		}
		return err
	}
	at := controls[f.Name](c)
	*at, err = b.text(f)
	switch {
	case f.Name == "label" && *at == value.String(""):
		*at = nil // likewise
	case f.Name == "loop_var" && b.isNull(f.Value):
		*at = value.None // which is no name
	}
	return err
}

// warnAtImport tells of reserved names around a task whose variables the reference reads when it loads the task.
func (b *builder) warnAtImport(t *Task) {
	switch BaseName(t.Action) {
	case "import_tasks", "import_role", "include_tasks":
		for _, w := range join(b.outer.Reserved, t.Reserved) {
			b.l.warn(w)
		}
	}
}

// finish makes the node of a task whose keywords have been read.
func (b *builder) finish(t *Task, act found) (Node, error) {
	b.warnAtImport(t)
	if includes(t.Action) {
		if err := b.optionNames(t, act); err != nil {
			return nil, err
		}
	}
	switch BaseName(t.Action) {
	case "import_tasks":
		return b.importTasks(t)
	case "import_role", "include_role":
		if b.handlers {
			return nil, source.New(t.Pos, fmt.Sprintf("Using '%s' as a handler is not supported.", t.Action))
		}
	}
	switch BaseName(t.Action) {
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
	t.Keywords = settle(inherit(b.outer, &t.Keywords))
	t.IncludeVars = b.includeVars
	return t, nil
}
