package inventory

import (
	"path/filepath"
	"slices"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// isPluginFile tells whether a source may configure an inventory plugin: it ends in .config, as YAML does, or in nothing.
func (inv *Inventory) isPluginFile(src string) bool {
	ext := filepath.Ext(src)
	return ext == "" || ext == ".config" || slices.Contains(inv.opts.Config.List("YAML_FILENAME_EXTENSIONS"), ext)
}

// pluginFile reads the configuration of a plugin, which must name the plugin as it was loaded.
func (inv *Inventory) pluginFile(plugin, src string) (*value.Dict, error) {
	if isList(src) || !inv.isPluginFile(src) {
		return nil, errNotMine
	}
	data, err := readable(src)
	if err != nil {
		return nil, err
	}
	if err := inv.begin(); err != nil {
		return nil, err
	}
	doc, err := inv.sourceDocument(src, data)
	if err != nil {
		return nil, err
	}
	if doc == value.None {
		return nil, said("%s is empty", src)
	}
	d, ok := doc.(*value.Dict)
	if !ok {
		return nil, said("'%s' object has no attribute 'get'", value.TaggedType(doc))
	}
	named := "none found"
	if v, ok := d.Lookup("plugin"); ok {
		named = v.String()
	}
	if named != plugin {
		return nil, said("Incorrect plugin name in file: %s", named)
	}
	return d, nil
}

// option gives a plugin's option that must be of a kind; def where it is not set.
func option[T value.Value](d *value.Dict, plugin, name, kind string, def T) (T, error) {
	v, ok := d.Lookup(name)
	if !ok || v == value.None {
		return def, nil
	}
	got, ok := v.(T)
	if !ok {
		return def, said("Config '%s' for '%s' inventory plugin from 'Direct' has an invalid value: Invalid value provided for '%s': %s",
			name, plugin, kind, value.Repr(v))
	}
	return got, nil
}

// boolOption gives a plugin's option that is true or false; any text that does not mean true is false.
func boolOption(d *value.Dict, name string, def bool) bool {
	v, ok := d.Lookup(name)
	if !ok || v == value.None {
		return def
	}
	return config.ParseBool(v.String())
}

// language gives what evaluates the templates and conditions of a plugin's configuration with the given variables.
func (inv *Inventory) language(scope templating.Scope) *templating.Context {
	if inv.engine == nil {
		inv.engine = templating.New()
		if !inv.opts.Config.Bool("ALLOW_EMBEDDED_TEMPLATES") {
			inv.engine.PlainConstants()
		}
	}
	return inv.context(inv.engine, scope)
}

// formulas gives what evaluates expressions for their values: texts in them are none but texts.
func (inv *Inventory) formulas(scope templating.Scope) *templating.Context {
	if inv.formulaEngine == nil {
		inv.formulaEngine = templating.New()
		inv.formulaEngine.PlainConstants()
	}
	return inv.context(inv.formulaEngine, scope)
}

func (inv *Inventory) context(engine *templating.Engine, scope templating.Scope) *templating.Context {
	return engine.NewContext(scope, &templating.Env{
		SearchPaths: []string{inv.opts.Dir}, Cwd: inv.opts.Dir, Vault: inv.opts.Vault, Config: inv.opts.Config.Value,
		Warn: func(msg string) { inv.warn("%s", msg) }, Deprecate: func(msg, _ string, pos source.Pos) {
			if inv.opts.Warn != nil {
				inv.opts.Warn(document.Warning{Pos: pos, Deprecation: true, Msg: msg})
			}
		},
		WarnAt: func(msg, help string, pos source.Pos) {
			inv.emit(document.Warning{Pos: pos, Msg: msg, Help: help})
		},
	})
}
