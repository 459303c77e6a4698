// Package test holds the tests (`x is name`) of Jinja2 and of ansible-core. It is laid out as package filter is.
package test

import (
	"strings"
	"unicode"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

type row struct {
	name   string
	params string
	run    func(s *eval.State, in value.Value, a []value.Value) (bool, error)
	undef  bool
}

func add(table map[string]*eval.Func, prefix string, rows []row) {
	for _, r := range rows {
		run := r.run
		f := &eval.Func{
			Name: prefix + r.name, Params: eval.ParseParams(r.params), Undef: r.undef, Plugin: "ansible.builtin." + r.name,
			Run: func(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
				ok, err := run(s, in, a)
				return value.Bool(ok), err
			},
		}
		table[r.name] = f
		table["ansible.builtin."+r.name] = f
	}
}

// alias gives a test another name, by which it tells of its failures, unless that is an operator's sign.
func alias(table map[string]*eval.Func, name, of string) {
	f := *table[of]
	if !strings.ContainsAny(name, "=<>") {
		f.Plugin = "ansible.builtin." + name
	}
	table[name] = &f
	table["ansible.builtin."+name] = &f
}

// Jinja gives the tests of plain Jinja2.
func Jinja() map[string]*eval.Func {
	t := map[string]*eval.Func{}
	add(t, "test_", typeRows())
	add(t, "test_", compareRows())
	for _, a := range [][2]string{
		{"==", "eq"}, {"equalto", "eq"}, {"!=", "ne"}, {">", "gt"}, {"greaterthan", "gt"}, {">=", "ge"}, {"<", "lt"}, {"lessthan", "lt"}, {"<=", "le"},
	} {
		alias(t, a[0], a[1])
	}
	return t
}

// check makes a test of a predicate on the value alone.
func check(f func(v value.Value) bool) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(_ *eval.State, in value.Value, _ []value.Value) (bool, error) { return f(in), nil }
}

// checkText makes a test of a predicate on the value's text.
func checkText(f func(v value.Value) bool) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(s *eval.State, in value.Value, _ []value.Value) (bool, error) {
		t, err := s.Text(in)
		return f(value.String(t)), err
	}
}

func typeRows() []row {
	return []row{
		{name: "boolean", run: check(isBool)},
		{name: "callable", run: callable},
		{name: "defined", run: defined, undef: true},
		{name: "undefined", run: undefined, undef: true},
		{name: "escaped", run: check(func(v value.Value) bool { _, ok := v.(value.Markup); return ok })},
		{name: "false", run: check(func(v value.Value) bool { return v == value.Value(value.Bool(false)) })},
		{name: "true", run: check(func(v value.Value) bool { return v == value.Value(value.Bool(true)) })},
		{name: "float", run: check(func(v value.Value) bool { _, ok := v.(value.Float); return ok })},
		{name: "integer", run: check(isInt)},
		{name: "iterable", run: iterable},
		{name: "lower", run: checkText(isLower)},
		{name: "upper", run: checkText(isUpper)},
		{name: "mapping", run: check(isMapping)},
		{name: "none", run: check(func(v value.Value) bool { return v == value.Value(value.None) })},
		{name: "number", run: check(isNumber)},
		{name: "sequence", run: check(isSequence)},
		{name: "string", run: check(isString)},
		{name: "filter", run: filterExists},
		{name: "test", run: testExists},
	}
}

func defined(_ *eval.State, in value.Value, _ []value.Value) (bool, error) {
	u, ok := in.(*value.Undefined)
	if ok && u.Err != nil {
		return false, u.Err
	}
	return !ok, nil
}

func undefined(s *eval.State, in value.Value, _ []value.Value) (bool, error) {
	ok, err := defined(s, in, nil)
	return !ok, err
}

func isBool(v value.Value) bool   { _, ok := v.(value.Bool); return ok }
func isString(v value.Value) bool { _, ok := value.Text(v); return ok }

func isCallable(v value.Value) bool {
	switch v.(type) {
	case value.Callable, *eval.Func, *eval.Macro:
		return true
	}
	return false
}

func isInt(v value.Value) bool {
	switch v.(type) {
	case value.Int, *value.BigInt:
		return true
	}
	return false
}

func isNumber(v value.Value) bool {
	switch v.(type) {
	case value.Int, *value.BigInt, value.Float, value.Bool:
		return true
	}
	return false
}

func isMapping(v value.Value) bool { _, ok := v.(value.Mapping); return ok }

func isIterable(v value.Value) bool {
	switch v.(type) {
	case value.Iterable, value.Sequence, value.Mapping, value.Bytes, *value.Undefined:
		return true
	}
	return isString(v)
}

func isSequence(v value.Value) bool {
	switch v.(type) {
	case value.Sequence, value.Mapping, value.Bytes, *value.Set, *value.Undefined:
		return true
	}
	return isString(v)
}

func isLower(v value.Value) bool {
	t := v.String()
	return strings.IndexFunc(t, unicode.IsUpper) < 0 && strings.IndexFunc(t, unicode.IsLower) >= 0
}

func isUpper(v value.Value) bool {
	t := v.String()
	return strings.IndexFunc(t, unicode.IsLower) < 0 && strings.IndexFunc(t, unicode.IsUpper) >= 0
}

// callable is true of what is undefined too: it can be called, which is an error.
func callable(_ *eval.State, in value.Value, _ []value.Value) (bool, error) {
	_, undefined := in.(*value.Undefined)
	return undefined || isCallable(in), nil
}

func iterable(s *eval.State, in value.Value, _ []value.Value) (bool, error) {
	return isIterable(in), s.UseStrict(in)
}

func filterExists(s *eval.State, in value.Value, _ []value.Value) (bool, error) {
	if err := s.UseStrict(in); err != nil {
		return false, err
	}
	_, ok := s.Env.Filter(in.String())
	return ok, hashable(in)
}

func testExists(s *eval.State, in value.Value, _ []value.Value) (bool, error) {
	if err := s.UseStrict(in); err != nil {
		return false, err
	}
	_, ok := s.Env.Test(in.String())
	return ok, hashable(in)
}

// hashable refuses what Python could not look up in a dict.
func hashable(v value.Value) error {
	_, err := value.Hash(v)
	return err
}

func compareRows() []row {
	return []row{
		{name: "divisibleby", params: "num", run: divisibleby},
		{name: "even", run: remainder(2, 0)},
		{name: "odd", run: remainder(2, 1)},
		{name: "eq", params: "*args", run: operator("eq", "==")},
		{name: "ne", params: "*args", run: operator("ne", "!=")},
		{name: "lt", params: "*args", run: operator("lt", "<")},
		{name: "le", params: "*args", run: operator("le", "<=")},
		{name: "gt", params: "*args", run: operator("gt", ">")},
		{name: "ge", params: "*args", run: operator("ge", ">=")},
		{name: "in", params: "seq", run: compare("in")},
		{name: "sameas", params: "other", run: sameas},
	}
}

func compare(op string) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(s *eval.State, in value.Value, a []value.Value) (bool, error) { return s.Compare(op, in, a[0]) }
}

// operator makes the test of an operator, which Python counts the arguments of by itself.
func operator(name, op string) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(s *eval.State, in value.Value, a []value.Value) (bool, error) {
		args := a[0].(value.Tuple)
		if len(args) != 1 {
			return false, value.TypeError("%s expected 2 arguments, got %d", name, len(args)+1)
		}
		return s.Compare(op, in, args[0])
	}
}

func divisibleby(s *eval.State, in value.Value, a []value.Value) (bool, error) {
	if err := s.Use(in); err != nil {
		return false, err
	}
	r, err := eval.Modulo(in, a[0])
	if err != nil {
		return false, err
	}
	return value.Equal(r, value.Int(0)), nil
}

func remainder(n, want value.Int) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(s *eval.State, in value.Value, _ []value.Value) (bool, error) {
		if err := s.Use(in); err != nil {
			return false, err
		}
		r, err := eval.Modulo(in, n)
		if err != nil {
			return false, err
		}
		return value.Equal(r, want), nil
	}
}

// sameas compares identity: containers are the same object, small values have the same type and value.
func sameas(_ *eval.State, in value.Value, a []value.Value) (bool, error) {
	switch v := in.(type) {
	case value.Tuple, value.Bytes:
		return false, nil
	case value.Bool, value.Int, value.Float, value.String, value.NoneType:
		return v == a[0], nil
	case *value.List, *value.Dict:
		return v == a[0], nil
	}
	return false, nil
}
