package inventory

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// parseINIFile reads Ansible's own ini dialect.
func parseINIFile(_ context.Context, inv *Inventory, src string) error {
	if strings.HasSuffix(src, ".toml") {
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
		return &failure{"Failed to parse inventory", err}
	}
	if notUTF8(data) >= 0 {
		inv.emit(document.Warning{
			Msg: fmt.Sprintf("File '%s' could not be decoded as 'utf-8'. Invalid content has been escaped. "+
				"This feature will be removed from ansible-core version 2.23. This file must be UTF-8 encoded.", src),
			Deprecation: true,
		})
	}
	p := iniParser{inv: inv, src: src, group: inv.ungrouped, kind: "hosts", waiting: map[string]*pending{}}
	if err := p.parse(data); err != nil {
		return &failure{"Failed to parse inventory", err}
	}
	return nil
}

type iniParser struct {
	inv   *Inventory
	src   string
	line  int
	group *Group // of the current section
	name  string // of the section's group
	kind  string // hosts, vars or children

	waiting map[string]*pending // groups that were named before their definition
	names   []string            // of waiting, in order
}

// pending is a group that must still be defined.
type pending struct {
	parents []*Group
	err     string // if it is not
}

type variable struct {
	name string
	val  value.Value
	pos  source.Pos
}

func (p *iniParser) parse(data []byte) error {
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		p.line++
		if err := p.one(strings.TrimSpace(string(line))); err != nil {
			return err
		}
	}
	for _, name := range p.names {
		if w := p.waiting[name]; w != nil {
			return fmt.Errorf("%s", w.err)
		}
	}
	return nil
}

func (p *iniParser) one(line string) error {
	if line == "" || line[0] == '#' || line[0] == ';' {
		return nil
	}
	if line[0] == '[' {
		if name, kind, ok := sectionHeader(line); ok {
			return p.section(name, kind)
		}
		if strings.HasSuffix(line, "]") {
			return said("Invalid section entry: '%s'. Please make sure that there are no spaces in the section entry, "+
				"and that there are no other invalid characters", line)
		}
	}
	switch p.kind {
	case "vars":
		return p.variable(line)
	case "children":
		return p.child(line)
	default:
		return p.host(line)
	}
}

// sectionHeader reads "[name]" and "[name:kind]" with a comment behind.
func sectionHeader(line string) (name, kind string, ok bool) {
	end := strings.IndexByte(line, ']')
	if end < 0 {
		return "", "", false
	}
	if rest := strings.TrimLeftFunc(line[end+1:], unicode.IsSpace); rest != "" && rest[0] != '#' {
		return "", "", false
	}
	name, kind, found := strings.Cut(line[1:end], ":")
	if name == "" || strings.ContainsFunc(name, unicode.IsSpace) || found && (kind == "" || !isWord(kind)) {
		return "", "", false
	}
	if !found {
		kind = "hosts"
	}
	return name, kind, true
}

func isWord(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !wordRune(r) })
}

func (p *iniParser) section(name, kind string) error {
	if kind != "hosts" && kind != "children" && kind != "vars" {
		return said("Section [%s:%s] has unknown type: %s", name, kind, kind)
	}
	name = p.inv.safeGroupName(name)
	_, known := p.inv.groups[name]
	p.name, p.kind, p.group = name, kind, p.inv.addGroup(name)
	if kind != "vars" {
		return p.define(name)
	}
	if !known {
		p.await(name, fmt.Sprintf("Section [%s:vars] not valid for undefined group '%s'.", name, name))
	}
	return nil
}

// define puts a group that has its own section now below the groups that have named it.
func (p *iniParser) define(name string) error {
	w := p.waiting[name]
	if w == nil {
		return nil
	}
	delete(p.waiting, name)
	for _, parent := range w.parents {
		if err := p.inv.addChild(parent, p.group); err != nil {
			return err
		}
	}
	return nil
}

func (p *iniParser) await(name, err string) *pending {
	w := p.waiting[name]
	if w == nil {
		w = &pending{err: err}
		p.waiting[name] = w
		p.names = append(p.names, name)
	}
	return w
}

func (p *iniParser) child(line string) error {
	name, _, _ := strings.Cut(line, "#")
	name = strings.TrimSpace(name)
	if strings.ContainsFunc(name, unicode.IsSpace) || strings.ContainsAny(name, ":]") || name == "" {
		return said("Expected group name, got: %s", line)
	}
	if g := p.inv.groups[name]; g != nil && p.waiting[name] == nil {
		return p.inv.addChild(p.group, g)
	}
	msg := fmt.Sprintf("Section [%s:children] includes undefined group '%s'.", p.name, name)
	w := p.await(name, msg)
	w.err = msg // the last section that names it is told
	if !slices.Contains(w.parents, p.group) {
		w.parents = append(w.parents, p.group)
	}
	return nil
}

func (p *iniParser) pos() source.Pos { return source.Pos{File: p.src, Line: p.line} }

func (p *iniParser) variable(line string) error {
	name, text, ok := strings.Cut(line, "=")
	if !ok {
		return said("Expected key=value, got: %s", line)
	}
	name = strings.TrimSpace(name)
	v := p.literal(strings.TrimSpace(text))
	p.inv.checkVarName(name, document.Warning{Pos: p.pos()})
	p.inv.place(p.group, name, p.pos())
	return p.group.set(name, v)
}

// literal gives the value that text stands for: a Python literal, or the text itself.
func (p *iniParser) literal(text string) value.Value {
	if v, ok := parseLiteral(text); ok {
		return templates(asVariable(v), p.pos())
	}
	return templates(value.String(text), p.pos())
}

// asVariable makes lists of tuples and sets, which variables cannot be.
func asVariable(v value.Value) value.Value {
	var elems []value.Value
	switch v := v.(type) {
	case *value.List:
		elems = v.Elems
	case value.Tuple:
		elems = v
	case *value.Set:
		elems = slices.Collect(v.Elements())
	case *value.Dict:
		for k, e := range v.All() {
			_ = v.SetKey(k, asVariable(e)) // the key is there already
		}
		return v
	default:
		return v
	}
	out := value.NewList()
	for _, e := range elems {
		out.Append(asVariable(e))
	}
	return out
}

// host reads "name[1:3]:port key=value …".
func (p *iniParser) host(line string) error {
	tokens, err := splitWords(line)
	if err != nil {
		return said("Error parsing host definition '%s': %w", line, err)
	}
	if len(tokens) == 0 {
		return nil
	}
	if tokens[0] == "---" {
		return said("Invalid host pattern '---' supplied, '---' is normally a sign this is a YAML file.")
	}
	names, port, err := hostPattern(tokens[0])
	if err != nil {
		return err
	}
	if strings.HasSuffix(tokens[0], ":") {
		return said("Invalid host pattern '%s' supplied, ending in ':' is not allowed, this character is reserved to provide a port.", tokens[0])
	}
	vars := make([]variable, 0, len(tokens)-1)
	for _, t := range tokens[1:] {
		name, text, ok := strings.Cut(t, "=")
		if !ok {
			return said("Expected key=value host variable assignment, got: %s", t)
		}
		p.inv.checkVarName(name, document.Warning{Pos: p.pos()})
		vars = append(vars, variable{name, p.literal(text), p.pos()})
	}
	p.inv.defineHosts(names, port, p.src, p.group, vars)
	return nil
}

// hostPattern gives the names and the port that a pattern with ranges stands for.
func hostPattern(pattern string) (names []string, port int, err error) {
	name, port, ok := parseAddress(pattern, true)
	if !ok {
		name, port = pattern, 0
	}
	if pattern == "" {
		return nil, 0, said("Invalid empty host name provided:")
	}
	names, err = expand(name)
	return names, port, err
}

// defineHosts adds hosts with the same variables to a group.
func (inv *Inventory) defineHosts(names []string, port int, src string, g *Group, vars []variable) {
	for _, n := range names {
		h := inv.addHost(n, src, port)
		if g != nil {
			inv.addToGroup(g, h)
		}
		for _, v := range vars {
			h.set(v.name, v.val)
			inv.place(h, v.name, v.pos)
		}
	}
}

// templates turns text with template markers, in v and in what it holds, into templates.
func templates(v value.Value, pos source.Pos) value.Value {
	switch v := v.(type) {
	case value.String:
		if document.HasMarkers(string(v)) {
			return &value.Template{Text: string(v), Pos: pos}
		}
		return value.Authored(string(v))
	case *value.List:
		for i, e := range v.Elems {
			v.Elems[i] = templates(e, pos)
		}
	case value.Tuple:
		for i, e := range v {
			v[i] = templates(e, pos)
		}
	case *value.Dict:
		for k, e := range v.All() {
			_ = v.SetKey(k, templates(e, pos)) // the key is there already
		}
	}
	return v
}
