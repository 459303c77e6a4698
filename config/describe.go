package config

import (
	"iter"
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

// Entries gives all settings, without plugins' options and what nobody has set of goplay's own, by name; the path of ansible.cfg, which has no origin, is one of them.
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
			if settings[i].Own() && c.entries[i].origin == originDefault {
				continue
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
func (e Entry) Changed() bool { return e.Origin != originDefault && e.Origin != originRequired }

// Required tells whether an entry has no value although its plugin needs one. What a lookup is called with is no such entry.
func (e Entry) Required() bool { return e.Origin == originRequired && e.Name != "_terms" }

// Describe tells of each setting, plugins' options aside, how it is set: its default, environment variables, keys of ansible.cfg, type
// and choices.
func Describe() *value.Dict { return describeAll(pointers(settings[:])) }

func describeAll(table []*Setting) *value.Dict {
	out := value.NewDict(len(table))
	for _, s := range table {
		out.Set(label(s), s.describe())
	}
	return out
}

func pointers(table []Setting) []*Setting {
	out := make([]*Setting, len(table))
	for i := range table {
		out[i] = &table[i]
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
