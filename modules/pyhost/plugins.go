package pyhost

import (
	"bytes"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/value"
)

// Plugins finds plugins in folders and runs them in a side car. It is safe for concurrent use.
type Plugins struct {
	host *Host
	warn func(msg string)
	dirs map[string][]string // those of settings, by kind

	enabled         []string // vars plugins
	start, listing  bool     // when vars plugins run
	once            sync.Once
	vars, collected []*plugin // vars plugins that count: of folders, and of collections

	mu     sync.Mutex
	local  []string            // the folders above filter_plugins and its like: the playbook's, then those of roles, as they come
	files  map[string][]string // of plugins with short names, by kind
	names  map[string][]string // filters or tests, by file
	broken map[string]bool     // files that cannot be loaded
}

// NewPlugins gives the plugins of a playbook's folder. dirs are the folders of settings, by kind: "filter", "test", "lookup", "inventory", "action" and "vars". warn is
// told of each file that cannot be loaded, once.
func NewPlugins(h *Host, playbook string, dirs map[string][]string, warn func(msg string)) *Plugins {
	return &Plugins{host: h, warn: warn, dirs: dirs, local: []string{playbook}, names: map[string][]string{}, broken: map[string]bool{}}
}

var _ templating.Plugins = (*Plugins)(nil)

// Forget drops the playbook's folder. It is called before the first use.
func (p *Plugins) Forget() { p.local = nil }

// Add takes a role's folder too, and tells whether that brings plugins.
func (p *Plugins) Add(folder string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Contains(p.local, folder) {
		return false
	}
	p.local = append(p.local, folder)
	p.files = nil
	for _, kind := range []string{"filter", "test", "lookup"} {
		if len(pythonFiles(filepath.Join(folder, kind+"_plugins"))) > 0 {
			return true
		}
	}
	return false
}

// Find gives a plugin by its name; known says that goplay has one of that name, which only a file that speaks of the name replaces.
func (p *Plugins) Find(kind, name string, known bool) (templating.Plugin, bool) {
	if collection, rest, ok := parseName(name); ok {
		switch {
		case collection == "ansible.legacy":
			name = rest
		case known || collection == "ansible.builtin":
			return nil, false
		default:
			return p.inCollection(kind, collection, rest, name)
		}
	}
	var found *plugin
	for _, file := range p.Files(kind) { // all are loaded where the name is none of goplay's own, so that broken ones are told of
		if p.has(kind, file, name, moduleName(file), known) && found == nil {
			found = &plugin{p.host, kind, file, moduleName(file), name}
		}
	}
	return found, found != nil
}

// parseName parts "ns.collection.name".
func parseName(name string) (collection, rest string, ok bool) {
	parts := strings.SplitN(name, ".", 3)
	if len(parts) < 3 {
		return "", name, false
	}
	return parts[0] + "." + parts[1], parts[2], true
}

// Files gives the files of plugins that have names without a collection, in the order in which they count.
func (p *Plugins) Files(kind string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.files == nil {
		p.files = map[string][]string{}
	}
	found, known := p.files[kind]
	if !known {
		for _, dir := range p.local {
			found = append(found, pythonFiles(filepath.Join(dir, kind+"_plugins"))...)
		}
		for _, dir := range p.dirs[kind] {
			found = append(found, pythonFiles(dir)...)
		}
		p.files[kind] = found
	}
	return found
}

func pythonFiles(dir string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, "*.py")) // a folder's name that is a bad pattern has none
	return slices.DeleteFunc(found, func(path string) bool { return filepath.Base(path) == "__init__.py" })
}

// has tells whether a file has a plugin. Most files have their plugin's name; filters and tests are in any file.
func (p *Plugins) has(kind, file, name, module string, known bool) bool {
	if kind != "filter" && kind != "test" {
		return moduleName(file) == name
	}
	if known && !speaksOf(file, name) {
		return false
	}
	return slices.Contains(p.namesOf(kind, file, module), name)
}

// speaksOf tells whether a file has a name in its text.
func speaksOf(file, name string) bool {
	text, err := os.ReadFile(file)
	return err == nil && bytes.Contains(text, []byte(name))
}

// namesOf gives the names of a file's filters or tests.
func (p *Plugins) namesOf(kind, file, module string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	names, known := p.names[file]
	if known || p.broken[file] {
		return names
	}
	list, err := p.host.do(request{"names", map[string]any{"kind": kind, "path": file, "module": module}}, &answers{opts: &p.host.opts})
	if err != nil {
		p.broken[file] = true
		p.warn("Skipping plugin (" + file + ")" + Why(err))
		return nil
	}
	if l, ok := list.(*value.List); ok {
		for _, v := range l.Elems {
			names = append(names, v.String())
		}
	}
	p.names[file] = names
	return names
}

// Why tells what is wrong with a file that cannot be loaded.
func Why(err error) string {
	if eval.KindOf(err) == "AttributeError" {
		return " as it seems to be invalid: " + err.Error()
	}
	return ", cannot load: " + err.Error()
}

// pluginsOf gives the folders in which a collection's plugins of a kind may be.
func (o *Options) pluginsOf(collection, kind string) iter.Seq[string] {
	namespace, of, _ := strings.Cut(collection, ".")
	return func(yield func(string) bool) {
		for _, root := range o.Collections {
			if !yield(filepath.Join(root, "ansible_collections", namespace, of, "plugins", kind)) {
				return
			}
		}
	}
}

// pluginFile is where a plugin is, by its name below its collection.
func pluginFile(dir, name string) string {
	return filepath.Join(dir, strings.ReplaceAll(name, ".", "/")+".py")
}

// inCollection finds a collection's plugin: in the file of its name, or in any other of its kind.
func (p *Plugins) inCollection(kind, collection, name, full string) (templating.Plugin, bool) {
	for dir := range p.host.opts.pluginsOf(collection, kind) {
		files := pythonFiles(dir)
		if own := pluginFile(dir, name); exists(own) {
			files = append([]string{own}, files...)
		}
		for _, file := range files {
			module := "ansible_collections." + collection + ".plugins." + kind + "." + moduleName(file)
			if p.has(kind, file, name, module, true) {
				return &plugin{p.host, kind, file, module, full}, true
			}
		}
		if len(files) > 0 {
			break // the first collection of a name is the one that counts
		}
	}
	return nil, false
}

// plugin is one filter, test or lookup.
type plugin struct {
	host         *Host
	kind         string
	file, module string
	name         string // as it was asked for
}

// Call runs the plugin: a filter's or test's input is the first of args, a lookup's terms are all of them.
func (p *plugin) Call(caller lookup.Host, args []value.Value, named *value.Dict) (value.Value, error) {
	a := &answers{opts: &p.host.opts, caller: caller}
	list, err := a.views.list(args)
	if err != nil {
		return nil, err
	}
	dict, err := a.views.dict(named)
	if err != nil {
		return nil, err
	}
	if p.kind == "lookup" {
		return p.host.do(request{"lookup", map[string]any{"path": p.file, "module": p.module, "name": p.name, "terms": list, "options": dict}}, a)
	}
	_, short, _ := parseName(p.name)
	return p.host.do(request{"call", map[string]any{
		"kind": p.kind, "path": p.file, "module": p.module, "name": short, "positional": list, "named": dict,
	}}, a)
}
