// Package filter holds the filters of Jinja2 and of ansible-core.
//
// [Jinja] and [Ansible] give the tables. A filter's parameters stand in its table row as Python would write them; a filter gets
// its arguments in that order, defaults filled in, so its body is only the work.
package filter

import (
	"maps"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// run is the body of a filter.
type run func(s *eval.State, in value.Value, a []value.Value) (value.Value, error)

// row is a line of a table.
type row struct {
	name   string
	params string
	run    run
	undef  bool // whether undefined values reach it
	whole  bool // see eval.Func.Whole
	keeps  bool // see eval.Func.Keeps
}

func add(table map[string]*eval.Func, prefix string, rows []row) {
	for _, r := range rows {
		f := &eval.Func{Name: pythonName(r.name, prefix), Params: eval.ParseParams(r.params), Run: r.run, Undef: r.undef, Whole: r.whole, Keeps: r.keeps, Plugin: "ansible.builtin." + r.name}
		table[r.name] = f
		table["ansible.builtin."+r.name] = f
	}
}

// inBothKinds are the filters that Jinja2 has a synchronous and an asynchronous function for.
const inBothKinds = " first groupby join list map reject rejectattr select selectattr slice sum "

// pythonName is the function's name in messages about arguments: Jinja2's filters are functions with a prefix.
func pythonName(name, prefix string) string {
	if prefix != "" && strings.Contains(inBothKinds, " "+name+" ") {
		return "sync_" + prefix + name
	}
	return prefix + name
}

func alias(table map[string]*eval.Func, name, of string) {
	f := *table[of]
	f.Plugin = "ansible.builtin." + name
	table[name] = &f
	table["ansible.builtin."+name] = &f
}

// Jinja gives the filters of plain Jinja2.
func Jinja() map[string]*eval.Func {
	t := map[string]*eval.Func{}
	add(t, "do_", textRows())
	add(t, "do_", sequenceRows())
	add(t, "do_", selectRows())
	add(t, "do_", htmlRows())
	add(t, "do_", numberRows())
	for _, a := range [][2]string{{"d", "default"}, {"e", "escape"}, {"count", "length"}} {
		alias(t, a[0], a[1])
	}
	return t
}

// text gives str(v), where v must be defined.
func text(s *eval.State, v value.Value) (string, error) { return s.Text(v) }

func isNone(v value.Value) bool { return v == nil || v == value.Value(value.None) }

// intArg gives an integer argument.
func intArg(v value.Value) (int, error) {
	switch v := v.(type) {
	case value.Int:
		return int(v), nil
	case value.Bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case *value.Undefined:
		return 0, v.Raise()
	}
	return 0, value.TypeError("'%s' object cannot be interpreted as an integer", v.Type())
}

func list(elems []value.Value) *value.List { return &value.List{Elems: elems} }

func texts[S ~[]string](parts S) *value.List {
	l := &value.List{Elems: make([]value.Value, len(parts))}
	for i, p := range parts {
		l.Elems[i] = value.String(p)
	}
	return l
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
