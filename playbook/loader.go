package playbook

import (
	"bytes"
	"fmt"
	"path/filepath"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// Options say where a Loader finds things. The zero value is good: no roles but those beside the playbook, every action known.
type Options struct {
	RolesPath        []string // folders of roles, after the playbook's own roles folder
	CollectionsPaths []string // folders that hold ansible_collections

	// Render evaluates the names of static imports with the variables known then; nil: such names must not be templates.
	Render func(v value.Value, vars *value.Dict) (value.Value, error)
	// IsAction tells whether a module or action of this name exists; nil: every name does. Modules in a library folder beside
	// the playbook or in the role are known anyway.
	IsAction func(name string) bool
	// Rejected are names of actions that shall not be known, as tasks write them.
	Rejected map[string]bool
	// Route follows the redirects of an action's name, and tells why they lead nowhere; nil: there are none.
	Route func(name string) error
	// IsLookup tells whether a lookup exists, for with_ loops; nil: every name does.
	IsLookup func(name string) bool
	// Reserved tells whether a name is no good one for a variable, which is warned of; nil: none is.
	Reserved func(name string) bool
	// Suggest gives the nearest known action to a name that is none, or "".
	Suggest func(name string) string
	// Role is told of the folder of each role that is loaded, before its files are read; nil: nobody is.
	Role func(path string)
	// Imported is told of each task file that a static import has brought in; nil: nobody is.
	Imported func(path string)
	// Warn takes warnings about what was read; nil drops them.
	Warn func(document.Warning)
	// Vault opens vaulted files and values; nil: reading one is an error.
	Vault value.Vault
	// SkipBadKeywords makes an unknown task keyword a warning (the setting invalid_task_attribute_failed = false).
	SkipBadKeywords bool
	// PrivateRoleVars tells whether variables of roles are seen in the roles alone, where a task does not say it; nil: those of include_role are.
	PrivateRoleVars *bool
	// Duplicates says what keys are that come twice in a mapping.
	Duplicates document.Duplicates
}

// Loader reads playbooks, and later what they include. It is safe for concurrent use. Every file is read and parsed once.
type Loader struct {
	opts Options
	docs document.Options

	mu    sync.Mutex
	files map[string]*yaml.Node

	groups map[string]map[string]*actionGroup // by collection
}

// NewLoader makes a loader.
func NewLoader(o Options) *Loader {
	l := &Loader{opts: o, files: map[string]*yaml.Node{}, groups: map[string]map[string]*actionGroup{}}
	l.docs = document.Options{Vault: o.Vault, Warn: l.warn, Duplicates: o.Duplicates}
	return l
}

// refused is what the first reading of a file makes of keys that come twice: only the second one warns.
func (l *Loader) refused() document.Duplicates {
	if l.opts.Duplicates == document.DuplicatesRefused {
		return l.opts.Duplicates
	}
	return document.DuplicatesIgnored
}

func (l *Loader) warn(w document.Warning) {
	if l.opts.Warn != nil {
		l.opts.Warn(w)
	}
}

func (l *Loader) imported(path string) {
	if l.opts.Imported != nil {
		l.opts.Imported(path)
	}
}

// reader reads the nodes of one file.
type reader struct {
	l    *Loader
	file string // absolute path
}

// open reads and parses a file, once; a nil node is an empty file.
func (l *Loader) open(path string) (reader, *yaml.Node, error) {
	r := reader{l: l, file: path}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n, ok := l.files[path]; ok {
		return r, n, nil
	}
	data, err := l.read(path)
	if err != nil {
		return r, nil, err
	}
	n, err := source.ParseYAMLDocument(path, data)
	if err != nil {
		return r, nil, err
	}
	if n != nil {
		// What no key or value can be (unknown tags, impossible dates) is an error wherever it stands.
		if _, err := (document.Options{Vault: l.opts.Vault, Duplicates: l.refused()}).ToValue(path, n); err != nil {
			return r, nil, err
		}
	}
	l.files[path] = n
	return r, n, nil
}

const vaultHeader = "$ANSIBLE_VAULT;"

// read gives a file's content, decrypted where it is vaulted.
func (l *Loader) read(path string) ([]byte, error) {
	data, err := source.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(data, []byte(vaultHeader)) {
		return data, nil
	}
	if l.opts.Vault == nil {
		return nil, &source.Error{Pos: source.Pos{File: path}, Msg: value.ErrNoVaultSecrets.Error()}
	}
	plain, err := l.opts.Vault.Decrypt(data)
	if err != nil {
		return nil, &source.Error{Pos: source.Pos{File: path}, Msg: "Decryption failed.", Err: err}
	}
	return plain, nil
}

func (r reader) at(n *yaml.Node) source.Pos { return source.NodePos(r.file, n) }

// fail makes an error at a node.
func (r reader) fail(n *yaml.Node, format string, args ...any) error {
	return source.New(r.valuePos(n), fmt.Sprintf(format, args...))
}

// valuePos is the place of a value, as far as the reference knows it: a boolean has none, and is shown; a null has none either.
func (r reader) valuePos(n *yaml.Node) source.Pos {
	if n.Kind != yaml.ScalarNode {
		return r.at(n)
	}
	switch v, err := r.value(n); {
	case err == nil && v.Type() == "bool":
		return source.Unwritten(v.String())
	case err == nil && v == value.None:
		return source.Pos{}
	}
	return r.at(n)
}

func (r reader) value(n *yaml.Node) (value.Value, error) { return r.l.docs.ToValue(r.file, n) }

func (r reader) fields(n *yaml.Node) ([]document.Field, error) { return r.l.docs.Fields(r.file, n) }

// dir is the folder of the file.
func (r reader) dir() string { return filepath.Dir(r.file) }

// isNull tells whether a node is null: absent, ~ or empty.
func (r reader) isNull(n *yaml.Node) bool {
	if n == nil {
		return true
	}
	if n = document.Deref(n); n.Kind != yaml.ScalarNode {
		return false
	}
	v, err := r.value(n)
	return err == nil && v == value.None
}

// typeName is a node's Python type as the reference shows it in messages.
func (r reader) typeName(n *yaml.Node) string {
	v, err := r.value(n)
	if err != nil {
		return "<unknown>"
	}
	return value.TaggedClass(v)
}
