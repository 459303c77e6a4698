package inventory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// parseTOML reads TOML inventories, which are files that end in .toml.
func parseTOML(_ context.Context, inv *Inventory, src string) error {
	if !strings.HasSuffix(src, ".toml") {
		return errNotMine
	}
	data, err := readable(src)
	if err != nil {
		return err
	}
	if err := inv.begin(); err != nil {
		return err
	}
	if data, err = inv.plain(src, data); err != nil {
		return err
	}
	top, err := tomlDict(src, data)
	if err != nil {
		return err
	}
	if top.Len() == 0 {
		return said("Parsed empty TOML file")
	}
	if top.Get("plugin") != nil {
		return said("Plugin configuration TOML file, not TOML inventory")
	}
	t := tomlParser{inv, src}
	for name, g := range top.Strings() {
		if err := t.group(name, g); err != nil {
			return err
		}
	}
	return nil
}

type tomlParser struct {
	inv *Inventory
	src string
}

func (t tomlParser) group(name string, def value.Value) error {
	d, ok := def.(*value.Dict)
	if !ok {
		t.inv.warn("Skipping '%s' as this is not a valid group definition", name)
		return nil
	}
	g := t.inv.addGroup(name)
	for key, section := range d.Strings() {
		if err := t.section(g, key, section); err != nil {
			return err
		}
	}
	return nil
}

func (t tomlParser) section(g *Group, key string, v value.Value) error {
	switch key {
	case "vars":
		d, err := tomlTable(g, key, v)
		if err != nil {
			return err
		}
		return t.vars(g, d)
	case "children":
		return t.children(g, v)
	case "hosts":
		d, err := tomlTable(g, key, v)
		if err != nil {
			return err
		}
		return t.hosts(g, d)
	default:
		t.inv.warn("Skipping unexpected key \"%s\" in group \"%s\", only \"vars\", \"children\" and \"hosts\" are valid", key, g.Name)
		return nil
	}
}

func tomlTable(g *Group, key string, v value.Value) (*value.Dict, error) {
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, said("Invalid \"%s\" entry for \"%s\" group, requires a dict, found \"<class '%s'>\" instead.", key, g.Name, v.Type())
	}
	return d, nil
}

func (t tomlParser) vars(g *Group, d *value.Dict) error {
	for k, v := range d.Strings() {
		t.checkName(k)
		t.inv.place(g, k, source.Pos{File: t.src})
		if err := g.set(k, v); err != nil {
			return err
		}
	}
	return nil
}

func (t tomlParser) children(g *Group, v value.Value) error {
	l, ok := v.(*value.List)
	if !ok {
		return said("Invalid \"children\" entry for \"%s\" group, requires a list, found \"<class '%s'>\" instead.", g.Name, v.Type())
	}
	for _, name := range l.Elems {
		if err := t.inv.addChild(g, t.inv.addGroup(name.String())); err != nil {
			return err
		}
	}
	return nil
}

func (t tomlParser) hosts(g *Group, d *value.Dict) error {
	for pattern, v := range d.Strings() {
		names, port, err := hostPattern(pattern)
		if err != nil {
			return err
		}
		given, ok := v.(*value.Dict)
		if !ok {
			return said("Invalid data from file, expected dictionary and got:\n\n%s", v)
		}
		var vars []variable
		for name, val := range given.Strings() {
			t.checkName(name)
			vars = append(vars, variable{name, val, source.Pos{File: t.src}})
		}
		t.inv.defineHosts(names, port, t.src, g, vars)
	}
	return nil
}

// checkName warns of a name without its place, which is not known of TOML.
func (t tomlParser) checkName(name string) {
	t.inv.checkVarName(name, document.Warning{Pos: source.Unwritten(name)})
}

// tomlDict reads a document, with its keys in the file's order.
func tomlDict(src string, data []byte) (*value.Dict, error) {
	tree, meta, err := decodeTOML(string(data))
	if err != nil {
		return nil, tomlError(src, err)
	}
	c := tomlValues{pos: source.Pos{File: src}, rank: map[string]int{}}
	for i, k := range meta.Keys() {
		c.note(k, i)
	}
	return c.dict(tree, nil), nil
}

func tomlError(src string, err error) error {
	msg := err.Error()
	var at toml.ParseError
	if errors.As(err, &at) {
		msg = fmt.Sprintf("%s (at line %d, column %d)", at.Message, at.Position.Line, at.Position.Col)
	}
	return said("TOML file '%s' is invalid: %s", src, msg)
}

// tomlValues makes values of what the parser gives.
type tomlValues struct {
	pos  source.Pos
	rank map[string]int // where a key, by its path, is first
}

// note ranks a key and the tables that it is the first to name.
func (c tomlValues) note(path []string, rank int) {
	for n := range path {
		key := pathKey(path[:n+1])
		if _, seen := c.rank[key]; !seen {
			c.rank[key] = rank
		}
	}
}

func pathKey(path []string) string { return strings.Join(path, "\x00") }

func (c tomlValues) dict(m map[string]any, path []string) *value.Dict {
	below := func(k string) []string { return append(slices.Clip(path), k) }
	names := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return c.rank[pathKey(below(a))] - c.rank[pathKey(below(b))]
	})
	d := value.NewDict(len(m))
	for _, k := range names {
		d.Set(k, c.value(m[k], below(k)))
	}
	return d
}

func (c tomlValues) value(v any, path []string) value.Value {
	switch v := v.(type) {
	case string:
		return c.text(v)
	case int64:
		return value.Int(v)
	case float64:
		return value.Float(v)
	case bool:
		return value.Bool(v)
	case time.Time:
		return tomlTime(v)
	case map[string]any:
		return c.dict(v, path)
	case []map[string]any:
		l := value.NewList()
		for _, e := range v {
			l.Append(c.dict(e, path))
		}
		return l
	case []any:
		l := value.NewList()
		for _, e := range v {
			l.Append(c.value(e, path))
		}
		return l
	}
	return value.None
}

// tomlTime gives the four kinds of times as Python has them. The parser marks those without a zone by its location's name.
func tomlTime(t time.Time) value.Value {
	switch t.Location().String() {
	case "date-local":
		return value.Date{T: t}
	case "datetime-local":
		return value.WallClock(t)
	case "time-local":
		return value.Clock{T: t}
	default:
		return value.DateTime{T: t}
	}
}
