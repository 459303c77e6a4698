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
	// Required tells that a plugin does not work without the option.
	Required bool
}

// Own tells whether a setting is goplay's own. Sizes are in MiB.
func (s *Setting) Own() bool { return strings.HasPrefix(s.Name, "GOPLAY_") }

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
	Dict // of which only the empty one can be written here
)

// String is the type's name in messages.
func (t Type) String() string {
	return [...]string{"string", "boolean", "integer", "float", "list", "path", "pathlist", "pathspec", "tmppath", "raw", "dict"}[t]
}

// All gives every setting that goplay knows, and what goplay makes of it. Options that plugins get in no other way than by their callers
// are left out.
func All() iter.Seq2[Setting, Effect] {
	return func(yield func(Setting, Effect) bool) {
		for i := range len(settings) + len(pluginSettings) {
			s := at(i)
			if i >= len(settings) && s.Ini == "" && s.Env == "" && s.Vars == "" {
				continue
			}
			if !yield(*s, EffectOf(s.Name)) {
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
