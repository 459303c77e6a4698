package argspec

import (
	"slices"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

func load(t *testing.T, text string) *value.Dict {
	t.Helper()
	v, err := document.Load("test.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d, ok := v.(*value.Dict)
	if !ok {
		t.Fatalf("%s is no dict", text)
	}
	return d
}

func TestValidate(t *testing.T) {
	for _, row := range []struct {
		name, spec, args string
		want             string // the errors, or of a spec that is wrong "! " and why
		after            string // the arguments then, where they matter
	}{
		{name: "nothing", spec: "{}", args: "{}", after: "{}"},
		{name: "defaults", spec: "{a: {type: int, default: '5'}, b: {}}", args: "{}", after: "{'a': 5, 'b': None}"},
		{name: "converted", spec: "{a: {type: list, elements: int}}", args: "{a: '1,2'}", after: "{'a': [1, 2]}"},
		{name: "none is no value", spec: "{a: {type: int}}", args: "{a: null}", after: "{'a': None}"},
		{
			name: "order of errors", spec: "{a: {type: int}, b: {required: true}, c: {choices: [x]}}", args: "{a: z, c: y, d: 1}",
			want: `missing required arguments: b
argument 'a' is of type str and we were unable to convert to int: "'z'" cannot be converted to an int
value of c must be one of: x, got: y
d. Supported parameters include: a, b, c.`,
		},
		{name: "aliases", spec: "{a: {aliases: [b, c]}}", args: "{a: 1, b: 2, c: 3}", after: "{'a': '3', 'b': 2, 'c': 3}"},
		{name: "unknown", spec: "{b: {aliases: [z, y]}, a: {}}", args: "{q: 1, p: 2}", want: "p, q. Supported parameters include: a, b (y, z)."},
		{
			name: "below", spec: "{a: {type: dict, options: {b: {type: list, elements: dict, options: {c: {type: int, required: true}}}}}}",
			args: "{a: {b: [{c: 1}, {c: x}, {}, {c: 1, d: 1}], e: 1}}",
			want: `argument 'c' is of type str found in 'a -> b'. and we were unable to convert to int: "'x'" cannot be converted to an int
missing required arguments: c found in a -> b
a.b.d, a.e. Supported parameters include: c.`,
		},
		{name: "defaults below", spec: "{a: {type: dict, apply_defaults: true, options: {b: {default: 1}}}}", args: "{}", after: "{'a': {'b': '1'}}"},
		{name: "no defaults below", spec: "{a: {type: dict, options: {b: {required: true}}}}", args: "{}", after: "{'a': None}"},
		{
			name: "no dict", spec: "{a: {type: dict, options: {b: {}}}}", args: "{a: text}",
			want: `dictionary requested, could not parse JSON or key=value
argument 'a' is of type str and we were unable to convert to dict: dictionary requested, could not parse JSON or key=value
value of 'a' must be of type dict or list of dicts`,
		},
		{name: "a number for a dict", spec: "{a: {type: dict, options: {b: {}}}}", args: "{a: 5}", want: "! argument of type '_AnsibleTaggedInt' is not iterable"},
		{name: "word for a boolean", spec: "{a: {choices: ['yes', 'no']}}", args: "{a: true}", after: "{'a': 'yes'}"},
		{name: "two words for a boolean", spec: "{a: {choices: ['yes', 'on']}}", args: "{a: true}", want: "value of a must be one of: yes, on, got: True"},
		{name: "aliases are no list", spec: "{a: {aliases: b}}", args: "{a: 1}", want: badAliases},
		{name: "aliases are no list, and more", spec: "{a: {aliases: b}}", args: "{b: 1}", want: badAliases + "\n" + badAliases},
		{name: "aliases below are no list", spec: "{a: {type: dict, options: {b: {aliases: c}}}}", args: "{a: {c: 1}}", want: "! " + badAliases},
		{name: "no option", spec: "{a: int}", args: "{a: 1}", want: "! '_AnsibleTaggedStr' object has no attribute 'get'"},
		{name: "fallback", spec: "{a: {fallback: [x]}}", args: "{}", want: "! '_AnsibleTaggedStr' object is not callable"},
		{name: "elements of no list", spec: "{a: {elements: int}}", args: "{a: '1'}", want: "Invalid type str for option '1', elements value check is supported only with 'list' type"},
	} {
		t.Run(row.name, func(t *testing.T) {
			args := load(t, row.args)
			if got := outcome(Validate(load(t, row.spec), args)); got != row.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, row.want)
			}
			if row.after != "" && args.String() != row.after {
				t.Errorf("arguments are %s, want %s", args, row.after)
			}
		})
	}
}

func outcome(r *Report, err error) string {
	if err != nil {
		return "! " + err.Error()
	}
	return strings.Join(r.Errors, "\n")
}

func TestRelations(t *testing.T) {
	for _, row := range []struct{ rules, args, want string }{
		{"required_together: [[a, b]]", "{a: 1}", "parameters are required together: a, b"},
		{"required_together: [[a, b]]", "{c: 1}", ""},
		{"required_one_of: [[a, b], [b, c]]", "{}", "one of the following is required: a, b"},
		{"required_one_of: [[a, b]]", "{a: null}", ""},
		{"mutually_exclusive: [[a, b], [b, c]]", "{a: 1, b: 2, c: 3}", "parameters are mutually exclusive: a|b, b|c"},
		{"required_by: {a: [c, b]}", "{a: 1, b: null}", "missing parameter(s) required by 'a': c, b"},
		{"required_by: {a: b}", "{a: null}", ""},
		{"required_if: [[a, '1', [b, c]]]", "{a: 1, b: 2}", "a is 1 but all of the following are missing: c"},
		{"required_if: [[a, '1', [b, c], true]]", "{a: 1, b: 2}", ""},
		{"required_if: [[a, '1', [b, c], true]]", "{a: 1}", "a is 1 but any of the following are missing: b, c"},
		{"required_if: [[a, '2', [b]]]", "{a: 1}", ""},
		{"required_if: [[a, '1']]", "{a: 1}", "! not enough values to unpack (expected 3, got 2)"},
		{"required_one_of: 5", "{}", "'_AnsibleTaggedInt' object is not iterable"},
		{"required_by: [a]", "{}", "! '_AnsibleTaggedList' object has no attribute 'items'"},
	} {
		spec := load(t, "p: {type: dict, options: {a: {}, b: {}, c: {}}, "+row.rules+"}")
		args := load(t, "p: "+row.args)
		if got := strings.TrimSuffix(outcome(Validate(spec, args)), " found in p"); got != row.want {
			t.Errorf("%s of %s: got %q, want %q", row.rules, row.args, got, row.want)
		}
	}
}

func TestWhatIsNotToBeLoggedIsNotTold(t *testing.T) {
	const spec = "{a: {type: int, no_log: true}, b: {choices: [x], no_log: true}, c: {type: dict, no_log: true, options: {d: {type: list, elements: float}}}}"
	r, err := Validate(load(t, spec), load(t, "{a: secret, b: secret, c: {d: [secret]}}"))
	if err != nil || len(r.Errors) != 3 {
		t.Fatalf("got %v, %v; want three errors", r, err)
	}
	for _, e := range r.Errors {
		if strings.Contains(e, "secret") {
			t.Errorf("told: %s", e)
		}
	}
}

func TestAliasesBelowWarn(t *testing.T) {
	spec := load(t, "{a: {aliases: [b]}, l: {type: list, elements: dict, options: {a: {aliases: [b]}}}}")
	r, err := Validate(spec, load(t, "{a: 1, b: 1, l: [{}, {a: 1, b: 2}]}"))
	if want := []string{"Both option l[1].a and its alias l[1].b are set."}; err != nil || !slices.Equal(r.Warnings, want) {
		t.Errorf("got %v, %v; want %v", r, err, want)
	}
}

func TestCopySharesNothing(t *testing.T) {
	from := load(t, "{a: [{b: 1}], c: x}")
	c := CopyDict(from)
	c.Get("a").(*value.List).Elems[0].(*value.Dict).Set("b", value.Int(2))
	if from.String() != "{'a': [{'b': 1}], 'c': 'x'}" {
		t.Errorf("the original became %s", from)
	}
}
