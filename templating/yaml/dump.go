// Package yaml writes values as PyYAML with libyaml does, byte for byte: its choice of styles, its line folding, its indentation.
package yaml

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// Flow says when containers are written in brackets.
type Flow uint8

// Leaves writes containers that hold only scalars in brackets, Block none, Always all.
const (
	Leaves Flow = iota
	Block
	Always
)

// Options are yaml.dump's options.
type Options struct {
	Indent   int // 2 to 9; 2 where it is anything else
	Width    int // 80 where it is not larger than twice the indentation
	Flow     Flow
	SortKeys bool
	// Literal writes text of several lines as a block ("|") where it reads back as the same text.
	Literal       bool
	ExplicitStart bool
	ExplicitEnd   bool
	// Style is the style of all scalars: "'", `"`, "|" or ">"; "" chooses by what they hold, and any other text does so too.
	Style string
	// Canonical writes everything with its tag, containers in brackets and scalars in double quotes.
	Canonical bool
	// Version is that of a %YAML directive; [2]int{} writes none. Tags are %TAG directives, handles and prefixes.
	Version [2]int
	Tags    [][2]string
	// Anchors writes a list, dict or vaulted text that comes up again as an alias of its first place, as PyYAML does without ignore_aliases.
	Anchors bool
	// Vaulted writes text that was decrypted as it was encrypted.
	Vaulted bool
}

const (
	defaultIndent = 2
	defaultWidth  = 80
	maxDepth      = 500
)

// Dump writes a document.
func Dump(v value.Value, o Options) (string, error) {
	if o.Indent < 2 || o.Indent > 9 {
		o.Indent = defaultIndent
	}
	if o.Width <= o.Indent*2 {
		o.Width = defaultWidth
	}
	e := &emitter{o: o, indent: -1, whitespace: true, indention: true}
	if err := e.directives(); err != nil {
		return "", err
	}
	if o.Anchors {
		e.anchors = anchors{numbers: map[value.Value]int{}, written: map[value.Value]bool{}}
		e.count(v)
	}
	if err := e.node(v, context{root: true}); err != nil {
		return "", err
	}
	if e.column > 0 {
		e.lineBreak()
	}
	if o.ExplicitEnd || e.open {
		e.b.WriteString("...\n")
	}
	return e.b.String(), nil
}

// directives writes what stands before the document.
func (e *emitter) directives() error {
	if v := e.o.Version; v != [2]int{} {
		if v[0] != 1 || v[1] != 1 && v[1] != 2 {
			return value.Errorf("EmitterError", "incompatible %%YAML directive")
		}
		fmt.Fprintf(&e.b, "%%YAML %d.%d\n", v[0], v[1])
	}
	for _, t := range e.o.Tags {
		fmt.Fprintf(&e.b, "%%TAG %s %s\n", t[0], strings.ReplaceAll(t[1], "!", "%21"))
	}
	if e.b.Len() > 0 || e.o.ExplicitStart || e.o.Canonical {
		e.indicator("---", true, false, false)
	}
	if e.o.Canonical {
		e.writeIndent()
	}
	return nil
}

type emitter struct {
	o          Options
	b          strings.Builder
	indent     int // -1 outside everything
	column     int
	flowLevel  int
	whitespace bool // the last character was white space
	indention  bool // the line holds nothing but indentation and indicators
	depth      int
	open       bool // a block of text goes on to the document's end
	anchors    anchors
}

// context is where a node stands.
type context struct{ root, mapping, simpleKey bool }

func isScalar(v value.Value) bool {
	switch v.(type) {
	case *value.List, value.Tuple, *value.Set, value.Mapping:
		return false
	}
	return true
}

// encrypted gives the encrypted text that is to be written for a value, or nil.
func (e *emitter) encrypted(v value.Value) *value.Vaulted {
	switch v := v.(type) {
	case *value.Vaulted:
		return v
	case value.String:
		if e.o.Vaulted {
			return v.Vaulted()
		}
	}
	return nil
}

func (e *emitter) node(v value.Value, c context) error {
	e.depth++
	defer func() { e.depth-- }()
	if e.depth > maxDepth {
		return value.Errorf("RecursionError", "maximum recursion depth exceeded")
	}
	if e.alias(v) {
		return nil
	}
	if of := e.encrypted(v); of != nil {
		e.vaulted(of)
		return nil
	}
	if _, isSet := v.(*value.Set); e.o.Canonical && !isSet {
		e.indicator("!!"+tagOf(v), true, false, false)
	}
	switch v := v.(type) {
	case *value.List:
		return e.sequence(v.Elems, c)
	case value.Tuple:
		return e.sequence(v, c)
	case *value.Set:
		return e.set(v, c)
	case value.Mapping:
		return e.mapping(v, c)
	}
	return e.scalar(v, c)
}

// tagOf names a value's type as YAML does.
func tagOf(v value.Value) string {
	switch v.Type() {
	case "list", "tuple":
		return "seq"
	case "int", "float", "bool":
		return v.Type()
	case "NoneType":
		return "null"
	case "date", "datetime":
		return "timestamp"
	}
	if isScalar(v) {
		return "str"
	}
	return "map"
}

func (e *emitter) set(s *value.Set, c context) error {
	d := value.NewDict(s.Len())
	for k := range s.Elements() {
		_ = d.SetKey(k, value.None) // an element of a set is hashable
	}
	e.indicator("!!set", true, false, false)
	return e.mapping(d, c)
}

// deeper goes one level in and gives the indentation to come back to.
func (e *emitter) deeper(flow, indentless bool) int {
	saved := e.indent
	switch {
	case e.indent < 0 && flow:
		e.indent = e.o.Indent
	case e.indent < 0:
		e.indent = 0
	case !indentless:
		e.indent += e.o.Indent
	}
	return saved
}

func (e *emitter) inFlow(empty bool, leaves bool) bool {
	return e.flowLevel > 0 || e.o.Canonical || empty || e.o.Flow == Always || e.o.Flow == Leaves && leaves && e.o.Style == ""
}

// areLeaves tells whether all values are scalars that have no style of their own.
func (e *emitter) areLeaves(values ...value.Value) bool {
	for _, v := range values {
		if !isScalar(v) || e.encrypted(v) != nil {
			return false
		}
	}
	return true
}

func (e *emitter) sequence(elems []value.Value, c context) error {
	if e.inFlow(len(elems) == 0, e.areLeaves(elems...)) {
		return e.flowSequence(elems)
	}
	saved := e.deeper(false, c.mapping && !e.indention)
	for _, v := range elems {
		e.writeIndent()
		e.indicator("-", true, false, true)
		if err := e.node(v, context{}); err != nil {
			return err
		}
	}
	e.indent = saved
	return nil
}

func (e *emitter) flowSequence(elems []value.Value) error {
	e.indicator("[", true, true, false)
	saved := e.deeper(true, false)
	e.flowLevel++
	for i, v := range elems {
		if i > 0 {
			e.indicator(",", false, false, false)
		}
		if e.o.Canonical || e.column > e.o.Width {
			e.writeIndent()
		}
		if err := e.node(v, context{}); err != nil {
			return err
		}
	}
	e.flowLevel--
	e.indent = saved
	e.lastComma(len(elems))
	e.indicator("]", false, false, false)
	return nil
}

type pair struct{ key, val value.Value }

func (e *emitter) pairs(m value.Mapping) (pairs []pair, leaves bool) {
	leaves = true
	for k, v := range m.All() {
		pairs = append(pairs, pair{k, v})
		leaves = leaves && e.areLeaves(k, v)
	}
	if e.o.SortKeys {
		sortPairs(pairs)
	}
	return pairs, leaves
}

// sortPairs sorts by key; keys that have no order among each other stay as they are.
func sortPairs(pairs []pair) {
	if !haveOrder(pairs) {
		return
	}
	sort.SliceStable(pairs, func(i, j int) bool {
		c, _ := value.Compare(pairs[i].key, pairs[j].key)
		return c < 0
	})
}

// haveOrder tells whether every key can be compared with every other.
func haveOrder(pairs []pair) bool {
	for i := range pairs {
		if _, ok := pairs[i].key.(value.String); ok && i > 0 {
			if _, ok := pairs[0].key.(value.String); ok {
				continue // it has an order with what the first one has an order with
			}
		}
		for j := range i {
			if _, err := value.Compare(pairs[i].key, pairs[j].key); err != nil {
				return false
			}
		}
	}
	return true
}

func (e *emitter) mapping(m value.Mapping, _ context) error {
	pairs, leaves := e.pairs(m)
	if e.inFlow(len(pairs) == 0, leaves) {
		return e.flowMapping(pairs)
	}
	saved := e.deeper(false, false)
	for _, p := range pairs {
		e.writeIndent()
		if err := e.blockPair(p); err != nil {
			return err
		}
	}
	e.indent = saved
	return nil
}

func (e *emitter) blockPair(p pair) error {
	if e.simpleKey(p.key) {
		if err := e.node(p.key, context{mapping: true, simpleKey: true}); err != nil {
			return err
		}
		e.indicator(":", false, false, false)
		return e.node(p.val, context{mapping: true})
	}
	e.indicator("?", true, false, true)
	if err := e.node(p.key, context{mapping: true}); err != nil {
		return err
	}
	e.writeIndent()
	e.indicator(":", true, false, true)
	return e.node(p.val, context{mapping: true})
}

func (e *emitter) flowMapping(pairs []pair) error {
	e.indicator("{", true, true, false)
	saved := e.deeper(true, false)
	e.flowLevel++
	for i, p := range pairs {
		if i > 0 {
			e.indicator(",", false, false, false)
		}
		if e.o.Canonical || e.column > e.o.Width {
			e.writeIndent()
		}
		if err := e.flowPair(p); err != nil {
			return err
		}
	}
	e.flowLevel--
	e.indent = saved
	e.lastComma(len(pairs))
	e.indicator("}", false, false, false)
	return nil
}

// lastComma ends the last entry of a canonical container, whose bracket has a line of its own.
func (e *emitter) lastComma(entries int) {
	if e.o.Canonical && entries > 0 {
		e.indicator(",", false, false, false)
		e.writeIndent()
	}
}

func (e *emitter) flowPair(p pair) error {
	simple := !e.o.Canonical && e.simpleKey(p.key)
	if !simple {
		e.indicator("?", true, false, false)
	}
	if err := e.node(p.key, context{mapping: true, simpleKey: simple}); err != nil {
		return err
	}
	if e.o.Canonical || !simple && e.column > e.o.Width {
		e.writeIndent()
	}
	e.indicator(":", !simple, false, false)
	return e.node(p.val, context{mapping: true})
}

// maxSimpleKey is the longest key that stands on the line of its value.
const maxSimpleKey = 128

func (e *emitter) simpleKey(k value.Value) bool {
	switch x := k.(type) {
	case value.Mapping, *value.List, *value.Set:
		return false
	case value.Tuple:
		return len(x) == 0
	}
	text, _ := scalarText(k)
	return len(text) <= maxSimpleKey && !strings.ContainsAny(text, "\n\r\u0085\u2028\u2029")
}

// scalarText gives a scalar's text, and whether it is a string that must not read as anything else.
func scalarText(v value.Value) (text string, isString bool) {
	switch x := v.(type) {
	case value.NoneType:
		return "null", false
	case value.Bool:
		return strconv.FormatBool(bool(x)), false
	case value.Float:
		return floatText(x), false
	case value.Int, *value.BigInt:
		return x.String(), false
	case interface{ ISO() string }:
		return v.String(), false
	}
	return v.String(), true
}

func floatText(f value.Float) string {
	s := f.String()
	switch s {
	case "inf":
		return ".inf"
	case "-inf":
		return "-.inf"
	case "nan":
		return ".nan"
	}
	if i := strings.IndexByte(s, 'e'); i >= 0 && !strings.Contains(s, ".") {
		return s[:i] + ".0" + s[i:]
	}
	return s
}

func (e *emitter) scalar(v value.Value, c context) error {
	if u, ok := v.(*value.Undefined); ok {
		return u.Raise()
	}
	if b, ok := v.(value.Bytes); ok {
		v = value.String(b)
	}
	switch v.Type() {
	case "str", "int", "float", "bool", "NoneType", "datetime", "date", "bytes":
	default:
		return value.Errorf("RepresenterError", "('cannot represent an object', %s)", value.Repr(v))
	}
	text, isString := scalarText(v)
	saved := e.deeper(true, false)
	e.writeScalar(text, isString, c)
	e.indent = saved
	return nil
}

func (e *emitter) writeScalar(text string, isString bool, c context) {
	switch e.o.Style {
	case "'", `"`, "|", ">":
		e.styled(text, isString, c)
		return
	}
	if e.o.Canonical {
		e.double(text, !c.simpleKey)
		return
	}
	if !isString {
		e.plain(text, !c.simpleKey)
		return
	}
	a := analyze(text)
	plainOK := a.blockPlain
	if e.flowLevel > 0 {
		plainOK = a.flowPlain
	}
	if text == "" && (e.flowLevel > 0 || c.simpleKey) {
		plainOK = false
	}
	switch {
	case e.o.Literal && a.multiline && a.literal && e.flowLevel == 0 && !c.simpleKey:
		e.literal(text)
	case plainOK && !(c.simpleKey && a.multiline) && !resolvesOtherwise(text):
		e.plain(text, !c.simpleKey)
	case a.single && !(c.simpleKey && a.multiline):
		e.single(text, !c.simpleKey)
	default:
		e.double(text, !c.simpleKey)
	}
}

// styled writes a scalar in the style that the caller wants, where it can have that; what is no text has a tag, since quotes would make text
// of it.
func (e *emitter) styled(text string, isString bool, c context) {
	if !isString && !e.o.Canonical {
		e.indicator("!", true, false, false)
	}
	a := analyze(text)
	block := a.literal && e.flowLevel == 0 && !c.simpleKey
	switch style := e.o.Style; {
	case style == "'" && a.single && !(c.simpleKey && a.multiline):
		e.single(text, !c.simpleKey)
	case style == "|" && block:
		e.literal(text)
	case style == ">" && block:
		e.folded(text)
	default:
		e.double(text, !c.simpleKey)
	}
}

func (e *emitter) put(s string) {
	e.b.WriteString(s)
	e.column += utf8.RuneCountInString(s)
}

func (e *emitter) lineBreak() {
	e.b.WriteByte('\n')
	e.column = 0
	e.whitespace = true
	e.indention = true
}

func (e *emitter) writeIndent() {
	indent := max(e.indent, 0)
	if !e.indention || e.column > indent || e.column == indent && !e.whitespace {
		e.lineBreak()
	}
	if n := indent - e.column; n > 0 {
		e.put(strings.Repeat(" ", n))
	}
	e.whitespace = true
	e.indention = true
}

func (e *emitter) indicator(s string, needSpace, whitespace, indention bool) {
	e.open = false
	if needSpace && !e.whitespace {
		e.put(" ")
	}
	e.put(s)
	e.whitespace = whitespace
	e.indention = e.indention && indention
}
