package inventory

import (
	"path/filepath"
	"strings"
	"sync"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// reservedNames are variables of reserved names that sources set.
type reservedNames struct {
	checked map[string]source.Pos // where a name was last looked at
	places  map[assignment]source.Pos

	mu   sync.Mutex
	told map[document.Warning]bool
}

func newReservedNames() *reservedNames {
	return &reservedNames{checked: map[string]source.Pos{}, places: map[assignment]source.Pos{}, told: map[document.Warning]bool{}}
}

// firstTime tells whether a warning is new. Hosts' variables are put together side by side.
func (r *reservedNames) firstTime(w document.Warning) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.told[w] {
		return false
	}
	r.told[w] = true
	return true
}

// reservedKey is one in a variables file.
type reservedKey struct{ path, name string }

// tellReserved warns of a host's variables whose names are reserved, now that they are put together, each at the weakest place that sets it.
func (inv *Inventory) tellReserved(h *Host, vars *value.Dict, playDirs []string) {
	if inv.opts.Warn == nil || len(inv.reserved.places) == 0 && !inv.files.haveReserved() {
		return
	}
	for name := range vars.Strings() {
		if !Reserved(name) {
			continue
		}
		pos, ok := inv.reservedPlace(h, name, inv.varDirs(playDirs...))
		if w := reservedWarning(name, pos); ok && inv.reserved.firstTime(w) {
			inv.opts.Warn(w)
		}
	}
}

func (inv *Inventory) reservedPlace(h *Host, name string, dirs []string) (source.Pos, bool) {
	groups := h.allGroups()
	for _, g := range groups {
		if pos, ok := inv.reserved.places[assignment{g, name}]; ok {
			return pos, true
		}
	}
	for _, dir := range dirs {
		for _, g := range groups {
			if pos, ok := inv.files.reservedPlace(filepath.Join(dir, "group_vars"), g.Name, name); ok {
				return pos, true
			}
		}
	}
	if pos, ok := inv.reserved.places[assignment{h, name}]; ok {
		return pos, true
	}
	for _, dir := range dirs {
		if pos, ok := inv.files.reservedPlace(filepath.Join(dir, "host_vars"), h.Name, name); ok {
			return pos, true
		}
	}
	return source.Pos{}, false
}

func (f *varFiles) haveReserved() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.reserved) > 0
}

// reservedPlace finds a name in the file of a group or host, or in the files of its folder.
func (f *varFiles) reservedPlace(folder, owner, name string) (source.Pos, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	base := f.find(folder, owner)
	if base == "" {
		return source.Pos{}, false
	}
	path := filepath.Join(folder, base)
	if pos, ok := f.reserved[reservedKey{path, name}]; ok || filepath.Ext(base) != "" {
		return pos, ok
	}
	for k, pos := range f.reserved {
		if k.name == name && strings.HasPrefix(k.path, path+string(filepath.Separator)) {
			return pos, true
		}
	}
	return source.Pos{}, false
}
