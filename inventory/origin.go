package inventory

import (
	"os"
	"path/filepath"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
)

// Origin is where a variable comes from.
type Origin struct {
	Level string     // what kind of place it is, as Ansible's list of precedence has it: "inventory group_vars/web"
	Pos   source.Pos // the variable's name in its file; unknown for what no file says
}

// assignment is a variable of a *Host or *Group.
type assignment struct {
	owner any
	name  string
}

// place notes where a source sets a variable, if that is to be known.
func (inv *Inventory) place(owner any, name string, pos source.Pos) {
	if at, ok := inv.reserved.checked[name]; ok {
		inv.reserved.places[assignment{owner, name}] = at
	}
	if inv.places != nil {
		inv.places[assignment{owner, name}] = pos
	}
}

// Origin tells where the value comes from that Vars gives for a variable; ok is false where it gives none. Places within sources are known
// only if Options.Places asked for them. Where dicts are merged it is the strongest.
func (inv *Inventory) Origin(h *Host, playbookDir, name string) (o Origin, ok bool) {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	for _, dir := range slices.Backward(inv.varDirs(playbookDir)) {
		if o, ok := inv.fileOrigin(dir, playbookDir, "host_vars", h.Name, name); ok {
			return o, true
		}
	}
	if _, ok := h.vars.Lookup(name); ok {
		level := "inventory host vars"
		if h.Implicit {
			level = "implicit localhost"
		}
		return Origin{level, inv.places[assignment{h, name}]}, true
	}
	groups := slices.DeleteFunc(h.allGroups(), func(g *Group) bool { return g == inv.all })
	for _, stage := range slices.Backward(inv.opts.Config.List("VARIABLE_PRECEDENCE")) {
		if o, ok := inv.stageOrigin(stage, groups, playbookDir, name); ok {
			return o, true
		}
	}
	return Origin{}, false
}

// stageOrigin looks through what one word of the setting VARIABLE_PRECEDENCE stands for.
func (inv *Inventory) stageOrigin(stage string, groups []*Group, playbookDir, name string) (Origin, bool) {
	switch stage {
	case "all_inventory":
		return inv.groupOrigin([]*Group{inv.all}, name)
	case "groups_inventory":
		return inv.groupOrigin(groups, name)
	case "all_plugins_inventory":
		return inv.filesOrigin(inv.dirs, playbookDir, []*Group{inv.all}, name)
	case "groups_plugins_inventory":
		return inv.filesOrigin(inv.dirs, playbookDir, groups, name)
	case "all_plugins_play":
		return inv.filesOrigin([]string{playbookDir}, playbookDir, []*Group{inv.all}, name)
	case "groups_plugins_play":
		return inv.filesOrigin([]string{playbookDir}, playbookDir, groups, name)
	}
	return Origin{}, false
}

func (inv *Inventory) groupOrigin(groups []*Group, name string) (Origin, bool) {
	for _, g := range slices.Backward(groups) {
		if _, ok := g.vars.Lookup(name); ok {
			return Origin{"inventory group vars of " + g.Name, inv.places[assignment{g, name}]}, true
		}
	}
	return Origin{}, false
}

func (inv *Inventory) filesOrigin(dirs []string, playbookDir string, groups []*Group, name string) (Origin, bool) {
	for _, dir := range slices.Backward(dirs) {
		for _, g := range slices.Backward(groups) {
			if o, ok := inv.fileOrigin(dir, playbookDir, "group_vars", g.Name, name); ok {
				return o, true
			}
		}
	}
	return Origin{}, false
}

// fileOrigin looks into the file or folder of a host or group.
func (inv *Inventory) fileOrigin(dir, playbookDir, kind, owner, name string) (Origin, bool) {
	d, err := inv.files.load(inv, dir, kind, owner)
	if _, ok := d.Lookup(name); !ok || err != nil {
		return Origin{}, false
	}
	level := "inventory " + kind + "/" + owner
	if dir == playbookDir && !slices.Contains(inv.dirs, dir) {
		level = "playbook " + kind + "/" + owner
	}
	folder := filepath.Join(dir, kind)
	return Origin{level, inv.inFile(filepath.Join(folder, inv.files.find(folder, owner)), name)}, true
}

// inFile finds a variable in a file, or in the last file of a folder that has it.
func (inv *Inventory) inFile(path, name string) source.Pos {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return inv.keyOf(path, name)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return source.Pos{File: path}
	}
	for _, e := range slices.Backward(entries) {
		if !inv.files.wanted(e) {
			continue
		}
		if pos := inv.inFile(filepath.Join(path, e.Name()), name); pos.Line > 0 {
			return pos
		}
	}
	return source.Pos{File: path}
}

func (inv *Inventory) keyOf(path, name string) source.Pos {
	data, err := os.ReadFile(path)
	if err != nil {
		return source.Pos{File: path}
	}
	return source.KeyPos(path, inv.root(path, data), name)
}

// root reads a document's nodes, or gives nil: who needs its values has told why it cannot be read.
func (inv *Inventory) root(path string, data []byte) *yaml.Node {
	data, err := inv.plain(path, data)
	if err != nil {
		return nil
	}
	root, err := source.ParseYAMLDocument(path, data)
	if err != nil {
		return nil
	}
	return root
}

// pos finds what a YAML source says of a group at a path of keys: "vars" and a name, or "hosts", a pattern and a name.
func (y yamlParser) pos(g *Group, path ...string) source.Pos {
	if y.root == nil {
		return source.Pos{}
	}
	found := source.Pos{File: y.src}
	y.walk(y.root, func(name string, def *yaml.Node) {
		if y.inv.safeGroupName(name) != g.Name {
			return
		}
		for _, step := range path[:len(path)-1] {
			_, def = source.Entry(def, step)
		}
		if pos := source.KeyPos(y.src, def, path[len(path)-1]); pos.Line > 0 {
			found = pos
		}
	})
	return found
}

// walk shows every definition of a group.
func (y yamlParser) walk(groups *yaml.Node, see func(name string, def *yaml.Node)) {
	if groups == nil || groups.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(groups.Content); i += 2 {
		see(groups.Content[i].Value, groups.Content[i+1])
		_, children := source.Entry(groups.Content[i+1], "children")
		y.walk(children, see)
	}
}
