package action

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// includeVars loads variables from a file or from the files of a folder.
func includeVars(_ context.Context, c *modules.Call) (*value.Dict, error) {
	if err := checkIncludeVars(c); err != nil {
		return nil, err
	}
	wanted, err := newVarsFilter(c)
	if err != nil {
		return nil, err
	}
	v := varsInclude{Call: c, vars: &value.Dict{}, files: value.NewList(), wanted: wanted}
	err = v.load()
	result := value.DictOf("changed", value.Bool(false), "ansible_facts", v.named(), "ansible_included_var_files", v.files,
		"_ansible_no_log", value.Bool(false))
	if err != nil {
		result.Set("failed", value.Bool(true))
		result.Set("message", value.String(err.Error()))
	}
	return result, nil
}

// checkIncludeVars refuses options that there are not, and those of a file beside those of a folder.
func checkIncludeVars(c *modules.Call) error {
	var file, dir bool
	for name := range c.Args.Strings() {
		switch name {
		case "file", "_raw_params":
			file = true
		case "dir", "depth", "files_matching", "ignore_files", "extensions", "ignore_unknown_extensions":
			dir = true
		case "name", "hash_behaviour":
		default:
			return fmt.Errorf("%s is not a valid option in include_vars", name)
		}
	}
	if file && dir {
		//lint:ignore ST1005 the reference's text
		return fmt.Errorf("You are mixing file only and dir only arguments, these are incompatible")
	}
	return nil
}

// varsInclude is one call of include_vars.
type varsInclude struct {
	*modules.Call
	vars   *value.Dict // of all files so far
	files  *value.List // that were read
	wanted varsFilter
}

func (v *varsInclude) load() error {
	if str(v.Call, "dir") != "" {
		return v.folder()
	}
	name := str(v.Call, "file", "_raw_params")
	if name == "" {
		v.Report(document.Warning{Msg: `Invalid request to find a file that matches a "null" value`})
		return modules.Errorf("Could not find file%s", onController)
	}
	file, err := find(v.Call, "vars", name)
	if err != nil {
		return err
	}
	return v.file(file)
}

// named gives the variables, those of the option name as the entries of one. With hash_behaviour dicts are merged with what the host has.
func (v *varsInclude) named() *value.Dict {
	all := v.vars
	if name := str(v.Call, "name"); name != "" {
		all = value.DictOf(name, v.vars)
		v.Sets(name, v.Places["name"])
	}
	if str(v.Call, "hash_behaviour") != "merge" {
		return all
	}
	had := &value.Dict{}
	for name := range all.Strings() {
		if old, ok := v.Vars.Written(name); ok {
			had.Set(name, old)
		}
	}
	return had.Merged(all)
}

// file reads one file of variables.
func (v *varsInclude) file(file string) error {
	data, err := readFile(v.Call, file)
	if err != nil {
		return err
	}
	d, fields, err := v.document(file, data)
	if err != nil {
		return err
	}
	v.add(file, d, fields)
	return nil
}

// document gives the variables of a file's text, nil where there are none, and where each is set.
func (v *varsInclude) document(file string, data []byte) (*value.Dict, []document.Field, error) {
	n, err := source.ParseYAMLDocument(file, data)
	if err != nil || n == nil {
		return nil, nil, err
	}
	given, err := document.Options{Warn: v.Report}.ToValue(file, n)
	if err != nil {
		return nil, nil, err
	}
	d, ok := given.(*value.Dict)
	if !ok && given.Truth() {
		return nil, nil, modules.Errorf("%s must be stored as a dictionary/hash", file)
	}
	if !ok {
		return nil, nil, nil
	}
	fields, err := document.Options{}.Fields(file, n)
	return d, fields, err
}

// add takes the variables of a file and tells of their names, unless they become entries of one.
func (v *varsInclude) add(file string, d *value.Dict, fields []document.Field) {
	v.files.Append(value.String(file))
	for k, val := range d.All() {
		v.vars.Set(k.String(), val)
	}
	if str(v.Call, "name") != "" {
		return
	}
	for _, f := range fields {
		v.Sets(f.Name, f.Pos)
	}
}

// folder reads the files of a folder and of those in it that the options let through. Of a folder whose files do not all load, none counts.
func (v *varsInclude) folder() error {
	dir, err := v.findFolder(str(v.Call, "dir"))
	if err != nil {
		return err
	}
	folders, err := v.wanted.filesBelow(dir)
	if err != nil {
		return err
	}
	before := v.vars
	for _, files := range folders {
		v.vars = before.Clone()
		if err := v.all(files); err != nil {
			v.vars = before
			return err
		}
		before = v.vars
	}
	return nil
}

func (v *varsInclude) all(files []string) error {
	for _, f := range files {
		if err := v.wanted.checkExtension(f); err != nil {
			return err
		}
		if err := v.file(f); err != nil {
			return err
		}
	}
	return nil
}

// findFolder gives the path of a folder: in a role one of its folder vars, elsewhere one beside the task's file. It is not tidied, as it is
// shown.
func (v *varsInclude) findFolder(name string) (string, error) {
	name = expandUser(name)
	path := name
	role, inRole, err := v.Vars.Variable("role_path")
	switch {
	case err != nil:
		return "", err
	case filepath.IsAbs(name):
	case inRole && (name == "vars" || strings.HasPrefix(name, "vars/")):
		if below := role.String() + "/" + name; exists(below) {
			path = below
		}
	case inRole:
		path = role.String() + "/vars/" + name
	default:
		path = v.Dirs[0] + "/" + name
	}
	if !exists(path) {
		return "", modules.Errorf("%s directory does not exist", path)
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return "", modules.Errorf("%s is not a directory", path)
	}
	return path, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
