package jmespath

import (
	"fmt"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// function is a row of the table of functions.
type function struct {
	params   []string // the types of each parameter, with "|" between; "any" is every type
	variadic bool     // the last parameter may be repeated
	run      func(name string, args []value.Value) (value.Value, error)
}

// functions is the table. Types stand in the order in which messages name them.
var functions = map[string]function{
	"abs":         {[]string{"number"}, false, absolute},
	"avg":         {[]string{"array-number"}, false, average},
	"ceil":        {[]string{"number"}, false, rounded(up)},
	"contains":    {[]string{"array|string", "any"}, false, contains},
	"ends_with":   {[]string{"string", "string"}, false, affix(strings.HasSuffix)},
	"floor":       {[]string{"number"}, false, rounded(down)},
	"join":        {[]string{"string", "array-string"}, false, join},
	"keys":        {[]string{"object"}, false, keys},
	"length":      {[]string{"string|array|object"}, false, length},
	"map":         {[]string{"expref", "array"}, false, mapped},
	"max":         {[]string{"array-number|array-string"}, false, extreme(">")},
	"max_by":      {[]string{"array", "expref"}, false, extremeBy(">")},
	"merge":       {[]string{"object"}, true, merge},
	"min":         {[]string{"array-number|array-string"}, false, extreme("<")},
	"min_by":      {[]string{"array", "expref"}, false, extremeBy("<")},
	"not_null":    {[]string{"any"}, true, notNull},
	"reverse":     {[]string{"array|string"}, false, reverse},
	"sort":        {[]string{"array-string|array-number"}, false, sorted},
	"sort_by":     {[]string{"array", "expref"}, false, sortedBy},
	"starts_with": {[]string{"string", "string"}, false, affix(strings.HasPrefix)},
	"sum":         {[]string{"array-number"}, false, sum},
	"to_array":    {[]string{"any"}, false, toArray},
	"to_number":   {[]string{"any"}, false, toNumber},
	"to_string":   {[]string{"any"}, false, toString},
	"type":        {[]string{"any"}, false, typeOf},
	"values":      {[]string{"object"}, false, allValues},
}

func (c call) find(in value.Value) (value.Value, error) {
	args := make([]value.Value, len(c.args))
	for i, n := range c.args {
		var err error
		if args[i], err = n.find(in); err != nil {
			return nil, err
		}
	}
	f, ok := functions[c.name]
	if !ok {
		return nil, failf("Unknown function: %s()", c.name)
	}
	if err := f.checkCount(c.name, len(args)); err != nil {
		return nil, err
	}
	for i, a := range args {
		if err := checkType(c.name, a, f.params[min(i, len(f.params)-1)]); err != nil {
			return nil, err
		}
	}
	return f.run(c.name, args)
}

func (f function) checkCount(name string, given int) error {
	want, least := len(f.params), ""
	if f.variadic {
		least = "at least "
		if given >= want {
			return nil
		}
	}
	if given == want {
		return nil
	}
	plural := ""
	if want != 1 {
		plural = "s"
	}
	return failf("Expected %s%d argument%s for function %s(), received %d", least, want, plural, name, given)
}

// jsonType names a value's type in the language's words.
func jsonType(v value.Value) string {
	switch v.(type) {
	case value.NoneType:
		return "null"
	case value.Bool:
		return "boolean"
	case value.Int, *value.BigInt, value.Float:
		return "number"
	case *value.List:
		return "array"
	case value.Mapping:
		return "object"
	case reference:
		return "expref"
	}
	if _, ok := value.Text(v); ok {
		return "string"
	}
	return "unknown"
}

// checkType wants an argument to be of one of some types. An array-x is an array whose elements are all x.
func checkType(name string, v value.Value, types string) error {
	if types == "any" {
		return nil
	}
	allowed := strings.Split(types, "|")
	var elements []string
	fits := false
	for _, t := range allowed {
		base, element, _ := strings.Cut(t, "-")
		fits = fits || base == jsonType(v)
		if element != "" {
			elements = append(elements, element)
		}
	}
	if !fits {
		return wrongType(name, v, jsonType(v), allowed)
	}
	if l, ok := v.(*value.List); ok && len(elements) > 0 {
		return checkElements(name, l.Elems, elements, allowed)
	}
	return nil
}

func checkElements(name string, elems []value.Value, types, allowed []string) error {
	if len(elems) == 0 {
		return nil
	}
	want := types[0]
	if len(types) > 1 {
		if want = jsonType(elems[0]); want != types[0] && want != types[1] {
			return wrongType(name, elems[0], want, allowed)
		}
	}
	for _, e := range elems {
		if jsonType(e) != want {
			return wrongType(name, e, e.Type(), allowed)
		}
	}
	return nil
}

func wrongType(name string, v value.Value, received string, allowed []string) error {
	return failf("In function %s(), invalid type for value: %s, expected one of: %s, received: \"%s\"", name, v, quotedList(allowed), received)
}

func quotedList(words []string) string {
	return fmt.Sprintf("['%s']", strings.Join(words, "', '"))
}

// by gives the key of each element, which are numbers or texts.
func by(name string, elems []value.Value, r reference, allowed []string) ([]value.Value, error) {
	out := make([]value.Value, len(elems))
	for i, e := range elems {
		k, err := r.x.find(e)
		if err != nil {
			return nil, err
		}
		if t := jsonType(k); !strings.Contains(strings.Join(allowed, " "), t) {
			return nil, wrongType(name, k, t, allowed)
		}
		out[i] = k
	}
	return out, nil
}
