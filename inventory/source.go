package inventory

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
)

// isList tells whether a source is a list of names.
func isList(s string) bool { return strings.Contains(s, ",") }

func (inv *Inventory) absolute(p string) string {
	if p == "~" || strings.HasPrefix(p, "~/") {
		if home, err := os.UserHomeDir(); err == nil {
			p = home + p[1:]
		}
	}
	p = os.ExpandEnv(p)
	if !filepath.IsAbs(p) {
		p = filepath.Join(inv.opts.Dir, p)
	}
	if abs, err := filepath.Abs(p); err == nil {
		return abs
	}
	return p
}

// appendDir notes the folder whose group_vars and host_vars go with a source.
func appendDir(dirs []string, src string) []string {
	info, err := os.Stat(src)
	if err != nil && isList(src) {
		return dirs
	}
	if err != nil || !info.IsDir() {
		src = filepath.Dir(src)
	}
	if slices.Contains(dirs, src) {
		return dirs
	}
	return append(dirs, src)
}

// errNotMine says that a kind of source does not apply.
var errNotMine = errors.New("not this kind of source")

// parser reads one kind of source.
type parser func(ctx context.Context, inv *Inventory, src string) error

// parserOf gives the parser of one of goplay's own inventory plugins, or nil.
func parserOf(plugin string) parser {
	switch strings.TrimPrefix(plugin, "ansible.builtin.") {
	case "host_list":
		return parseHostList
	case "advanced_host_list":
		return parseRangeList
	case "script":
		return parseScript
	case "auto":
		return parseAuto
	case "yaml":
		return parseYAMLFile
	case "ini":
		return parseINIFile
	case "toml":
		return parseTOML
	case "constructed":
		return parseConstructed(plugin)
	case "generator":
		return parseGenerator(plugin)
	}
	return nil
}

// enabledPlugins gives the inventory plugins that the configuration enables and goplay has; none is an error.
func (inv *Inventory) enabledPlugins() ([]string, error) {
	var out []string
	for _, plugin := range inv.opts.Config.List("INVENTORY_ENABLED") {
		if inv.parserOf(plugin) == nil {
			inv.checkCollection(plugin)
			inv.warn("Failed to load inventory plugin, skipping %s", plugin)
			continue
		}
		out = append(out, plugin)
	}
	if out == nil {
		return nil, &source.Error{Msg: "No inventory plugins available to generate inventory, make sure you have at least one enabled.", Exit: source.ExitGeneric}
	}
	return out, nil
}

// load reads one source, or all of a folder; ok tells whether anything was read.
func (inv *Inventory) load(ctx context.Context, src string) (ok bool, err error) {
	if isDir(src) {
		return inv.loadDir(ctx, src)
	}
	var failed []attempt
	for _, plugin := range inv.plugins {
		err := inv.parserOf(plugin)(ctx, inv, src)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, errNotMine) {
			failed = append(failed, attempt{plugin, err})
		}
	}
	return false, inv.unparsed(src, failed)
}

// checkCollection warns of a plugin's name in a collection that is not installed.
func (inv *Inventory) checkCollection(plugin string) {
	parts := strings.SplitN(plugin, ".", 3)
	if len(parts) < 3 || plugin == "ansible.builtin."+parts[2] {
		return
	}
	for n := 1; n <= 2; n++ {
		path := filepath.Join(append([]string{"ansible_collections"}, parts[:n]...)...)
		if !slices.ContainsFunc(inv.opts.Config.List("COLLECTIONS_PATHS"), func(dir string) bool { return isDir(filepath.Join(dir, path)) }) {
			inv.warn("Error loading plugin '%s': No module named 'ansible_collections.%s'", plugin, strings.Join(parts[:n], "."))
			return
		}
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// unparsed reports a source that nothing could read.
func (inv *Inventory) unparsed(src string, failed []attempt) error {
	for _, a := range failed {
		inv.warn("%s", a.text(src))
	}
	if inv.opts.Config.Bool("INVENTORY_ANY_UNPARSED_IS_FAILED") {
		return said("Completely failed to parse inventory source %s", src)
	}
	if _, err := os.Stat(src); src != "/etc/ansible/hosts" || err == nil {
		inv.warn("Unable to parse %s as an inventory source", src)
	}
	return nil
}

// loadDir reads the files of a folder in the order of their names.
func (inv *Inventory) loadDir(ctx context.Context, dir string) (ok bool, err error) {
	ignored, err := ignoredNames(inv.opts.Config)
	if err != nil {
		return false, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, fmt.Errorf("inventory folder: %w", err)
	}
	for _, e := range entries {
		if ignored(e.Name()) {
			continue
		}
		parsed, err := inv.load(ctx, filepath.Join(dir, e.Name()))
		if err != nil {
			return ok, err
		}
		ok = ok || parsed
	}
	if !ok {
		return false, inv.unparsed(dir, nil)
	}
	return true, nil
}

// readable reads a source that must be a file, which may be read.
func readable(src string) ([]byte, error) {
	data, err := os.ReadFile(src)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || isList(src) && err != nil {
		return nil, errNotMine
	}
	return data, err
}
