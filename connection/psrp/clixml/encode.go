package clixml

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Encode writes a value. An object that is there twice is written once and referred to. The error tells of a Go type that is none of
// CLIXML's, or of objects that lie too deep in each other.
func Encode(v any) ([]byte, error) {
	return EncodeSecret(v, func(string) (SecureString, error) { return "", errors.New("there is no key for a secret") })
}

// EncodeSecret writes a value as [Encode] does, and encrypts each [Secret] in it.
func EncodeSecret(v any, encrypt func(text string) (SecureString, error)) ([]byte, error) {
	e := &encoder{objects: map[*Object]int{}, types: map[string]int{}, encrypt: encrypt}
	if err := e.value(v, "", 0); err != nil {
		return nil, err
	}
	return e.out.Bytes(), nil
}

// encoder numbers objects and lists of types.
type encoder struct {
	out     bytes.Buffer
	objects map[*Object]int
	types   map[string]int
	encrypt func(string) (SecureString, error)
}

// value writes a value, as a property if it has a name.
func (e *encoder) value(v any, name string, depth int) error {
	if depth > deepest {
		return fmt.Errorf("objects lie more than %d deep in each other", deepest)
	}
	if o, ok := v.(*Object); ok && o != nil {
		return e.object(o, name, depth)
	}
	if secret, ok := v.(Secret); ok {
		encrypted, err := e.encrypt(string(secret))
		if err != nil {
			return err
		}
		v = encrypted
	}
	tag, text, err := literal(v)
	if err != nil {
		return err
	}
	e.open(tag, attribute("N", name))
	_ = xml.EscapeText(&e.out, []byte(text)) // a buffer takes all
	e.close(tag)
	return nil
}

func (e *encoder) open(tag, attributes string) { e.out.WriteString("<" + tag + attributes + ">") }

func (e *encoder) close(tag string) { e.out.WriteString("</" + tag + ">") }

// attribute gives an attribute, or nothing where it is empty.
func attribute(name, value string) string {
	if value == "" {
		return ""
	}
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(escape(value)))
	return " " + name + `="` + b.String() + `"`
}

func (e *encoder) object(o *Object, name string, depth int) error {
	id, known := e.objects[o]
	if known {
		fmt.Fprintf(&e.out, `<Ref%s RefId="%d"/>`, attribute("N", name), id)
		return nil
	}
	id = len(e.objects)
	e.objects[o] = id
	e.open("Obj", attribute("N", name)+fmt.Sprintf(` RefId="%d"`, id))
	e.typeNames(o.Types)
	if o.Text != "" {
		if err := e.element("ToString", o.Text); err != nil {
			return err
		}
	}
	if err := e.content(o, depth+1); err != nil {
		return err
	}
	for _, set := range []struct {
		tag        string
		properties []Property
	}{{"Props", o.Adapted}, {"MS", o.Extended}} {
		if err := e.properties(set.tag, set.properties, depth+1); err != nil {
			return err
		}
	}
	e.close("Obj")
	return nil
}

func (e *encoder) element(tag, text string) error {
	e.open(tag, "")
	err := xml.EscapeText(&e.out, []byte(escape(text)))
	e.close(tag)
	return err
}

// typeNames writes a list of types once, and refers to it afterwards.
func (e *encoder) typeNames(types []string) {
	if len(types) == 0 {
		return
	}
	key := fmt.Sprintf("%q", types)
	if id, known := e.types[key]; known {
		fmt.Fprintf(&e.out, `<TNRef RefId="%d"/>`, id)
		return
	}
	fmt.Fprintf(&e.out, `<TN RefId="%d">`, len(e.types))
	e.types[key] = len(e.types)
	for _, t := range types {
		_ = e.element("T", t) // a buffer takes all
	}
	e.close("TN")
}

// content writes an object's own value.
func (e *encoder) content(o *Object, depth int) error {
	switch v := o.Value.(type) {
	case List:
		e.open(string(v.Kind), "")
		for _, item := range v.Items {
			if err := e.value(item, "", depth); err != nil {
				return err
			}
		}
		e.close(string(v.Kind))
	case Dict:
		return e.dict(v, depth)
	case nil:
		return nil
	default:
		return e.value(v, "", depth)
	}
	return nil
}

func (e *encoder) dict(d Dict, depth int) error {
	e.open("DCT", "")
	for _, entry := range d {
		if err := e.properties("En", []Property{{"Key", entry.Key}, {"Value", entry.Value}}, depth); err != nil {
			return err
		}
	}
	e.close("DCT")
	return nil
}

func (e *encoder) properties(tag string, properties []Property, depth int) error {
	if len(properties) == 0 {
		return nil
	}
	e.open(tag, "")
	for _, p := range properties {
		if err := e.value(p.Value, p.Name, depth); err != nil {
			return err
		}
	}
	e.close(tag)
	return nil
}

// literal gives the element and the text of a primitive value.
func literal(v any) (tag, text string, err error) {
	switch v := v.(type) {
	case nil:
		return "Nil", "", nil
	case string:
		return "S", escape(v), nil
	case ScriptBlock:
		return "SBK", escape(string(v)), nil
	case XML:
		return "XD", escape(string(v)), nil
	case URI:
		return "URI", escape(string(v)), nil
	case bool:
		return "B", strconv.FormatBool(v), nil
	case []byte:
		return "BA", base64.StdEncoding.EncodeToString(v), nil
	case time.Time:
		return "DT", v.Format("2006-01-02T15:04:05.0000000Z07:00"), nil
	case time.Duration:
		return "TS", spanText(v), nil
	}
	if tag, text, ok := textual(v); ok {
		return tag, text, nil
	}
	if tag, text, ok := number(v); ok {
		return tag, text, nil
	}
	return "", "", fmt.Errorf("%T is no type of CLIXML", v)
}

func textual(v any) (tag, text string, ok bool) {
	switch v := v.(type) {
	case Decimal:
		return "D", string(v), true
	case GUID:
		return "G", string(v), true
	case Version:
		return "Version", string(v), true
	case SecureString:
		return "SS", string(v), true
	case Char:
		return "C", strconv.Itoa(int(v)), true
	}
	return "", "", false
}

func number(v any) (tag, text string, ok bool) {
	switch v := v.(type) {
	case float32:
		return "Sg", floatText(float64(v), 32), true
	case float64:
		return "Db", floatText(v, 64), true
	case int8:
		tag = "SB"
	case int16:
		tag = "I16"
	case int32:
		tag = "I32"
	case int64:
		tag = "I64"
	case uint8:
		tag = "By"
	case uint16:
		tag = "U16"
	case uint32:
		tag = "U32"
	case uint64:
		tag = "U64"
	default:
		return "", "", false
	}
	return tag, fmt.Sprint(v), true
}

func floatText(f float64, bits int) string {
	switch {
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	}
	return strconv.FormatFloat(f, 'g', -1, bits)
}

func spanText(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign = "-"
	}
	seconds, fraction := d/time.Second, d%time.Second
	return fmt.Sprintf("%sPT%d.%09dS", sign, max(seconds, -seconds), max(fraction, -fraction))
}
