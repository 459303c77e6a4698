package payload

import (
	_ "embed"
	"strings"
	"sync"
)

// redirects has lines of a collection and the short names of modules that went there from ansible-core; "old=new" where the module got
// another name.
//
//go:embed redirects.txt
var redirects string

// movedModules gives the full names of the modules that left ansible-core, by their short ones.
var movedModules = sync.OnceValue(func() map[string]string {
	moved := map[string]string{}
	for line := range strings.Lines(redirects) {
		words := strings.Fields(line)
		for _, w := range words[1:] {
			old, now, renamed := strings.Cut(w, "=")
			if !renamed {
				now = old
			}
			moved[old] = words[0] + "." + now
		}
	}
	return moved
})

// Moved gives the full name of a module that ansible-core gave to a collection, by its short one; "" for others.
func Moved(name string) string {
	short := strings.TrimPrefix(strings.TrimPrefix(name, "ansible.builtin."), "ansible.legacy.")
	return movedModules()[short]
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
