package inventory

import (
	"fmt"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// tomlWidth is how long a line may be with a table in an array on it.
const tomlWidth = 100

// TOML writes a dict as a document of TOML 1.0, tables behind what is none. TOML has no null, which is an error that names the place.
func TOML(d *value.Dict) (string, error) {
	w := &tomlWriter{}
	if err := w.table(nil, d, ""); err != nil {
		return "", err
	}
	return strings.TrimPrefix(w.String(), "\n"), nil
}

type tomlWriter struct{ strings.Builder }

// table writes a table's own values, under a header unless it has tables alone, and then its tables.
func (w *tomlWriter) table(path []string, d *value.Dict, header string) error {
	var values, tables []string
	for name, v := range d.Strings() {
		if isTomlTable(v) {
			tables = append(tables, name)
		} else {
			values = append(values, name)
		}
	}
	if header != "" && (len(values) > 0 || len(tables) == 0 || strings.HasPrefix(header, "[[")) {
		w.WriteString("\n" + header + "\n")
	}
	for _, name := range values {
		text, err := tomlValue(d.Get(name), 0)
		if err != nil {
			return fmt.Errorf("%s: %w", tomlPath(append(path, name)), err)
		}
		w.WriteString(tomlKey(name) + " = " + text + "\n")
	}
	for _, name := range tables {
		if err := w.tables(append(path[:len(path):len(path)], name), d.Get(name)); err != nil {
			return err
		}
	}
	return nil
}

// tables writes a table, or an array of them.
func (w *tomlWriter) tables(path []string, v value.Value) error {
	if d, ok := v.(*value.Dict); ok {
		return w.table(path, d, "["+tomlPath(path)+"]")
	}
	for _, e := range tomlElements(v) {
		if err := w.table(path, e.(*value.Dict), "[["+tomlPath(path)+"]]"); err != nil {
			return err
		}
	}
	return nil
}

// isTomlTable tells whether a value gets a header: a dict, or a list of dicts of which one is too long for a line.
func isTomlTable(v value.Value) bool {
	if _, ok := v.(*value.Dict); ok {
		return true
	}
	list, short := tomlElements(v), true
	for _, e := range list {
		if _, ok := e.(*value.Dict); !ok {
			return false
		}
		text, err := tomlValue(e, 1)
		short = short && err == nil && !strings.Contains(text, "\n") && len([]rune(text))+len("    ,") <= tomlWidth
	}
	return len(list) > 0 && !short
}

func tomlElements(v value.Value) []value.Value {
	switch v := v.(type) {
	case *value.List:
		return v.Elems
	case value.Tuple:
		return v
	}
	return nil
}

// tomlValue writes a value that stands behind a key or in an array, depth arrays deep.
func tomlValue(v value.Value, depth int) (string, error) {
	switch v := v.(type) {
	case value.Bool:
		return strings.ToLower(v.String()), nil
	case value.Int, *value.BigInt, value.Float, value.Date, value.DateTime, value.Clock:
		return v.String(), nil
	case *value.List, value.Tuple:
		return tomlArray(tomlElements(v), depth)
	case *value.Dict:
		return tomlInline(v)
	case value.NoneType:
		return "", said("TOML has no null")
	}
	return tomlText(v.String()), nil
}

func tomlArray(list []value.Value, depth int) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	var b strings.Builder
	b.WriteString("[\n")
	for _, e := range list {
		text, err := tomlValue(e, depth+1)
		if err != nil {
			return "", err
		}
		b.WriteString(strings.Repeat("    ", depth+1) + text + ",\n")
	}
	b.WriteString(strings.Repeat("    ", depth) + "]")
	return b.String(), nil
}

func tomlInline(d *value.Dict) (string, error) {
	if d.Len() == 0 {
		return "{}", nil
	}
	var pairs []string
	for name, v := range d.Strings() {
		text, err := tomlValue(v, 0)
		if err != nil {
			return "", fmt.Errorf("%s: %w", tomlKey(name), err)
		}
		pairs = append(pairs, tomlKey(name)+" = "+text)
	}
	return "{ " + strings.Join(pairs, ", ") + " }", nil
}

func tomlPath(path []string) string {
	keys := make([]string, len(path))
	for i, k := range path {
		keys[i] = tomlKey(k)
	}
	return strings.Join(keys, ".")
}

// tomlKey writes a key bare where it may be.
func tomlKey(name string) string {
	odd := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-')
	}
	if name != "" && !strings.ContainsFunc(name, odd) {
		return name
	}
	return tomlText(name)
}

// tomlEscapes are those with a letter of their own.
var tomlEscapes = map[rune]string{'\b': `\b`, '\n': `\n`, '\f': `\f`, '\r': `\r`, '"': `\"`, '\\': `\\`}

// tomlText writes a basic string on one line; a tab may stand in it.
func tomlText(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		short, ok := tomlEscapes[r]
		switch {
		case ok:
			b.WriteString(short)
		case r != '\t' && r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
