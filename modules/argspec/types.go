package argspec

import (
	"errors"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// types makes arguments what the spec says they are.
func (l *level) types() error {
	for _, o := range l.options() {
		v, given := l.args.Lookup(o.name)
		if !given || v == value.None && !o.flag("required") {
			continue
		}
		got, err := l.convert(o, o.typeName(), v)
		if why := (*notConverted)(nil); errors.As(err, &why) {
			l.c.fail("argument '%s' is of type %s%s and we were unable to convert to %s: %s", o.name, v.Type(), l.in("."), o.typeName(), why.msg)
			continue
		}
		if err != nil {
			return err
		}
		l.args.Set(o.name, got)
		if err := l.elementTypes(o, got); err != nil {
			return err
		}
	}
	return nil
}

// elementTypes makes the elements of a list what the spec says; those that are not are left out.
func (l *level) elementTypes(o option, v value.Value) error {
	if o.get("elements") == nil {
		return nil
	}
	if o.typeName() != "list" {
		l.c.fail("Invalid type %s for option '%s', elements value check is supported only with 'list' type", o.typeName(), l.shown(o, v))
	}
	list, err := elems(v)
	if err != nil {
		return specErrorf("'%s' object is not iterable", v.Type())
	}
	out := &value.List{}
	for _, e := range list {
		got, err := l.convert(o, o.get("elements").String(), e)
		if why := (*notConverted)(nil); errors.As(err, &why) {
			l.c.fail("Elements value for option '%s'%s is of type %s and we were unable to convert to %s: %s", o.name, l.in(""), e.Type(), o.get("elements"), why.msg)
			continue
		}
		if err != nil {
			return err
		}
		out.Append(got)
	}
	l.args.Set(o.name, out)
	return nil
}

// in is what where is, as messages about types have it.
func (l *level) in(end string) string {
	if len(l.path) == 0 {
		return ""
	}
	return " found in '" + strings.Join(l.path, " -> ") + "'" + end
}

// convert gives a value as a type. The message of one that is not to be seen does not have it.
func (l *level) convert(o option, name string, v value.Value) (value.Value, error) {
	to, ok := converters[name]
	if !ok {
		return nil, &notConverted{"'NoneType' object is not callable"}
	}
	got, err := to(v)
	if why := (*notConverted)(nil); errors.As(err, &why) && (l.noLog || o.flag("no_log")) {
		_, err = to(value.String(Hidden))
	}
	return got, err
}
