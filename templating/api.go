package templating

import (
	"iter"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Scope supplies variables as they were written: a value may be or contain a *value.Template, which the Context evaluates when it
// is read and remembers. A Scope is read by one goroutine at a time.
type Scope interface {
	// Lookup gives a variable; ok is false where there is none.
	Lookup(name string) (v value.Value, ok bool)
	// Names gives the names of all variables, each once, in no certain order.
	Names() iter.Seq[string]
}

// Env is what templates can reach beside variables.
type Env struct {
	// SearchPaths are folders where lookups and includes find files, most specific first, without the files/, templates/ or vars/
	// subfolder that each lookup adds (Ansible's ansible_search_path).
	SearchPaths []string
	// Cwd is the folder that commands of the pipe lookup run in and relative paths start from.
	Cwd string
	// Templates are texts that includes, imports and extends find by name before files, or nil.
	Templates map[string]string
	// Vault gives the plain text of vault data, or is nil where no vault secrets are known.
	Vault value.Vault
	// HostPattern resolves a host pattern for the inventory_hostnames lookup, or nil.
	HostPattern func(pattern string) ([]string, error)
	// Config gives the value of an Ansible setting for the config lookup, or nil.
	Config func(name string) (value.Value, bool)
	// Warn takes a warning for the user, or nil.
	Warn func(msg string)
	// WarnAt takes one about the template at a place, with advice or "", or nil.
	WarnAt func(msg, advice string, pos source.Pos)
	// Deprecate takes what will not work in later releases, about the template at a place, with advice or "", or nil.
	Deprecate func(msg, advice string, pos source.Pos)
	// Outdated names variables whose reading is told to Reads, with the place of the template that reads them; nil: none.
	Outdated map[string]bool
	// Reads takes the reading of an outdated variable.
	Reads func(name string, pos source.Pos)
	// Timeless makes an error of what may give another value a little later: lookups, files, the time, chance.
	Timeless bool
}

// FileOptions are the template module's options and those of a `#jinja2:` header.
type FileOptions struct {
	BlockStart, BlockEnd       string // "{%", "%}" where empty
	VariableStart, VariableEnd string // "{{", "}}"
	CommentStart, CommentEnd   string // "{#", "#}"
	NewlineSequence            string // "\n"
	TrimBlocks                 bool
	LstripBlocks               bool
	KeepTrailingNewline        bool
}

// UndefinedError is the error of using something undefined. It is a *source.Error's cause where a position is known.
type UndefinedError struct {
	Name string // what was missing, as written
	Msg  string // Ansible's message: "'foo' is undefined"
	Pos  source.Pos
}

func (e *UndefinedError) Error() string { return e.Msg }
