package argspec

import (
	"errors"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// notRule is a rule that is no list; it is told among the errors.
type notRule struct{ msg string }

func (e *notRule) Error() string { return e.msg }

// rule gives a rule of the options' relations, nil where there is none.
func rule(rules *value.Dict, key string) value.Value {
	if rules == nil {
		return nil
	}
	return option{spec: rules}.get(key)
}

// elems gives the elements of a list, or the letters of a text, as Python would read them.
func elems(v value.Value) ([]value.Value, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *value.List:
		return v.Elems, nil
	case *value.Dict:
		var keys []value.Value
		for k := range v.All() {
			keys = append(keys, k)
		}
		return keys, nil
	case value.String:
		var letters []value.Value
		for _, r := range v {
			letters = append(letters, value.String(string(r)))
		}
		return letters, nil
	}
	return nil, &notRule{"'" + value.TaggedType(v) + "' object is not iterable"}
}

func names(v value.Value) ([]string, error) {
	list, err := elems(v)
	var out []string
	for _, e := range list {
		out = append(out, e.String())
	}
	return out, err
}

// terms is what names gives, but a text is one name.
func terms(v value.Value) ([]string, error) {
	if s, ok := v.(value.String); ok {
		return []string{string(s)}, nil
	}
	return names(v)
}

// groups gives a rule that lists groups of names.
func groups(rules *value.Dict, key string) ([][]string, error) {
	list, err := elems(rule(rules, key))
	var out [][]string
	for _, e := range list {
		g, err := terms(e)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, err
}

// told adds what is no error of the run to the report.
func (l *level) told(err error) error {
	if wrong := (*notRule)(nil); errors.As(err, &wrong) {
		l.c.fail("%s", wrong.Error())
		return nil
	}
	return err
}

func (l *level) given(names []string) int {
	n := 0
	for _, name := range names {
		if _, ok := l.args.Lookup(name); ok {
			n++
		}
	}
	return n
}

// missing gives the names of which there is no argument.
func (l *level) missing(names []string) []string {
	var out []string
	for _, name := range names {
		if _, ok := l.args.Lookup(name); !ok {
			out = append(out, name)
		}
	}
	return out
}

// exclusive tells of arguments that exclude each other. It comes before defaults, which exclude nothing.
func (l *level) exclusive(rules *value.Dict) error {
	list, err := groups(rules, "mutually_exclusive")
	if err != nil {
		return l.told(err)
	}
	var both []string
	for _, g := range list {
		if l.given(g) > 1 {
			both = append(both, strings.Join(g, "|"))
		}
	}
	if both != nil {
		l.c.fail("parameters are mutually exclusive: %s%s", strings.Join(both, ", "), l.where())
	}
	return nil
}

// relations checks what arguments want of each other: of each kind of rule, the first that is broken is told.
func (l *level) relations(rules *value.Dict) error {
	for _, check := range []func(*value.Dict) error{l.together, l.oneOf, l.requiredIf, l.requiredBy} {
		if err := l.told(check(rules)); err != nil {
			return err
		}
	}
	return nil
}

func (l *level) together(rules *value.Dict) error {
	list, err := groups(rules, "required_together")
	for _, g := range list {
		if n := l.given(g); n > 0 && n < len(g) {
			l.c.fail("parameters are required together: %s%s", strings.Join(g, ", "), l.where())
			return nil
		}
	}
	return err
}

func (l *level) oneOf(rules *value.Dict) error {
	list, err := groups(rules, "required_one_of")
	for _, g := range list {
		if l.given(g) == 0 {
			l.c.fail("one of the following is required: %s%s", strings.Join(g, ", "), l.where())
			return nil
		}
	}
	return err
}

func (l *level) requiredIf(rules *value.Dict) error {
	list, err := elems(rule(rules, "required_if"))
	for _, e := range list {
		broken, err := l.condition(e)
		if broken || err != nil {
			return err
		}
	}
	return err
}

// condition checks one rule of required_if: a name, a value, what is required then, and whether any one of that is enough.
func (l *level) condition(e value.Value) (broken bool, err error) {
	parts, err := elems(e)
	if err != nil {
		return false, &notRule{"object of type '" + value.TaggedType(e) + "' has no len()"}
	}
	if len(parts) < 3 {
		return false, specErrorf("not enough values to unpack (expected 3, got %d)", len(parts))
	}
	if len(parts) > 4 {
		return false, specErrorf("too many values to unpack (expected 3)")
	}
	name := parts[0].String()
	if v, ok := l.args.Lookup(name); !ok || !value.Equal(v, parts[1]) {
		return false, nil
	}
	wanted, err := names(parts[2])
	if err != nil {
		return false, err
	}
	missing, which := l.missing(wanted), "all"
	if len(parts) == 4 && parts[3].Truth() {
		which = "any"
		if len(missing) < len(wanted) {
			return false, nil
		}
	}
	if len(missing) == 0 {
		return false, nil
	}
	is := l.shown(l.option(name), parts[1])
	l.c.fail("%s is %s but %s of the following are missing: %s%s", name, is.String(), which, strings.Join(missing, ", "), l.where())
	return true, nil
}

func (l *level) option(name string) option {
	d, ok := l.spec.Get(name).(*value.Dict)
	if !ok {
		d = &value.Dict{}
	}
	return option{name, d}
}

func (l *level) requiredBy(rules *value.Dict) error {
	v := rule(rules, "required_by")
	if v == nil {
		return nil
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return specErrorf("'%s' object has no attribute 'items'", value.TaggedType(v))
	}
	for k, v := range d.All() {
		if !l.has(k.String()) {
			continue
		}
		wanted, err := terms(v)
		if err != nil {
			return err
		}
		if missing := l.without(wanted); missing != nil {
			l.c.fail("missing parameter(s) required by '%s': %s%s", k, strings.Join(missing, ", "), l.where())
			return nil
		}
	}
	return nil
}

// has tells whether an argument has a value.
func (l *level) has(name string) bool {
	v, ok := l.args.Lookup(name)
	return ok && v != value.None
}

func (l *level) without(names []string) []string {
	var out []string
	for _, name := range names {
		if !l.has(name) {
			out = append(out, name)
		}
	}
	return out
}
