package payload

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// Routed is where a module's name leads by the meta/runtime.yml of collections.
type Routed struct {
	Name         string             // the name to look for
	Deprecations []document.Warning // of names on the way, in Ansible's words, without places
}

// RoutingError says why a name leads nowhere: it was removed, or leads to itself.
type RoutingError struct{ Msg string }

func (e *RoutingError) Error() string { return e.Msg }

// Route follows a name's redirects. A short name that no library folder has may have gone to a collection. The error is a
// *[RoutingError].
func (f *Finder) Route(name string) (Routed, error) {
	to := Routed{Name: name, Deprecations: f.underscored(name)}
	if moved := f.moved(name); moved != "" {
		to.Name = moved
	}
	for trail := []string{name}; ; trail = append(trail, to.Name) {
		entry := f.routing(to.Name)
		if stone := dict(entry, "tombstone"); stone != nil {
			collection := collectionOf(to.Name)
			return to, &RoutingError{fmt.Sprintf("The '%s' module has been removed.%s This feature was removed from collection '%s' %s.",
				to.Name, sentence(stone), collection, when(stone))}
		}
		if d := dict(entry, "deprecation"); d != nil {
			to.Deprecations = append(to.Deprecations, document.Warning{
				Deprecation: true, Msg: fmt.Sprintf("%s has been deprecated.%s This feature will be removed from collection '%s' %s.",
					to.Name, sentence(d), collectionOf(to.Name), when(d)),
			})
		}
		next, ok := entry.Get("redirect").(value.String)
		if !ok {
			return to, nil
		}
		if slices.Contains(trail, string(next)) {
			return to, &RoutingError{fmt.Sprintf("plugin redirect loop resolving %s (path: %s)", name, quoted(trail))}
		}
		to.Name = string(next)
	}
}

// underscored tells of a short name's file whose name begins with an underscore, which marks a deprecated module.
func (f *Finder) underscored(name string) []document.Warning {
	short := strings.TrimPrefix(name, "ansible.legacy.")
	if strings.Contains(short, ".") {
		return nil
	}
	found, ok := f.inLibraries(short, Scope{})
	if !ok || !strings.HasPrefix(path.Base(found.name), "_") || strings.HasPrefix(short, "_") {
		return nil
	}
	return []document.Warning{{
		Deprecation: true, Msg: fmt.Sprintf("Plugin '%s' automatically redirected to '_%s'. This feature will be removed from ansible-core version 2.23.", short, short),
		Help: fmt.Sprintf("Use '_%s' instead of '%s' to refer to the plugin.", short, short),
	}}
}

func quoted(names []string) string {
	list := &value.List{}
	for _, n := range names {
		list.Elems = append(list.Elems, value.String(n))
	}
	return value.Repr(list)
}

// sentence is the advice of an entry, after a blank.
func sentence(entry *value.Dict) string {
	text, ok := entry.Get("warning_text").(value.String)
	if !ok || text == "" {
		return ""
	}
	return " " + strings.TrimSuffix(string(text), ".") + "."
}

// when is the version or the date of a removal.
func when(entry *value.Dict) string {
	if v := entry.Get("removal_version"); v != nil {
		return "version " + v.String()
	}
	if v := entry.Get("removal_date"); v != nil {
		return "in a release after " + v.String()
	}
	return "in a future release"
}

func collectionOf(name string) string {
	parts := strings.SplitN(name, ".", 3)
	return strings.Join(parts[:min(len(parts), 2)], ".")
}

// routing gives what a module's collection says of it; nil is nothing.
func (f *Finder) routing(name string) *value.Dict {
	parts := strings.SplitN(name, ".", 3)
	if len(parts) < 3 || parts[0] == "ansible" && (parts[1] == "builtin" || parts[1] == "legacy") {
		return nil
	}
	return dict(f.runtime(parts[0]+"/"+parts[1]), parts[2])
}

// runtime gives the entries for modules of a collection's meta/runtime.yml, which is read once. What is broken there is told by nobody:
// it is not the user's.
func (f *Finder) runtime(collection string) *value.Dict {
	f.mu.Lock()
	defer f.mu.Unlock()
	modules, known := f.routes[collection]
	if !known {
		modules = dict(dict(f.readRuntime(collection), "plugin_routing"), "modules")
		f.routes[collection] = modules
	}
	return modules
}

func (f *Finder) readRuntime(collection string) *value.Dict {
	dir := "ansible_collections/" + collection
	if !fs.ValidPath(dir) {
		return nil
	}
	for _, t := range f.roots {
		if info, err := fs.Stat(t.fsys, dir); err != nil || !info.IsDir() {
			continue
		}
		data, err := f.files.read(t, dir+"/meta/runtime.yml")
		if err != nil {
			return nil // the first collection of a name is the one that counts
		}
		v, err := document.Load(t.base+"/"+dir+"/meta/runtime.yml", data)
		if d, ok := v.(*value.Dict); ok && err == nil {
			return d
		}
		return nil
	}
	return nil
}

// dict gives a dict within a dict, or nil.
func dict(d *value.Dict, key string) *value.Dict {
	inner, _ := d.Get(key).(*value.Dict)
	return inner
}
