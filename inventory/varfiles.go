package inventory

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// varFiles reads the files of group_vars and host_vars, each once.
type varFiles struct {
	exts []string // endings, "" first
	off  bool     // the vars plugin that reads the files is not enabled
	near bool     // those beside the inventory are read alone

	mu   sync.Mutex
	dirs map[string]map[string]bool // names in a folder that may hold variables
	vars map[string]loaded          // by folder and name

	reserved map[reservedKey]source.Pos
}

type loaded struct {
	d   *value.Dict
	err error
}

func (f *varFiles) init(opts Options) {
	f.exts = append([]string{""}, opts.Config.List("YAML_FILENAME_EXTENSIONS")...)
	f.off = !slices.ContainsFunc(opts.Config.List("VARIABLE_PLUGINS_ENABLED"), func(plugin string) bool {
		return strings.TrimPrefix(plugin, "ansible.builtin.") == "host_group_vars"
	})
	f.dirs = map[string]map[string]bool{}
	f.reserved = map[reservedKey]source.Pos{}
	f.vars = map[string]loaded{}
}

// WithoutVarFiles makes group_vars and host_vars count for nothing. It is called before the first use of variables.
func (inv *Inventory) WithoutVarFiles() { inv.files.off = true }

// WithoutPlayVarFiles does so for those that are not beside the inventory.
func (inv *Inventory) WithoutPlayVarFiles() { inv.files.near = true }

// load gives the variables of a group or host, or nil. kind is group_vars or host_vars.
func (f *varFiles) load(inv *Inventory, dir, kind, name string) (*value.Dict, error) {
	if f.off || f.near && !slices.Contains(inv.dirs, dir) {
		return nil, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	folder := filepath.Join(dir, kind)
	base := f.find(folder, name)
	if base == "" {
		return nil, nil
	}
	path := filepath.Join(folder, base)
	if l, ok := f.vars[path]; ok {
		return l.d, l.err
	}
	d, err := f.read(inv, path)
	f.vars[path] = loaded{d, err}
	return d, err
}

// find gives the first name that is there: without an ending, then with each of them.
func (f *varFiles) find(folder, name string) string {
	names, ok := f.dirs[folder]
	if !ok {
		names = listNames(folder)
		f.dirs[folder] = names
	}
	if len(names) == 0 {
		return ""
	}
	for _, ext := range f.exts {
		if names[name+ext] {
			return name + ext
		}
	}
	if strings.Contains(name, "/") {
		return f.findBelow(folder, name)
	}
	return ""
}

// findBelow finds the variables of a group whose name is a path.
func (f *varFiles) findBelow(folder, name string) string {
	for _, ext := range f.exts {
		if _, err := os.Stat(filepath.Join(folder, name+ext)); err == nil {
			return name + ext
		}
	}
	return ""
}

func listNames(folder string) map[string]bool {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		names[e.Name()] = true
	}
	return names
}

// read reads a file, or all files of a folder and the folders in it in the order of their names.
func (f *varFiles) read(inv *Inventory, path string) (*value.Dict, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("variables: %w", err)
	}
	if !info.IsDir() {
		return readVars(inv, path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("variables: %w", err)
	}
	var layers []*value.Dict
	for _, e := range entries {
		if !f.wanted(e) {
			continue
		}
		d, err := f.read(inv, filepath.Join(path, e.Name()))
		if err != nil {
			return nil, err
		}
		layers = append(layers, d)
	}
	return inv.combine(layers), nil
}

// wanted leaves out what is hidden, backups, files with another ending than variables have, and folders with any.
func (f *varFiles) wanted(e fs.DirEntry) bool {
	name := e.Name()
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return false
	}
	ext := filepath.Ext(name)
	if e.IsDir() {
		return ext == ""
	}
	return slices.Contains(f.exts, ext)
}

func readVars(inv *Inventory, path string) (*value.Dict, error) {
	data, err := source.ReadFile(path)
	if err != nil {
		return nil, err
	}
	v, err := inv.varsDocument(path, data)
	if err != nil {
		return nil, err
	}
	if d, ok := v.(*value.Dict); ok {
		return d, nil
	}
	if !v.Truth() {
		return nil, nil
	}
	return nil, source.New(source.Pos{}, fmt.Sprintf(
		"Could not process '%s': failed to combine variables, expected dicts but got a 'dict' and a '%s'.", path, value.TaggedType(v)))
}

// varsDocument reads a variables file and notes names that should not be used.
func (inv *Inventory) varsDocument(path string, data []byte) (value.Value, error) {
	data, err := inv.plain(path, data)
	if err != nil {
		return nil, err
	}
	root, err := source.ParseYAMLDocument(path, data)
	if err != nil || root == nil {
		return value.None, err
	}
	for i := 0; root.Kind == yaml.MappingNode && i+1 < len(root.Content); i += 2 {
		if k := root.Content[i]; Reserved(k.Value) {
			inv.files.reserved[reservedKey{path, k.Value}] = source.NodePos(path, k)
		}
	}
	return inv.documents().ToValue(path, root)
}
