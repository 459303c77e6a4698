package table

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

// Name is something of the language that templates use by its name. Kind is "filter", "test", "lookup", "function" or "statement".
type Name struct{ Kind, Name string }

// Statements are the statements of the language: the tags and forms that [Uses] tells apart.
var Statements = strings.Fields(`autoescape block break call comment continue debug do elif else extends filter for for-else for-if for-recursive
	from if import include macro output raw scoped-block required-block set set-block set-block-filter with`)

// ofStatements gives the statements by their types in a tree.
var ofStatements = map[reflect.Type]string{
	reflect.TypeFor[syntax.Autoescape](): "autoescape", reflect.TypeFor[syntax.Block](): "block", reflect.TypeFor[syntax.Break](): "break",
	reflect.TypeFor[syntax.CallBlock](): "call", reflect.TypeFor[syntax.Continue](): "continue", reflect.TypeFor[syntax.Debug](): "debug",
	reflect.TypeFor[syntax.Do](): "do", reflect.TypeFor[syntax.Extends](): "extends", reflect.TypeFor[syntax.FilterBlock](): "filter",
	reflect.TypeFor[syntax.For](): "for", reflect.TypeFor[syntax.FromImport](): "from", reflect.TypeFor[syntax.If](): "if",
	reflect.TypeFor[syntax.Import](): "import", reflect.TypeFor[syntax.Include](): "include", reflect.TypeFor[syntax.Macro](): "macro",
	reflect.TypeFor[syntax.Output](): "output", reflect.TypeFor[syntax.Set](): "set", reflect.TypeFor[syntax.SetBlock](): "set-block",
	reflect.TypeFor[syntax.With](): "with",
}

// lexed are the statements that a tree no longer shows.
var lexed = map[string]*regexp.Regexp{"raw": regexp.MustCompile(`\{%[-+]?\s*raw\b`), "comment": regexp.MustCompile(`\{#`)}

// Uses gives the names that a template uses, each once. Names of ansible.builtin are given without it. A text that is no template
// uses nothing.
func Uses(text string) []Name {
	tree, err := syntax.Parse(text, syntax.Config{RawStrings: true, TrimBlocks: true})
	if err != nil {
		return nil
	}
	u := &uses{found: map[Name]bool{}}
	for kind, pattern := range lexed {
		if pattern.MatchString(text) {
			u.add("statement", kind)
		}
	}
	u.walk(reflect.ValueOf(tree.Body))
	out := make([]Name, 0, len(u.found))
	for n := range u.found {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b Name) int { return strings.Compare(a.Kind+" "+a.Name, b.Kind+" "+b.Name) })
	return out
}

type uses struct{ found map[Name]bool }

func (u *uses) add(kind, name string) {
	u.found[Name{kind, strings.TrimPrefix(name, "ansible.builtin.")}] = true
}

// walk visits a part of a tree, and all parts of it.
func (u *uses) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			u.walk(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			u.walk(v.Index(i))
		}
	case reflect.Struct:
		if v.CanInterface() {
			u.visit(v.Interface())
		}
		if v.Type().PkgPath() == reflect.TypeFor[syntax.For]().PkgPath() {
			for i := range v.NumField() {
				u.walk(v.Field(i))
			}
		}
	}
}

func (u *uses) visit(node any) {
	if name, ok := ofStatements[reflect.TypeOf(node)]; ok {
		u.add("statement", name)
	}
	switch n := node.(type) {
	case syntax.Filter:
		u.add("filter", n.Name)
		u.byName(n)
	case syntax.Test:
		u.add("test", n.Name)
	case syntax.Call:
		u.call(n)
	default:
		u.forms(node)
	}
}

// forms tells the forms that some statements have.
func (u *uses) forms(node any) {
	for form, has := range map[string]bool{
		"for-else": is(node, func(n syntax.For) bool { return n.Else != nil }), "for-if": is(node, func(n syntax.For) bool { return n.If != nil }),
		"for-recursive": is(node, func(n syntax.For) bool { return n.Recursive }), "else": is(node, hasElse), "elif": is(node, hasElif),
		"scoped-block":     is(node, func(n syntax.Block) bool { return n.Scoped }),
		"required-block":   is(node, func(n syntax.Block) bool { return n.Required }),
		"set-block-filter": is(node, func(n syntax.SetBlock) bool { return n.Filter != nil }),
	} {
		if has {
			u.add("statement", form)
		}
	}
}

func is[T any](node any, has func(T) bool) bool {
	n, ok := node.(T)
	return ok && has(n)
}

func hasElif(n syntax.If) bool {
	if len(n.Else) != 1 {
		return false
	}
	_, ok := n.Else[0].(*syntax.If)
	return ok
}

func hasElse(n syntax.If) bool { return n.Else != nil && !hasElif(n) }

// byName adds the filter or test that map, select and their like are given by its name.
func (u *uses) byName(n syntax.Filter) {
	for of, kind := range map[string]string{"map 0": "filter", "select 0": "test", "reject 0": "test", "selectattr 1": "test", "rejectattr 1": "test"} {
		name, at, _ := strings.Cut(of, " ")
		i := int(at[0] - '0')
		if strings.TrimPrefix(n.Name, "ansible.builtin.") != name || len(n.Args.Pos) <= i {
			continue
		}
		if text, ok := constant(n.Args.Pos[i]); ok {
			u.add(kind, text)
		}
	}
}

func (u *uses) call(n syntax.Call) {
	fn, ok := n.Fn.(*syntax.Name)
	if !ok {
		return
	}
	u.add("function", fn.Name)
	if !slices.Contains([]string{"lookup", "query", "q"}, fn.Name) || len(n.Args.Pos) == 0 {
		return
	}
	if name, ok := constant(n.Args.Pos[0]); ok {
		u.add("lookup", name)
	}
}

func constant(x syntax.Expr) (string, bool) {
	c, ok := x.(*syntax.Const)
	if !ok {
		return "", false
	}
	return value.Text(c.Value)
}
