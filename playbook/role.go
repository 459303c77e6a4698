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

// roleUse is one use of a role, as it was written.
type roleUse struct {
	nameValue       value.Value
	name            string
	pos             source.Pos
	params          *value.Dict // nil: none
	own             Keywords
	from            map[string]value.Value // tasks, vars, defaults, handlers: other files than main
	allowDuplicates bool
	static          bool // of roles: or of a dependency: the role's own meta tells whether duplicates are allowed
	public          bool
	included        *value.Dict // of import_role and include_role: the variables given with it; nil: of roles: or a dependency
	skipValidation  bool        // rolespec_validate: false
}

// public tells whether the play sees the variables of a role whose use does not say so.
func (o *Options) public(static bool) bool {
	if o.PrivateRoleVars != nil {
		return !*o.PrivateRoleVars
	}
	return static
}

// roleEntry reads an entry of `roles:` or `dependencies:`: a name, or a mapping of keywords and parameters.
func (b *builder) roleEntry(n *yaml.Node) (roleUse, error) {
	n = document.Deref(n)
	use := roleUse{pos: b.at(n), static: true, public: true}
	switch n.Kind {
	case yaml.ScalarNode:
		v, err := b.value(n)
		if err != nil {
			return use, err
		}
		if v.Type() != "str" {
			return use, b.fail(n, "Invalid role definition.")
		}
		use.nameValue = v
	case yaml.MappingNode:
		if err := b.roleMapping(&use, n); err != nil {
			return use, err
		}
	default:
		return use, b.fail(n, "Invalid role definition.")
	}
	name, err := b.static(use.nameValue, &use.own)
	switch {
	case err != nil:
		return use, &source.Error{Pos: templatePos(use.nameValue, use.pos), Msg: err.Error(), Exit: source.ExitGeneric}
	case strings.Contains(name, ","):
		return use, &source.Error{Msg: "Invalid old style role requirement: " + name, Exit: source.ExitGeneric}
	}
	use.name = name
	return use, nil
}

// templatePos is where a template stands; what is none stands where def says.
func templatePos(v value.Value, def source.Pos) source.Pos {
	if t, ok := v.(*value.Template); ok {
		return t.Pos
	}
	return def
}

func (b *builder) roleMapping(use *roleUse, n *yaml.Node) error {
	fields, err := b.fields(n)
	if err != nil {
		return err
	}
	var named *document.Field
	for i, f := range fields {
		if f.Name == "role" || f.Name == "name" && named == nil {
			named = &fields[i]
		}
	}
	if named == nil {
		return &source.Error{Pos: b.at(n), Msg: "role definitions must contain a role name", Exit: source.ExitGeneric}
	}
	if use.nameValue, err = b.value(named.Value); err != nil {
		return err
	}
	if use.nameValue.Type() != "str" || use.nameValue == value.String("") {
		return &source.Error{Pos: b.at(n), Msg: "role definitions must contain a role name", Exit: source.ExitGeneric}
	}
	use.params = value.NewDict(0)
	for _, f := range fields {
		if f.Name == "role" || f.Name == "name" {
			if _, err := b.text(f); err != nil {
				return of(err, use.pos)
			}
			continue
		}
		if err := b.roleField(use, f); err != nil {
			return err
		}
	}
	return nil
}

// roleField reads a keyword of a role; any other key is a parameter.
func (b *builder) roleField(use *roleUse, f document.Field) error {
	if allowed(f.Name, inRole) {
		_, err := b.keyword(&use.own, f, inRole)
		return of(err, use.pos)
	}
	v, err := b.value(f.Value)
	if err != nil {
		return err
	}
	use.params.Set(f.Name, v)
	b.warnReserved(f, func(w document.Warning) { use.own.Reserved = append(use.own.Reserved, w) })
	return nil
}

// key is equal for uses of a role that count as the same one.
func (u *roleUse) key(path string) string {
	var s strings.Builder
	s.WriteString(path)
	if u.params != nil {
		s.WriteString("\x00" + value.Repr(u.params))
	}
	if u.included != nil {
		s.WriteString("\x00i" + value.Repr(u.included))
	}
	for _, d := range u.own.Vars {
		s.WriteString("\x00v" + value.Repr(d))
	}
	for _, t := range u.own.Tags {
		s.WriteString("\x00t" + value.Repr(t))
	}
	for _, c := range u.own.When {
		s.WriteString("\x00w" + value.Repr(c.Expr))
	}
	for _, part := range []string{"tasks", "vars", "defaults", "handlers"} {
		if v := u.from[part]; v != nil {
			s.WriteString("\x00" + part + v.String())
		}
	}
	return s.String()
}

// load reads a role and its dependencies; the blocks are in order of execution.
func (b *builder) load(use roleUse) (*Role, []*Block, error) {
	name, collection, path, err := b.findRole(use)
	if err != nil {
		return nil, nil, err
	}
	role := &Role{
		Name: name, Collection: collection, Path: path, Pos: use.pos, Params: use.params, Key: use.key(path), Public: use.public, AllowDuplicates: use.allowDuplicates,
		Reserved: use.own.Reserved,
	}
	if len(use.own.Vars) > 0 {
		role.Given = merged(use.own.Vars)
	}
	if role.Params == nil {
		role.Params = value.NewDict(0)
	}
	if b.l.opts.Role != nil {
		b.l.opts.Role(path)
	}
	if use.included != nil {
		role.IncludedBy = b.role
	}
	if err := b.checkRecursion(use, path); err != nil {
		return nil, nil, err
	}
	role.Parents = slices.Clone(b.roles)
	slices.Reverse(role.Parents)

	main := &Block{Keywords: use.own, Pos: use.pos, Role: role, RoleMain: true, Implicit: true, Parent: b.parent}
	inside := b.within(main, &use.own)
	inside.outer.Collections = nil // a role does not look into those of the play that uses it
	if collection != "" {
		inside.outer.Collections = []string{collection}
	}
	inside.role = role
	inside.roles = join(b.roles, []*Role{role})
	deps, err := inside.meta(role, use)
	if err != nil {
		return nil, nil, err
	}
	if err := inside.roleVars(role, use); err != nil {
		return nil, nil, err
	}
	if err := inside.roleTasks(role, main, use); err != nil {
		return nil, nil, err
	}
	return role, append(deps, main), nil
}

// checkRecursion refuses a role that depends on itself.
func (b *builder) checkRecursion(use roleUse, path string) error {
	if !use.static && len(b.roles) < maxImports {
		return nil
	}
	for _, r := range b.roles {
		if r.Path == path {
			return source.New(use.pos, "A recursion loop was detected with the roles specified. "+
				"Make sure child roles do not have dependencies on parent roles")
		}
	}
	return nil
}

// findRole finds a role's folder, its collection, if it is of one, and the name that it is shown with.
func (b *builder) findRole(use roleUse) (name, collection, path string, err error) {
	if ns := strings.SplitN(use.name, ".", 3); len(ns) == 3 && !strings.Contains(use.name, "/") {
		if path := b.collectionRole(ns[0]+"."+ns[1], strings.ReplaceAll(ns[2], ".", "/")); path != "" {
			return ns[0] + "." + ns[1] + "." + filepath.Base(path), ns[0] + "." + ns[1], path, nil
		}
	}
	for _, c := range b.outer.Collections {
		if path := b.collectionRole(c, use.name); path != "" {
			return c + "." + use.name, c, path, nil
		}
	}
	places := b.rolePlaces()
	for _, dir := range places {
		if path := filepath.Join(dir, use.name); isDir(path) {
			return use.name, "", path, nil
		}
	}
	if filepath.IsAbs(use.name) && isDir(use.name) {
		return filepath.Base(use.name), "", filepath.Clean(use.name), nil
	}
	return "", "", "", &source.Error{
		Pos: use.pos, Exit: source.ExitGeneric, Hint: nearest(use.name, roleNames(places)),
		Msg: fmt.Sprintf("the role '%s' was not found in %s", use.name, strings.Join(places, ":")),
	}
}

// rolePlaces are the folders of roles, in the order of the search.
func (b *builder) rolePlaces() []string {
	places := []string{filepath.Join(b.base, "roles")}
	places = append(places, b.l.opts.RolesPath...)
	if b.role != nil {
		places = append(places, filepath.Dir(b.role.Path))
	}
	return append(places, b.base)
}

func (b *builder) collectionRole(collection, name string) string {
	ns, coll, ok := strings.Cut(collection, ".")
	if !ok {
		return ""
	}
	for _, dir := range b.l.opts.CollectionsPaths {
		path := filepath.Join(dir, "ansible_collections", ns, coll, "roles", name)
		if isDir(path) {
			return path
		}
	}
	return ""
}

func roleNames(places []string) []string {
	var all []string
	for _, p := range places {
		entries, _ := os.ReadDir(p)
		for _, e := range entries {
			if e.IsDir() {
				all = append(all, e.Name())
			}
		}
	}
	return all
}

func isDir(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}
