package templating

import (
	"iter"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/value"
)

var zeroPos source.Pos

// LookupHost is the view as lookups and other plugins see it.
func (c *Context) LookupHost() lookup.Host { return (*lookupHost)(c) }

// Variable gives a resolved variable.
func (h *lookupHost) Variable(name string) (value.Value, bool, error) {
	return h.context().Variable(name)
}

// Written gives a variable as it was written.
func (h *lookupHost) Written(name string) (value.Value, bool) { return h.context().Written(name) }

// Resolve evaluates the templates in a value.
func (h *lookupHost) Resolve(v value.Value) (value.Value, error) { return h.context().Resolve(v) }

// Names gives the names of all variables.
func (h *lookupHost) Names() iter.Seq[string] { return h.context().Names() }

// HasLookup tells whether there is a lookup of a name.
func (h *lookupHost) HasLookup(name string) bool { return h.engine.HasLookup(name) }

// Lookup runs a lookup.
func (h *lookupHost) Lookup(name string, terms []value.Value, options *value.Dict) (*value.List, error) {
	return h.context().Lookup(name, terms, options)
}

// SearchPaths gives the folders where files are found.
func (h *lookupHost) SearchPaths() []string { return h.env.SearchPaths }

// Cwd is where commands run.
func (h *lookupHost) Cwd() string { return h.env.Cwd }

// Render evaluates the text of a template file, which the lookup calls by a name, with extra variables.
func (h *lookupHost) Render(name, path string, text []byte, vars, options *value.Dict) (value.Value, error) {
	c, err := h.context().WithTemplate(name, path, value.None)
	if err != nil {
		return nil, err
	}
	if vars != nil {
		c = c.With(vars)
	}
	o := FileOptions{
		TrimBlocks: flag(options, "trim_blocks", true), KeepTrailingNewline: true,
		VariableStart: option(options, "variable_start_string"), VariableEnd: option(options, "variable_end_string"),
		CommentStart: option(options, "comment_start_string"), CommentEnd: option(options, "comment_end_string"),
	}
	return c.renderFile(path, string(text), o)
}

func flag(d *value.Dict, name string, standard bool) bool {
	v, ok := d.Lookup(name)
	if !ok {
		return standard
	}
	return lookup.Truth(v)
}

func option(d *value.Dict, name string) string {
	if v, ok := d.Lookup(name); ok {
		return v.String()
	}
	return ""
}

var errNoSecrets = value.Errorf("AnsibleError", "Attempting to decrypt but no vault secrets found.")

// Decrypt gives the plain text of vault data.
func (h *lookupHost) Decrypt(data []byte) ([]byte, error) {
	if h.env.Vault == nil {
		return nil, errNoSecrets
	}
	return h.env.Vault.Decrypt(data)
}

// DecryptFile gives the plain text of a vaulted file.
func (h *lookupHost) DecryptFile(path string) ([]byte, error) {
	if h.env.Vault == nil {
		return nil, errNoSecrets
	}
	return h.env.Vault.DecryptFile(path)
}

// HostPattern resolves a host pattern.
func (h *lookupHost) HostPattern(pattern string) ([]string, error) {
	if h.env.HostPattern == nil {
		return nil, nil
	}
	return h.env.HostPattern(pattern)
}

// Config gives the value of a setting.
func (h *lookupHost) Config(name string) (value.Value, bool) {
	if h.env.Config == nil {
		return nil, false
	}
	return h.env.Config(name)
}

// Warn hands a warning to the user.
func (h *lookupHost) Warn(msg string) { h.context().Warn(msg) }
