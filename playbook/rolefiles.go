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

var extensions = []string{"", ".yml", ".yaml", ".json"}

// part finds the file, or the files of the folder, that hold a part of a role: "tasks", with "main" or another name.
func part(role *Role, sub, name string) []string {
	stem := filepath.Join(role.Path, sub, name)
	for _, ext := range []string{".yml", ".yaml", ".json", ""} {
		if isFile(stem + ext) {
			return []string{stem + ext}
		}
	}
	if isDir(stem) && (sub == "vars" || sub == "defaults") {
		return varsFiles(stem)
	}
	return nil
}

// varsFiles gives the variables' files of a folder and its subfolders in order.
func varsFiles(dir string) []string {
	var all []string
	entries, _ := os.ReadDir(dir) // sorted by name
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."), strings.HasSuffix(e.Name(), "~"):
		case isDir(path):
			all = append(all, varsFiles(path)...)
		case hasExtension(e.Name()):
			all = append(all, path)
		}
	}
	return all
}

func hasExtension(name string) bool {
	for _, ext := range extensions {
		if filepath.Ext(name) == ext {
			return true
		}
	}
	return false
}

// fromOr gives the name of a part's file: main, or what the use names.
func (u *roleUse) fromOr(part string) (name string, given bool) {
	if v := u.from[part]; v != nil {
		return v.String(), true
	}
	return "main", false
}

// missing is the error of a file that the use names and the role has not. A role without the file's folder lacks nothing.
func missing(role *Role, sub, name string) error {
	if !isDir(filepath.Join(role.Path, sub)) {
		return nil
	}
	return source.New(source.Pos{}, fmt.Sprintf("Could not find specified file in role: %s/%s", sub, name))
}

// roleVars reads a role's defaults and vars. That files of vars are missing is told first.
func (b *builder) roleVars(role *Role, use roleUse) error {
	for _, sub := range []string{"vars", "defaults"} {
		if name, given := use.fromOr(sub); given && part(role, sub, name) == nil {
			if err := missing(role, sub, name); err != nil {
				return err
			}
		}
	}
	if err := b.roleDict(role, use, "defaults", &role.Defaults); err != nil {
		return err
	}
	return b.roleDict(role, use, "vars", &role.Vars)
}

// roleDict reads the files of one of them.
func (b *builder) roleDict(role *Role, use roleUse, sub string, to **value.Dict) error {
	name, _ := use.fromOr(sub)
	files := part(role, sub, name)
	*to = value.NewDict(0)
	for _, f := range files {
		d, err := b.l.varsFile(f, sub, role)
		if err != nil {
			return err
		}
		(*to).Update(d)
	}
	return nil
}

// varsFile reads a file of a role's variables.
func (l *Loader) varsFile(path, sub string, role *Role) (*value.Dict, error) {
	r, n, err := l.open(path)
	if err != nil || r.isNothing(n) {
		return value.NewDict(0), err
	}
	if n.Kind != yaml.MappingNode {
		return nil, r.fail(n, "The %s/main.yml file for role '%s' must contain a dictionary of variables", sub, role.Name)
	}
	return r.varsDict(n, l.warn, anyName)
}

// roleTasks reads a role's tasks and handlers.
func (b *builder) roleTasks(role *Role, main *Block, use roleUse) error {
	var err error
	if main.Tasks, err = b.roleList(role, "tasks", use); err != nil {
		return err
	}
	switch check, err := b.validation(role, use); {
	case err != nil:
		return err
	case check != nil:
		main.Tasks = append([]Node{check}, main.Tasks...)
	}
	h := *b
	h.handlers = true
	role.Handlers, err = h.roleList(role, "handlers", use)
	return err
}

func (b *builder) roleList(role *Role, sub string, use roleUse) ([]Node, error) {
	name, given := use.fromOr(sub)
	files := part(role, sub, name)
	if files == nil {
		if given {
			return nil, missing(role, sub, name)
		}
		return nil, nil
	}
	r, n, err := b.l.open(files[0])
	if err != nil || r.isNothing(n) {
		return nil, err
	}
	inside := b.inFile(r)
	if n.Kind != yaml.SequenceNode {
		v, err := r.value(n)
		if err != nil {
			return nil, err
		}
		return nil, r.fail(n, "The %s/main.yml file for role '%s' must contain a list of tasks: %s should be a list or None but is %s",
			sub, role.Name, v, r.typeName(n))
	}
	return inside.nodes(n)
}

// meta reads a role's meta: its dependencies' blocks come first.
func (b *builder) meta(role *Role, use roleUse) ([]*Block, error) {
	files := part(role, "meta", "main")
	if files == nil {
		return nil, nil
	}
	r, n, err := b.l.open(files[0])
	if err != nil || r.isNothing(n) {
		return nil, err
	}
	if n.Kind != yaml.MappingNode {
		return nil, r.fail(n, "the 'meta/main.yml' for role %s is not a dictionary", role.Name)
	}
	fields, err := r.fields(n)
	if err != nil {
		return nil, err
	}
	var blocks []*Block
	for _, f := range fields {
		switch f.Name {
		case "allow_duplicates":
			if v, err := r.value(f.Value); err != nil {
				return nil, err
			} else if use.static {
				role.AllowDuplicates = truth(v, false)
			}
		case "collections":
			names, err := r.strings(f)
			if err != nil {
				return nil, of(err, r.at(n))
			}
			k := *b.outer
			k.Collections = slices.Concat(b.outer.Collections, names)
			b.outer = &k
		case "dependencies":
			if blocks, err = b.inFile(r).dependencies(role, n, f); err != nil {
				return nil, err
			}
		case "galaxy_info", "argument_specs":
		default:
			return nil, &source.Error{
				Pos: f.Pos, Msg: fmt.Sprintf("'%s' is not a valid attribute for a RoleMetadata", f.Name),
				Hint: nearest(f.Name, []string{"allow_duplicates", "collections", "dependencies", "galaxy_info", "argument_specs"}),
			}
		}
	}
	return blocks, nil
}

func (b *builder) dependencies(role *Role, meta *yaml.Node, f document.Field) ([]*Block, error) {
	if b.isNothing(f.Value) {
		return nil, nil
	}
	if f.Value.Kind != yaml.SequenceNode {
		return nil, b.fail(meta, "Expected role dependencies to be a list.")
	}
	if role.Given != nil { // which is not inherited by the dependencies' tasks
		c, outer := *b, *b.outer
		outer.Vars = outer.Vars[:len(outer.Vars)-1]
		c.outer = &outer
		b = &c
	}
	var blocks []*Block
	for _, e := range f.Value.Content {
		use, err := b.dependency(e)
		if err != nil {
			return nil, err
		}
		dep, bs, err := b.load(use)
		if err != nil {
			return nil, err
		}
		role.Deps = append(role.Deps, dep)
		blocks = append(blocks, bs...)
	}
	return blocks, nil
}

// dependency reads an entry of dependencies, which may name a role by where it was downloaded from, as requirements do.
func (b *builder) dependency(n *yaml.Node) (use roleUse, err error) {
	n = document.Deref(n)
	if v, err := b.value(n); err == nil && v.Type() != "str" && v.Type() != "dict" {
		return use, &source.Error{Pos: b.valuePos(n), Msg: "Invalid role definition.", Exit: source.ExitUnexpected}
	}
	if from := b.downloaded(n); from != "" {
		use, err = b.downloadedRole(n, from)
	} else {
		use, err = b.roleEntry(n)
	}
	use.collections = []string{"ansible.legacy"}
	return use, err
}

// downloadedRole reads the entry of a role that is named by its source, which is one of its parameters.
func (b *builder) downloadedRole(n *yaml.Node, name string) (roleUse, error) {
	use := roleUse{pos: b.at(n), static: true, public: true, name: name, nameValue: value.String(name), params: value.NewDict(0)}
	fields, err := b.fields(n)
	if err != nil {
		return use, err
	}
	for _, f := range fields {
		if err := b.roleField(&use, f); err != nil {
			return use, err
		}
	}
	return use, nil
}

// downloaded gives the name that a role has by its source, src: "" where it has another name or none.
func (b *builder) downloaded(n *yaml.Node) string {
	_, role := source.Entry(n, "role")
	_, named := source.Entry(n, "name")
	_, from := source.Entry(n, "src")
	if role != nil || named != nil || from == nil {
		return ""
	}
	src := document.Deref(from).Value
	if !strings.Contains(src, "://") && !strings.Contains(src, "@") {
		return src
	}
	name := strings.TrimSuffix(strings.TrimSuffix(src[strings.LastIndexByte(src, '/')+1:], ".git"), ".tar.gz")
	name, _, _ = strings.Cut(name, ",")
	return name
}
