package argspec

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// choices checks that arguments are among those that the spec lets through.
func (l *level) choices() {
	for _, o := range l.options() {
		v := o.get("choices")
		if v == nil {
			continue
		}
		list, ok := v.(*value.List)
		if !ok {
			l.c.fail("internal error: choices for argument %s are not iterable: %s%s", o.name, v, l.where())
			continue
		}
		if arg, given := l.args.Lookup(o.name); given {
			l.chosen(o, list.Elems, arg)
		}
	}
}

func (l *level) chosen(o option, choices []value.Value, arg value.Value) {
	if list, ok := arg.(*value.List); ok {
		l.allChosen(o, choices, list.Elems)
		return
	}
	if among(choices, arg) {
		return
	}
	if only, ok := meant(choices, arg); ok {
		l.args.Set(o.name, only)
		return
	}
	l.c.fail("value of %s must be one of: %s, got: %s%s", o.name, joined(choices), l.shown(o, arg), l.where())
}

func (l *level) allChosen(o option, choices, args []value.Value) {
	var wrong []value.Value
	for _, a := range args {
		if !among(choices, a) {
			wrong = append(wrong, l.shown(o, a))
		}
	}
	if wrong != nil {
		l.c.fail("value of %s must be one or more of: %s. Got no match for: %s%s", o.name, joined(choices), joined(wrong), l.where())
	}
}

func among(choices []value.Value, v value.Value) bool {
	return slices.ContainsFunc(choices, func(c value.Value) bool { return value.Equal(c, v) })
}

func joined(list []value.Value) string {
	var texts []string
	for _, v := range list {
		texts = append(texts, v.String())
	}
	return strings.Join(texts, ", ")
}

// meant gives the one choice that YAML made True or False of: "yes" that was written without quotes is a boolean by now.
func meant(choices []value.Value, v value.Value) (value.Value, bool) {
	text, ok := v.(value.String)
	if !ok || text != "True" && text != "False" {
		return nil, false
	}
	var like []value.Value
	for _, c := range choices {
		if t := c.String(); c.Type() == "str" && t != strings.ToLower(t) {
			continue // it is a word of its own
		}
		if b, ok := value.Boolean(c); ok && b == (text == "True") {
			like = append(like, c)
		}
	}
	if len(like) != 1 {
		return nil, false
	}
	return like[0], true
}
