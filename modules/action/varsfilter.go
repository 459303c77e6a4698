package action

import (
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

// varsFilter says which files of a folder include_vars reads.
type varsFilter struct {
	depth         float64 // how many levels of folders, counted from the folder itself
	extensions    []string
	ignore        []*regex.Regexp
	matching      *regex.Regexp // nil: all
	ignoreUnknown bool          // files of other extensions are passed over
}

func newVarsFilter(c *modules.Call) (f varsFilter, err error) {
	f.extensions = []string{"yaml", "yml", "json"}
	if v := c.Args.Get("extensions"); v != nil {
		f.extensions = lettersOrList(v)
	}
	if f.depth, err = depthOf(c.Args.Get("depth")); err != nil {
		return f, err
	}
	if v := c.Args.Get("ignore_unknown_extensions"); v != nil {
		f.ignoreUnknown = v.Truth()
	}
	if text := str(c, "files_matching"); text != "" {
		if f.matching, err = regex.Compile(text, regex.Flags{}); err != nil {
			return f, err
		}
	}
	for _, text := range wordsOrList(c.Args.Get("ignore_files")) {
		re, err := regex.Compile(text+"$", regex.Flags{})
		if err != nil {
			return f, err
		}
		f.ignore = append(f.ignore, re)
	}
	return f, nil
}

// lettersOrList gives the elements of a list. Text is a list of its letters, as in the reference.
func lettersOrList(v value.Value) []string {
	if s, ok := v.(value.String); ok {
		return strings.Split(string(s), "")
	}
	return textsOf(v)
}

// wordsOrList gives the elements of a list, or the words of a text.
func wordsOrList(v value.Value) []string {
	if s, ok := v.(value.String); ok {
		return strings.Fields(string(s))
	}
	return textsOf(v)
}

func textsOf(v value.Value) []string {
	var out []string
	if l, ok := v.(value.Iterable); ok {
		for e := range l.Elements() {
			out = append(out, e.String())
		}
	}
	return out
}

// depthOf gives the option depth; 0 is no limit.
func depthOf(v value.Value) (float64, error) {
	switch v := v.(type) {
	case nil, value.NoneType:
		return math.Inf(1), nil
	case value.Int:
		if v == 0 {
			return math.Inf(1), nil
		}
		return float64(v), nil
	case value.Float:
		return float64(v), nil
	}
	return 0, modules.Errorf("'>' not supported between instances of 'int' and '%s'", v.Type())
}

// filesBelow gives the files that have the names that are asked for, by folder: folders in order of their paths, files of their names.
func (f varsFilter) filesBelow(top string) ([][]string, error) {
	byFolder := map[string][]string{}
	if err := f.walk(top, 1, byFolder); err != nil {
		return nil, err
	}
	var folders [][]string
	for _, path := range slices.Sorted(maps.Keys(byFolder)) {
		folders = append(folders, byFolder[path])
	}
	return folders, nil
}

func (f varsFilter) walk(folder string, depth float64, files map[string][]string) error {
	if depth > f.depth {
		return nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := joinPath(folder, e.Name())
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			if err := f.walk(path, depth+1, files); err != nil {
				return err
			}
			continue
		}
		if f.names(e.Name()) {
			files[folder] = append(files[folder], path)
		}
	}
	return nil
}

// joinPath joins without tidying, as the path is shown.
func joinPath(folder, name string) string { return strings.TrimSuffix(folder, "/") + "/" + name }

// names tells whether a file's name is asked for.
func (f varsFilter) names(name string) bool {
	finds := func(re *regex.Regexp) bool {
		m, err := re.Search(name)
		return m != nil && err == nil
	}
	if f.matching != nil && !finds(f.matching) || slices.ContainsFunc(f.ignore, finds) {
		return false
	}
	return !f.ignoreUnknown || f.known(name)
}

// known tells whether a file's extension is one of those of files of variables.
func (f varsFilter) known(path string) bool {
	return slices.Contains(f.extensions, strings.TrimPrefix(filepath.Ext(path), "."))
}

// checkExtension refuses a file that is no file of variables.
func (f varsFilter) checkExtension(path string) error {
	if f.known(path) {
		return nil
	}
	return modules.Errorf("%s does not have a valid extension: %s", path, strings.Join(f.extensions, ", "))
}
