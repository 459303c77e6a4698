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
	if c.has("files") {
		c.Terms = append(c.Terms, c.Opts)
	}
	for _, t := range flatten(c.Terms, true) {
		d, ok := t.(*value.Dict)
		if !ok {
			if u, bad := t.(*value.Undefined); bad {
				return nil, false, u.Raise()
			}
			names = append(names, splitNames(t.String())...)
			continue
		}
		if s, ok := d.Lookup("skip"); ok {
			skip = Truth(s)
		}
		names = append(names, combinations(nameList(d.Get("files"), ",;"), nameList(d.Get("paths"), ",:;"))...)
	}
	return names, skip, nil
}

func splitNames(s string) []string { return nameList(value.String(s), ",;") }

func nameList(v value.Value, separators string) []string {
	if v == nil {
		return nil
	}
	elems, ok := elements(v)
	if !ok {
		elems = []value.Value{v}
	}
	var out []string
	for _, e := range elems {
		for _, part := range strings.FieldsFunc(e.String(), func(r rune) bool { return strings.ContainsRune(separators, r) }) {
			out = append(out, strings.TrimSpace(part))
		}
	}
	return out
}

func combinations(files, paths []string) []string {
	if len(paths) == 0 {
		return files
	}
	var out []string
	for _, p := range paths {
		if len(files) == 0 {
			out = append(out, p)
		}
		for _, f := range files {
			out = append(out, filepath.Join(p, f))
		}
	}
	return out
}
