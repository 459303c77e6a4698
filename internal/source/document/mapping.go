package document

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// pair is a key and its value as written, with merge keys resolved.
type pair struct{ key, val *yaml.Node }

func (c *converter) dict(n *yaml.Node) (value.Value, error) {
	pairs, err := c.flatten(n, 0)
	if err != nil {
		return nil, err
	}
	d := value.NewDict(len(pairs))
	keys := make([]value.Value, len(pairs)) // all before the first value: so duplicates are told of from the outside in
	for i, p := range pairs {
		if keys[i], err = c.newKey(n, d, p.key); err != nil {
			return nil, err
		}
	}
	for i, p := range pairs {
		v, err := c.value(p.val)
		if err != nil {
			return nil, err
		}
		if err := d.SetKey(keys[i], v); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// newKey reads a key and gives it its place in d.
func (c *converter) newKey(n *yaml.Node, d *value.Dict, at *yaml.Node) (value.Value, error) {
	k, err := c.key(at)
	if err != nil {
		return nil, err
	}
	_, dup, err := d.LookupKey(k)
	if err != nil {
		return nil, c.unhashable(at)
	}
	if dup {
		if err := c.duplicate(at, k); err != nil {
			return nil, err
		}
	}
	return k, d.SetKey(k, value.None)
}

// unhashable is the error of a list or mapping as a key.
func (c *converter) unhashable(key *yaml.Node) error {
	return c.failToMake(key, "While constructing a mapping found unhashable key.")
}

// key converts a key. Keys are never templates.
func (c *converter) key(n *yaml.Node) (value.Value, error) {
	k, err := c.value(n)
	if t, ok := k.(*value.Template); ok {
		return value.String(t.Text), err
	}
	return k, err
}

func (c *converter) warn(w Warning) {
	if c.Warn != nil {
		c.Warn(w)
	}
}

const maxMergeDepth = 100 // merges nest a few levels; more is an alias loop

// flatten gives the pairs of a mapping: those of merge keys first, so that the mapping's own win.
func (c *converter) flatten(n *yaml.Node, depth int) ([]pair, error) {
	if depth > maxMergeDepth {
		return nil, c.fail(n, "Found a recursive merge.")
	}
	var merged, own []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		p := pair{n.Content[i], n.Content[i+1]}
		if !isMerge(p.key) {
			own = append(own, p)
			continue
		}
		ps, err := c.merge(p.val, depth)
		if err != nil {
			return nil, err
		}
		merged = append(merged, ps...)
	}
	if len(merged) == 0 {
		return own, nil
	}
	return append(merged, own...), nil
}

func (c *converter) merge(n *yaml.Node, depth int) ([]pair, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.MappingNode:
		return c.flatten(n, depth+1)
	case yaml.SequenceNode:
		return c.mergeAll(n, depth)
	default:
		return nil, c.failToMake(n, "While constructing a mapping expected a mapping or list of mappings for merging, but found scalar.")
	}
}

// mergeAll merges a list of mappings: earlier ones win, so they come last.
func (c *converter) mergeAll(n *yaml.Node, depth int) ([]pair, error) {
	var all []pair
	for i := len(n.Content) - 1; i >= 0; i-- {
		e := n.Content[i]
		if e.Kind == yaml.AliasNode {
			e = e.Alias
		}
		if e.Kind != yaml.MappingNode {
			return nil, c.failToMake(e, "While constructing a mapping expected a mapping for merging, but found scalar.")
		}
		ps, err := c.flatten(e, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, ps...)
	}
	return all, nil
}

func isMerge(k *yaml.Node) bool {
	return k.Kind == yaml.ScalarNode && k.Value == "<<" && k.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.TaggedStyle) == 0
}

// Field is one entry of a mapping whose values are read later, each by whom it concerns.
type Field struct {
	Name       string
	Pos        source.Pos // of the key
	Key, Value *yaml.Node // Value is never an alias
}

// Fields gives the entries of a mapping, merge keys resolved, each key once (the last wins, with the reference's warning).
func (o Options) Fields(file string, n *yaml.Node) ([]Field, error) {
	c := converter{Options: o, file: file}
	pairs, err := c.flatten(n, 0)
	if err != nil {
		return nil, err
	}
	fields := make([]Field, 0, len(pairs))
	at := make(map[string]int, len(pairs))
	for _, p := range pairs {
		k, err := c.key(p.key)
		if err != nil {
			return nil, err
		}
		if _, err := value.Hash(k); err != nil {
			return nil, c.unhashable(p.key)
		}
		f := Field{Name: k.String(), Pos: c.at(p.key), Key: p.key, Value: Deref(p.val)}
		if i, dup := at[f.Name]; dup {
			if err := c.duplicate(p.key, k); err != nil {
				return nil, err
			}
			fields[i] = f
			continue
		}
		at[f.Name] = len(fields)
		fields = append(fields, f)
	}
	return fields, nil
}

// Deref gives the node that an alias stands for, or the node itself.
func Deref(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// duplicate tells of a key that comes twice, as the options want it.
func (c *converter) duplicate(at *yaml.Node, k value.Value) error {
	msg := fmt.Sprintf("Found duplicate mapping key %s.", value.Repr(k))
	switch c.Duplicates {
	case DuplicatesIgnored:
	case DuplicatesRefused:
		return source.New(source.NodePos(c.file, at), "YAML parsing failed: "+msg)
	default:
		c.warn(Warning{Pos: c.at(at), Msg: msg, Help: "Using last defined value only."})
	}
	return nil
}
