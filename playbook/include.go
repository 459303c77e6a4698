package playbook

import (
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Included is what an include brings in. Every reading of it builds new nodes.
type Included struct {
	Nodes    []Node
	Role     *Role   // of include_role; nil for tasks
	Imported []*Role // of import_role tasks in it, as Play.Imported
}

// IncludeTasks reads the file that an include_tasks brings in. The tasks inherit what is around the include, and the keywords of its
// apply; of the include itself only its variables (OwnVars, which the caller may have replaced).
func (l *Loader) IncludeTasks(path string, include *Task) (in Included, err error) {
	if include.applyErr != nil {
		return in, include.applyErr
	}
	r, n, err := l.open(path)
	if err != nil {
		return in, placed(err, include.Pos)
	}
	b, blk := include.place.included(include, &in)
	b = b.inFile(r)
	if b.isNull(n) {
		return in, nil
	}
	if n.Kind != yaml.SequenceNode {
		return in, &source.Error{Msg: "included task files must contain a list of tasks", Exit: source.ExitGeneric}
	}
	in.Nodes = []Node{blk}
	blk.Tasks, err = b.nodes(n)
	return in, err
}

// included gives the builder for what an include brings in, and the block that holds it.
func (b *builder) included(t *Task, in *Included) (*builder, *Block) {
	own := &Keywords{}
	if t.apply != nil {
		own = t.apply
	}
	blk := &Block{Keywords: *own, Pos: t.Pos, Role: b.role, Implicit: true}
	c := b.within(blk, own)
	c.includeVars, c.imported = t.IncludeVars, &in.Imported
	if t.OwnVars.Len() > 0 {
		c.includeVars = join(t.IncludeVars, []*value.Dict{t.OwnVars})
	}
	return c, blk
}

// IncludeRole reads the role that an include_role brings in: its dependencies' blocks, then its own, are in the block that is given.
// The names of Include (TasksFrom …) must have been evaluated by the caller.
func (l *Loader) IncludeRole(name string, include *Task) (in Included, err error) {
	if include.applyErr != nil {
		return in, include.applyErr
	}
	if err := checkRoleName(include.Include.Name, include.Include.NamePos); err != nil {
		return in, err
	}
	b, blk := include.place.included(include, &in)
	use := roleUse{
		name: name, pos: include.Include.NamePos, allowDuplicates: true, from: map[string]value.Value{},
		public: truth(include.Include.Public, l.opts.public(false)), included: merged(append(slices.Clone(include.Vars), include.OwnVars)),
	}
	inc := include.Include
	use.allowDuplicates = truth(inc.AllowDuplicates, true)
	use.skipValidation = !truth(inc.RolespecValidate, true)
	for part, v := range map[string]value.Value{"tasks": inc.TasksFrom, "vars": inc.VarsFrom, "defaults": inc.DefaultsFrom, "handlers": inc.HandlersFrom} {
		if v != nil {
			use.from[part] = v
		}
	}
	role, blocks, err := b.load(use)
	if err != nil {
		return in, err
	}
	for _, rb := range blocks {
		blk.Tasks = append(blk.Tasks, rb)
	}
	in.Nodes, in.Role = []Node{blk}, role
	return in, nil
}

// truth reads a boolean option that may have been written as text.
func truth(v value.Value, otherwise bool) bool {
	switch v := v.(type) {
	case nil:
		return otherwise
	case value.String:
		b, _ := value.Boolean(v)
		return b
	default:
		return v.Truth()
	}
}
