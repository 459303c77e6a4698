package evaluate

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

// options are those of a request.
type options struct {
	jinja2     bool
	syntax     syntax.Config
	undefined  eval.UndefinedMode
	native     bool
	autoescape bool
	extensions map[string]bool
}

// readOptions reads the options of a request.
func readOptions(given *value.Dict) (options, error) {
	o := options{extensions: map[string]bool{}}
	dialect, _, err := textMember(given, "dialect")
	if err != nil {
		return o, err
	}
	switch dialect {
	case "jinja2":
		o.jinja2 = true
	case "", "ansible":
		o.syntax = templating.PlaybookSyntax()
	default:
		return o, wrong("the dialect '%s' is unknown: there are 'ansible' and 'jinja2'", dialect)
	}
	for name, v := range given.Strings() {
		if name == "dialect" || v == value.None {
			continue
		}
		if err := o.set(name, v); err != nil {
			return o, err
		}
	}
	return o, nil
}

// set sets an option that is not null.
func (o *options) set(name string, v value.Value) error {
	texts, flags := o.texts(), o.flags()
	switch {
	case texts[name] != nil:
		return setText(name, texts[name], v)
	case flags[name] != nil:
		b, ok := v.(value.Bool)
		if !ok {
			return wrong("the option %s is true or false, not %s", name, kindOf(v))
		}
		*flags[name] = bool(b)
		return nil
	case o.jinja2 && name == "undefined":
		return o.setUndefined(v)
	case o.jinja2 && name == "extensions":
		return o.setExtensions(v)
	}
	return o.unknown(name)
}

// texts are the options that are text. They hold in both dialects.
func (o *options) texts() map[string]*string {
	c := &o.syntax
	return map[string]*string{
		"block_start_string": &c.BlockStart, "block_end_string": &c.BlockEnd,
		"variable_start_string": &c.VariableStart, "variable_end_string": &c.VariableEnd,
		"comment_start_string": &c.CommentStart, "comment_end_string": &c.CommentEnd,
		"line_statement_prefix": &c.LineStatementPrefix, "line_comment_prefix": &c.LineCommentPrefix,
		"newline_sequence": &c.NewlineSequence,
	}
}

// flags are the options that are true or false.
func (o *options) flags() map[string]*bool {
	c := &o.syntax
	flags := map[string]*bool{"trim_blocks": &c.TrimBlocks, "lstrip_blocks": &c.LstripBlocks, "keep_trailing_newline": &c.KeepTrailingNewline}
	if o.jinja2 {
		flags["native"], flags["autoescape"] = &o.native, &o.autoescape
	}
	return flags
}

func setText(name string, place *string, v value.Value) error {
	s, ok := v.(value.String)
	switch {
	case !ok:
		return wrong("the option %s is text, not %s", name, kindOf(v))
	case s == "":
		return wrong("the option %s is empty", name)
	case name == "newline_sequence" && s != "\n" && s != "\r\n" && s != "\r":
		return wrong("the option %s is one of %q, %q, %q", name, "\n", "\r\n", "\r")
	}
	*place = string(s)
	return nil
}

func (o *options) setUndefined(v value.Value) error {
	modes := map[value.Value]eval.UndefinedMode{
		value.String("default"): eval.Lenient, value.String("strict"): eval.Strict,
		value.String("chainable"): eval.Chainable, value.String("debug"): eval.Debug,
	}
	text, _ := v.(value.String)
	mode, ok := modes[text]
	if !ok {
		return wrong("the option undefined is 'default', 'strict', 'chainable' or 'debug'")
	}
	o.undefined = mode
	return nil
}

func (o *options) setExtensions(v value.Value) error {
	list, ok := v.(*value.List)
	if !ok {
		return wrong("the option extensions is a list, not %s", kindOf(v))
	}
	for _, e := range list.Elems {
		text, _ := e.(value.String)
		name := strings.TrimPrefix(string(text), "jinja2.ext.")
		if !contains([]string{"do", "loopcontrols", "debug"}, name) {
			return wrong("the extension %s is unknown: there are 'do', 'loopcontrols' and 'debug'", value.Repr(e))
		}
		o.extensions[name] = true
	}
	return nil
}

func (o *options) unknown(name string) error {
	jinja2Only := []string{"undefined", "extensions", "native", "autoescape"}
	if contains(jinja2Only, name) {
		return wrong("the option %s is one of the dialect 'jinja2'", name)
	}
	known := append(jinja2Only, "dialect")
	for n := range o.texts() {
		known = append(known, n)
	}
	for n := range o.flags() {
		known = append(known, n)
	}
	if near := source.Nearest(name, known); near != "" {
		return wrong("there is no option '%s', did you mean '%s'?", name, near)
	}
	return wrong("there is no option '%s'", name)
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }
