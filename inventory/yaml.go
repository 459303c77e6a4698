package inventory

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// parseYAMLFile reads YAML and JSON inventories: files with one of the usual endings, or with none.
func parseYAMLFile(_ context.Context, inv *Inventory, src string) error {
	data, err := readable(src)
	if err != nil {
		return err
	}
	if ext := filepath.Ext(src); ext != "" && !slices.Contains(inv.opts.Config.List("inventory.yaml.yaml_extensions"), ext) {
		return errNotMine
	}
	if err := inv.begin(); err != nil {
		return err
	}
	doc, err := inv.sourceDocument(src, data)
	if err != nil {
		return err
	}
	top, err := inventoryDict(doc)
	if err != nil {
		return err
	}
	y := yamlParser{inv: inv, src: src}
	if inv.places != nil {
		y.root = inv.root(src, data)
	}
	for name, g := range top.All() {
		if _, err := y.group(name, g); err != nil {
			return err
		}
	}
	return nil
}

func inventoryDict(doc value.Value) (*value.Dict, error) {
	if !doc.Truth() {
		return nil, said("Parsed empty YAML file")
	}
	top, ok := doc.(*value.Dict)
	if !ok {
		return nil, fmt.Errorf("YAML inventory has invalid structure, it should be a dictionary, got: %s", value.TaggedClass(doc))
	}
	if _, ok := top.Lookup("plugin"); ok {
		return nil, said("Plugin configuration YAML file, not YAML inventory")
	}
	return top, nil
}

// yaml reads a document of an inventory or a variables file, decrypted where it is vaulted.
func (inv *Inventory) yaml(src string, data []byte) (value.Value, error) {
	data, err := inv.plain(src, data)
	if err != nil {
		return nil, err
	}
	return inv.documents().Load(src, data)
}

// sourceDocument reads a source's document; two parsers look at the same one.
func (inv *Inventory) sourceDocument(src string, data []byte) (value.Value, error) {
	if inv.lastDoc.src != src {
		v, err := inv.yaml(src, data)
		inv.lastDoc = parsedDoc{src, v, err}
	}
	return inv.lastDoc.v, inv.lastDoc.err
}

// parsedDoc is a source that was read as YAML.
type parsedDoc struct {
	src string
	v   value.Value
	err error
}

func (inv *Inventory) documents() document.Options {
	return document.Options{
		Vault: inv.opts.Vault, Marks: inv.opts.Marks, Warn: inv.opts.Warn, Duplicates: document.Duplicates(inv.opts.Config.Str("DUPLICATE_YAML_DICT_KEY")),
	}
}

// plain decrypts a file that is vaulted as a whole.
func (inv *Inventory) plain(src string, data []byte) ([]byte, error) {
	if !strings.HasPrefix(string(data[:min(len(data), 14)]), "$ANSIBLE_VAULT") {
		return data, nil
	}
	if inv.opts.Vault == nil {
		return nil, source.New(source.Pos{File: src}, value.ErrNoVaultSecrets.Error())
	}
	plain, err := inv.opts.Vault.Decrypt(data)
	if err != nil {
		return nil, &source.Error{Pos: source.Pos{File: src}, Msg: err.Error(), Err: err}
	}
	return plain, nil
}

type yamlParser struct {
	inv  *Inventory
	src  string
	root *yaml.Node // nil unless places are kept
}

// group reads a group's definition; nil tells that it is none.
func (y yamlParser) group(key, def value.Value) (*Group, error) {
	name, ok := text(key)
	if !ok {
		return nil, said("Unable to add group %s: Invalid group name supplied, expected a string but got %s for %s", key, value.TaggedClass(key), key)
	}
	d, isDict := def.(*value.Dict)
	if !isDict && def != value.None {
		y.inv.warn("Skipping '%s' as this is not a valid group definition", name)
		return nil, nil
	}
	g := y.inv.addGroup(name)
	if d == nil {
		return g, nil
	}
	sections, err := y.sections(name, d)
	if err != nil {
		return nil, err
	}
	for k, section := range d.Strings() {
		if err := y.section(g, k, section, sections); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// sections checks and completes a group's three sections: a text is a dict with that only key.
func (y yamlParser) sections(group string, d *value.Dict) (map[string]*value.Dict, error) {
	out := map[string]*value.Dict{}
	for _, k := range []string{"vars", "children", "hosts"} {
		v, ok := d.Lookup(k)
		if !ok || v == value.None {
			continue
		}
		if s, ok := text(v); ok {
			out[k] = value.DictOf(s, value.None)
			continue
		}
		section, ok := v.(*value.Dict)
		if !ok {
			return nil, said("Invalid \"%s\" entry for \"%s\" group, requires a dictionary, found \"%s\" instead.", k, group, value.TaggedClass(v))
		}
		out[k] = section
	}
	return out, nil
}

func (y yamlParser) section(g *Group, key string, given value.Value, sections map[string]*value.Dict) error {
	_, isText := text(given)
	if _, isDict := given.(*value.Dict); !isDict && !isText && given != value.None {
		y.inv.warn("Skipping key (%s) in group (%s) as it is not a mapping, it is a %s", key, g.Name, value.TaggedClass(given))
		return nil
	}
	switch key {
	case "vars":
		return y.vars(g, sections[key])
	case "children":
		return y.children(g, sections[key])
	case "hosts":
		return y.hosts(g, sections[key])
	default:
		y.inv.warn("Skipping unexpected key (%s) in group (%s), only \"vars\", \"children\" and \"hosts\" are valid", key, g.Name)
		return nil
	}
}

func (y yamlParser) vars(g *Group, d *value.Dict) error {
	for k, v := range d.All() {
		y.checkName(k.String())
		y.inv.place(g, k.String(), y.pos(g, "vars", k.String()))
		if err := g.set(k.String(), v); err != nil {
			return err
		}
	}
	return nil
}

func (y yamlParser) children(g *Group, d *value.Dict) error {
	for k, v := range d.All() {
		child, err := y.group(k, v)
		if err != nil {
			return err
		}
		if child == nil {
			return fmt.Errorf("%s is not a known host nor group", k)
		}
		if err := y.inv.addChild(g, child); err != nil {
			return err
		}
	}
	return nil
}

func (y yamlParser) hosts(g *Group, d *value.Dict) error {
	for k, v := range d.All() {
		pattern, ok := text(k)
		if !ok {
			return said("Host pattern %s must be a string. Enclose integers/floats in quotation marks.", k)
		}
		names, port, err := hostPattern(pattern)
		if err != nil {
			return err
		}
		vars, err := y.hostVars(v)
		if err != nil {
			return err
		}
		for i := range vars {
			vars[i].pos = y.pos(g, "hosts", pattern, vars[i].name)
		}
		y.inv.defineHosts(names, port, y.src, g, vars)
	}
	return nil
}

func (y yamlParser) hostVars(v value.Value) ([]variable, error) {
	if v == value.None {
		return nil, nil
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, said("Invalid data from file, expected dictionary and got:\n\n%s", v)
	}
	vars := make([]variable, 0, d.Len())
	for name, val := range d.All() {
		y.checkName(name.String())
		vars = append(vars, variable{name: name.String(), val: val})
	}
	return vars, nil
}

// checkName warns of a variable's name at the first place where it is a key.
func (y yamlParser) checkName(name string) {
	if usable(name) {
		return
	}
	pos := source.Pos{File: y.src}
	if data, err := os.ReadFile(y.src); err == nil {
		if root, err := source.ParseYAMLDocument(y.src, data); err == nil {
			pos = keyPos(y.src, root, name)
		}
	}
	y.inv.checkVarName(name, document.Warning{Pos: pos})
}

// keyPos gives the place of the first key with a name; the file alone where there is none.
func keyPos(file string, n *yaml.Node, name string) source.Pos {
	if n == nil {
		return source.Pos{File: file}
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && c.Value == name {
			return source.NodePos(file, c)
		}
		if pos := keyPos(file, c, name); pos.Line > 0 {
			return pos
		}
	}
	return source.Pos{File: file}
}

// text gives a value's text as the user wrote it.
func text(v value.Value) (string, bool) {
	switch v := v.(type) {
	case value.String:
		return string(v), true
	case *value.Template:
		return v.Text, true
	}
	return "", false
}

// parseAuto hands a YAML file to the plugin that it configures.
func parseAuto(ctx context.Context, inv *Inventory, src string) error {
	if !strings.HasSuffix(src, ".yml") && !strings.HasSuffix(src, ".yaml") {
		return errNotMine
	}
	data, err := readable(src)
	if err != nil {
		return err
	}
	doc, err := inv.sourceDocument(src, data)
	if err != nil {
		return err
	}
	d, _ := doc.(*value.Dict)
	plugin, ok := d.Lookup("plugin")
	if !ok {
		return fmt.Errorf("no root 'plugin' key found, '%s' is not a valid YAML inventory plugin config file", src)
	}
	name, ok := text(plugin)
	if !ok {
		return said("unsupported type %s", value.TaggedClass(plugin))
	}
	parse := inv.parserOf(name)
	if parse == nil {
		inv.checkCollection(name)
		return fmt.Errorf("inventory config '%s' specifies unknown plugin '%s'", src, name)
	}
	if inv.inAuto {
		return said("maximum recursion depth exceeded while calling a Python object")
	}
	inv.inAuto = true
	defer func() { inv.inAuto = false }()
	if err := parse(ctx, inv, src); !errors.Is(err, errNotMine) {
		return err
	}
	return said("inventory source '%s' could not be verified by inventory plugin '%s'", src, name)
}
