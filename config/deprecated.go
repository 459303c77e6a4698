package config

import (
	"fmt"
	"strings"
)

// deprecation is what the reference says of a setting that goes away.
type deprecation struct{ name, why, instead, removed string }

// deprecations are ansible-core 2.19's, sorted by name.
var deprecations = [...]deprecation{
	{"ANSIBLE_CONNECTION_PATH", "This setting has no effect.", "none", "2.22"},
	{"DEFAULT_ALLOW_UNSAFE_LOOKUPS", unused, "Lookup plugins are responsible for tagging strings containing templates to allow evaluation as a template.", "2.23"},
	{"DEFAULT_JINJA2_EXTENSIONS", "Jinja2 extensions have been deprecated", "Ansible-supported Jinja plugins (tests, filters, lookups)", "2.23"},
	{"DEFAULT_JINJA2_NATIVE", unused, "Jinja2 native mode is now the default and only option.", "2.23"},
	{"DEFAULT_LIBVIRT_LXC_NOSECLABEL", moved, toPlugin, "2.22"},
	{
		"DEFAULT_MANAGED_STR", "The `ansible_managed` variable can be set just like any other variable, or a different variable can be used.",
		"Set the `ansible_managed` variable, or use any custom variable in templates.", "2.23",
	},
	{"DEFAULT_NULL_REPRESENTATION", unused, noWay, "2.23"},
	{"DEFAULT_UNDEFINED_VAR_BEHAVIOR", unused, noWay, "2.23"},
	{"PARAMIKO_HOST_KEY_AUTO_ADD", moved, toPlugin, "2.20"},
	{"PARAMIKO_LOOK_FOR_KEYS", moved, toPlugin, "2.20"},
	{"STRING_TYPE_FILTERS", "This option has no effect.", "None; native types returned from filters are always preserved.", "2.23"},
}

const (
	unused   = "This option is no longer used in the Ansible Core code base."
	moved    = "This option was moved to the plugin itself"
	toPlugin = "Use the option from the plugin itself."
	noWay    = "There is no alternative at the moment. A different mechanism would have to be implemented in the current code base."
)

// Deprecations are deprecation warnings about settings that the user has set.
func (c *Config) Deprecations() []string {
	var out []string
	for _, d := range deprecations {
		if !c.Given(d.name) {
			continue
		}
		out = append(out, fmt.Sprintf("%s option. Reason: %s\nAlternatives: %s. This feature will be removed from ansible-core version %s.",
			d.name, d.why, strings.TrimSuffix(d.instead, "."), d.removed))
	}
	return out
}
