// Package document reads YAML documents into values that remember where they were written.
//
// Typing is YAML 1.1's, as the reference reads it: yes and off are booleans, 0644 is octal, 1:30 is ninety, 2020-01-02 is a date,
// 1e3 is text. Text with template markers becomes a *value.Template with its position; all other text is a value.String. `!unsafe`
// text is never a template, `!vault` text is a *value.Vaulted.
//
// (It is apart from package source because values carry source positions.)
package document

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Options say how documents are read; the zero value is good.
type Options struct {
	// Warn takes warnings (duplicate keys) and deprecations (old tags); nil drops them.
	Warn func(Warning)
	// Vault opens `!vault` values when they are read; nil: reading one is an error.
	Vault value.Vault
	// Data reads all text as plain text: nothing becomes a template.
	Data bool
	// Marks makes text that is no template, whatever it contains, a literal *value.Template.
	Marks bool
	// Place tells where a value stands; nil: where its node is in the file.
	Place func(n *yaml.Node) source.Pos
	// Duplicates says what a mapping's key that comes twice is; the last one counts.
	Duplicates Duplicates
}

// Duplicates is a value of the setting DUPLICATE_YAML_DICT_KEY; "" is "warn".
type Duplicates string

// What keys that come twice can be, beside being worth a warning.
const (
	DuplicatesIgnored Duplicates = "ignore"
	DuplicatesRefused Duplicates = "error"
)

// Warning is about a place in a document. Help is the line that the reference prints under the excerpt.
type Warning struct {
	Pos         source.Pos
	Msg         string
	Help        string
	Deprecation bool
}

// ToValue converts a node with the default options.
func ToValue(file string, n *yaml.Node) (value.Value, error) { return Options{}.ToValue(file, n) }

// Load reads a file's only document with the default options; an empty file is None.
func Load(file string, data []byte) (value.Value, error) { return Options{}.Load(file, data) }

// Load reads a file's only document; an empty file is None.
func (o Options) Load(file string, data []byte) (value.Value, error) {
	n, err := source.ParseYAMLDocument(file, data)
	if err != nil || n == nil {
		return value.None, err
	}
	return o.ToValue(file, n)
}

// ToValue converts a node. Nodes that an anchor names are converted once and shared.
func (o Options) ToValue(file string, n *yaml.Node) (value.Value, error) {
	c := converter{Options: o, file: file, json: n.Style&yaml.FlowStyle != 0}
	v, err := c.value(n)
	if o.Vault != nil && len(c.vaulted) > 1 {
		o.Vault.Expect(c.vaulted)
	}
	return v, err
}

// Parts gives the elements of a list, or what is none by itself.
func Parts(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

type converter struct {
	Options
	file    string
	json    bool                       // it looks like JSON
	unsafe  int                        // depth of !unsafe
	shared  map[*yaml.Node]value.Value // anchored nodes that are done, so that aliases cost nothing
	open    map[*yaml.Node]bool        // anchored nodes under conversion
	vaulted []string                   // `!vault` texts so far
}

func (c *converter) at(n *yaml.Node) source.Pos {
	if c.Place != nil {
		return c.Place(n)
	}
	return source.NodePos(c.file, n)
}

func (c *converter) fail(n *yaml.Node, format string, args ...any) error {
	return source.New(source.NodePos(c.file, n), "YAML parsing failed: "+fmt.Sprintf(format, args...))
}

// failToMake is fail for what YAML's library refuses, with advice by the line's look.
func (c *converter) failToMake(n *yaml.Node, format string, args ...any) error {
	return source.Advised(source.New(source.NodePos(c.file, n), "YAML parsing failed: "+fmt.Sprintf(format, args...)))
}

func (c *converter) value(n *yaml.Node) (value.Value, error) {
	if n.Kind == yaml.AliasNode {
		return c.alias(n)
	}
	if n.Anchor == "" {
		return c.build(n)
	}
	if c.open == nil {
		c.open, c.shared = map[*yaml.Node]bool{}, map[*yaml.Node]value.Value{}
	}
	c.open[n] = true
	v, err := c.build(n)
	delete(c.open, n)
	if c.unsafe == 0 {
		c.shared[n] = v
	}
	return v, err
}

func (c *converter) alias(n *yaml.Node) (value.Value, error) {
	if c.open[n.Alias] {
		return nil, c.fail(n, "Found a recursive alias %q.", n.Value)
	}
	if v, ok := c.shared[n.Alias]; ok {
		return v, nil
	}
	return c.value(n.Alias)
}

func (c *converter) build(n *yaml.Node) (value.Value, error) {
	switch tag := explicitTag(n); tag {
	case "":
	case "!unsafe":
		c.unsafe++
		defer func() { c.unsafe-- }()
		return c.untagged(asPlain(n))
	case "!vault", "!vault-encrypted":
		if n.Kind != yaml.ScalarNode {
			return nil, c.fail(n, "Expected a scalar for the tag '%s'.", tag)
		}
		c.vaulted = append(c.vaulted, n.Value)
		return &value.Vaulted{Ciphertext: n.Value, Pos: c.at(n), Vault: c.Vault}, nil
	default:
		return c.tagged(n, tag)
	}
	return c.untagged(n)
}

// asPlain is a node without its tag. A scalar gets the type that it has without quotes, as the reference's reader gives it.
func asPlain(n *yaml.Node) *yaml.Node {
	plain := *n
	plain.Tag, plain.Anchor = "", ""
	plain.Style &^= yaml.TaggedStyle
	if n.Kind == yaml.ScalarNode {
		plain.Style = 0
	}
	return &plain
}

func (c *converter) untagged(n *yaml.Node) (value.Value, error) {
	switch n.Kind {
	case yaml.SequenceNode:
		return c.list(n)
	case yaml.MappingNode:
		if marked := c.markedNode(n); marked != nil {
			return marked, nil
		}
		return c.dict(n)
	case yaml.ScalarNode:
		return c.scalar(n)
	default:
		return nil, c.fail(n, "Unexpected node.")
	}
}

// explicitTag is the tag that was written on the node, in its short form, or "".
func explicitTag(n *yaml.Node) string {
	if n.Style&yaml.TaggedStyle == 0 || n.Tag == "!" {
		return ""
	}
	return n.ShortTag()
}

func (c *converter) list(n *yaml.Node) (value.Value, error) {
	l := &value.List{Elems: make([]value.Value, 0, len(n.Content))}
	for _, e := range n.Content {
		v, err := c.value(e)
		if err != nil {
			return nil, err
		}
		l.Append(v)
	}
	return l, nil
}
