package playbook

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// BaseName is an action's name without Ansible's own namespaces, by which the language's own actions are told.
func BaseName(action string) string {
	for _, ns := range []string{"ansible.builtin.", "ansible.legacy."} {
		if rest, ok := strings.CutPrefix(action, ns); ok {
			return rest
		}
	}
	return action
}

// isCommand tells whether an action takes a command line as its free-form text.
func isCommand(action string) bool {
	switch BaseName(action) {
	case "command", "shell", "raw", "script", "win_command", "win_shell", "ansible.windows.win_command", "ansible.windows.win_shell":
		return true
	}
	return false
}

// found is the action of a task: which key gave it, its name and what was written for its arguments.
type found struct {
	field  document.Field
	name   string
	text   string     // k=v text, with textAt
	textAt *yaml.Node // nil: none
	args   *yaml.Node // a mapping of arguments, nil: none
	skip   string     // a key of args that is the action's name
	local  bool

	unknown bool // no action of this name exists

	argsKeyword *yaml.Node // the value of args:, nil: none
}

// findAction finds the one action of a task. The keywords for it are read before all others, as what is wrong with them is told first.
func (b *builder) findAction(n *yaml.Node, fields []document.Field) (found, error) {
	var act found
	for _, f := range actionFirst(fields) {
		switch {
		case !isActionKeyword(f.Name) && (strings.HasPrefix(f.Name, "with_") || allowed(f.Name, inTasks)):
			continue
		case act.name != "" && f.Name == "local_action":
			return act, b.fail(n, "action and local_action are mutually exclusive")
		case act.name != "":
			return act, b.conflict(n, act, found{field: f, name: f.Name})
		}
		local := act.local
		var err error
		if act, err = b.candidate(n, f); err != nil {
			return act, err
		}
		act.local = act.local || local
	}
	collections := b.outer.Collections
	for _, f := range fields {
		switch f.Name {
		case "args":
			act.argsKeyword = f.Value
		case "collections":
			if own, err := b.strings(f); err == nil && len(own) > 0 {
				collections = own
			}
		}
	}
	if act.name == "" {
		return act, b.fail(n, "no module/action detected in task.")
	}
	if act.named() {
		return act, nil
	}
	if act.byKeyword() && !b.known(act.name, collections) {
		act.unknown = true // which is found when the task runs
		return act, nil
	}
	return act, b.checkKnown(n, act, collections)
}

// byKeyword tells whether the action is given by `action:` or `local_action:`.
func (act found) byKeyword() bool {
	return isActionKeyword(act.field.Name)
}

// named tells whether the action's name is a template.
func (act found) named() bool {
	return act.byKeyword() && act.textAt.Tag != "!unsafe" && document.HasMarkers(act.name)
}

func (b *builder) conflict(n *yaml.Node, first, second found) error {
	e := source.New(b.at(n), fmt.Sprintf("conflicting action statements: %s, %s", first.name, second.name))
	for _, f := range []found{first, second} {
		if !b.known(f.name, b.outer.Collections) {
			e.Hint = nearest(f.field.Name, names(inTask))
		}
	}
	return e
}

func isActionKeyword(name string) bool { return name == "action" || name == "local_action" }

// actionFirst gives a task's fields with those for the action before the others.
func actionFirst(fields []document.Field) []document.Field {
	all := slices.Clone(fields)
	slices.SortStableFunc(all, func(x, y document.Field) int { return actionRank(x.Name) - actionRank(y.Name) })
	return all
}

func actionRank(name string) int {
	return slices.Index([]string{"action", "local_action", name}, name)
}

// candidate reads one key of a task as its action.
func (b *builder) candidate(n *yaml.Node, f document.Field) (found, error) {
	if isActionKeyword(f.Name) {
		return b.actionKeyword(n, f)
	}
	act := found{field: f, name: f.Name}
	return act, b.arguments(n, &act)
}

// arguments takes what stands beside an action's name.
func (b *builder) arguments(task *yaml.Node, act *found) error {
	n := act.field.Value
	switch {
	case b.isNull(n):
	case n.Kind == yaml.MappingNode:
		act.args = n
	case n.Kind == yaml.ScalarNode && b.isText(n):
		act.text, act.textAt = n.Value, n
	default:
		return b.badArguments(task, n)
	}
	return nil
}

// isText tells whether a value is text or a template.
func (r reader) isText(n *yaml.Node) bool {
	v, err := r.value(n)
	return err == nil && v.Type() == "str"
}

func (b *builder) badArguments(task, n *yaml.Node) error {
	return b.fail(task, "unexpected parameter type in action: %s", b.typeName(n))
}

// actionKeyword reads `action:` and `local_action:`: "module a=1" or a mapping with `module`.
func (b *builder) actionKeyword(task *yaml.Node, f document.Field) (found, error) {
	act := found{field: f, local: f.Name == "local_action"}
	switch {
	case f.Value.Kind == yaml.ScalarNode && b.isText(f.Value):
		return act, b.actionText(task, &act, f.Value)
	case f.Value.Kind != yaml.MappingNode:
		return act, b.badArguments(task, f.Value)
	}
	b.l.warn(document.Warning{
		Pos: b.at(f.Value), Deprecation: true, Help: "Use a string value for `action`.",
		Msg: "Using a mapping for `action` is deprecated. This feature will be removed from ansible-core version 2.23.",
	})
	fields, err := b.fields(f.Value)
	if err != nil {
		return act, err
	}
	for _, m := range fields {
		if m.Name == "module" {
			if err := b.actionText(task, &act, m.Value); err != nil {
				return act, err
			}
		}
	}
	act.args, act.skip = f.Value, "module"
	return act, nil
}

// actionText reads an action's name with what stands behind it.
func (b *builder) actionText(task *yaml.Node, act *found, n *yaml.Node) error {
	if !b.isText(n) || strings.TrimSpace(n.Value) == "" {
		return &source.Error{Pos: b.at(task), Msg: "no module/action detected in task.", Exit: source.ExitUnexpected}
	}
	if _, err := source.Words(n.Value); err != nil {
		return b.unsplit(task, err, n.Value)
	}
	act.name, act.text = firstWord(n.Value)
	act.textAt = n
	return nil
}

// unsplit is the error of text that cannot be told apart into words.
func (b *builder) unsplit(task *yaml.Node, err error, text string) error {
	return source.New(b.at(task), fmt.Sprintf("Error loading tasks: %s: %s", err, text))
}

// firstWord splits an action's name from its arguments. A name that is a template may hold spaces.
func firstWord(s string) (first, rest string) {
	s = strings.TrimSpace(s)
	if ws, err := source.Words(s); err == nil && len(ws) > 0 && document.HasMarkers(ws[0]) {
		return ws[0], strings.TrimSpace(strings.TrimPrefix(s, ws[0]))
	}
	i := strings.IndexAny(s, " \t\n")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}

// checkKnown refuses an action that does not exist.
func (b *builder) checkKnown(n *yaml.Node, act found, collections []string) error {
	name := BaseName(act.name)
	if name == "include" && name != act.name || act.name == "include" {
		e := source.New(b.at(n), "The 'ansible.builtin.include' action plugin has been removed. Use include_tasks or import_tasks instead. "+
			"This feature was removed from ansible-core in a release after 2023-05-16.")
		e.Exit = source.ExitGeneric
		return e
	}
	if err := b.route(n, act.name, collections); err != nil {
		return err
	}
	if b.known(act.name, collections) {
		return nil
	}
	e := source.New(b.at(n), fmt.Sprintf("couldn't resolve module/action '%s'. This often indicates a misspelling, missing collection, "+
		"or incorrect module path.", act.name))
	if b.l.opts.Suggest != nil {
		e.Hint = didYouMean(b.l.opts.Suggest(act.name))
	}
	if e.Hint == "" {
		e.Hint = nearest(act.name, names(inTask))
	}
	return e
}

// route follows the redirects of an action's name, and refuses one that was removed or leads to itself.
func (b *builder) route(n *yaml.Node, name string, collections []string) error {
	if b.l.opts.Route == nil {
		return nil
	}
	if !strings.Contains(name, ".") {
		for _, c := range collections {
			if b.l.opts.IsAction(c + "." + name) {
				name = c + "." + name
				break
			}
		}
	}
	err := b.l.opts.Route(name)
	if err == nil {
		return nil
	}
	e := source.New(b.at(n), err.Error())
	e.Exit = source.ExitGeneric
	return e
}

// language are the actions that the language itself has: the loader and the runner know them, no module does.
var language = map[string]bool{
	"include_tasks": true, "import_tasks": true, "include_role": true, "import_role": true, "meta": true, "import_playbook": true,
}

// known tells whether an action exists for a task in this place.
func (b *builder) known(name string, collections []string) bool {
	if b.l.opts.Rejected[name] {
		return false
	}
	if b.anyAction || language[BaseName(name)] || b.l.opts.IsAction == nil || b.l.opts.IsAction(name) {
		return true
	}
	for _, c := range collections {
		if !strings.Contains(name, ".") && b.l.opts.IsAction(c+"."+name) {
			return true
		}
	}
	dirs := []string{filepath.Join(b.base, "library")}
	if b.role != nil {
		dirs = append(dirs, filepath.Join(b.role.Path, "library"))
	}
	for _, d := range dirs {
		if hits, _ := filepath.Glob(filepath.Join(d, BaseName(name)+".*")); len(hits) > 0 {
			return true
		}
		if st, err := os.Stat(filepath.Join(d, BaseName(name))); err == nil && st.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// parseArgs fills in a task's arguments from all the ways they can be written.
func (b *builder) parseArgs(t *Task, act found, fields []document.Field) error {
	t.Args = value.NewDict(0)
	if act.textAt != nil {
		if err := b.textArgs(t, act); err != nil {
			return err
		}
	}
	if act.args != nil {
		if err := b.mappingArgs(t, act); err != nil {
			return err
		}
	}
	var written []string
	if act.textAt != nil && !act.byKeyword() {
		written = t.pairs()
	}
	for _, f := range fields {
		if f.Name != "args" {
			continue
		}
		if err := b.argsKeyword(t, f); err != nil {
			return err
		}
		b.warnPairs(act, written)
	}
	t.templateOfArgs()
	return nil
}

// pairs are the names of the arguments that were given as k=v, quoted.
func (t *Task) pairs() []string {
	var names []string
	for k := range t.Args.Strings() {
		if k != "_raw_params" {
			names = append(names, "'"+k+"'")
		}
	}
	return names
}

// warnPairs warns of arguments that are given as k=v beside others.
func (b *builder) warnPairs(act found, pairs []string) {
	if len(pairs) == 0 {
		return
	}
	b.l.warn(document.Warning{
		Pos: b.at(act.textAt), Deprecation: true, Help: "Include all task args in the task `args` mapping.",
		Msg: fmt.Sprintf("Merging legacy k=v args (%s) into task args. This feature will be removed from ansible-core version 2.23.", strings.Join(pairs, ", ")),
	})
}

// templateOfArgs takes free-form text that an action has no use for, and that begins and ends with a template, for all its arguments.
func (t *Task) templateOfArgs() {
	raw, _ := t.Args.Lookup("_raw_params")
	text, ok := raw.(*value.Template)
	if !ok || takesFreeForm(t.Action) || document.HasMarkers(t.Action) || !isTemplate(text.Text) {
		return
	}
	t.Args.Delete("_raw_params")
	t.ArgsFrom = append(t.ArgsFrom, text)
}

func (b *builder) textArgs(t *Task, act found) error {
	pos := b.at(act.textAt)
	t.Args0 = act.text
	if act.textAt.Tag == "!unsafe" {
		t.Args.Set("_raw_params", value.String(act.text))
		return nil
	}
	d, err := keyValues(act.text, pos, isCommand(t.Action))
	if err != nil {
		return source.New(t.Pos, fmt.Sprintf("Error loading tasks: %s: %s", err, act.text))
	}
	for k, v := range d.Strings() {
		if name := BaseName(t.Action); name == "set_fact" || name == "include_vars" {
			t.names(k, pos)
		}
		if text, ok := v.(value.String); ok && holdsExpressions(t.Action, k) {
			d.Set(k, &value.Template{Text: string(text), Pos: pos, Expr: true})
		}
	}
	t.Args = d
	return nil
}

// takesFreeForm tells whether an action knows what to do with free-form text.
func takesFreeForm(action string) bool {
	switch BaseName(action) {
	case "include_vars", "include_tasks", "include_role", "import_tasks", "import_role", "meta", "add_host", "group_by", "set_fact":
		return true
	}
	return isCommand(action)
}

func (b *builder) mappingArgs(t *Task, act found) error {
	fields, err := b.fields(act.args)
	if err != nil {
		return err
	}
	for _, f := range fields {
		if act.skip != "" && f.Name == act.skip {
			continue
		}
		if act.skip != "" && f.Name == "args" { // action: {module: x, args: {…}}
			if err := b.argsKeyword(t, f); err != nil {
				return err
			}
			continue
		}
		read := b.value
		if holdsExpressions(t.Action, f.Name) {
			read = b.expressions
		}
		v, err := read(f.Value)
		if err != nil {
			return err
		}
		if err := b.argument(t, f, v); err != nil {
			return err
		}
	}
	return nil
}

// argument sets an argument of a task. The names that set_fact is given may be no text, which it refuses itself.
func (b *builder) argument(t *Task, f document.Field, v value.Value) error {
	switch BaseName(t.Action) {
	case "set_fact":
		t.names(f.Name, f.Pos)
		name, err := b.value(f.Key)
		if err != nil {
			return err
		}
		if name.Type() != "str" {
			return t.Args.SetKey(name, v)
		}
	case "include_vars":
		t.names(f.Name, b.at(f.Value))
	}
	t.Args.Set(f.Name, v)
	return nil
}

func (t *Task) names(name string, pos source.Pos) {
	if t.Places == nil {
		t.Places = map[string]source.Pos{}
	}
	t.Places[name] = pos
}

// holdsExpressions tells whether an argument's text is a bare expression, which its action evaluates.
func holdsExpressions(action, arg string) bool {
	switch BaseName(action) {
	case "assert":
		return arg == "that"
	case "debug":
		return arg == "var"
	}
	return false
}

// argsKeyword adds the args keyword's arguments, which the action's own win over.
func (b *builder) argsKeyword(t *Task, f document.Field) error {
	v, err := b.value(f.Value)
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case value.NoneType:
		b.l.warn(document.Warning{
			Pos: t.Pos, Deprecation: true, Help: "A mapping or template which resolves to a mapping is required.",
			Msg: "Ignoring empty task `args` keyword. This feature will be removed from ansible-core version 2.23.",
		})
	case *value.Template, value.String:
		if !isTemplate(f.Value.Value) {
			return b.invalidArgs(f)
		}
		t.ArgsFrom = append(t.ArgsFrom, b.placed(f.Value, v))
	case *value.Dict:
		for k, e := range v.Strings() {
			if _, own := t.Args.Lookup(k); !own {
				t.Args.Set(k, e)
			}
		}
	default:
		return b.invalidArgs(f)
	}
	return nil
}

// isTemplate tells whether text begins and ends with markers of templates.
func isTemplate(s string) bool {
	opens := strings.HasPrefix(s, "{{") || strings.HasPrefix(s, "{%") || strings.HasPrefix(s, "{#")
	return opens && (strings.HasSuffix(s, "}}") || strings.HasSuffix(s, "%}") || strings.HasSuffix(s, "#}"))
}

func (b *builder) invalidArgs(f document.Field) error {
	return &source.Error{
		Pos: b.valuePos(f.Value), Msg: "The value of the task `args` keyword is invalid.",
		Hint: "A mapping or template which resolves to a mapping is required.",
	}
}
