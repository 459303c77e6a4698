package inventory

import (
	"context"
	"iter"
	"regexp"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// parseConstructed gives the parser of files that make variables and groups of what earlier sources say of each host.
func parseConstructed(plugin string) parser {
	return func(ctx context.Context, inv *Inventory, src string) error {
		d, err := inv.pluginFile(plugin, src)
		if err != nil {
			return err
		}
		c, err := inv.construction(src, d)
		if err != nil {
			return err
		}
		for _, h := range inv.order {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := c.host(h); err != nil {
				return &failure{"Failed to parse '" + src + "'", err}
			}
		}
		return nil
	}
}

// construction is what a constructed source asks for.
type construction struct {
	inv              *Inventory
	src              string
	strict           bool
	leadingSeparator bool
	useVarsPlugins   bool
	extra            *value.Dict // extra variables, or nil
	compose          *value.Dict
	groups           *value.Dict
	keyed            *value.List
}

func (inv *Inventory) construction(src string, d *value.Dict) (c construction, err error) {
	c = construction{
		inv: inv, src: src, strict: boolOption(d, "strict", false), leadingSeparator: boolOption(d, "leading_separator", true),
		useVarsPlugins: boolOption(d, "use_vars_plugins", false),
	}
	if boolOption(d, "use_extra_vars", inv.opts.Config.Bool("inventory.constructed.use_extra_vars")) && inv.opts.ExtraVars != nil {
		if c.extra, err = inv.opts.ExtraVars(); err != nil {
			return c, err
		}
	}
	if c.compose, err = option(d, "constructed", "compose", "dict", &value.Dict{}); err != nil {
		return c, err
	}
	if c.groups, err = option(d, "constructed", "groups", "dict", &value.Dict{}); err != nil {
		return c, err
	}
	c.keyed, err = option(d, "constructed", "keyed_groups", "list", value.NewList())
	return c, err
}

// host makes a host's variables, and then its groups of all its variables.
func (c construction) host(h *Host) error {
	vars, err := c.vars(h)
	if err != nil {
		return err
	}
	if err := c.composed(h, vars); err != nil {
		return err
	}
	if vars, err = c.vars(h); err != nil {
		return err
	}
	if err := c.conditional(h, vars); err != nil {
		return err
	}
	return c.keyedGroups(h, vars)
}

// vars gives what is known of a host so far. Groups are those that sources have named, so "all" is rarely among them.
func (c construction) vars(h *Host) (scopeDict, error) {
	var layers []*value.Dict
	groups := h.allGroups()
	layers = append(layers, inventoryVars(groups)...)
	if c.useVarsPlugins {
		more, err := c.inv.fileVars(c.inv.dirs, groups)
		if err != nil {
			return scopeDict{}, err
		}
		layers = append(layers, more...)
	}
	layers = append(layers, h.vars)
	for _, dir := range c.inv.dirs {
		if !c.useVarsPlugins {
			break
		}
		d, err := c.inv.files.load(c.inv, dir, "host_vars", h.Name)
		if err != nil {
			return scopeDict{}, err
		}
		layers = append(layers, d)
	}
	layers = append(layers, h.described(), c.extra)
	return scopeDict{c.inv.combine(layers)}, nil
}

// described is what a host's place in the inventory says of it.
func (h *Host) described() *value.Dict {
	names := value.NewList()
	for _, g := range h.groupNames() {
		names.Append(value.String(g))
	}
	d := value.DictOf("inventory_hostname", value.String(h.Name), "inventory_hostname_short", value.String(h.ShortName()), "group_names", names)
	if h.source != "" {
		d.Set("inventory_file", value.String(h.source))
	}
	if dir := h.InventoryDir(); dir != "" {
		d.Set("inventory_dir", value.String(dir))
	}
	return d
}

// scopeDict is a scope of one dict.
type scopeDict struct{ *value.Dict }

// Names gives the names of all variables.
func (s scopeDict) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range s.Strings() {
			if !yield(k) {
				return
			}
		}
	}
}

// composed sets variables to the values of expressions.
func (c construction) composed(h *Host, vars scopeDict) error {
	lang := c.inv.formulas(vars)
	for k, expr := range c.compose.All() {
		name := k.String()
		v, err := evaluate(lang, expr)
		if err != nil && c.strict {
			return said("Could not set %s for host %s: %w", name, h.Name, err)
		}
		if err != nil {
			continue
		}
		pos := source.Pos{File: c.src}
		c.inv.checkVarName(name, document.Warning{Pos: pos})
		c.inv.place(h, name, pos)
		if c.inv.opts.Marks && !readsOnly(expr) {
			v = literal(v)
		}
		h.set(name, v)
	}
	return nil
}

var readOnly = regexp.MustCompile(`^\s*\w+(\.\w+|\[[^\]]*\])*\s*$`)

// readsOnly tells of an expression that gives a variable, or a part of it, as it is.
func readsOnly(expr value.Value) bool { return readOnly.MatchString(expr.String()) }

// literal marks the texts in what an expression made, which are no templates.
func literal(v value.Value) value.Value {
	switch v := v.(type) {
	case value.String:
		return &value.Template{Text: string(v), Literal: true}
	case *value.List:
		out := value.NewList()
		for _, e := range v.Elems {
			out.Append(literal(e))
		}
		return out
	case *value.Dict:
		out := value.NewDict(v.Len())
		for k, e := range v.All() {
			_ = out.SetKey(k, literal(e)) // a key of a dict is hashable
		}
		return out
	}
	return v
}

// expressions evaluates bare expressions.
type expressions interface {
	Expression(text string, pos source.Pos) (value.Value, error)
}

// evaluate gives an expression's value; what is undefined is an error.
func evaluate(lang expressions, expr value.Value) (value.Value, error) {
	s, ok := text(expr)
	if !ok {
		return nil, said("Expressions must be <class 'str'>, got %s.", value.TaggedClass(expr))
	}
	return lang.Expression(s, source.Pos{})
}

// conditional puts a host into the groups whose conditions it meets.
func (c construction) conditional(h *Host, vars scopeDict) error {
	lang := c.inv.language(vars)
	for k, cond := range c.groups.All() {
		name, ok := text(k)
		if !ok {
			return said("expected string or bytes-like object, got '%s'", value.TaggedType(k))
		}
		name = cleanGroupName(name)
		member, err := lang.Condition(cond)
		if err != nil && c.strict {
			return said("Could not add host %s to group %s: %w", h.Name, name, err)
		}
		if err == nil && member {
			c.inv.addToGroup(c.inv.addGroup(name), h)
		}
	}
	return nil
}

// cleanGroupName makes a name one that needs no quotes in templates, whatever the configuration says of names in sources.
func cleanGroupName(name string) string { return replaceInvalid(name) }
