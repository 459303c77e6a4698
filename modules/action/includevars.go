package action

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// includeVars loads variables from a file or a folder.
func includeVars(_ context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "_raw_params", "depth", "dir", "extensions", "file", "files_matching", "hash_behaviour", "ignore_files",
		"ignore_unknown_extensions", "name"); err != nil {
		return nil, err
	}
	if str(c, "hash_behaviour") == "merge" {
		return nil, modules.Errorf("hash_behaviour of include_vars is not supported yet")
	}
	into := &value.Dict{}
	var files []string
	var err error
	if dir := str(c, "dir"); dir != "" {
		files, err = varsFromDir(c, dir, into)
	} else {
		files, err = varsFromFile(c, str(c, "file", "_raw_params"), into)
	}
	if err != nil {
		return notLoaded(files, err), nil
	}
	if name := str(c, "name"); name != "" {
		into = value.DictOf(name, into)
		c.Sets(name, c.Places["name"])
	}
	return done("changed", value.Bool(false), "ansible_facts", into, "ansible_included_var_files", textList(files), "_ansible_no_log", value.Bool(false))
}

func notLoaded(files []string, err error) *value.Dict {
	return value.DictOf("failed", value.Bool(true), "changed", value.Bool(false), "ansible_facts", &value.Dict{},
		"ansible_included_var_files", textList(files), "message", value.String(err.Error()))
}

func textList(list []string) *value.List {
	l := &value.List{}
	for _, s := range list {
		l.Append(value.String(s))
	}
	return l
}

func varsFromFile(c *modules.Call, name string, into *value.Dict) ([]string, error) {
	file, err := find(c, "vars", name)
	if err != nil {
		return nil, err
	}
	return []string{file}, loadVars(c, file, into)
}

// loadVars reads one file of variables into a dict.
func loadVars(c *modules.Call, file string, into *value.Dict) error {
	data, err := readFile(c, file)
	if err != nil {
		return err
	}
	v, err := document.Load(file, data)
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case *value.Dict:
		into.Update(v)
		return tellNames(c, file, data)
	case value.NoneType:
	default:
		return modules.Errorf("%s must be stored as a dictionary/hash", file)
	}
	return nil
}

// tellNames tells of the variables that a file sets, unless they become entries of one.
func tellNames(c *modules.Call, file string, data []byte) error {
	if str(c, "name") != "" {
		return nil
	}
	n, err := source.ParseYAMLDocument(file, data)
	if err != nil {
		return err
	}
	fields, err := document.Options{}.Fields(file, n)
	for _, f := range fields {
		c.Sets(f.Name, f.Pos)
	}
	return err
}

// varsFromDir reads every file below a folder that the options let through, in order of their names.
func varsFromDir(c *modules.Call, name string, into *value.Dict) ([]string, error) {
	dir, err := findDir(c, name)
	if err != nil {
		return nil, err
	}
	sel, err := newVarsFilter(c)
	if err != nil {
		return nil, err
	}
	var files []string
	err = filesFirst(dir, func(p string, e os.DirEntry) error {
		return sel.visit(dir, p, e, func() error {
			files = append(files, p)
			return loadVars(c, p, into)
		})
	})
	return files, err
}

// filesFirst walks a folder: its files in order of their names, then its folders one after the other, so that what is deeper is stronger.
func filesFirst(dir string, visit func(string, os.DirEntry) error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		if err := visit(filepath.Join(dir, e.Name()), e); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		sub := filepath.Join(dir, e.Name())
		if err := visit(sub, e); errors.Is(err, filepath.SkipDir) {
			continue
		} else if err != nil {
			return err
		}
		if err := filesFirst(sub, visit); err != nil {
			return err
		}
	}
	return nil
}

func findDir(c *modules.Call, name string) (string, error) {
	if filepath.IsAbs(name) {
		if _, err := os.Stat(name); err != nil {
			return "", modules.Errorf("%s directory does not exist", name)
		}
		return name, nil
	}
	dir, err := find(c, "vars", name)
	if err != nil {
		return "", modules.Errorf("%s directory does not exist", name)
	}
	return dir, nil
}

// varsFilter says which files of a folder are read.
type varsFilter struct {
	depth         int
	extensions    []string
	ignore        []*regexp.Regexp
	matching      *regexp.Regexp
	ignoreUnknown bool
}

func newVarsFilter(c *modules.Call) (*varsFilter, error) {
	f := &varsFilter{extensions: []string{"yaml", "yml", "json"}}
	if v := c.Args.Get("extensions"); v != nil {
		f.extensions = nil
		for _, e := range list(v) {
			f.extensions = append(f.extensions, strings.TrimPrefix(e.String(), "."))
		}
	}
	if d, ok := c.Args.Get("depth").(value.Int); ok {
		f.depth = int(d)
	}
	var err error
	if f.ignoreUnknown, err = flag(c, "ignore_unknown_extensions", false); err != nil {
		return nil, err
	}
	if m := str(c, "files_matching"); m != "" {
		if f.matching, err = regexp.Compile(m); err != nil {
			return nil, modules.Errorf("Invalid regular expression: %s", m)
		}
	}
	for _, e := range list(c.Args.Get("ignore_files")) {
		re, err := regexp.Compile(e.String() + "$")
		if err != nil {
			return nil, modules.Errorf("Invalid regular expression: %s", e.String())
		}
		f.ignore = append(f.ignore, re)
	}
	return f, nil
}

func (f *varsFilter) visit(top, p string, e os.DirEntry, load func() error) error {
	rel, err := filepath.Rel(top, p)
	if err != nil {
		return err
	}
	if e.IsDir() {
		if f.depth > 0 && rel != "." && strings.Count(rel, "/")+1 >= f.depth {
			return filepath.SkipDir
		}
		return nil
	}
	if f.matching != nil && !f.matching.MatchString(e.Name()) {
		return nil
	}
	if slices.ContainsFunc(f.ignore, func(re *regexp.Regexp) bool { return re.MatchString(e.Name()) }) {
		return nil
	}
	if slices.Contains(f.extensions, strings.TrimPrefix(filepath.Ext(p), ".")) {
		return load()
	}
	if f.ignoreUnknown {
		return nil
	}
	return modules.Errorf("%s does not have a valid extension: %s", p, strings.Join(f.extensions, ", "))
}
