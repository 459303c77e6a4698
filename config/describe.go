package config

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// Entry is a setting with its value and where that comes from.
type Entry struct {
	Name, Origin string
	Value        value.Value
}

// fileEntry is the name under which the path of ansible.cfg is told.
const fileEntry = "CONFIG_FILE"

// Entries gives all settings, without plugins' options, by name; the path of ansible.cfg, which has no origin, is one of them.
func (c *Config) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		told := false
		for i := range settings {
			if !told && settings[i].Name > fileEntry {
				told = true
				if !yield(c.fileEntry()) {
					return
				}
			}
			if !yield(Entry{settings[i].Name, c.entries[i].origin, toValue(c.entries[i].val)}) {
				return
			}
		}
	}
}

func (c *Config) fileEntry() Entry {
	if c.file == "" {
		return Entry{Name: fileEntry, Value: value.None}
	}
	return Entry{Name: fileEntry, Value: value.String(c.file)}
}

// Changed tells whether an entry is not as goplay comes with it.
func (e Entry) Changed() bool { return e.Origin != originDefault }

// Describe tells of each setting, plugins' options aside, how it is set: its default, environment variables, keys of ansible.cfg, type
// and choices.
func Describe() *value.Dict {
	out := value.NewDict(len(settings))
	for i := range settings {
		out.Set(settings[i].Name, settings[i].describe())
	}
	return out
}

func (s *Setting) describe() *value.Dict {
	d := &value.Dict{}
	d.Set("default", value.None)
	if s.Default != unset {
		d.Set("default", value.String(s.Default))
	}
	d.Set("type", value.String(s.Type.String()))
	d.Set("obeyed", value.Bool(Honoured(s.Name)))
	if s.Env != "" {
		vars := value.NewList()
		for _, name := range strings.Fields(s.Env) {
			vars.Append(value.DictOf("name", value.String(name)))
		}
		d.Set("env", vars)
	}
	if s.Ini != "" {
		keys := value.NewList()
		for _, name := range strings.Fields(s.Ini) {
			section, key := splitKey(name)
			keys.Append(value.DictOf("section", value.String(section), "key", value.String(key)))
		}
		d.Set("ini", keys)
	}
	if s.Choices != "" {
		choices := value.NewList()
		for _, c := range strings.Fields(s.Choices) {
			choices.Append(value.String(c))
		}
		d.Set("choices", choices)
	}
	return d
}

// Example is an ansible.cfg with all settings at their defaults, plugins' options aside; disabled makes comments of them.
func Example(disabled bool) string {
	sections := map[string]*strings.Builder{}
	var names []string
	for i := range settings {
		s := &settings[i]
		if s.Ini == "" {
			continue
		}
		section, key := splitKey(strings.Fields(s.Ini)[0])
		if sections[section] == nil {
			sections[section] = &strings.Builder{}
			names = append(names, section)
		}
		fmt.Fprintf(sections[section], "# %s (%s)\n%s\n\n", s.Name, s.Type, s.line(key, disabled))
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "[%s]\n%s", name, sections[name])
	}
	return b.String()
}

// line sets a setting to its default; one without a default is always a comment.
func (s *Setting) line(key string, disabled bool) string {
	if s.Default == unset {
		return ";" + key + "="
	}
	text := key + "=" + strings.ReplaceAll(s.Default, "{{ANSIBLE_HOME}}", "~/.ansible")
	if disabled {
		return ";" + text
	}
	return text
}
