package config

import (
	"iter"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// Kinds are the kinds of plugins that can have options.
func Kinds() []string {
	return []string{"become", "cache", "callback", "cliconf", "connection", "httpapi", "inventory", "lookup", "netconf", "shell", "vars"}
}

// Table gives the settings of one kind: of "base", of "all" kinds, or the options of one kind of plugins, of those that are named if there
// are names, in their order, else of ansible-core's. Names of no plugin with options are given as unknown.
func Table(kind string, names []string) (table []*Setting, unknown []string) {
	switch kind {
	case "base":
		return pointers(settings[:]), nil
	case "all":
		return append(pointers(settings[:]), pointers(pluginSettings[:])...), nil
	}
	if len(names) == 0 {
		return slices.DeleteFunc(optionsOf(kind+"."), (*Setting).ofCollection), nil
	}
	for _, name := range names {
		options := optionsOf(kind + "." + name + ".")
		if len(options) == 0 {
			unknown = append(unknown, name)
		}
		table = append(table, options...)
	}
	return table, unknown
}

// optionsOf gives the options whose names begin so.
func optionsOf(prefix string) []*Setting {
	return slices.DeleteFunc(pointers(pluginSettings[:]), func(s *Setting) bool { return !strings.HasPrefix(s.Name, prefix) })
}

// plugin gives the kind and the name of the plugin whose option a setting is.
func (s *Setting) plugin() (kind, name string) {
	words := strings.Split(s.Name, ".")
	if len(words) < 3 {
		return "", ""
	}
	return words[0], words[1]
}

// core are ansible-core's plugins of the kinds that collections add to; listings have no others unless they are named.
var core = map[string][]string{"become": {"runas", "su", "sudo"}, "connection": {"local", "psrp", "ssh", "winrm"}}

func (s *Setting) ofCollection() bool {
	kind, name := s.plugin()
	return core[kind] != nil && !slices.Contains(core[kind], name)
}

// Options gives the options of each plugin in a table, in its order.
func Options(table []*Setting) iter.Seq2[string, []*Setting] {
	return func(yield func(string, []*Setting) bool) {
		for start := 0; start < len(table); {
			_, name := table[start].plugin()
			end := start
			for end < len(table) && func() bool { _, n := table[end].plugin(); return n == name }() {
				end++
			}
			if name != "" && !yield(name, table[start:end]) {
				return
			}
			start = end
		}
	}
}

// EntriesOf gives the values of a table's settings, by the names that plugins' options have in their plugin.
func (c *Config) EntriesOf(table []*Setting) []Entry {
	var out []Entry
	for _, s := range table {
		e := c.entry(s.Name)
		out = append(out, Entry{label(s), e.origin, toValue(e.val)})
	}
	return out
}

// DescribePlugins is Describe for the plugins of a table.
func DescribePlugins(table []*Setting) *value.Dict {
	out := &value.Dict{}
	for name, options := range Options(table) {
		out.Set(name, describeAll(options))
	}
	return out
}
