// Package config reads Ansible's settings: ansible.cfg, environment variables and defaults, by one table of settings.
//
//	cfg, err := config.Load(config.Sources{})
//	cfg.Bool("HOST_KEY_CHECKING")            // a setting, by the name that `ansible-config list` gives it
//	cfg.Str("connection.ssh.ssh_args")       // a plugin's option: kind.plugin.option
//	cfg.Origin("DEFAULT_FORKS")              // "default", "env: ANSIBLE_FORKS", the file's path, or "cli"
//
// What the command line says wins over environment variables, those over the file, the file over the default. Where a setting has
// several environment variables or keys, the last one that is set wins. All settings are read, converted and checked by Load; a
// Config does not change afterwards and may be used by many goroutines.
package config

import (
	"fmt"
	"os"

	"github.com/goplay/goplay/templating/value"
)

// Sources say where settings come from. The zero Sources are this process's surroundings.
type Sources struct {
	Dir    string                            // the current folder; "": the process's
	Home   string                            // the user's home; "": what the environment says
	System string                            // the system's file; "": /etc/ansible/ansible.cfg
	Env    func(name string) (string, bool)  // nil: os.LookupEnv
	CLI    map[string]string                 // settings that the command line gave, by name
	User   func(name string) (string, error) // home folder of another user; nil: the system's
}

// Config is a full set of settings.
type Config struct {
	file     string
	warnings []string
	entries  []entry // parallel to settings, then pluginSettings
	src      Sources
	ini      *iniFile
}

// entry is a setting's value: nil, bool, int, float64, string, []string or map[string]string.
type entry struct {
	val    any
	origin string
}

// Load reads all settings. An error is a user's: a file that cannot be parsed, or a value of the wrong type.
func Load(src Sources) (*Config, error) {
	src, err := src.filled()
	if err != nil {
		return nil, err
	}
	c := &Config{src: src, entries: make([]entry, len(settings)+len(pluginSettings))}
	if err := c.readFile(); err != nil {
		return nil, err
	}
	home, err := c.resolve(find("ANSIBLE_HOME"), "")
	if err != nil {
		return nil, err
	}
	for i := range c.entries {
		if c.entries[i], err = c.resolve(at(i), home.val.(string)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (s Sources) filled() (Sources, error) {
	if s.Env == nil {
		s.Env = os.LookupEnv
	}
	if s.System == "" {
		s.System = "/etc/ansible/ansible.cfg"
	}
	if s.Home == "" {
		s.Home, _ = s.Env("HOME")
	}
	if s.Home == "" {
		s.Home = homeOfUser("")
	}
	if s.User == nil {
		s.User = lookupHome
	}
	if s.Dir == "" {
		dir, err := os.Getwd()
		if err != nil {
			return s, fmt.Errorf("current folder: %w", err)
		}
		s.Dir = dir
	}
	return s, nil
}

// File is the path of the ansible.cfg that was read, or "".
func (c *Config) File() string { return c.file }

// Warnings are for the user.
func (c *Config) Warnings() []string { return c.warnings }

// Origin tells where a setting's value comes from.
func (c *Config) Origin(name string) string { return c.entry(name).origin }

// Ini gives what the file has for any key of a section, such as those of plugins' own options.
func (c *Config) Ini(section, key string) (text string, ok bool) {
	r, ok := c.findIni(&Setting{Ini: section + "." + key})
	return unquoteIni(r), ok
}

// Given tells whether the user has said something of a setting.
func (c *Config) Given(name string) bool { return c.Origin(name) != originDefault }

// IsSet tells whether a setting has a value: from the user, or a default.
func (c *Config) IsSet(name string) bool { return c.entry(name).val != nil }

// Bool gives a yes-or-no setting; false where it has no value.
func (c *Config) Bool(name string) bool {
	b, _ := c.entry(name).val.(bool)
	return b
}

// Int gives a number; 0 where it has no value.
func (c *Config) Int(name string) int {
	i, _ := c.entry(name).val.(int)
	return i
}

// Float gives a number; 0 where it has no value.
func (c *Config) Float(name string) float64 {
	f, _ := c.entry(name).val.(float64)
	return f
}

// Str gives a text or a path; "" where it has no value.
func (c *Config) Str(name string) string {
	s, _ := c.entry(name).val.(string)
	return s
}

// List gives a list of texts or paths, which must not be changed.
func (c *Config) List(name string) []string {
	l, _ := c.entry(name).val.([]string)
	return l
}

// Value gives any setting as the config lookup shows it; ok is false for an unknown name.
func (c *Config) Value(name string) (v value.Value, ok bool) {
	i := index(name)
	if i < 0 {
		return nil, false
	}
	return toValue(c.entries[i].val), true
}

// Text is Str for a plugin's option that need not be known; one that is unknown has no value.
func (c *Config) Text(name string) string {
	if index(name) < 0 {
		return ""
	}
	return c.Str(name)
}

// entry panics on a name that is not in the table: names are written in goplay's code, and a typing error there must not go unseen.
func (c *Config) entry(name string) entry {
	i := index(name)
	if i < 0 {
		panic("config: no setting " + name)
	}
	return c.entries[i]
}

func toValue(v any) value.Value {
	switch v := v.(type) {
	case bool:
		return value.Bool(v)
	case int:
		return value.Int(v)
	case float64:
		return value.Float(v)
	case string:
		return value.String(v)
	case map[string]string:
		return &value.Dict{}
	case []string:
		l := value.NewList()
		for _, s := range v {
			l.Append(value.String(s))
		}
		return l
	default:
		return value.None
	}
}
