package config

import (
	"iter"
	"sort"
	"strings"
)

// Setting is one row of the table.
type Setting struct {
	Name    string
	Type    Type
	Default string // as it would be written in ansible.cfg; unset: no value
	Ini     string // "section.key" of ansible.cfg, several with blanks between
	Env     string // environment variables, likewise
	Choices string // what is allowed, likewise; "": everything
	Vars    string // variables that set it for a host, likewise
	Keyword string // keyword of plays and tasks that sets it
}

// unset is the Default of a setting that has no value until the user gives one.
const unset = "\x00"

// Type is how a setting's text is read.
type Type int

// The types of settings.
const (
	Str Type = iota
	Bool
	Int
	Float
	List     // with commas between
	Path     // relative to ansible.cfg, or to the current folder for an environment variable
	PathList // paths with commas between
	PathSpec // paths with colons between
	TmpPath  // a Path in which a temporary folder is made
	Raw
)

// String is the type's name in messages.
func (t Type) String() string {
	return [...]string{"string", "boolean", "integer", "float", "list", "path", "pathlist", "pathspec", "tmppath", "raw"}[t]
}

// All gives every setting that goplay knows, and whether goplay does what it says.
func All() iter.Seq2[Setting, bool] {
	return func(yield func(Setting, bool) bool) {
		for i := range len(settings) + len(pluginSettings) {
			if s := at(i); !yield(*s, Honoured(s.Name)) {
				return
			}
		}
	}
}

// Named gives the setting of a name; ok is false for an unknown one.
func Named(name string) (s Setting, ok bool) {
	i := index(name)
	if i < 0 {
		return Setting{}, false
	}
	return *at(i), true
}

// NotHonoured gives the settings that the user has set and that goplay reads and checks but does not obey yet.
func (c *Config) NotHonoured() []Setting {
	var out []Setting
	for i, e := range c.entries {
		if s := at(i); e.origin != originDefault && !Honoured(s.Name) {
			out = append(out, *s)
		}
	}
	return out
}

func at(i int) *Setting {
	if i < len(settings) {
		return &settings[i]
	}
	return &pluginSettings[i-len(settings)]
}

func find(name string) *Setting { return at(index(name)) }

// index finds a setting by name, or gives -1. Plugins' options have dots in their names.
func index(name string) int {
	if strings.Contains(name, ".") {
		if i := search(pluginSettings[:], name); i >= 0 {
			return len(settings) + i
		}
		return -1
	}
	return search(settings[:], name)
}

func search(table []Setting, name string) int {
	i := sort.Search(len(table), func(i int) bool { return table[i].Name >= name })
	if i < len(table) && table[i].Name == name {
		return i
	}
	return -1
}
