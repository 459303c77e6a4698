package document

import (
	"encoding/base64"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/templating/value"
)

// tagged converts a node with a standard tag; any other tag is an error, as in the reference.
func (c *converter) tagged(n *yaml.Node, tag string) (value.Value, error) {
	switch {
	case n.Kind == yaml.ScalarNode:
		if v, known, err := c.taggedScalar(n, tag); known {
			return v, err
		}
	case tag == "!!map" && n.Kind == yaml.MappingNode:
		return c.dict(n)
	case tag == "!!seq" && n.Kind == yaml.SequenceNode:
		return c.list(n)
	case tag == "!!set" && n.Kind == yaml.MappingNode:
		return c.set(n)
	case (tag == "!!omap" || tag == "!!pairs") && n.Kind == yaml.SequenceNode:
		return c.pairs(n, tag)
	}
	return nil, c.failToMake(n, "Could not determine a constructor for the tag '%s'.", longTag(tag))
}

func longTag(tag string) string {
	if rest, ok := strings.CutPrefix(tag, "!!"); ok {
		return "tag:yaml.org,2002:" + rest
	}
	return tag
}

func (c *converter) taggedScalar(n *yaml.Node, tag string) (v value.Value, known bool, err error) {
	s := n.Value
	switch tag {
	case "!!str":
		return c.text(n), true, nil
	case "!!null":
		return value.None, true, nil
	case "!!binary":
		v, err = c.binary(n)
		return v, true, err
	case "!!bool":
		b, ok := bools[s]
		if !ok {
			return nil, true, c.fail(n, "%s", value.Repr(value.String(strings.ToLower(s))))
		}
		return value.Bool(b), true, nil
	case "!!int":
		if v, ok := parseInt(s); ok && s != "" {
			return v, true, nil
		}
		return nil, true, c.fail(n, "invalid literal for int() with base 10: %s", value.Repr(value.String(s)))
	case "!!float":
		if f, ok := parseFloat(s); ok && s != "" {
			return value.Float(f), true, nil
		}
		return nil, true, c.fail(n, "could not convert string to float: %s", value.Repr(value.String(s)))
	case "!!timestamp":
		v, err = c.date(n, s)
		return v, v != nil || err != nil, err
	}
	return nil, false, nil
}

func (c *converter) binary(n *yaml.Node) (value.Value, error) {
	clean := strings.NewReplacer("\n", "", " ", "", "\r", "", "\t", "").Replace(n.Value)
	b, err := base64.StdEncoding.DecodeString(clean)
	if err != nil {
		return nil, c.fail(n, "Failed to decode base64 data: %s", err)
	}
	return value.Bytes(b), nil
}

func (c *converter) set(n *yaml.Node) (value.Value, error) {
	v, err := c.dict(n)
	if err != nil {
		return nil, err
	}
	s := &value.Set{}
	for k := range v.(*value.Dict).All() {
		if err := s.Add(k); err != nil {
			return nil, c.failToMake(n, "While constructing a mapping found unhashable key.")
		}
	}
	return s, nil
}

// pairs converts !!omap and !!pairs, which the reference deprecates, to a list of [key, value] tuples.
func (c *converter) pairs(n *yaml.Node, tag string) (value.Value, error) {
	help := "Use a standard mapping instead."
	if tag == "!!omap" {
		help = "Use a standard mapping instead, as key order is always preserved."
	}
	c.warn(Warning{
		Pos: c.at(n), Help: help, Deprecation: true,
		Msg: "Use of the YAML `" + tag + "` tag is deprecated. This feature will be removed from ansible-core version 2.23.",
	})
	l := &value.List{}
	for _, e := range n.Content {
		if e.Kind != yaml.MappingNode || len(e.Content) != 2 {
			return nil, c.failToMake(e, "While constructing an ordered map expected a mapping of length 1.")
		}
		k, err := c.key(e.Content[0])
		if err != nil {
			return nil, err
		}
		v, err := c.value(e.Content[1])
		if err != nil {
			return nil, err
		}
		l.Append(value.Tuple{k, v})
	}
	return l, nil
}
