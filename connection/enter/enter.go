// Package enter leads into what a command opens: containers, pods, jails, namespaces and local roots. It has a [Kind] for each
// connection plugin of that sort, which turns the plugin's options into the command line that enters ([Kind.Entry]), and one transport
// that serves them all ([Dialer]): a command of the target is a command of the place that it is entered from, behind that line.
//
//	docker exec -i web1 /bin/sh -c 'echo hello'
//	^---- the entry ---------------^ ^-- quoted
//
// That place is this machine, or any other target ([connection.Target.Via]).
package enter

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
)

// Options gives the options of a connection plugin for one host.
type Options interface {
	// Str gives an option's text, "" where it has no value. A yes-or-no option is "True" or "False".
	Str(option string) string
	// Pairs gives the entries of an option that is a dict as "key=value".
	Pairs(option string) []string
	// Variable gives a variable that is no option of the plugin, such as Mitogen's names of programs; "" where it is not set.
	Variable(name string) string
}

// Kind is a way into something.
type Kind struct {
	Plugin  string                 // the connection plugin's full name, "" for those that only Mitogen has
	Program string                 // what runs, unless an option names another
	named   func(o Options) string // the plugin's option for it, or nil
	path    string                 // Mitogen's variable for it, or ""
	apart   bool                   // what is run is no child of the program: it has to be looked for inside to end it
	words   func(o Options, program string) []string
	valid   func(o Options) error // nil: any options are
	ready   func(o Options) error // nil: when there is the program
}

// terminal stands in an entry for the option that asks for a terminal.
const terminal = "@TTY@"

// Find gives the kind that a connection plugin's name means: the full name, the short one that ansible-core redirects, or Mitogen's.
func Find(name string) (short string, k *Kind) {
	short = strings.TrimPrefix(name, "mitogen_")
	for candidate, k := range kinds {
		if k.Plugin == name && name != "" || candidate == short && (redirected(candidate) || short != name) {
			return candidate, k
		}
	}
	return "", nil
}

// redirected tells whether ansible-core knows a plugin by its short name.
func redirected(short string) bool {
	return slices.Contains([]string{"buildah", "chroot", "docker", "jail", "kubectl", "lxc", "lxd", "oc", "podman"}, short)
}

// Entry gives the line that enters. What is to run there follows as one quoted word. An error is about the options.
func (k *Kind) Entry(o Options) (string, error) {
	if k.valid != nil {
		if err := k.valid(o); err != nil {
			return "", err
		}
	}
	words := k.words(o, k.program(o))
	for i, word := range words {
		if raw, isRaw := strings.CutPrefix(word, asWritten); isRaw {
			words[i] = raw
			continue
		}
		words[i] = quote(word)
	}
	return strings.Join(words, " "), nil
}

func (k *Kind) program(o Options) string {
	if k.named != nil {
		if program := k.named(o); program != k.Program {
			return program
		}
	}
	if k.path != "" && o.Variable(k.path) != "" {
		return o.Variable(k.path)
	}
	return k.Program
}

// asWritten marks a word that the shell is to see as it stands.
const asWritten = "\x00"

// quote makes s one word of a POSIX shell, bare where that is the same.
func quote(s string) string {
	if s != "" && !strings.ContainsFunc(s, special) {
		return s
	}
	return source.ShellQuote(s)
}

func special(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_-./:=@%+,", r)
}
