package runner

import (
	"os"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/modules/pyhost"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// usePlugins lets templates use the Python plugins of users. Nothing is started before one is used.
func (r *run) usePlugins() {
	cfg := r.opts.Config
	options := pyhost.Options{
		Python: cfg.Str("GOPLAY_CONTROLLER_PYTHON"), Collections: r.collections, Processes: r.opts.Forks, Verbosity: r.opts.Verbosity,
		Basedir: r.playbookDir, Stdout: r.opts.Stdout, Stderr: os.Stderr, Tell: r.pluginSays, Config: cfg.Value, Ini: cfg.Ini,
		Load: func(text string) (value.Value, error) { return document.Load("", []byte(text)) },
	}
	r.sideCar = pyhost.New(options)
	r.python = newPythonCallbacks(r, options)
	r.plugins = pyhost.NewPlugins(r.sideCar, r.playbookDir, map[string][]string{
		"filter": cfg.List("DEFAULT_FILTER_PLUGIN_PATH"), "test": cfg.List("DEFAULT_TEST_PLUGIN_PATH"), "lookup": cfg.List("DEFAULT_LOOKUP_PLUGIN_PATH"),
		"inventory": cfg.List("DEFAULT_INVENTORY_PLUGIN_PATH"), "action": cfg.List("DEFAULT_ACTION_PLUGIN_PATH"),
		"vars":     cfg.List("DEFAULT_VARS_PLUGIN_PATH"),
		"callback": cfg.List("DEFAULT_CALLBACK_PLUGIN_PATH"),
	}, func(msg string) { r.warn(msg, source.Pos{}) })
	r.plugins.EnableVars(cfg.List("VARIABLE_PLUGINS_ENABLED"), r.startsVars())
	r.engine.Use(r.plugins)
}

// addPlugins takes those of a role.
func (r *run) addPlugins(role string) {
	if r.plugins.Add(role) {
		r.engine.Renew()
	}
}

// levels are those of what plugins show.
var levels = map[string]event.Level{
	"display": event.Display, "banner": event.Heading, "warning": event.Warning, "error": event.Error, "deprecation": event.Deprecation,
	"v1": event.Verbose1, "v2": event.Verbose2, "v3": event.Verbose3, "v4": event.Verbose4, "v5": event.Verbose5, "v6": event.Verbose5,
}

func (r *run) pluginSays(s pyhost.Said) { r.send(event.Message{Level: levels[s.Level], Text: s.Text}) }

// inventoryPlugins hands inventories to the Python plugins of users.
type inventoryPlugins struct{ *pyhost.Plugins }

// Has tells whether there is a plugin of a name.
func (p inventoryPlugins) Has(name string) bool {
	_, ok := p.Find("inventory", name, false)
	return ok
}

// Parse has a plugin read a source.
func (p inventoryPlugins) Parse(name, src string, to *inventory.Filler) (mine bool, err error) {
	return p.FillInventory(name, src, filler{to})
}

// filler is an inventory as Python plugins fill it.
type filler struct{ *inventory.Filler }

// Describe gives a host or a group; nil: there is none of this name.
func (f filler) Describe(group bool, name string) *pyhost.Described {
	find := f.Host
	if group {
		find = f.Group
	}
	return (*pyhost.Described)(find(name))
}
