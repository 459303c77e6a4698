// Package inventory knows the hosts and groups of a run and the variables that come with them.
//
//	inv, err := inventory.Load(ctx, []string{"hosts", "web1,"}, inventory.Options{Config: cfg, Warn: warn})
//	hosts, warnings, err := inv.Match("web:&prod:!~old-.*")   // a host pattern
//	vars, err := inv.Vars(hosts[0], playbookDir)              // merged variables of inventory, group_vars and host_vars
//
// Sources are ini, YAML and JSON files, executable scripts, folders of these, and lists of names with commas. Add_host and group_by
// change an inventory while others read it: all methods are safe for concurrent use.
package inventory

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// Options say how inventories are read.
type Options struct {
	Config *config.Config // never nil
	// Warn takes warnings and deprecations for the user; nil drops them.
	Warn func(document.Warning)
	// Stderr takes what a script said beside a good inventory; nil drops it.
	Stderr func(text string)
	// Marks has text that is no template told from other text, for a [Listing].
	Marks bool
	// Vault opens vaulted files and values; nil where no vault secrets are known.
	Vault value.Vault
	// ExtraVars gives the variables of the command line to constructed sources that ask for them; nil: there are none.
	ExtraVars func() (*value.Dict, error)
	// Plugins are those that users wrote; nil: there are none.
	Plugins Plugins
	// Places keeps where each variable stands in a source, for Origin to tell.
	Places bool
	// Dir is what relative sources start from; "": the current folder.
	Dir string
}

// Inventory is the hosts and groups of a run.
type Inventory struct {
	opts Options

	mu        sync.RWMutex
	hosts     map[string]*Host
	order     []*Host // in the order of their discovery
	groups    map[string]*Group
	groupList []*Group
	all       *Group
	ungrouped *Group
	localhost *Host // the one that is meant by any name of this machine, or nil
	dirs      []string
	groupDict *value.Dict

	additions  []addition
	generation int // counts changes of groups
	cache      groupCache
	files      varFiles
	plugins    []string
	lastDoc    parsedDoc

	engine, formulaEngine *templating.Engine // of constructed and generated sources, once one needs them

	inAuto bool // a file is being read by the plugin that it names

	warned map[string]bool
	places map[assignment]source.Pos // nil unless they are kept

	reserved *reservedNames
}

// Load reads all sources. An error is one that ends the run; a source that cannot be read is only worth a warning unless the
// configuration says otherwise.
func Load(ctx context.Context, sources []string, opts Options) (*Inventory, error) {
	inv := newInventory(opts)
	var err error
	if inv.plugins, err = inv.enabledPlugins(); err != nil {
		return nil, err
	}
	parsed := false
	for _, s := range sources {
		if s == "" {
			continue
		}
		if !isList(s) {
			s = inv.absolute(s)
		}
		ok, err := inv.load(ctx, s)
		if err != nil {
			return nil, err
		}
		inv.dirs = appendDir(inv.dirs, s)
		parsed = parsed || ok
	}
	inv.lastDoc = parsedDoc{}
	if !parsed {
		return inv, inv.noneParsed() // what a source defined before its error stays unconnected, as in the reference
	}
	return inv, inv.reconcile()
}

// begin is what Ansible's inventory plugins do first with a source of theirs: they read the extra variables, and fail where those are wrong.
func (inv *Inventory) begin() error {
	if inv.opts.ExtraVars == nil {
		return nil
	}
	if _, err := inv.opts.ExtraVars(); err != nil {
		return &extraVarsError{err}
	}
	return nil
}

func newInventory(opts Options) *Inventory {
	inv := &Inventory{opts: opts, hosts: map[string]*Host{}, groups: map[string]*Group{}, warned: map[string]bool{}, reserved: newReservedNames()}
	inv.files.init(opts)
	if opts.Places {
		inv.places = map[assignment]source.Pos{}
	}
	inv.all = inv.addGroup("all")
	inv.ungrouped = inv.addGroup("ungrouped")
	inv.all.children = append(inv.all.children, inv.ungrouped)
	inv.ungrouped.parents = append(inv.ungrouped.parents, inv.all)
	inv.ungrouped.depth = 1
	return inv
}

func (inv *Inventory) noneParsed() error {
	if inv.opts.Config.Bool("INVENTORY_UNPARSED_IS_FAILED") {
		return said("No inventory was parsed, please check your configuration and options.")
	}
	if inv.opts.Config.Bool("INVENTORY_UNPARSED_WARNING") {
		inv.warn("No inventory was parsed, only implicit localhost is available")
	}
	return nil
}

// warn shows a warning, once.
func (inv *Inventory) warn(format string, args ...any) {
	inv.emit(document.Warning{Msg: fmt.Sprintf(format, args...)})
}

func (inv *Inventory) emit(w document.Warning) {
	if inv.opts.Warn == nil || inv.warned[w.Msg] {
		return
	}
	inv.warned[w.Msg] = true
	inv.opts.Warn(w)
}

// reconcile gives every group an ancestor and every host a group.
func (inv *Inventory) reconcile() error {
	for _, g := range inv.groupList {
		if g != inv.all && len(g.parents) == 0 {
			if err := inv.addChild(inv.all, g); err != nil {
				return err
			}
		}
	}
	for _, h := range inv.order {
		inv.settle(h)
		if inv.groups[h.Name] != nil {
			inv.warn("Found both group and host with same name: %s", h.Name)
		}
	}
	inv.ungrouped.hosts = slices.DeleteFunc(inv.ungrouped.hosts, func(h *Host) bool { return !slices.Contains(h.groups, inv.ungrouped) })
	inv.changed()
	return nil
}

// settle puts a host into ungrouped if it is in no other group, and out of it if it is. Where a source puts ungrouped itself below
// another group, its hosts count as being in that one, as in the reference.
func (inv *Inventory) settle(h *Host) {
	has := slices.Contains(h.groups, inv.ungrouped)
	grouped := has && len(inv.ungrouped.parents) > 1 ||
		slices.ContainsFunc(h.groups, func(g *Group) bool { return g != inv.all && g != inv.ungrouped })
	switch {
	case grouped && has:
		h.groups = slices.DeleteFunc(slices.Clone(h.groups), func(g *Group) bool { return g == inv.ungrouped })
	case !grouped && !has:
		inv.addToGroup(inv.ungrouped, h)
	}
}

// changed forgets what was computed from hosts and groups.
func (inv *Inventory) changed() {
	inv.groupDict = nil
	inv.generation++
}

// Host finds a host of the inventory, or gives nil.
func (inv *Inventory) Host(name string) *Host {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	return inv.hosts[name]
}

// Hosts gives all hosts in inventory order, which is that of the pattern "all".
func (inv *Inventory) Hosts() []*Host {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	return inv.all.allHosts()
}

// Defined gives all hosts in the order in which they came in, which is that of the variable hostvars.
func (inv *Inventory) Defined() []*Host {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	return slices.Clone(inv.order)
}

// Group finds a group, or gives nil.
func (inv *Inventory) Group(name string) *Group {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	return inv.groups[name]
}

// GroupNames gives the names of all groups in the order of their definition.
func (inv *Inventory) GroupNames() []string {
	inv.mu.RLock()
	defer inv.mu.RUnlock()
	names := make([]string, len(inv.groupList))
	for i, g := range inv.groupList {
		names[i] = g.Name
	}
	return names
}

// GroupsDict is the magic variable `groups`: the names of each group's hosts. It must not be changed.
func (inv *Inventory) GroupsDict() *value.Dict {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	if inv.groupDict == nil {
		d := value.NewDict(len(inv.groupList))
		for _, g := range inv.groupList {
			d.Set(g.Name, hostNames(g.allHosts()))
		}
		inv.groupDict = d
	}
	return inv.groupDict
}

func hostNames(hosts []*Host) *value.List {
	l := &value.List{Elems: make([]value.Value, len(hosts))}
	for i, h := range hosts {
		l.Elems[i] = value.String(h.Name)
	}
	return l
}

// ImplicitLocalhost is this machine where the inventory does not name it: it is in no group, and connected to locally.
func (inv *Inventory) ImplicitLocalhost() *Host {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	return inv.thisMachine("localhost")
}

func (inv *Inventory) thisMachine(name string) *Host {
	if inv.localhost == nil {
		inv.localhost = &Host{Name: name, inv: inv, Implicit: true}
		inv.localhost.set("ansible_connection", value.String("local"))
		inv.localhost.set("ansible_python_interpreter", &value.Template{Text: "{{ ansible_playbook_python }}"})
	}
	return inv.localhost
}
