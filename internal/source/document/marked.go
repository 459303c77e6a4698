package document

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Marked gives the text that a dict stands for in JSON, which has no tags: vaulted text, or text that is no template. What else is in the dict
// does not count. It is nil for other dicts.
func (o Options) Marked(d *value.Dict, pos source.Pos) value.Value {
	if text, ok := d.Get("__ansible_unsafe").(value.String); ok {
		return o.literal(string(text), pos)
	}
	if text, ok := d.Get("__ansible_vault").(value.String); ok {
		return &value.Vaulted{Ciphertext: string(text), Pos: pos, Vault: o.Vault}
	}
	return nil
}

// literal gives text that is no template.
func (o Options) literal(text string, pos source.Pos) value.Value {
	if o.Marks {
		return &value.Template{Text: text, Pos: pos, Literal: true}
	}
	return value.String(text)
}

// markedNode is Marked for a mapping in a document that is JSON, by its look.
func (c *converter) markedNode(n *yaml.Node) value.Value {
	if !c.json {
		return nil
	}
	d := &value.Dict{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k, v := n.Content[i], n.Content[i+1]; v.Style == yaml.DoubleQuotedStyle && strings.HasPrefix(k.Value, "__ansible_") {
			d.Set(k.Value, value.String(v.Value))
		}
	}
	return c.Marked(d, source.Pos{File: c.file})
}
