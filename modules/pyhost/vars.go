package pyhost

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// EnableVars names the vars plugins that the settings enable, and says whether those that do not tell run when the inventory is read (start),
// and not later. It is called before the first use.
func (p *Plugins) EnableVars(names []string, start bool) { p.enabled, p.start = names, start }

// List says that no run follows, but a listing of the inventory. It is called before the first use.
func (p *Plugins) List() { p.listing = true }

// Vars gives what vars plugins know of a host or, where that is "", of groups by a folder, weakest first: those of collections in the
// order of the setting, or the others in that of their files. The folder may be one beside the playbook.
func (p *Plugins) Vars(collections bool, folder string, beside bool, host string, groups []string) ([]*value.Dict, error) {
	p.once.Do(p.findVars)
	found := p.vars
	if collections {
		found = p.collected
	}
	var layers []*value.Dict
	for _, of := range found {
		v, err := p.host.do(request{"vars", map[string]any{
			"path": of.file, "module": of.module, "name": of.name, "folder": folder, "host": host, "groups": orEmpty(groups),
			"beside": beside, "start": p.start, "listing": p.listing,
		}}, &answers{opts: &p.host.opts, trusting: true})
		if err != nil {
			return nil, err
		}
		d, ok := v.(*value.Dict)
		if !ok {
			return nil, malformed("dict", v)
		}
		layers = append(layers, d)
	}
	return layers, nil
}

// findVars looks for the vars plugins that count: those of collections that are enabled, and all others but those that ask for it.
func (p *Plugins) findVars() {
	for _, name := range p.enabled {
		if _, _, full := parseName(name); !full || strings.HasPrefix(name, "ansible.") {
			continue
		}
		if found, ok := p.Find("vars", name, false); ok {
			p.collected = append(p.collected, found.(*plugin))
		}
	}
	for _, file := range p.Files("vars") {
		module := moduleName(file)
		needs, err := p.host.do(request{"needs_enabled", map[string]any{"path": file, "module": module}}, &answers{opts: &p.host.opts})
		if err != nil {
			p.warn("Skipping plugin (" + file + ")" + Why(err))
			continue
		}
		if !needs.Truth() || slices.Contains(p.enabled, module) {
			p.vars = append(p.vars, &plugin{p.host, "vars", file, module, module})
		}
	}
}
