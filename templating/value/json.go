package value

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// JSONOptions are json.dumps' options. The zero value gives json.dumps(v, ensure_ascii=False).
type JSONOptions struct {
	Indent      int    // spaces a level; 0 writes one line
	IndentText  string // what a level is indented with in place of spaces, or ""
	Newlines    bool   // indent=0: one line an element, without indentation
	SortKeys    bool
	SortTexts   bool // sort by the keys' texts, as where keys were made text before
	EnsureASCII bool
	NoNaN       bool // allow_nan=False: what JSON has no number for is an error
	// NonFinite is written for NaN and the infinities; where empty, their names are.
	NonFinite string
	// ItemSeparator and KeySeparator are ", " (or "," where Indent is set) and ": " where empty.
	ItemSeparator, KeySeparator string
	// Default gives a replacement for a value that JSON has no form for, or an error; nil refuses them all.
	Default func(Value) (Value, error)
}

const maxJSONDepth = 2000

type jsonWriter struct {
	JSONOptions
	pretty bool
	depth  int
}

// AppendJSON appends the bytes that Python's json.dumps gives. The error is Python's TypeError or ValueError.
func AppendJSON(dst []byte, v Value, o JSONOptions) ([]byte, error) {
	w := jsonWriter{JSONOptions: o, pretty: o.Indent > 0 || o.Newlines}
	if w.ItemSeparator == "" {
		w.ItemSeparator = ", "
		if w.pretty {
			w.ItemSeparator = ","
		}
	}
	if w.KeySeparator == "" {
		w.KeySeparator = ": "
	}
	return w.value(dst, v)
}

func (w *jsonWriter) value(dst []byte, v Value) ([]byte, error) {
	if len(dst) > maxRepr {
		return nil, Errorf("MemoryError", "the JSON is longer than %d bytes", maxRepr)
	}
	switch v := v.(type) {
	case nil, NoneType:
		return append(dst, "null"...), nil
	case Bool:
		return strconv.AppendBool(dst, bool(v)), nil
	case Int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case *BigInt:
		return v.V.Append(dst, 10), nil
	case Float:
		return w.float(dst, v)
	case String:
		return w.text(dst, string(v)), nil
	case Markup:
		return w.text(dst, string(v)), nil
	case *Template:
		return w.text(dst, v.Text), nil
	case *List:
		return w.array(dst, v.Elems)
	case Tuple:
		return w.array(dst, v)
	case Mapping:
		return w.object(dst, v)
	default:
		return w.other(dst, v)
	}
}

func (w *jsonWriter) other(dst []byte, v Value) ([]byte, error) {
	_, isRange := v.(Range)
	if s, ok := v.(Sequence); ok && !isRange {
		return w.array(dst, sequenceElems(s))
	}
	if w.Default != nil {
		r, err := w.Default(v)
		if err != nil {
			return nil, err
		}
		return w.value(dst, r)
	}
	return nil, TypeError("Object of type %s is not JSON serializable", v.Type())
}

func sequenceElems(s Sequence) []Value {
	elems := make([]Value, s.Len())
	for i := range elems {
		elems[i] = s.Index(i)
	}
	return elems
}

func jsonFloat(f Float) string {
	switch {
	case math.IsInf(float64(f), 1):
		return "Infinity"
	case math.IsInf(float64(f), -1):
		return "-Infinity"
	case math.IsNaN(float64(f)):
		return "NaN"
	}
	return f.String()
}

func (w *jsonWriter) float(dst []byte, f Float) ([]byte, error) {
	if w.NoNaN && (math.IsInf(float64(f), 0) || math.IsNaN(float64(f))) {
		if w.pretty {
			return nil, ValueError("Out of range float values are not JSON compliant: %s", f.String())
		}
		return nil, ValueError("Out of range float values are not JSON compliant")
	}
	if w.NonFinite != "" && (math.IsInf(float64(f), 0) || math.IsNaN(float64(f))) {
		return append(dst, w.NonFinite...), nil
	}
	return append(dst, jsonFloat(f)...), nil
}

func (w *jsonWriter) enter() error {
	w.depth++
	if w.depth > maxJSONDepth {
		return ValueError("Circular reference detected")
	}
	return nil
}

func (w *jsonWriter) newline(dst []byte) []byte {
	if !w.pretty {
		return dst
	}
	dst = append(dst, '\n')
	for range w.depth * w.Indent {
		dst = append(dst, ' ')
	}
	if w.IndentText != "" {
		for range w.depth {
			dst = append(dst, w.IndentText...)
		}
	}
	return dst
}

func (w *jsonWriter) array(dst []byte, elems []Value) ([]byte, error) {
	if len(elems) == 0 {
		return append(dst, "[]"...), nil
	}
	if err := w.enter(); err != nil {
		return nil, err
	}
	dst = w.newline(append(dst, '['))
	for i, e := range elems {
		if i > 0 {
			dst = w.newline(append(dst, w.ItemSeparator...))
		}
		var err error
		if dst, err = w.value(dst, e); err != nil {
			return nil, err
		}
	}
	w.depth--
	return append(w.newline(dst), ']'), nil
}

func (w *jsonWriter) object(dst []byte, m Mapping) ([]byte, error) {
	entries, err := w.entries(m)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return append(dst, "{}"...), nil
	}
	if err := w.enter(); err != nil {
		return nil, err
	}
	dst = w.newline(append(dst, '{'))
	for i, e := range entries {
		if i > 0 {
			dst = w.newline(append(dst, w.ItemSeparator...))
		}
		key, err := jsonKey(e.key)
		if err != nil {
			return nil, err
		}
		dst = append(w.text(dst, key), w.KeySeparator...)
		if dst, err = w.value(dst, e.val); err != nil {
			return nil, err
		}
	}
	w.depth--
	return append(w.newline(dst), '}'), nil
}

func (w *jsonWriter) entries(m Mapping) ([]entry, error) {
	entries := make([]entry, 0, m.Len())
	for k, v := range m.All() {
		entries = append(entries, entry{k, v})
	}
	if w.SortTexts {
		return entries, sortByText(entries)
	}
	if !w.SortKeys {
		return entries, nil
	}
	var failed error
	sort.SliceStable(entries, func(i, j int) bool {
		c, err := Compare(entries[i].key, entries[j].key)
		if err != nil && failed == nil {
			failed = err
		}
		return c < 0
	})
	return entries, failed
}

func sortByText(entries []entry) error {
	var failed error
	sort.SliceStable(entries, func(i, j int) bool {
		a, err1 := jsonKey(entries[i].key)
		b, err2 := jsonKey(entries[j].key)
		if failed == nil {
			failed = errors.Join(err1, err2)
		}
		return a < b
	})
	return failed
}

func jsonKey(k Value) (string, error) {
	switch k := k.(type) {
	case String:
		return string(k), nil
	case Markup:
		return string(k), nil
	case *Template:
		return k.Text, nil
	case NoneType:
		return "null", nil
	case Bool:
		return strconv.FormatBool(bool(k)), nil
	case Int, *BigInt:
		return k.String(), nil
	case Float:
		return jsonFloat(k), nil
	}
	return "", TypeError("Key of type '%s' is not JSON serializable by the 'tagless' profile.", k.Type())
}

func (w *jsonWriter) text(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' && (c != 0x7f || !w.EnsureASCII) {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && !w.EnsureASCII && (r != utf8.RuneError || n > 1) {
			i += n
			continue
		}
		dst = append(dst, s[start:i]...)
		if n == 1 && r == utf8.RuneError {
			r = 0xdc00 + rune(c) // what surrogateescape makes of a byte that is no UTF-8
		}
		dst = appendJSONEscape(dst, r)
		i += n
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendJSONEscape(dst []byte, r rune) []byte {
	if i := strings.IndexRune("\"\\\n\r\t\b\f", r); i >= 0 && r < 0x80 {
		return append(dst, '\\', `"\nrtbf`[i])
	}
	if r > 0xffff {
		r -= 0x10000
		return fmt.Appendf(dst, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
	}
	return fmt.Appendf(dst, `\u%04x`, r)
}
