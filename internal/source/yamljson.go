package source

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// jsonNode reads a text that is JSON as such, as the reference tries to first: 1e3 is a number then, a surrogate pair a character, and of equal
// keys the last counts without a warning. It gives nil for what is no JSON list or object.
func jsonNode(data []byte) *yaml.Node {
	start := bytes.TrimLeft(data, " \t\r\n")
	if len(start) == 0 || start[0] != '{' && start[0] != '[' || !json.Valid(data) {
		return nil
	}
	r := jsonReader{dec: json.NewDecoder(bytes.NewReader(data)), data: data, line: 1, col: 1}
	r.dec.UseNumber()
	return r.node(r.next())
}

// jsonReader makes nodes of valid JSON.
type jsonReader struct {
	dec       *json.Decoder
	data      []byte
	at        int // the offset of which line and column are known
	line, col int
}

// next gives a token and where it begins.
func (r *jsonReader) next() (json.Token, *yaml.Node) {
	from := int(r.dec.InputOffset())
	for from < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[from]) >= 0 {
		from++
	}
	r.advance(from)
	t, _ := r.dec.Token() // the text is valid
	return t, &yaml.Node{Kind: yaml.ScalarNode, Line: r.line, Column: r.col}
}

// advance moves the known place on to an offset.
func (r *jsonReader) advance(to int) {
	text := r.data[r.at:to]
	if i := bytes.LastIndexByte(text, '\n'); i >= 0 {
		r.line += bytes.Count(text, []byte("\n"))
		r.col = 1
		text = text[i+1:]
	}
	r.col += utf8.RuneCount(text)
	r.at = to
}

func (r *jsonReader) node(t json.Token, n *yaml.Node) *yaml.Node {
	switch t := t.(type) {
	case json.Delim:
		r.container(t, n)
	case string:
		n.Tag, n.Style, n.Value = "!!str", yaml.DoubleQuotedStyle, t
	case json.Number:
		n.Tag, n.Value = "!!int", t.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag, n.Style = "!!float", yaml.TaggedStyle
		}
	case bool:
		n.Tag, n.Value = "!!bool", "false"
		if t {
			n.Value = "true"
		}
	default:
		n.Tag, n.Value = "!!null", "null"
	}
	return n
}

func (r *jsonReader) container(open json.Delim, n *yaml.Node) {
	n.Style = yaml.FlowStyle
	if open == '[' {
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		for r.dec.More() {
			n.Content = append(n.Content, r.node(r.next()))
		}
	} else {
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
		r.entries(n)
	}
	r.next()
}

// entries reads an object's entries, each key once.
func (r *jsonReader) entries(n *yaml.Node) {
	place := map[string]int{}
	for r.dec.More() {
		key, val := r.node(r.next()), r.node(r.next())
		if i, again := place[key.Value]; again {
			n.Content[i], n.Content[i+1] = key, val
			continue
		}
		place[key.Value] = len(n.Content)
		n.Content = append(n.Content, key, val)
	}
}
