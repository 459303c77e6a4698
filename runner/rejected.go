package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// rejected gives the names that the file of the setting PLUGIN_FILTERS_CFG rejects. A file that is no good is worth a warning.
func (r *run) rejected() (map[string]bool, error) {
	path := r.opts.Config.Str("PLUGIN_FILTERS_CFG")
	if path == "" {
		return nil, nil
	}
	skip := func(why string) (map[string]bool, error) {
		r.documentWarning(document.Warning{Msg: fmt.Sprintf("The plugin filter file, %s %s. Skipping.", path, why)})
		return nil, nil
	}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return skip("does not exist")
	case err != nil:
		return nil, err
	}
	v, err := document.Options{Data: true}.Load(path, data)
	if err != nil {
		return skip("was not parsable")
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return skip("was invalid")
	}
	switch version, given := d.Lookup("filter_version"); {
	case !given:
		return skip("was invalid")
	case version.String() != "1.0":
		return skip("was a version not recognized by this version of Ansible")
	}
	return rejectList(path, d)
}

func rejectList(path string, d *value.Dict) (map[string]bool, error) {
	list, ok := d.Get("module_rejectlist").(*value.List)
	if !ok {
		return nil, fmt.Errorf("the plugin filter file %s has no list module_rejectlist", path)
	}
	names := map[string]bool{}
	for _, name := range list.Elems {
		names[name.String()] = true
	}
	if names["stat"] {
		return nil, said("The stat module was specified in the module reject list file, %s, but Ansible will not function without the stat module.  "+
			"Please remove stat from the reject list.", path)
	}
	return names, nil
}
