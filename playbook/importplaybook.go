package playbook

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// importPlaybook reads another playbook; its plays get the import's tags, conditions and variables.
func (b *builder) importPlaybook(n *yaml.Node, at document.Field, fields []document.Field) ([]*Play, error) {
	own, err := b.importKeywords(n, at, fields)
	if err != nil {
		return nil, err
	}
	v, err := b.value(at.Value)
	switch {
	case err != nil:
		return nil, err
	case v == value.None:
		return nil, b.fail(n, "The field '%s' is required but was not set.", at.Name)
	case v.Type() == "list" || v.Type() == "dict":
		return nil, b.fail(n, "The field '%s' is supposed to be a string type, however the incoming data structure is a %s", at.Name, value.TaggedClass(v))
	}
	name, err := b.static(v, own)
	if err != nil {
		return nil, source.New(b.at(at.Value), fmt.Sprintf("Error processing keyword '%s': %s", at.Name, err))
	}
	if len(b.chain) > maxImports {
		return nil, b.fail(n, "The playbook '%s' imports itself.", b.file)
	}
	inside := b.within(nil, own)
	inside.chain = join(b.chain, []string{b.file})
	path := b.playbookPath(name)
	inside.base = filepath.Dir(path)
	plays, err := inside.playbook(path)
	return plays, placed(err, b.at(n))
}

// importKeywords reads what is written beside the playbook's name. Its templates are evaluated at once, with the variables that are known
// then; all keywords are read before the first is evaluated, since that needs the variables.
func (b *builder) importKeywords(n *yaml.Node, at document.Field, fields []document.Field) (*Keywords, error) {
	own := &Keywords{}
	for _, f := range fields {
		if f.Name == at.Name {
			continue
		}
		if !allowed(f.Name, inImport) {
			e := b.badAttribute(f, inImport)
			e.Hint = nearest(f.Name, append(names(inImport), "import_playbook"))
			return nil, e
		}
		if _, err := b.keyword(own, f, inImport); err != nil {
			return nil, of(err, b.at(n))
		}
	}
	for _, f := range fields {
		if err := b.evaluateKeyword(own, f); err != nil {
			return nil, err
		}
	}
	// The others must be right, but as in the reference have no effect on the plays.
	return &Keywords{Name: own.Name, Tags: own.Tags, When: own.When, Vars: own.Vars, Reserved: own.Reserved}, nil
}

// evaluateScalar evaluates a keyword with one value, which must be of its kind.
func (b *builder) evaluateScalar(own *Keywords, f document.Field) error {
	i := slices.IndexFunc(scalars, func(s scalar) bool { return s.name == f.Name })
	if i < 0 || *scalars[i].at(own) == nil {
		return nil
	}
	written := *scalars[i].at(own)
	v, err := b.rendered(written, own)
	pos := b.valuePos(f.Value)
	if t, ok := written.(*value.Template); ok && err != nil && t.Given == nil {
		return source.New(pos, fmt.Sprintf("Error processing keyword '%s': %s", f.Name, err))
	}
	if err == nil && v != value.None {
		err = wrongScalar(f.Name, v, pos)
	}
	if err != nil {
		return source.At(pos, fmt.Sprintf("Error processing keyword '%s'", f.Name), err)
	}
	return nil
}

// wrongScalar is the error of a value that its keyword cannot have.
func wrongScalar(name string, v value.Value, pos source.Pos) error {
	_, isBool := value.Boolean(v)
	_, isWhole := value.Whole(v)
	kind := ""
	switch {
	case booleans[name] && !isBool:
		kind = "bool"
	case wholes[name] && !isWhole:
		kind = "int"
	case name == "debugger" && v.Truth() && !slices.Contains(DebuggerModes, v.String()):
		return source.New(pos, BadDebugger(v.String()))
	default:
		return nil
	}
	return source.New(pos, fmt.Sprintf("The value %s could not be converted to '%s'.", value.Repr(v), kind))
}

// DebuggerModes are the values of the keyword debugger.
var DebuggerModes = []string{"always", "on_unreachable", "on_failed", "on_skipped", "never"}

// BadDebugger is the message about another one.
func BadDebugger(mode string) string {
	return fmt.Sprintf("'%s' is not a valid value for debugger. Must be one of %s", mode, strings.Join(DebuggerModes, ", "))
}

// evaluateKeyword puts its value in the place of a keyword's templates.
func (b *builder) evaluateKeyword(own *Keywords, f document.Field) (err error) {
	switch f.Name {
	case "name":
		if own.Name, err = b.rendered(own.Name, own); err != nil {
			return source.New(b.at(f.Value), fmt.Sprintf("Error processing keyword 'name': %s", err))
		}
	case "tags":
		return b.evaluateTags(own, f)
	case "when":
		for i := range own.When {
			if err := b.evaluateCondition(&own.When[i], own); err != nil {
				return source.At(b.wholePos(f.Value), "Error processing keyword 'when'", err)
			}
		}
	default:
		return b.evaluateScalar(own, f)
	}
	return nil
}

func (b *builder) evaluateTags(own *Keywords, f document.Field) error {
	for i, t := range own.Tags {
		v, err := b.rendered(t, own)
		if err == nil && v.Type() != "str" && v.Type() != "int" {
			err = source.New(templatePos(t, b.at(item(f.Value, i))), fmt.Sprintf("Keyword 'tags' items must be of type 'str' or 'int', not '%s'.", v.Type()))
		}
		if err != nil {
			return source.At(b.wholePos(f.Value), "Error processing keyword 'tags'", err)
		}
		own.Tags[i] = v
	}
	return nil
}

// evaluateCondition evaluates a condition that is written as a template: what it gives is no expression any more. All others are
// evaluated for each task.
func (b *builder) evaluateCondition(c *Condition, own *Keywords) error {
	t, ok := c.Expr.(*value.Template)
	if !ok || !document.HasMarkers(t.Text) {
		return nil
	}
	v, err := b.rendered(&value.Template{Text: t.Text, Pos: t.Pos}, own)
	if err == nil {
		c.Expr = v
	}
	return err
}

// wholePos is the place of a list of values; of the one value that stands for a list of one there is only the text.
func (b *builder) wholePos(n *yaml.Node) source.Pos {
	if n.Kind == yaml.SequenceNode {
		return b.at(n)
	}
	return source.Unwritten(value.Repr(value.NewList(value.String(n.Value))))
}
