package lookup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func expandHome(path string) string {
	if path == "~" || strings.HasPrefix(path, "~/") {
		if home, err := os.UserHomeDir(); err == nil {
			return home + path[1:]
		}
	}
	return path
}

// maxFile bounds what a lookup reads.
const maxFile = 512 << 20

func readFile(path string) ([]byte, error) {
	if err := checkSize(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func checkSize(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxFile {
		return errors.New("file too large")
	}
	return err
}

// load finds a file by find or search and reads it, and decrypts it where it is vaulted.
func (c *Call) load(find func(sub, name string) (string, bool), sub, name string) (path string, data []byte, err error) {
	path, ok := find(sub, name)
	if !ok {
		return "", nil, failf("Unable to access the file '%s': File not found. Use -vvvvv to see paths searched.", name)
	}
	if err = checkSize(path); err == nil && source.Vaulted(path) {
		data, err = c.Host.DecryptFile(path)
		return path, data, err
	}
	if err == nil {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return "", nil, failf("Unable to access the file '%s': %s", name, cause(err))
	}
	return path, data, nil
}

func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func file(c *Call) ([]value.Value, error) {
	names, err := c.textOnly("AttributeError", noPath)
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, name := range names {
		_, data, err := c.load(c.find, "files", name)
		if err != nil {
			return nil, err
		}
		text := string(value.Frozen(data))
		if c.flag("lstrip", false) {
			text = strings.TrimLeft(text, " \t\r\n\v\f")
		}
		if c.flag("rstrip", true) {
			text = strings.TrimRight(text, " \t\r\n\v\f")
		}
		out = append(out, value.String(text))
	}
	return out, nil
}

func unvault(c *Call) ([]value.Value, error) {
	names, err := c.textOnly("AttributeError", noPath)
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, name := range names {
		if _, found := c.search("files", name); !found {
			return nil, failf("Unable to find file matching %q", name)
		}
		_, data, err := c.load(c.find, "files", name)
		if err != nil {
			return nil, err
		}
		out = append(out, value.Frozen(data))
	}
	return out, nil
}

func fileglob(c *Call) ([]value.Value, error) {
	patterns, err := c.textOnly("TypeError", "expected str, bytes or os.PathLike object, not %s")
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, p := range patterns {
		for _, candidate := range Candidates(c.Host, "files", p) {
			found := globFiles(candidate)
			if len(found) > 0 {
				out = append(out, textValues(found)...)
				break
			}
		}
	}
	return out, nil
}

func globFiles(pattern string) []string {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil
	}
	var files []string
	for _, m := range matches {
		if info, err := os.Stat(m); err == nil && info.Mode().IsRegular() {
			files = append(files, m)
		}
	}
	sort.Strings(files)
	return files
}

func template(c *Call) ([]value.Value, error) {
	names, err := c.textOnly("AttributeError", noPath)
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, name := range names {
		path, ok := c.search("templates", name)
		if !ok {
			return nil, failf("the template file %s could not be found for the lookup", name)
		}
		data, err := readFile(path)
		if err != nil {
			return nil, failf("Unable to access the file '%s': %s", name, cause(err))
		}
		vars, err := c.templateVars()
		if err != nil {
			return nil, err
		}
		v, err := c.Host.Render(name, path, data, vars, c.Opts)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// templateVars gives the option template_vars.
func (c *Call) templateVars() (*value.Dict, error) {
	v, ok := c.Opts.Lookup("template_vars")
	if !ok {
		return nil, nil
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, failf("Config 'template_vars' for 'template' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'dict': %s", value.Repr(v))
	}
	return d, nil
}

// Folder is the option by which a loop with first_found says where its files are looked for. Without it they may be in any of the folders.
const Folder = "_folder"

func firstFound(c *Call) ([]value.Value, error) {
	names, skip, err := c.searchTerms()
	if err != nil {
		return nil, err
	}
	folders := []string{"files", "templates", "vars"}
	if c.has(Folder) {
		folders = []string{c.opt(Folder, "")}
	}
	for _, name := range names {
		for _, sub := range folders {
			if path, ok := c.find(sub, name); ok {
				return []value.Value{value.String(path)}, nil
			}
		}
	}
	if skip {
		return nil, nil
	}
	return nil, failf("No file was found when using first_found.")
}

// searchTerms gives the files that first_found tries: terms are names, lists of names, or dicts of files and paths.
func (c *Call) searchTerms() (names []string, skip bool, err error) {
	skip = c.flag("skip", false)
	paths, err := namesOf(c.Opts, "paths", ",:;")
	if err != nil {
		return nil, false, err
	}
	if len(c.Terms) == 0 {
		c.Terms = []value.Value{c.Opts}
	}
	for _, t := range flatten(c.Terms, true) {
		switch t := t.(type) {
		case *value.Undefined:
			return nil, false, t.Raise()
		case value.String:
			names = append(names, inEach(paths, splitNames(string(t), ",;"))...)
		case *value.Dict:
			if s, ok := t.Lookup("skip"); ok {
				skip = Truth(s)
			}
			found, err := combinations(t)
			if err != nil {
				return nil, false, err
			}
			names = append(names, found...)
		default:
			return nil, false, failf("Invalid term supplied. A string, dict or list is required, not '%s').", t.Type())
		}
	}
	return names, skip, nil
}

// splitNames parts a text at any of the separators. What is empty is a name, too: of the folder.
func splitNames(text, separators string) (names []string) {
	for i := strings.IndexAny(text, separators); i >= 0; i = strings.IndexAny(text, separators) {
		names, text = append(names, text[:i]), text[i+1:]
	}
	return append(names, text)
}

// combinations gives the files of a term in each of its paths.
func combinations(term *value.Dict) ([]string, error) {
	files, err := namesOf(term, "files", ",;")
	if err != nil {
		return nil, err
	}
	paths, err := namesOf(term, "paths", ",:;")
	return inEach(paths, files), err
}

// inEach gives names in each of paths, if there are any.
func inEach(paths, names []string) []string {
	if len(paths) == 0 {
		return names
	}
	var out []string
	for _, p := range paths {
		for _, n := range names {
			out = append(out, filepath.Join(p, n))
		}
	}
	return out
}

// namesOf reads an option of first_found: a list, or text with commas between its elements. Each is parted once more.
func namesOf(term *value.Dict, option, separators string) ([]string, error) {
	v := term.Get(option)
	elems, ok := elements(v)
	switch s := v.(type) {
	case nil:
		return nil, nil
	case *value.Undefined:
		return nil, s.Raise()
	case value.String:
		for _, part := range strings.Split(string(s), ",") {
			elems = append(elems, value.String(strings.TrimSpace(part)))
		}
	default:
		if !ok {
			return nil, failf("Config '%s' for 'first_found' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'list': %s", option, value.Repr(v))
		}
	}
	var names []string
	for _, e := range elems {
		switch e := e.(type) {
		case value.String:
			names = append(names, splitNames(string(e), separators)...)
		case *value.Undefined:
			return nil, e.Raise()
		default:
			return nil, failf("'%s' object is not iterable", e.Type())
		}
	}
	return names, nil
}
