package payload

import (
	_ "embed"
	"strings"
)

// redirects has the short names of modules that left ansible-core, in order, each with its collection, or with its full name where the
// collection has it by another one.
//
//go:embed redirects.txt
var redirects string

// Moved gives the full name of a module that ansible-core gave to a collection, by its short one; "" for others.
func Moved(name string) string {
	short := strings.TrimPrefix(strings.TrimPrefix(name, "ansible.builtin."), "ansible.legacy.")
	for rest := redirects; rest != ""; {
		start := strings.LastIndexByte(rest[:len(rest)/2], '\n') + 1 // of the line in the middle
		line, after, _ := strings.Cut(rest[start:], "\n")
		old, to, _ := strings.Cut(line, " ")
		switch {
		case short < old:
			rest = rest[:start]
		case short > old:
			rest = after
		case strings.Count(to, ".") == 1:
			return to + "." + old
		default:
			return to
		}
	}
	return ""
}

// moved is [Moved] where no library folder has a module of the short name.
func (f *Finder) moved(name string) string {
	to := Moved(name)
	if to == "" || strings.HasPrefix(name, "ansible.builtin.") {
		return to
	}
	if _, ok := f.inLibraries(strings.TrimPrefix(name, "ansible.legacy."), Scope{}); ok {
		return ""
	}
	return to
}
