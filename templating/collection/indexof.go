package collection

import (
	"strings"

	"github.com/goplay/goplay/templating/value"
)

var indexOfSpec = options(option{name: "data", kind: list, required: true}, option{name: "test", kind: text, required: true}, option{name: "value"},
	option{name: "key", kind: text}, option{name: "fail_on_missing", kind: boolean}, option{name: "wantlist", kind: boolean})

// indexOf gives the places of those elements that pass a test: a number where it is one place.
func indexOf(c *call) (value.Value, error) {
	data := c.args[0].(*value.List).Elems
	if err := c.checkKeys(data); err != nil {
		return nil, err
	}
	out := &value.List{}
	for i, v := range data {
		if !isNone(c.args[3]) {
			e, ok := v.(value.Mapping).Lookup(c.text(3))
			if !ok {
				continue
			}
			v = e
		}
		ok, err := c.passes(v)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Append(value.Int(i))
		}
	}
	if out.Len() == 1 && !c.args[5].Truth() {
		return out.Elems[0], nil
	}
	return out, nil
}

// checkKeys tells which elements have not the key that was asked for.
func (c *call) checkKeys(data []value.Value) error {
	if isNone(c.args[3]) || len(data) == 0 {
		return nil
	}
	var types, missing []string
	allDicts := true
	for i, v := range data {
		m, ok := v.(value.Mapping)
		types = append(types, v.Type())
		allDicts = allDicts && ok
		if ok && !hasKey(m, c.text(3)) {
			missing = append(missing, quoted(c.args[3])+" was not found in "+quoted(v)+" at "+at(i))
		}
	}
	switch {
	case !allDicts:
		return failf("Error when using plugin 'index_of': When a key name is provided, all list entries are required to be dictionaries, got %s", joined(types))
	case len(missing) > 0 && c.args[4].Truth():
		return failf("Error when using plugin 'index_of': %s. fail_on_missing=True", joined(missing))
	}
	return nil
}

func hasKey(m value.Mapping, key string) bool {
	_, ok := m.Lookup(key)
	return ok
}

// passes runs the test, whose name may have a "not" before it, on a value.
func (c *call) passes(v value.Value) (bool, error) {
	name, negated := strings.CutPrefix(c.text(1), "not ")
	if _, ok := c.Env.Test(name); !ok {
		return false, failf("Error when using plugin 'index_of': Error encountered when testing value '%s' (type=%s) against '%s' (type=%s) with '%s'.  "+
			"Error was: the test '%s' was not found.", v, v.Type(), c.args[2], v.Type(), c.text(1), name)
	}
	var args []value.Value
	if !isNone(c.args[2]) {
		args = []value.Value{c.args[2]}
	}
	ok, err := c.Test(name, v, args, nil)
	return ok != negated, err
}
