package filter

import (
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/jmespath"
	"github.com/goplay/goplay/templating/mersenne"
	"github.com/goplay/goplay/templating/value"
)

// general is the collection community.general, of which the filters below are.
const general = "community.general."

// redirected are the filters that Ansible finds by their short names too.
var redirected = []string{"json_query", "random_mac"}

func addGeneral(table map[string]*eval.Func) {
	for _, rows := range [][]row{generalRows(), generalListRows(), generalKeyRows(), generalTimeRows(), generalFormatRows()} {
		for _, r := range rows {
			f := &eval.Func{Name: r.name, Params: eval.ParseParams(r.params), Run: r.run, Plugin: general + r.name}
			table[general+r.name] = f
			if slices.Contains(redirected, r.name) {
				table[r.name] = f
			}
		}
	}
}

func generalRows() []row {
	return []row{
		{name: "accumulate", run: accumulate},
		{name: "counter", run: counter},
		{name: "crc32", run: crc},
		{name: "dict", run: toDict},
		{name: "dict_kv", params: "key", run: dictKV},
		{name: "groupby_as_dict", params: "attribute", run: groupbyAsDict},
		{name: "json_query", params: "expr", run: jsonQuery},
		{name: "random_mac", params: "seed=None", run: randomMAC},
		{name: "unicode_normalize", params: "form='NFC'", run: unicodeNormalize},
	}
}

func jsonQuery(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	expression, ok := value.Text(a[0])
	if !ok {
		return nil, value.Errorf("AnsibleFilterError", "Error in jmespath.search in json_query filter plugin:\n'%s' object is not iterable", a[0].Type())
	}
	v, err := jmespath.Search(expression, in)
	var x *value.Exception
	switch mistake := (*jmespath.Error)(nil); {
	case err == nil:
		return v, nil
	case errors.As(err, &mistake):
		return nil, value.Errorf("AnsibleFilterError", "JMESPathError in json_query filter plugin:\n%s", mistake)
	case errors.As(err, &x) && x.Kind == "UndefinedError":
		return nil, err
	}
	return nil, value.Errorf("AnsibleFilterError", "Error in jmespath.search in json_query filter plugin:\n%s", err)
}

// accumulate gives the sums of the first one, two, … elements.
func accumulate(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if !isSequence(in) {
		return nil, value.Errorf("AnsibleFilterError", "Invalid value type (%s) for accumulate (%s)", typeName(in), value.Repr(in))
	}
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	out := list(slices.Clone(elems))
	for i := range out.Elems[min(1, len(elems)):] {
		if out.Elems[i+1], err = eval.Add(out.Elems[i], out.Elems[i+1]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// isSequence tells of text and lists.
func isSequence(v value.Value) bool {
	_, isText := value.Text(v)
	_, isList := v.(value.Sequence)
	return isText || isList
}

func counter(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if !isSequence(in) {
		return nil, value.Errorf("AnsibleFilterError", "Argument for community.general.counter must be a sequence (string or list). %s is %s", value.Repr(in), typeName(in))
	}
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	out := value.NewDict(len(elems))
	for _, e := range elems {
		n, ok, err := out.LookupKey(e)
		if err != nil {
			return nil, value.Errorf("AnsibleFilterError", "community.general.counter needs a sequence with hashable elements (int, float or str) - %s", err)
		}
		if !ok {
			n = value.Int(0)
		}
		_ = out.SetKey(e, n.(value.Int)+1) // hashable, as LookupKey has found
	}
	return out, nil
}

func crc(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, ok := value.Text(in)
	if !ok {
		return nil, value.Errorf("AnsibleFilterError", "Invalid value type (%s) for crc32 (%s)", typeName(in), value.Repr(in))
	}
	return value.String(fmt.Sprintf("%x", crc32.ChecksumIEEE([]byte(t)))), nil
}

// toDict makes a dict of pairs.
func toDict(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if m, ok := in.(value.Mapping); ok {
		out := value.NewDict(m.Len())
		out.Update(m)
		return out, nil
	}
	pairs, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	out := value.NewDict(len(pairs))
	for i, p := range pairs {
		kv, err := elements(s, p)
		if err != nil {
			return nil, value.TypeError("cannot convert dictionary update sequence element #%d to a sequence", i)
		}
		if len(kv) != 2 {
			return nil, value.ValueError("dictionary update sequence element #%d has length %d; 2 is required", i, len(kv))
		}
		if err := out.SetKey(kv[0], kv[1]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func dictKV(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	out := value.NewDict(1)
	return out, out.SetKey(a[0], in)
}

func groupbyAsDict(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if !isSequence(in) {
		return nil, value.Errorf("AnsibleFilterError", "Input is not a sequence")
	}
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	out := value.NewDict(len(elems))
	for i, e := range elems {
		m, ok := e.(value.Mapping)
		if !ok {
			return nil, value.Errorf("AnsibleFilterError", "Sequence element #%d is not a mapping", i)
		}
		key, ok, err := value.LookupKey(m, a[0])
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, value.Errorf("AnsibleFilterError", "Attribute not contained in element #%d of sequence", i)
		}
		if _, seen, err := out.LookupKey(key); err != nil {
			return nil, err
		} else if seen {
			return nil, value.Errorf("AnsibleFilterError", "Multiple sequence entries have attribute value %s", value.Repr(key))
		}
		_ = out.SetKey(key, e) // hashable, as LookupKey has found
	}
	return out, nil
}

var hexByte = regexp.MustCompile(`^[a-f0-9]{2}`)

// randomMAC fills a prefix up to six bytes.
func randomMAC(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	prefix, ok := value.Text(in)
	if !ok {
		return nil, value.Errorf("AnsibleFilterError", "Invalid value type (%s) for random_mac (%s)", typeName(in), value.Repr(in))
	}
	prefix = strings.ToLower(prefix)
	parts := strings.Split(prefix, ":")
	refuse := func(what string) error {
		return value.Errorf("AnsibleFilterError", "Invalid value (%s) for random_mac: %s", prefix, what)
	}
	if len(parts) > 5 {
		return nil, refuse("5 colon(:) separated items max")
	}
	for _, p := range parts {
		if p == "" {
			return nil, refuse("empty item")
		}
		if !hexByte.MatchString(p) {
			return nil, refuse(p + " not hexa byte")
		}
	}
	const span = 1<<40 - 1<<36 // Python's randrange(0x1000000000, 0x10000000000)
	n := rand.Int64N(span)
	if !isNone(a[0]) {
		n = int64(mersenne.New(a[0]).Below(span))
	}
	digits := fmt.Sprintf("%x", n+1<<36)
	for i := 0; len(parts) < 6; i += 2 {
		parts = append(parts, digits[i:i+2])
	}
	return value.String(strings.Join(parts, ":")), nil
}

var forms = map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD, "NFKC": norm.NFKC, "NFKD": norm.NFKD}

func unicodeNormalize(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, ok := value.Text(in)
	if !ok {
		return nil, value.Errorf("AnsibleFilterTypeError", "%s is not a valid input type", typeName(in))
	}
	form, ok := forms[a[0].String()]
	if !ok {
		return nil, value.Errorf("AnsibleFilterError", "%s is not a valid form", a[0])
	}
	return value.String(form.String(t)), nil
}
