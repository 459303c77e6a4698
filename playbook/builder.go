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

// builder makes tasks and blocks of one file, in one place of a play. It is copied, never changed, on the way down.
type builder struct {
	anyAction bool // actions need not be known
	reader
	base     string // playbook_dir
	play     *Play
	imported *[]*Role // the roles that import_role brings in, of the play or of what is included
	role     *Role
	parent   *Block    // that the nodes stand in
	outer    *Keywords // effective keywords of all that is around the nodes
	handlers bool
	chain    []string      // files that import this one, nearest last
	names    []*value.Dict // variables for the names of static imports: play's, then those of the imports around
	roles    []*Role       // roles that are being loaded, outermost first

	includeVars []*value.Dict // of the includes that brought the file in
}

// taskKind is the kind of the tasks that are built.
func (b *builder) taskKind() kind {
	if b.handlers {
		return inHandler
	}
	return inTask
}

// within gives a builder for the inside of a block.
func (b *builder) within(blk *Block, own *Keywords) *builder {
	c := *b
	k := inherit(b.outer, own)
	c.outer, c.parent = &k, blk
	if len(own.Vars) > 0 {
		c.names = join(b.names, own.Vars)
	}
	return &c
}

// inFile gives a builder for another file in the same place.
func (b *builder) inFile(r reader) *builder {
	c := *b
	c.chain = join(b.chain, []string{b.file})
	c.reader = r
	return &c
}

// section builds a list of tasks with an implicit block around it.
func (b *builder) section(n *yaml.Node, where func(n *yaml.Node) error) ([]Node, error) {
	if b.isNull(n) {
		return nil, nil
	}
	n = document.Deref(n)
	if n.Kind != yaml.SequenceNode {
		return nil, where(n)
	}
	blk := &Block{Pos: b.at(n), Role: b.role, Implicit: true, Parent: b.parent}
	nodes, err := b.within(blk, &Keywords{}).nodes(n)
	blk.Tasks = nodes
	return nodes, err
}

// nodes builds a list of tasks that is no block's own; an entry may be empty.
func (b *builder) nodes(n *yaml.Node) ([]Node, error) {
	for i, e := range n.Content {
		if e = document.Deref(e); e.Kind != yaml.MappingNode && !b.isNull(e) {
			v, err := b.value(&yaml.Node{Kind: yaml.SequenceNode, Content: aroundEntry(n.Content, i)})
			if err != nil {
				return nil, err
			}
			msg := fmt.Sprintf("A malformed block was encountered while loading a block: The ds (%s) should be a dict but was a <class 'list'>", value.Repr(v))
			return nil, source.New(source.Unwritten(value.Repr(v)), msg) // the reference's list is one of its own, which stands nowhere
		}
	}
	return b.entries(n)
}

// aroundEntry gives the entries around one of them up to the next blocks: what the reference makes one block of.
func aroundEntry(all []*yaml.Node, i int) []*yaml.Node {
	from, to := i, i+1
	for from > 0 && !isBlock(all[from-1]) {
		from--
	}
	for to < len(all) && !isBlock(all[to]) {
		to++
	}
	return all[from:to]
}

// blockLists are a block's lists of tasks; a mapping with one of them is a block.
var blockLists = []string{"block", "rescue", "always"}

func isBlock(n *yaml.Node) bool {
	n = document.Deref(n)
	return slices.ContainsFunc(blockLists, func(name string) bool { key, _ := source.Entry(n, name); return key != nil })
}

// blockNodes builds one of a block's own lists, in which each entry is a mapping.
func (b *builder) blockNodes(block *yaml.Node, f document.Field) ([]Node, error) {
	if f.Value.Kind != yaml.SequenceNode {
		return nil, b.malformedList(block, f, "list")
	}
	for _, e := range f.Value.Content {
		if document.Deref(e).Kind != yaml.MappingNode {
			return nil, b.malformedList(block, f, "dict")
		}
	}
	return b.entries(f.Value)
}

func (b *builder) entries(n *yaml.Node) ([]Node, error) {
	out := make([]Node, 0, len(n.Content))
	for _, e := range n.Content {
		node, err := b.node(document.Deref(e))
		if err != nil {
			return nil, err
		}
		if node != nil {
			out = append(out, node)
		}
	}
	return out, nil
}

// node builds a task, a block, or the block that a static import is.
func (b *builder) node(n *yaml.Node) (Node, error) {
	if b.isNull(n) {
		return nil, nil
	}
	fields, err := b.fields(n)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		if slices.Contains(blockLists, f.Name) {
			return b.block(n, fields)
		}
	}
	return b.taskOrImport(n, fields)
}

func (b *builder) block(n *yaml.Node, fields []document.Field) (Node, error) {
	blk := &Block{Pos: b.at(n), Role: b.role, Parent: b.parent}
	if err := b.onlyKeywords(fields, inBlock); err != nil {
		return nil, err
	}
	lists := map[string]document.Field{}
	for _, f := range fields {
		if done, err := b.blockKeyword(blk, f); err != nil {
			return nil, err
		} else if !done {
			lists[f.Name] = f
		}
	}
	inside := b.within(blk, &blk.Keywords)
	for i, to := range []*[]Node{&blk.Tasks, &blk.Rescue, &blk.Always} {
		f, ok := lists[blockLists[i]]
		if !ok {
			continue
		}
		nodes, err := inside.blockNodes(n, f)
		if err != nil {
			return nil, err
		}
		*to = nodes
	}
	return blk, b.lonely(n, blk)
}

// lonely refuses a rescue or always part of nothing.
func (b *builder) lonely(n *yaml.Node, blk *Block) error {
	switch {
	case len(blk.Tasks) > 0:
	case len(blk.Rescue) > 0:
		return b.fail(n, "'rescue' keyword cannot be used without 'block'")
	case len(blk.Always) > 0:
		return b.fail(n, "'always' keyword cannot be used without 'block'")
	}
	return nil
}

// blockKeyword reads one keyword of a block; done is false for the three lists.
func (b *builder) blockKeyword(blk *Block, f document.Field) (done bool, err error) {
	if slices.Contains(blockLists, f.Name) {
		return false, nil
	}
	_, err = b.keyword(&blk.Keywords, f, inBlock)
	return true, of(err, blk.Pos)
}

// malformedList is the error of something else than a list, or of an entry that is no dict, where a block's tasks must be.
func (b *builder) malformedList(block *yaml.Node, f document.Field, wanted string) error {
	v, err := b.value(f.Value)
	if err != nil {
		return err
	}
	name := f.Name
	if name == "block" {
		name = "a block"
	}
	return b.fail(block, "A malformed block was encountered while loading %s: The ds (%s) should be a %s but was a %s", name, v, wanted, value.TaggedClass(v))
}

// malformed is the error of something else where a list of tasks must be.
func (b *builder) malformed(at *yaml.Node, what string, n *yaml.Node) error {
	v, err := b.value(n)
	if err != nil {
		return err
	}
	shown := strings.TrimLeft(v.String()+" should be", " ")
	return b.fail(at, "A malformed block was encountered while loading %s: %s a list or None but is %s", what, shown, b.typeName(n))
}

// onlyKeywords refuses fields that are no keywords of a place, before any value is looked at.
func (r reader) onlyKeywords(fields []document.Field, in kind) error {
	for _, f := range fields {
		if !allowed(f.Name, in) {
			return r.badAttribute(f, in)
		}
	}
	return nil
}

// badAttribute is the error of an unknown keyword.
func (r reader) badAttribute(f document.Field, in kind) *source.Error {
	return &source.Error{
		Pos:  f.Pos,
		Msg:  notValid(f.Name, in),
		Hint: nearest(f.Name, names(in)),
	}
}

func notValid(name string, in kind) string {
	return fmt.Sprintf("'%s' is not a valid attribute for a %s", name, kindNames[in])
}

// find looks for a file that a task names: beside the file it stands in, beside those that import it, in the role, in the
// playbook's folder. The first place is given where it is nowhere.
func (b *builder) find(name, sub string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	var places []string
	places = append(places, b.dir())
	if b.role != nil {
		places = append(places, filepath.Join(b.role.Path, sub), b.role.Path)
	}
	for i := len(b.chain) - 1; i >= 0; i-- {
		places = append(places, filepath.Dir(b.chain[i]))
	}
	places = append(places, filepath.Join(b.base, sub), b.base)
	for _, p := range places {
		if path := filepath.Join(p, name); isFile(path) {
			return path
		}
	}
	return filepath.Join(places[0], name)
}
