package clixml

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// deepest is how deep objects may lie in each other.
const deepest = 200

// node is an element.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (n *node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n *node) name() string { return unescape(n.attr("N")) }

// Decode reads one value. Texts with <Objs> around several values are for [DecodeAll].
func Decode(data []byte) (any, error) {
	var n node
	if err := xml.Unmarshal(data, &n); err != nil {
		return nil, err
	}
	return newDecoder().value(&n, 0)
}

// Record is a value of a stream's text: "output", "error", "warning" …
type Record struct {
	Stream string
	Value  any
}

// DecodeAll reads what PowerShell writes to its standard error or output with "#< CLIXML" before it. Values outside of a stream are output.
func DecodeAll(data []byte) ([]Record, error) {
	text, _ := strings.CutPrefix(string(data), "#< CLIXML")
	var n node
	if err := xml.Unmarshal([]byte(text), &n); err != nil {
		return nil, err
	}
	if n.XMLName.Local != "Objs" {
		return nil, fmt.Errorf("CLIXML begins with <%s>, not <Objs>", n.XMLName.Local)
	}
	d := newDecoder()
	var records []Record
	for i := range n.Children {
		child := &n.Children[i]
		v, err := d.value(child, 0)
		if err != nil {
			return records, err
		}
		stream := strings.ToLower(child.attr("S"))
		if stream == "" {
			stream = "output"
		}
		records = append(records, Record{stream, v})
	}
	return records, nil
}

// decoder keeps what others refer to.
type decoder struct {
	objects map[string]*Object
	types   map[string][]string
}

func newDecoder() *decoder {
	return &decoder{objects: map[string]*Object{}, types: map[string][]string{}}
}

func (d *decoder) value(n *node, depth int) (any, error) {
	if depth > deepest {
		return nil, fmt.Errorf("objects lie more than %d deep in each other", deepest)
	}
	switch n.XMLName.Local {
	case "Nil":
		return nil, nil
	case "Ref":
		o := d.objects[n.attr("RefId")]
		if o == nil {
			return nil, fmt.Errorf("there is no object %.20q to refer to", n.attr("RefId"))
		}
		return o, nil
	case "Obj":
		return d.object(n, depth)
	}
	return primitive(n)
}

func (d *decoder) object(n *node, depth int) (*Object, error) {
	o := &Object{}
	if id := n.attr("RefId"); id != "" {
		d.objects[id] = o // before its parts, which may refer to it
	}
	for i := range n.Children {
		if err := d.part(o, &n.Children[i], depth+1); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// part reads an element of an object.
func (d *decoder) part(o *Object, n *node, depth int) (err error) {
	switch n.XMLName.Local {
	case "TN":
		for i := range n.Children {
			o.Types = append(o.Types, unescape(n.Children[i].Text))
		}
		d.types[n.attr("RefId")] = o.Types
	case "TNRef":
		o.Types = d.types[n.attr("RefId")]
	case "ToString":
		o.Text = unescape(n.Text)
	case "Props":
		o.Adapted, err = d.properties(n, depth)
	case "MS":
		o.Extended, err = d.properties(n, depth)
	case "LST", "STK", "QUE", "IE":
		o.Value, err = d.list(n, depth)
	case "DCT":
		o.Value, err = d.dict(n, depth)
	default:
		o.Value, err = d.value(n, depth)
	}
	return err
}

func (d *decoder) properties(n *node, depth int) ([]Property, error) {
	var properties []Property
	for i := range n.Children {
		v, err := d.value(&n.Children[i], depth)
		if err != nil {
			return nil, err
		}
		properties = append(properties, Property{n.Children[i].name(), v})
	}
	return properties, nil
}

func (d *decoder) list(n *node, depth int) (List, error) {
	l := List{Kind: ListKind(n.XMLName.Local)}
	for i := range n.Children {
		v, err := d.value(&n.Children[i], depth)
		if err != nil {
			return l, err
		}
		l.Items = append(l.Items, v)
	}
	return l, nil
}

func (d *decoder) dict(n *node, depth int) (Dict, error) {
	entries := Dict{}
	for i := range n.Children {
		properties, err := d.properties(&n.Children[i], depth)
		if err != nil {
			return nil, err
		}
		var e Entry
		for _, p := range properties {
			switch p.Name {
			case "Key":
				e.Key = p.Value
			case "Value":
				e.Value = p.Value
			}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// primitive reads a value of section 2.2.5.1.
func primitive(n *node) (any, error) {
	text := n.Text
	switch n.XMLName.Local {
	case "S":
		return unescape(text), nil
	case "SBK":
		return ScriptBlock(unescape(text)), nil
	case "XD":
		return XML(unescape(text)), nil
	case "URI":
		return URI(unescape(text)), nil
	}
	text = strings.TrimSpace(text)
	read := readers[n.XMLName.Local]
	if read == nil {
		return nil, fmt.Errorf("<%.20s> is no element of CLIXML", n.XMLName.Local)
	}
	v, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("<%s>%.40s: %w", n.XMLName.Local, text, err)
	}
	return v, nil
}

var readers = map[string]func(string) (any, error){
	"C":   func(s string) (any, error) { n, err := strconv.ParseUint(s, 10, 16); return Char(n), err },
	"B":   func(s string) (any, error) { return strconv.ParseBool(s) },
	"By":  unsigned(8, func(n uint64) any { return uint8(n) }),
	"U16": unsigned(16, func(n uint64) any { return uint16(n) }),
	"U32": unsigned(32, func(n uint64) any { return uint32(n) }),
	"U64": unsigned(64, func(n uint64) any { return n }),
	"SB":  signed(8, func(n int64) any { return int8(n) }),
	"I16": signed(16, func(n int64) any { return int16(n) }),
	"I32": signed(32, func(n int64) any { return int32(n) }),
	"I64": signed(64, func(n int64) any { return n }),
	"Sg":  func(s string) (any, error) { n, err := float(s, 32); return float32(n), err },
	"Db":  func(s string) (any, error) { n, err := float(s, 64); return n, err },
	"D":   func(s string) (any, error) { return Decimal(s), nil },
	"BA": func(s string) (any, error) {
		return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	},
	"G":       func(s string) (any, error) { return GUID(s), nil },
	"Version": func(s string) (any, error) { return Version(s), nil },
	"SS":      func(s string) (any, error) { return SecureString(s), nil },
	"DT":      dateTime,
	"TS":      timeSpan,
}

func unsigned(bits int, as func(uint64) any) func(string) (any, error) {
	return func(s string) (any, error) { n, err := strconv.ParseUint(s, 10, bits); return as(n), err }
}

func signed(bits int, as func(int64) any) func(string) (any, error) {
	return func(s string) (any, error) { n, err := strconv.ParseInt(s, 10, bits); return as(n), err }
}

func float(s string, bits int) (float64, error) {
	switch s {
	case "INF":
		return math.Inf(1), nil
	case "-INF":
		return math.Inf(-1), nil
	}
	return strconv.ParseFloat(s, bits)
}

// dateTime reads a time with a zone, or without one: that is taken as UTC.
func dateTime(s string) (any, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return nil, errors.New("not a time")
}

var span = regexp.MustCompile(`^(-?)P(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:\.(\d{1,9}))?S)?)?$`)

// timeSpan reads an xs:duration.
func timeSpan(s string) (any, error) {
	m := span.FindStringSubmatch(s)
	if m == nil {
		return nil, errors.New("not a duration")
	}
	var total time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.ParseInt(m[i+2], 10, 64) // digits, or "" for 0
		part := time.Duration(n) * unit
		if n != 0 && part/unit != time.Duration(n) || total+part < 0 {
			return nil, errors.New("a duration of more than 292 years")
		}
		total += part
	}
	fraction, _ := strconv.ParseInt((m[6] + "000000000")[:9], 10, 64)
	total += time.Duration(fraction)
	if m[1] == "-" {
		total = -total
	}
	return total, nil
}

// String gives the text of a code unit.
func (c Char) String() string { return string(utf16.Decode([]uint16{uint16(c)})) }
