package playbook

import (
	"fmt"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// Playbook reads a playbook with everything that is known before the run: imported playbooks and tasks, roles and their dependencies.
func (l *Loader) Playbook(path string) (*Playbook, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(abs); err != nil {
		return nil, &source.Error{Msg: fmt.Sprintf("the playbook: %s could not be found", path), Exit: source.ExitGeneric}
	}
	b := &builder{reader: reader{l: l, file: abs}, base: filepath.Dir(abs), outer: &Keywords{}}
	plays, err := b.playbook(abs)
	return &Playbook{Path: path, Plays: plays}, err
}

// playbook reads a file of plays.
func (b *builder) playbook(path string) ([]*Play, error) {
	r, n, err := b.l.open(path)
	if err != nil {
		return nil, err
	}
	if r.isNull(n) {
		return nil, source.New(source.Pos{}, "Empty playbook, nothing to do: "+path)
	}
	if n.Kind != yaml.SequenceNode {
		return nil, r.fail(n, "A playbook must be a list of plays, got a %s instead: %s", r.typeName(n), path)
	}
	if len(n.Content) == 0 {
		return nil, source.New(source.Pos{}, "A playbook must contain at least one play: "+path)
	}
	c := *b
	c.reader = r
	var plays []*Play
	for _, e := range n.Content {
		ps, err := c.entry(document.Deref(e))
		if err != nil {
			return nil, err
		}
		plays = append(plays, ps...)
	}
	return plays, nil
}

// entry reads a play or an import_playbook.
func (b *builder) entry(n *yaml.Node) ([]*Play, error) {
	if n.Kind != yaml.MappingNode {
		return nil, b.fail(n, "playbook entries must be either valid plays or 'import_playbook' statements")
	}
	fields, err := b.fields(n)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		if BaseName(f.Name) == "import_playbook" {
			return b.importPlaybook(n, f, fields)
		}
	}
	p, err := b.newPlay(n, fields)
	if err != nil {
		return nil, err
	}
	return []*Play{p}, nil
}

// playbookPath finds an imported playbook: a file, or ns.coll.name of a collection.
func (b *builder) playbookPath(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	path := filepath.Join(b.dir(), name)
	if isFile(path) {
		return path
	}
	if in := b.collectionPlaybook(name); in != "" {
		return in
	}
	return path
}

// newPlay reads a play.
func (b *builder) newPlay(n *yaml.Node, fields []document.Field) (*Play, error) {
	p := &Play{Pos: b.at(n), Path: b.file, Dir: b.base}
	if err := b.onlyKeywords(fields, inPlay); err != nil {
		return nil, err
	}
	lists := map[string]*yaml.Node{}
	for _, f := range fields {
		if done, err := b.keyword(&p.Keywords, f, inPlay); err != nil {
			return nil, of(err, p.Pos)
		} else if done {
			continue
		}
		if err := b.playField(p, f, lists); err != nil {
			return nil, of(err, p.Pos)
		}
	}
	if err := b.user(p, n, fields); err != nil {
		return nil, err
	}
	if p.Hosts.Value == nil {
		return nil, b.noHosts(n, fields)
	}
	err := b.sections(p, n, lists)
	p.Keywords = settle(p.Keywords)
	return p, err
}

func (b *builder) noHosts(n *yaml.Node, fields []document.Field) error {
	for _, f := range fields {
		if f.Name == "hosts" {
			return source.New(source.Pos{}, "Hosts list cannot be empty. Please check your playbook")
		}
	}
	return b.fail(n, "The field 'hosts' is required but was not set.")
}

// playField reads a keyword that only plays have; lists of tasks and roles are kept for later.
func (b *builder) playField(p *Play, f document.Field, lists map[string]*yaml.Node) (err error) {
	switch f.Name {
	case "hosts":
		return b.hosts(p, f)
	case "user":
	case "gather_facts":
		p.GatherPos = b.at(f.Value)
		p.GatherFacts, err = b.bool(f)
	case "gather_subset":
		p.FactsArgs.Subset, err = b.written(f.Value)
	case "gather_timeout":
		p.FactsArgs.Timeout, err = b.placedValue(f.Value)
	case "fact_path":
		p.FactsArgs.Path, err = b.text(f)
	case "vars_files":
		p.VarsFiles, err = b.varsFilesKeyword(f)
	case "vars_prompt":
		p.VarsPrompt, err = b.varsPrompt(f)
	case "serial":
		p.Serial, err = b.list(f.Value)
	case "strategy":
		p.Strategy, err = b.text(f)
	case "max_fail_percentage":
		p.MaxFailPercentage, err = b.placedValue(f.Value)
	case "force_handlers":
		p.ForceHandlers, err = b.bool(f)
	case "order":
		p.Order, err = b.text(f)
	case "validate_argspec":
		p.ArgspecPos = b.at(f.Value)
		p.ValidateArgspec, err = b.optional(f.Value)
	default:
		lists[f.Name] = f.Value
	}
	return err
}

// user reads the old name of remote_user.
func (b *builder) user(p *Play, n *yaml.Node, fields []document.Field) (err error) {
	for _, f := range fields {
		if f.Name != "user" {
			continue
		}
		if p.RemoteUser != nil && p.RemoteUser != value.None {
			return b.fail(n, "both 'user' and 'remote_user' are set for this play. The use of 'user' is deprecated, and should be removed")
		}
		f.Name = "remote_user"
		p.RemoteUser, err = b.text(f)
	}
	return of(err, p.Pos)
}

// bool reads a value that must be one boolean, and refuses lists and dicts at once.
func (b *builder) bool(f document.Field) (value.Value, error) {
	v, err := b.optional(f.Value)
	if err != nil || v == nil {
		return nil, err
	}
	switch v.Type() {
	case "list", "dict":
		cause := b.fail(f.Value, "The value %s could not be converted to 'bool'.", value.Repr(v))
		return nil, source.At(b.at(f.Value), fmt.Sprintf("Error processing keyword '%s'.", f.Name), cause)
	}
	return b.text(f)
}

// written reads a value with the places of its parts.
func (b *builder) written(n *yaml.Node) (w Written, err error) {
	if w.Value, err = b.optional(n); w.Value == nil {
		return w, err
	}
	w.Pos = b.at(n)
	if n.Kind == yaml.SequenceNode {
		for i := range n.Content {
			w.Items = append(w.Items, b.at(item(n, i)))
		}
	}
	return w, nil
}

func (b *builder) hosts(p *Play, f document.Field) error {
	v, err := b.optional(f.Value)
	if err != nil || v == nil || !v.Truth() {
		return err
	}
	switch v := v.(type) {
	case value.String, *value.Template:
	case *value.List:
		for _, e := range v.Elems {
			switch e.Type() {
			case "str":
			case "NoneType":
				return source.New(source.Pos{}, "Hosts list cannot contain values of 'None'. Please check your playbook")
			default:
				return source.New(source.Pos{}, fmt.Sprintf("Hosts list contains an invalid host value: '%s'", e))
			}
		}
	default:
		return source.New(source.Pos{}, "Hosts list must be a sequence or string. Please check your playbook.")
	}
	p.Hosts, err = b.written(f.Value)
	return err
}

// sections reads the play's roles, tasks and handlers.
func (b *builder) sections(p *Play, n *yaml.Node, lists map[string]*yaml.Node) error {
	c := *b
	c.play, c.imported = p, &p.Imported
	k := inherit(b.outer, &p.Keywords)
	c.names = join(p.Vars, b.outer.Vars)
	if len(b.outer.Vars) > 0 {
		p.Vars = []*value.Dict{merged(c.names)}
	}
	p.Tags, p.When = k.Tags, k.When
	k.Vars, k.Notify = nil, nil
	c.outer = &k
	if err := c.playRoles(lists["roles"], n); err != nil {
		return err
	}
	for _, s := range []struct {
		name string
		to   *[]Node
	}{{"pre_tasks", &p.PreTasks}, {"tasks", &p.Tasks}, {"post_tasks", &p.PostTasks}, {"handlers", &p.Handlers}} {
		if lists[s.name] == nil {
			continue
		}
		sec := c
		sec.handlers = s.name == "handlers"
		nodes, err := sec.section(lists[s.name], func(bad *yaml.Node) error { return b.malformed(n, s.name, bad) })
		if err != nil {
			return err
		}
		*s.to = nodes
	}
	return nil
}

// merged makes one dict of several; later ones win.
func merged(ds []*value.Dict) *value.Dict {
	all := value.NewDict(0)
	for _, d := range ds {
		all.Update(d)
	}
	return all
}

func (b *builder) playRoles(n, play *yaml.Node) error {
	if n == nil || b.isNull(n) {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		v, err := b.value(n)
		if err != nil {
			return err
		}
		return b.fail(play, "A malformed role declaration was encountered: ds (%s) should be a list but was a %s", v, b.typeName(n))
	}
	for _, e := range n.Content {
		use, err := b.roleEntry(e)
		if err != nil {
			return err
		}
		use.public = b.l.opts.public(true)
		role, blocks, err := b.load(use)
		if err != nil {
			return err
		}
		b.play.Roles = append(b.play.Roles, role)
		b.play.RoleBlocks = append(b.play.RoleBlocks, blocks...)
	}
	return nil
}
