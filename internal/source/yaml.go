package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

var (
	errPanic   = errors.New(noNode)
	errNotUTF8 = errors.New("not UTF-8")
)

// ParseYAML reads the documents of a file; each node is a document's root. A syntax error is an *Error whose message is the
// reference's: "YAML parsing failed: …".
func ParseYAML(file string, data []byte) (docs []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil { // the parser panics on some malformed input
			docs, err = nil, yamlError(file, data, fmt.Errorf("%v", r))
		}
	}()
	if !utf8.Valid(data) {
		return nil, yamlError(file, data, errNotUTF8)
	}
	if n := jsonNode(data); n != nil {
		return []*yaml.Node{n}, nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		switch err := dec.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return nil, yamlError(file, data, err)
		case doc.Kind == yaml.DocumentNode && len(doc.Content) == 1:
			if err := checkAliases(file, doc.Content[0]); err != nil {
				return nil, err
			}
			docs = append(docs, doc.Content[0])
		}
	}
}

// ParseYAMLDocument reads a file that must hold at most one document; nil means an empty file.
func ParseYAMLDocument(file string, data []byte) (*yaml.Node, error) {
	docs, err := ParseYAML(file, data)
	switch {
	case err != nil:
		return nil, err
	case len(docs) == 0:
		return nil, nil
	case len(docs) > 1:
		return nil, New(secondDocument(file, data),
			yamlFailed+"Expected a single document in the stream but found another document.")
	}
	return docs[0], nil
}

// NodePos gives a node's position in its file.
func NodePos(file string, n *yaml.Node) Pos { return Pos{File: file, Line: n.Line, Col: n.Column} }

// KeyPos gives the place of a mapping's key, the last one of that name; the file alone where there is none.
func KeyPos(path string, mapping *yaml.Node, name string) Pos {
	if key, _ := Entry(mapping, name); key != nil {
		return NodePos(path, key)
	}
	return Pos{File: path}
}

// Entry finds a mapping's last entry of a name.
func Entry(mapping *yaml.Node, name string) (key, val *yaml.Node) {
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			key, val = mapping.Content[i], mapping.Content[i+1]
		}
	}
	return key, val
}

func secondDocument(file string, data []byte) Pos {
	seen := false
	for i, line := range bytes.Split(data, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte("---")) {
			seen = seen || contentLine(line)
			continue
		}
		if seen {
			return Pos{File: file, Line: i + 1, Col: 1}
		}
		seen = true
	}
	return Pos{File: file}
}

func contentLine(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 0 && line[0] != '#' && line[0] != '%'
}
