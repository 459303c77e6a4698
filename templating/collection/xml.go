package collection

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/goplay/goplay/templating/value"
)

var errXML = errors.New("not well-formed")

// fromXML gives the JSON text of an XML document: attributes are entries with an "@" before their names, text beside other things
// is "#text", and elements with the same name are a list.
func fromXML(c *call) (value.Value, error) {
	if c.text(1) != "xmltodict" {
		return nil, failf("Error when using plugin 'from_xml': engine: %s is not supported", c.text(1))
	}
	v, err := parseXML(c.text(0))
	if err != nil {
		return nil, failf("Error when using plugin 'from_xml': Input Xml is not valid")
	}
	out, err := value.AppendJSON(nil, v, value.JSONOptions{EnsureASCII: true})
	return value.String(out), err
}

// element is one that is being read.
type element struct {
	name    string
	entries *value.Dict
	text    strings.Builder
}

// parseXML reads a document. Names keep their prefixes.
func parseXML(text string) (value.Value, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // the text is decoded already
	root := &element{entries: &value.Dict{}}
	open := []*element{root}
	for {
		t, err := d.RawToken()
		if err == io.EOF && len(open) == 1 && root.entries.Len() == 1 && root.complete() {
			return root.entries, nil
		}
		if err != nil {
			return nil, err
		}
		if open, err = read(open, t); err != nil {
			return nil, err
		}
	}
}

// complete tells whether a document has one element and no text outside it.
func (e *element) complete() bool {
	for _, v := range e.entries.All() {
		if isList(v) {
			return false
		}
	}
	return strings.TrimSpace(e.text.String()) == ""
}

// maxXMLDepth bounds nesting.
const maxXMLDepth = 1000

func read(open []*element, t xml.Token) ([]*element, error) {
	top := open[len(open)-1]
	switch t := t.(type) {
	case xml.StartElement:
		if len(open) > maxXMLDepth {
			return nil, errXML
		}
		e := &element{name: fullName(t.Name), entries: &value.Dict{}}
		for _, a := range t.Attr {
			e.entries.Set("@"+fullName(a.Name), value.String(a.Value))
		}
		return append(open, e), nil
	case xml.EndElement:
		if len(open) == 1 || top.name != fullName(t.Name) {
			return nil, errXML
		}
		open = open[:len(open)-1]
		open[len(open)-1].add(top.name, top.value())
	case xml.CharData:
		top.text.Write(t)
	}
	return open, nil
}

func fullName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func (e *element) add(name string, v value.Value) {
	old, ok := e.entries.Lookup(name)
	switch old := old.(type) {
	case *value.List:
		old.Append(v)
	default:
		if ok {
			v = value.NewList(old, v)
		}
		e.entries.Set(name, v)
	}
}

// value is what an element is worth: a dict, or its text where it has nothing else, or None.
func (e *element) value() value.Value {
	text := strings.TrimSpace(e.text.String())
	switch {
	case e.entries.Len() > 0 && text != "":
		e.entries.Set("#text", value.String(text))
		return e.entries
	case e.entries.Len() > 0:
		return e.entries
	case text != "":
		return value.String(text)
	}
	return value.None
}

// toXML writes what fromXML reads.
func toXML(c *call) (value.Value, error) {
	if c.text(1) != "xmltodict" {
		return nil, failf("Error when using plugin 'to_xml': engine: %s is not supported", c.text(1))
	}
	w := &xmlWriter{indent: "\t"}
	if width, ok := value.BigOf(c.args[3]); ok && c.text(2) == "spaces" {
		w.indent = strings.Repeat(" ", int(min(max(width.Int64(), 0), maxIndent)))
	}
	if err := w.document(c.args[0].(value.Mapping), c.args[4].Truth()); err != nil {
		return nil, failf("Error when using plugin 'to_xml': Input json is not valid")
	}
	return value.String(w.text.String()), nil
}

// maxIndent bounds the width of a level.
const maxIndent = 100

type xmlWriter struct {
	text   strings.Builder
	indent string
}

// document writes elements: exactly one, behind the declaration, where the document is a full one.
func (w *xmlWriter) document(m value.Mapping, full bool) error {
	if full {
		w.text.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")
	}
	n := 0
	for k, v := range m.All() {
		for _, e := range occurrences(v) {
			if n++; full && n > 1 {
				return errXML
			}
			if err := w.element(k.String(), e, 0); err != nil {
				return err
			}
		}
	}
	if full && n == 0 {
		return errXML
	}
	return nil
}

// occurrences are the elements that an entry stands for.
func occurrences(v value.Value) []value.Value {
	if l, ok := v.(*value.List); ok {
		return l.Elems
	}
	return []value.Value{v}
}

// parts are what an element has: attributes, text, and other elements.
type parts struct {
	attributes, text string
	children         [][2]value.Value
}

func (w *xmlWriter) element(name string, v value.Value, depth int) error {
	if !isXMLName(name) || depth > maxXMLDepth {
		return errXML
	}
	p, err := partsOf(v)
	if err != nil {
		return err
	}
	if depth > 0 {
		w.text.WriteString(strings.Repeat(w.indent, depth))
	}
	fmt.Fprintf(&w.text, "<%s%s>", name, p.attributes)
	if p.children != nil {
		w.text.WriteString("\n")
	}
	if err := w.children(p.children, depth); err != nil {
		return err
	}
	w.text.WriteString(p.text)
	if p.children != nil {
		w.text.WriteString(strings.Repeat(w.indent, depth))
	}
	fmt.Fprintf(&w.text, "</%s>", name)
	if depth > 0 {
		w.text.WriteString("\n")
	}
	return nil
}

func (w *xmlWriter) children(entries [][2]value.Value, depth int) error {
	for _, entry := range entries {
		for _, e := range occurrences(entry[1]) {
			if err := w.element(entry[0].String(), e, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func partsOf(v value.Value) (p parts, err error) {
	m, ok := v.(value.Mapping)
	if !ok {
		return parts{text: escapeXML(scalarXML(v))}, nil
	}
	for k, e := range m.All() {
		key := k.String()
		switch name, isAttribute := strings.CutPrefix(key, "@"); {
		case isAttribute && !isXMLName(name):
			return p, errXML
		case isAttribute:
			p.attributes += " " + name + "=" + quoteXML(e.String())
		case key == "#text":
			t, ok := value.Text(e)
			if !ok && !isNone(e) {
				return p, errXML
			}
			p.text = escapeXML(t)
		default:
			p.children = append(p.children, [2]value.Value{k, e})
		}
	}
	return p, nil
}

func scalarXML(v value.Value) string {
	switch v := v.(type) {
	case value.NoneType:
		return ""
	case value.Bool:
		return strings.ToLower(v.String())
	}
	return v.String()
}

func isXMLName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || slices.Contains([]rune(`<>&"'/=`), r) })
}

func escapeXML(t string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(t)
}

// quoteXML writes an attribute's value, in double quotes where that is as short as single ones.
func quoteXML(t string) string {
	t = strings.NewReplacer("\n", "&#10;", "\r", "&#13;", "\t", "&#9;").Replace(escapeXML(t))
	switch {
	case !strings.Contains(t, `"`):
		return `"` + t + `"`
	case !strings.Contains(t, "'"):
		return "'" + t + "'"
	}
	return `"` + strings.ReplaceAll(t, `"`, "&quot;") + `"`
}
