// Package payload turns a module's name into what an agent needs to run it: the module's file and the closure of its imports, each
// by digest. A [Finder] looks in users' library folders, in collections, in an installed ansible-core and among goplay's own
// modules, reads every file once, and may be used by many goroutines.
//
// Which names lead where: "ansible.builtin.ping" is goplay's own (or an installed ansible-core's) module, "ns.col.name" a
// collection's, and "ping" or "ansible.legacy.ping" the first of that name in the library folders, else the builtin, else that of the
// collection to which ansible-core gave it away.
package payload

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/templating/value"
)

// Options say where modules are.
type Options struct {
	Embedded        fs.FS    // goplay's own: the folder above "ansible"; or nil
	Collected       fs.FS    // goplay's own of collections, for those that are not installed: the folder above "ansible_collections"; or nil
	LibraryDirs     []string // modules for short names that come before those of roles: library/ beside the playbook, --module-path
	FurtherDirs     []string // those that come after, with all that is below them: ANSIBLE_LIBRARY
	ModuleUtilsDirs []string // what "ansible.module_utils" has before all others: module_utils/ beside the playbook
	FurtherUtils    []string // what it has after those of roles: ANSIBLE_MODULE_UTILS
	CollectionPaths []string // folders with or above an ansible_collections folder
	IgnoredSuffixes []string // how names of files end that are no modules; nil: as in Ansible
	Packages        []string // patterns of the folders where Python's packages are: an ansible-core among them has the module_utils of PowerShell modules
	InstalledPaths  []string // folders with an installed ansible-core's "ansible"; their modules are used where Embedded has none
}

// Finder finds modules.
type Finder struct {
	opts  Options
	roots []tree // where dotted names are looked up, in order
	own   []tree // where modules of collections are looked up that are not installed
	files files

	mu        sync.Mutex
	libraries map[string]*library
	payloads  map[payloadKey]*made
	routes    map[string]*value.Dict // of collections ("ns/name"), by modules

	coresOnce sync.Once
	coreDirs  []string
}

// payloadKey names a module file and the module_utils folders that it sees.
type payloadKey struct{ tree, name, utils string }

type made struct {
	once    sync.Once
	payload *agent.Payload
	err     error
}

// NotFoundError says that there is no module of a name.
type NotFoundError struct {
	Name    string
	Nearest []string // similar names of modules that there are, the most similar first
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("couldn't resolve module/action '%s'. This often indicates a misspelling, missing collection, or incorrect module path.", e.Name)
}

var errPowerShell = errors.New("it is a PowerShell module, which is for Windows hosts")

// NewFinder gives a finder. Folders that do not exist are passed over.
func NewFinder(opts Options) *Finder {
	if opts.IgnoredSuffixes == nil {
		opts.IgnoredSuffixes = ignored
	}
	f := &Finder{opts: opts, files: files{known: map[string]*readFile{}}, libraries: map[string]*library{}, payloads: map[payloadKey]*made{}, routes: map[string]*value.Dict{}}
	for _, dir := range opts.CollectionPaths {
		if filepath.Base(dir) == "ansible_collections" {
			dir = filepath.Dir(dir)
		}
		t := dirTree(dir)
		t.only = "ansible_collections/"
		f.roots = append(f.roots, t)
	}
	if opts.Embedded != nil {
		f.roots = append(f.roots, tree{fsys: opts.Embedded, base: "goplay:"})
	}
	if opts.Collected != nil {
		f.own = append(f.own, tree{fsys: opts.Collected, base: "goplay:"})
	}
	for _, dir := range opts.InstalledPaths {
		f.roots = append(f.roots, dirTree(dir))
	}
	return f
}

// Scope is what a task's role and collection add to where its modules and their module_utils are looked for.
type Scope struct {
	LibraryDirs     []string
	ModuleUtilsDirs []string
}

// Find gives the payload of a module, looked for in extra library folders, a role's, too.
func (f *Finder) Find(name string, extraLibraryDirs ...string) (*agent.Payload, error) {
	return f.FindIn(name, Scope{LibraryDirs: extraLibraryDirs})
}

// FindIn gives the payload of a module as a task of a role sees it. The error is a *[NotFoundError], a *[RoutingError] or says why the
// module that was found cannot be used.
func (f *Finder) FindIn(name string, scope Scope) (*agent.Payload, error) {
	where, ok, err := f.find(name, scope)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &NotFoundError{Name: name, Nearest: nearest(name, f.names(scope))}
	}
	utils := slices.Concat(f.opts.ModuleUtilsDirs, scope.ModuleUtilsDirs, f.opts.FurtherUtils)
	k := payloadKey{where.tree.base, where.name, strings.Join(utils, "\x00")}
	f.mu.Lock()
	m := f.payloads[k]
	if m == nil {
		m = &made{}
		f.payloads[k] = m
	}
	f.mu.Unlock()
	m.once.Do(func() { m.payload, m.err = f.make(where, utils) })
	if m.err != nil {
		return nil, fmt.Errorf("module %s (%s): %w", name, path.Join(where.tree.base, where.name), m.err)
	}
	return m.payload, nil
}

// find resolves a name: what a library folder has of a short one comes before redirects.
func (f *Finder) find(name string, scope Scope) (location, bool, error) {
	if short := strings.TrimPrefix(name, "ansible.legacy."); !strings.Contains(short, ".") {
		if found, ok := f.inLibraries(short, scope); ok {
			return found, true, nil
		}
	}
	to, err := f.Route(name)
	if err != nil {
		return location{}, false, err
	}
	found, ok := f.locate(to.Name, scope)
	return found, ok, nil
}

// location is where a module's file is, and as what it runs.
type location struct {
	tree tree
	name string // in tree
	fqcn string // "ansible.legacy.ping"
	main string // its path in the payload
}

// locate resolves a name.
func (f *Finder) locate(name string, scope Scope) (location, bool) {
	parts := strings.Split(name, ".")
	short := parts[len(parts)-1]
	switch {
	case len(parts) == 1 || len(parts) == 3 && parts[0] == "ansible" && parts[1] == "legacy":
		if found, ok := f.inLibraries(short, scope); ok {
			return found, true
		}
		return f.builtin(short)
	case len(parts) == 3 && parts[0] == "ansible" && parts[1] == "builtin":
		return f.builtin(short)
	case len(parts) >= 3:
		return f.inCollection(name, parts)
	}
	return location{}, false
}

func (f *Finder) inLibraries(short string, scope Scope) (location, bool) {
	for _, dir := range f.libraryDirs(scope) {
		l := f.library(dir)
		if name, ok := l.find(short); ok {
			return location{l.tree, name, "ansible.legacy." + short, "ansible/legacy/" + path.Base(name)}, true
		}
	}
	return location{}, false
}

// libraryDirs are the folders for short names, in order.
func (f *Finder) libraryDirs(scope Scope) []string {
	return slices.Concat(f.opts.LibraryDirs, scope.LibraryDirs, f.opts.FurtherDirs)
}

// library lists a folder at its first use.
func (f *Finder) library(dir string) *library {
	return f.listed(dir, dir, without(slices.Concat(f.opts.IgnoredSuffixes, foreign)))
}

// scripts lists a folder's PowerShell modules at its first use.
func (f *Finder) scripts(dir string) *library {
	return f.listed("ps1 "+dir, dir, func(name string) bool { return path.Ext(name) == ".ps1" })
}

func (f *Finder) listed(key, dir string, may func(name string) bool) *library {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.libraries[key]
	if l == nil {
		l = newLibrary(dirTree(dir), slices.Contains(f.opts.FurtherDirs, dir), may)
		f.libraries[key] = l
	}
	return l
}

func (f *Finder) builtin(short string) (location, bool) {
	return f.inTrees(f.roots, "ansible/modules/", short, "ansible.builtin."+short)
}

// inCollection looks in the installed collection; where there is none, among goplay's own modules.
func (f *Finder) inCollection(fqcn string, parts []string) (location, bool) {
	collection := "ansible_collections/" + parts[0] + "/" + parts[1]
	trees := f.roots
	if !f.installed(collection) {
		trees = f.own
	}
	dir := collection + "/plugins/modules/" + path.Join(parts[2:len(parts)-1]...)
	return f.inTrees(trees, strings.TrimSuffix(dir, "/")+"/", parts[len(parts)-1], fqcn)
}

// installed tells whether a collection's folder is in any of the roots.
func (f *Finder) installed(dir string) bool {
	return fs.ValidPath(dir) && slices.ContainsFunc(f.roots, func(t tree) bool {
		info, err := fs.Stat(t.fsys, dir)
		return err == nil && info.IsDir()
	})
}

// inTrees looks for a module in a folder of some trees.
func (f *Finder) inTrees(trees []tree, dir, short, fqcn string) (location, bool) {
	for _, t := range trees {
		for _, name := range []string{dir + short + ".py", dir + short, dir + "_" + short + ".py"} {
			if !fs.ValidPath(name) {
				continue
			}
			if _, err := f.files.read(t, name); err == nil {
				return location{t, name, fqcn, name}, true
			}
		}
	}
	return location{}, false
}

// make reads a module and gathers what it imports.
func (f *Finder) make(where location, utilsDirs []string) (*agent.Payload, error) {
	text, err := f.files.read(where.tree, where.name)
	if err != nil {
		return nil, err
	}
	kind, text, err := classify(text)
	if err != nil {
		return nil, err
	}
	p := &agent.Payload{Name: where.fqcn, Main: where.main, Kind: kind, Source: path.Join(where.tree.base, where.name)}
	if kind == agent.NewStyle && !strings.HasSuffix(p.Main, ".py") {
		p.Main += ".py"
	}
	c := &closure{finder: f, files: map[string]agent.File{}}
	for _, dir := range utilsDirs {
		c.utils = append(c.utils, dirTree(dir))
	}
	c.put(p.Main, text)
	if kind == agent.NewStyle {
		if err := c.gather(); err != nil {
			return nil, err
		}
	}
	p.Files = c.sorted()
	p.Seal()
	return p, nil
}

// gather follows the imports of the module, and adds basic, by which the agent hands over the arguments.
func (c *closure) gather() error {
	if err := c.add("ansible.module_utils.basic"); err != nil {
		return err
	}
	return c.follow()
}

func (c *closure) sorted() []agent.File {
	list := make([]agent.File, 0, len(c.files))
	for _, file := range c.files {
		list = append(list, file)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Path < list[j].Path })
	return list
}

// names gives the names of all modules that a short name could mean.
func (f *Finder) names(scope Scope) []string {
	found := map[string]bool{}
	for _, dir := range f.libraryDirs(scope) {
		for name := range f.library(dir).modules {
			found[strings.TrimPrefix(name, "_")] = true
		}
	}
	for _, t := range f.roots {
		files, err := fs.Glob(t.fsys, "ansible/modules/*.py")
		if err != nil {
			continue // the pattern is valid; a tree that cannot be listed has no names
		}
		for _, name := range files {
			found[strings.TrimPrefix(strings.TrimSuffix(path.Base(name), ".py"), "_")] = true
		}
	}
	delete(found, "__init__")
	delete(found, "_init__")
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Names gives all short names, sorted.
func (f *Finder) Names() []string { return f.names(Scope{}) }
