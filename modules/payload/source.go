package payload

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/goplay/goplay/agent"
)

// tree is a folder in which Python files are looked up by slash-separated paths.
type tree struct {
	fsys fs.FS
	base string // for messages and as part of keys: the folder's name
	only string // what is looked up here begins so
}

func dirTree(dir string) tree { return tree{fsys: os.DirFS(dir), base: filepath.ToSlash(dir)} }

// files caches what was read: every file is read, and its digest made, once.
type files struct {
	mu    sync.Mutex
	known map[string]*readFile
}

type readFile struct {
	once sync.Once
	data []byte
	err  error
}

// read gives a file's content, or an fs.ErrNotExist.
func (f *files) read(t tree, name string) ([]byte, error) {
	if !strings.HasPrefix(name, t.only) {
		return nil, fs.ErrNotExist
	}
	f.mu.Lock()
	r := f.known[t.base+"\x00"+name]
	if r == nil {
		r = &readFile{}
		f.known[t.base+"\x00"+name] = r
	}
	f.mu.Unlock()
	r.once.Do(func() { r.data, r.err = fs.ReadFile(t.fsys, name) })
	if isDirectory(r.err) {
		return nil, fs.ErrNotExist
	}
	return r.data, r.err
}

// isDirectory reports whether reading failed because the name is a folder's.
func isDirectory(err error) bool {
	var at *fs.PathError
	return errors.As(err, &at) && at.Op == "read"
}

// library is a folder of users' modules, with all that is below it or without: base names without their extension to paths.
type library struct {
	tree
	modules map[string]string
}

// ignored are ends of names of files beside modules that are no modules.
var ignored = []string{".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".yaml", ".yml", ".ini"}

// foreign are those of modules for Windows and of what they come with.
var foreign = []string{".ps1", ".psm1", ".cs", ".json"}

// without tells whether a file's name ends in none of some ways.
func without(ends []string) func(string) bool {
	return func(name string) bool {
		return !slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(name, end) })
	}
}

// newLibrary lists a folder, and those below it if deep, with the files whose names may be modules'. Python files come before others of the same
// name, and those without an extension before the rest.
func newLibrary(t tree, deep bool, may func(name string) bool) *library {
	l := &library{tree: t, modules: map[string]string{}}
	fs.WalkDir(t.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read holds no modules
		case d.IsDir() && name != "." && !deep:
			return fs.SkipDir
		case !d.IsDir():
			l.add(name, may)
		}
		return nil
	})
	return l
}

// add takes a file, if it may be a module.
func (l *library) add(name string, may func(string) bool) {
	ext := path.Ext(name)
	module := strings.TrimSuffix(path.Base(name), ext)
	if module == "" || module == "__init__" || !may(name) {
		return
	}
	if old, ok := l.modules[module]; !ok || rank(ext) < rank(path.Ext(old)) {
		l.modules[module] = name
	}
}

func rank(ext string) int {
	switch ext {
	case ".py":
		return 0
	case "":
		return 1
	}
	return 2
}

// find gives the path of a module, also by a deprecated module's file name, which begins with an underscore.
func (l *library) find(module string) (string, bool) {
	name, ok := l.modules[module]
	if !ok {
		name, ok = l.modules["_"+module]
	}
	return name, ok
}

// closure gathers the files that a module imports.
type closure struct {
	finder *Finder
	utils  []tree // users' module_utils folders, the nearest first
	files  map[string]agent.File
	queue  []scanned
}

// scanned is a source whose imports are to be followed.
type scanned struct {
	source string
	pkg    string
}

// follow adds everything that can be found of what the queued sources import.
func (c *closure) follow() error {
	for len(c.queue) > 0 {
		s := c.queue[0]
		c.queue = c.queue[1:]
		for _, name := range imports(s.source, s.pkg) {
			if err := c.add(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// add adds a dotted name with the packages above it.
func (c *closure) add(name string) error {
	if !strings.HasPrefix(name, "ansible.") && !strings.HasPrefix(name, "ansible_collections.") {
		return nil
	}
	parts := strings.Split(name, ".")
	for i := 1; i <= len(parts); i++ {
		if err := c.addOne(path.Join(parts[:i]...)); err != nil {
			return err
		}
	}
	return nil
}

// addOne adds a package's __init__.py or a module, if there is one.
func (c *closure) addOne(base string) error {
	for _, name := range []string{base + "/__init__.py", base + ".py"} {
		if _, done := c.files[name]; done {
			return nil
		}
		data, err := c.lookUp(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		c.put(name, data)
		return c.addProfiles(name)
	}
	return nil
}

// put adds a file, and queues it.
func (c *closure) put(name string, data []byte) {
	c.files[name] = agent.NewFile(name, data)
	c.queue = append(c.queue, scanned{string(data), strings.ReplaceAll(path.Dir(name), "/", ".")})
}

// lookUp finds a file: module_utils in users' folders first, then all in the finder's roots.
func (c *closure) lookUp(name string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(name, "ansible/module_utils/"); ok && rest != "__init__.py" {
		for _, t := range c.utils {
			if data, err := c.finder.files.read(t, rest); !errors.Is(err, fs.ErrNotExist) {
				return data, err
			}
		}
	}
	for _, t := range c.finder.roots {
		if data, err := c.finder.files.read(t, name); !errors.Is(err, fs.ErrNotExist) {
			return data, err
		}
	}
	return nil, fs.ErrNotExist
}

// profiles is a package of an installed ansible-core whose modules are imported by computed names.
const profiles = "ansible/module_utils/_internal/_json"

func (c *closure) addProfiles(name string) error {
	if name != profiles+"/__init__.py" {
		return nil
	}
	for _, t := range c.finder.roots {
		found, err := fs.Glob(t.fsys, profiles+"/_profiles/*.py")
		if err != nil {
			return err
		}
		for _, f := range found {
			if err := c.add(strings.ReplaceAll(strings.TrimSuffix(f, ".py"), "/", ".")); err != nil {
				return err
			}
		}
	}
	return nil
}
