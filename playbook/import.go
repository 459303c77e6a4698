package playbook

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

const importHelp = "When using static imports, ensure that any variables used in their names are defined in vars/vars_files\n" +
	"or extra-vars passed in from the command line. Static imports cannot use variables from facts or inventory\n" +
	"sources like group or host vars."

// static gives the name of a static import, which must not need more than the variables that are known now.
func (b *builder) static(v value.Value, own *Keywords) (string, error) {
	got, err := b.rendered(v, own)
	if err != nil {
		return "", err
	}
	return got.String(), nil
}

// rendered evaluates a template with the variables that are known now.
func (b *builder) rendered(v value.Value, own *Keywords) (value.Value, error) {
	t, ok := v.(*value.Template)
	if !ok || b.l.opts.Render == nil {
		return v, nil
	}
	if t.Given == nil && !t.Expr && !document.HasMarkers(t.Text) {
		return value.String(t.Text), nil // which only keeps its place
	}
	known := value.NewDict(0)
	for _, d := range join(b.names, own.Vars) {
		known.Update(d)
	}
	return b.l.opts.Render(v, known)
}

// checkOptions refuses options of a static import that are no booleans.
func (b *builder) checkOptions(t *Task) error {
	for _, name := range boolOptions {
		v := t.Args.Get(name)
		if v == nil || v == value.None {
			continue
		}
		msg, pos := fmt.Sprintf("Error processing keyword '%s'", name), templatePos(v, t.Pos)
		got, err := b.rendered(v, &t.Keywords)
		if err != nil {
			return source.New(pos, msg+": "+err.Error())
		}
		if _, ok := value.Boolean(got); !ok {
			return source.At(pos, msg, source.New(pos, fmt.Sprintf("The value %s could not be converted to 'bool'.", value.Repr(got))))
		}
	}
	return nil
}

// boolOptions are the options of a role's import or include that are true or false.
var boolOptions = []string{"public", "allow_duplicates", "rolespec_validate"}

// maxImports bounds how deep imports nest; more is a file that imports itself.
const maxImports = 200

// importTasks makes the block that import_tasks stands for.
func (b *builder) importTasks(t *Task) (Node, error) {
	name := t.Args.Get("file")
	if name == nil {
		name = t.Args.Get("_raw_params")
	}
	if t.Loop != nil {
		return nil, source.New(t.Pos, "You cannot use loops on 'import_tasks' statements. You should use 'include_tasks' instead.")
	}
	if err := fileOptions(t, name, "file", "_raw_params"); err != nil {
		return nil, err
	}
	path, err := b.static(name, &t.Keywords)
	if err != nil {
		return nil, &source.Error{Pos: t.Pos, Msg: fmt.Sprintf("Error when evaluating variable in import path '%s'.", name), Hint: importHelp, Err: err}
	}
	if len(b.chain) > maxImports {
		return nil, source.New(t.Pos, fmt.Sprintf("The file '%s' imports itself.", b.file))
	}
	r, n, err := b.l.open(b.find(path, "tasks"))
	if err != nil {
		return nil, placed(err, t.Pos)
	}
	b.l.imported(r.file)
	blk := &Block{Keywords: t.Keywords, Pos: t.Pos, Role: b.role, Implicit: true, Parent: b.parent}
	if b.isNull(n) || n.Kind != yaml.ScalarNode && len(n.Content) == 0 {
		b.l.warn(document.Warning{Msg: fmt.Sprintf("file %s is empty and had no tasks to include", r.file)})
		return blk, nil
	}
	inside := b.within(blk, &t.Keywords).inFile(r)
	blk.Tasks, err = inside.taskFile(n)
	return blk, err
}

// taskFile builds the tasks of a whole file into the builder's block.
func (b *builder) taskFile(n *yaml.Node) ([]Node, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, b.fail(n, "included task files must contain a list of tasks")
	}
	return b.nodes(n)
}

// placed gives an error of a missing file the place that names the file, as the hint of where to look.
func placed(err error, pos source.Pos) error {
	if e, ok := err.(*source.Error); ok && !e.Pos.IsValid() && e.Exit != source.ExitGeneric { //nolint:errorlint // made by this package, unwrapped
		c := *e
		c.Pos = pos
		return &c
	}
	return err
}

// fileOptions refuses an include or import of a file that names none, or has arguments of other kinds.
func fileOptions(t *Task, name value.Value, known ...string) error {
	if err := onlyOptions(t, known...); err != nil {
		return err
	}
	if err := applyType(t); err != nil {
		return err
	}
	if name == nil || !name.Truth() {
		return source.New(t.Pos, "No file specified for "+t.Action)
	}
	return nil
}

// onlyOptions refuses arguments that an import or include does not have.
func onlyOptions(t *Task, known ...string) error {
	var bad []string
	for k := range t.Args.Strings() {
		if emptyApply := k == "apply" && !t.Args.Get(k).Truth(); !emptyApply && !slices.Contains(known, k) {
			bad = append(bad, k)
		}
	}
	if t.ArgsFrom != nil {
		bad = append(bad, "_variable_params")
	}
	if len(bad) == 0 {
		return nil
	}
	return &source.Error{Pos: t.Pos, Msg: fmt.Sprintf("Invalid options for %s: %s", t.Action, strings.Join(bad, ",")), Hint: nearest(bad[0], known)}
}

// optionNames refuses arguments of an import or include whose names are no text.
func (b *builder) optionNames(t *Task, act found) error {
	for _, m := range []*yaml.Node{act.args, act.argsKeyword} {
		if m == nil || m.Kind != yaml.MappingNode {
			continue
		}
		fields, err := b.fields(m)
		if err != nil {
			return err
		}
		for _, f := range fields {
			if !b.isText(f.Key) {
				return &source.Error{Pos: t.Pos, Msg: fmt.Sprintf("Invalid options for %s: %s", t.Action, f.Name), Exit: source.ExitUnexpected}
			}
		}
	}
	return nil
}

// applyType refuses an apply that is no dict. An import may have an empty one.
func applyType(t *Task) error {
	v := t.Args.Get("apply")
	if v == nil || v.Type() == "dict" {
		return nil
	}
	return source.New(t.Pos, fmt.Sprintf("Expected a dict for apply but got %s instead", value.TaggedClass(v)))
}

var roleOptions = []string{
	"name", "role", "tasks_from", "vars_from", "defaults_from", "handlers_from", "allow_duplicates", "public", "rolespec_validate",
}

// importRole makes the block that import_role stands for.
func (b *builder) importRole(t *Task, act found) (Node, error) {
	if t.Loop != nil {
		return nil, source.New(t.Pos, "You cannot use loops on 'import_role' statements. You should use 'include_role' instead.")
	}
	use, err := b.roleUse(t, act, roleOptions)
	if err != nil {
		return nil, err
	}
	name, err := b.rendered(use.nameValue, &t.Keywords)
	if err != nil {
		return nil, &source.Error{Pos: templatePos(use.nameValue, t.Pos), Msg: err.Error(), Exit: source.ExitGeneric}
	}
	if err := b.checkOptions(t); err != nil {
		return nil, err
	}
	if err := checkRoleName(name, use.pos); err != nil {
		return nil, err
	}
	for part, v := range use.from {
		if use.from[part], err = b.rendered(v, &t.Keywords); err != nil {
			return nil, &source.Error{Pos: templatePos(v, t.Pos), Msg: err.Error(), Exit: source.ExitGeneric}
		}
	}
	use.name = name.String()
	use.included = merged(t.Vars)
	use.public = truth(t.Args.Get("public"), b.l.opts.public(true))
	blk := &Block{Keywords: t.Keywords, Pos: t.Pos, Role: b.role, Implicit: true, Parent: b.parent}
	role, blocks, err := b.within(blk, &t.Keywords).load(use)
	if err != nil {
		return nil, err
	}
	for _, rb := range blocks {
		blk.Tasks = append(blk.Tasks, rb)
	}
	*b.imported = append(*b.imported, role)
	return blk, nil
}

// roleUse reads the arguments of import_role and include_role.
func (b *builder) roleUse(t *Task, act found, options []string) (roleUse, error) {
	use := roleUse{pos: t.Pos, from: map[string]value.Value{}, allowDuplicates: true}
	use.nameValue = t.Args.Get("name")
	if use.nameValue == nil {
		use.nameValue = t.Args.Get("role")
	}
	if use.nameValue == nil || use.nameValue == value.None {
		return use, source.New(t.Pos, fmt.Sprintf("'name' is a required field for %s.", t.Action))
	}
	if err := onlyOptions(t, options...); err != nil {
		return use, err
	}
	for _, name := range boolOptions {
		if err := b.placeOption(t, act, name); err != nil {
			return use, err
		}
	}
	use.pos = b.namePos(t, act)
	for _, part := range []string{"tasks", "vars", "defaults", "handlers"} {
		v := t.Args.Get(part + "_from")
		if v == nil {
			continue
		}
		if v.Type() != "str" {
			return use, source.New(source.Pos{}, fmt.Sprintf("Expected a string for %s_from but got %s instead", part, value.TaggedClass(v)))
		}
		use.from[part] = v
	}
	if err := applyType(t); err != nil {
		return use, err
	}
	use.allowDuplicates = truth(t.Args.Get("allow_duplicates"), true)
	use.skipValidation = !truth(t.Args.Get("rolespec_validate"), true)
	return use, nil
}

// checkRoleName refuses what cannot name the role of an import or include.
func checkRoleName(name value.Value, pos source.Pos) error {
	switch name.(type) {
	case value.String:
		return nil
	case *value.Dict:
		return &source.Error{Pos: pos, Msg: "role definitions must contain a role name", Exit: source.ExitGeneric}
	}
	return source.New(pos, "Invalid role definition.")
}

// placeOption gives an option that must be a boolean its place.
func (b *builder) placeOption(t *Task, act found, name string) error {
	n := b.argNode(act, name)
	if n == nil {
		return nil
	}
	v, err := b.text(document.Field{Name: name, Value: n})
	if v != nil {
		t.Args.Set(name, v)
	}
	return err
}

// namePos is where an action's role is named.
func (b *builder) namePos(t *Task, act found) source.Pos {
	if act.textAt != nil {
		return b.at(act.textAt)
	}
	if act.args == nil {
		return t.Pos
	}
	fields, err := b.fields(act.args)
	if err != nil {
		return t.Pos
	}
	for _, f := range fields {
		if f.Name == "name" || f.Name == "role" {
			return b.valuePos(f.Value)
		}
	}
	return t.Pos
}

// includeTasks notes what an include_tasks will bring in.
func (b *builder) includeTasks(t *Task, act found) error {
	name := t.Args.Get("file")
	if name == nil {
		name = t.Args.Get("_raw_params")
	}
	if err := fileOptions(t, name, "file", "_raw_params", "apply"); err != nil {
		return err
	}
	t.Include = &Include{File: name}
	return b.readApply(t, act)
}

// includeRole notes what an include_role will bring in.
func (b *builder) includeRole(t *Task, act found) error {
	use, err := b.roleUse(t, act, append([]string{"apply"}, roleOptions...))
	if err != nil {
		return err
	}
	t.Include = &Include{
		Role: true, Name: use.nameValue, NamePos: use.pos, TasksFrom: use.from["tasks"], VarsFrom: use.from["vars"], DefaultsFrom: use.from["defaults"],
		HandlersFrom: use.from["handlers"], Public: t.Args.Get("public"), AllowDuplicates: t.Args.Get("allow_duplicates"),
		RolespecValidate: t.Args.Get("rolespec_validate"),
	}
	return b.readApply(t, act)
}

// readApply reads the keywords for the included tasks.
func (b *builder) readApply(t *Task, act found) error {
	d, ok := t.Args.Get("apply").(*value.Dict)
	if !ok {
		return nil
	}
	t.Include.Apply = d
	n := b.argNode(act, "apply")
	if n == nil {
		return source.New(t.Pos, "Expected a dict for apply")
	}
	fields, err := b.fields(n)
	if err != nil {
		return err
	}
	t.Include.ApplyPos = b.at(n)
	blk := &Block{Pos: t.Include.ApplyPos}
	if t.applyErr = b.onlyKeywords(fields, inBlock); t.applyErr != nil {
		return nil
	}
	for _, f := range fields {
		if t.applyErr = b.applyKeyword(blk, n, f); t.applyErr != nil {
			return nil
		}
	}
	t.apply = &blk.Keywords
	return nil
}

// applyKeyword reads one keyword of apply. The included tasks take the place of its block; its other lists must be some, and are not run.
func (b *builder) applyKeyword(blk *Block, apply *yaml.Node, f document.Field) error {
	done, err := b.blockKeyword(blk, f)
	if !done && err == nil && f.Name != "block" {
		_, err = b.blockNodes(apply, f)
	}
	return err
}

// argNode finds where an argument was written: among the action's or under args.
func (b *builder) argNode(act found, name string) *yaml.Node {
	for _, m := range []*yaml.Node{act.args, act.argsKeyword} {
		if m == nil || m.Kind != yaml.MappingNode {
			continue
		}
		fields, err := b.fields(m)
		if err != nil {
			continue
		}
		for _, f := range fields {
			if f.Name == name {
				return f.Value
			}
		}
	}
	return nil
}

func isFile(path string) bool {
	st, err := os.Stat(path)
	return err == nil && !st.IsDir()
}
