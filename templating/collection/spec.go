package collection

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/ip"
	"github.com/goplay/goplay/templating/value"
)

// kind is what an option's value is made to be.
type kind uint8

const (
	raw kind = iota
	text
	integer
	boolean
	list  // of anything
	texts // a list of texts
	dict
	dicts // a list of dicts
)

func (k kind) String() string {
	return [...]string{"raw", "str", "int", "bool", "list", "list", "dict", "list"}[k]
}

// option is a parameter of a filter, test or lookup.
type option struct {
	name     string
	kind     kind
	standard value.Value // the default; nil is None
	required bool
	choices  []string
	sub      *spec // the entries of each dict of a list of dicts
}

// spec is the parameters in the order of positional arguments, of which the first is the input. More arguments than there are
// options are ignored, as these collections do.
type spec struct {
	options    []option
	positional int    // how many options positional arguments reach; 0 is all
	errors     string // what stands before the list of mistakes
}

func options(o ...option) *spec { return &spec{options: o} }

// read gives a value for each option.
func (p *spec) read(s *eval.State, pos []value.Value, kw *value.Dict) ([]value.Value, error) {
	for _, v := range pos {
		if err := s.Use(v); err != nil {
			return nil, err
		}
	}
	for _, v := range kw.All() {
		if err := s.Use(v); err != nil {
			return nil, err
		}
	}
	out, wrong := p.bind(pos, kw)
	mistakes := p.check(out, wrong, "")
	if len(mistakes) > 0 {
		return nil, failf("%s%s", p.errors, value.Repr(value.FromGo(mistakes)))
	}
	return out, nil
}

// check converts values and fills in defaults. It tells what is wrong; within is the option that has these for entries.
func (p *spec) check(args []value.Value, wrong []string, within string) (mistakes []string) {
	if missing := p.missing(args); len(missing) > 0 {
		what := "missing required arguments: " + strings.Join(missing, ", ")
		if within != "" {
			what += " found in " + within
		}
		mistakes = append(mistakes, what)
	}
	for i, o := range p.options {
		if args[i] == nil {
			args[i] = o.fallback()
			continue
		}
		v, found := o.convert(args[i])
		args[i] = v
		mistakes = append(mistakes, found...)
	}
	if len(wrong) > 0 {
		if within != "" {
			within += "."
		}
		mistakes = append(mistakes, fmt.Sprintf("%s%s. Supported parameters include: %s.", within, strings.Join(wrong, ", "+within), strings.Join(p.names(), ", ")))
	}
	return mistakes
}

// bind puts arguments in their places. Wrong are the names that no option has.
func (p *spec) bind(pos []value.Value, kw *value.Dict) (out []value.Value, wrong []string) {
	out = make([]value.Value, len(p.options))
	if p.positional > 0 && len(pos) > p.positional {
		pos = pos[:p.positional]
	}
	copy(out, pos)
	for k, v := range kw.Strings() {
		i := slices.IndexFunc(p.options, func(o option) bool { return o.name == k })
		if i < 0 {
			wrong = append(wrong, k)
			continue
		}
		out[i] = v
	}
	slices.Sort(wrong)
	return out, wrong
}

func (p *spec) missing(args []value.Value) []string {
	var names []string
	for i, o := range p.options {
		if o.required && args[i] == nil {
			names = append(names, o.name)
		}
	}
	slices.Sort(names)
	return names
}

func (p *spec) names() []string {
	names := make([]string, len(p.options))
	for i, o := range p.options {
		names[i] = o.name
	}
	slices.Sort(names)
	return names
}

func (o option) fallback() value.Value {
	if o.standard == nil {
		return value.None
	}
	return o.standard
}

// convert makes a value what the option wants, and tells what is wrong with it.
func (o option) convert(v value.Value) (value.Value, []string) {
	if isNone(v) && (o.kind == integer || o.kind == boolean || o.kind == raw) {
		return v, nil
	}
	out, why := o.kind.convert(v)
	if why != "" {
		return v, o.failure(v, why)
	}
	if o.choices != nil && !slices.Contains(o.choices, out.String()) {
		return v, []string{fmt.Sprintf("value of %s must be one of: %s, got: %s", o.name, strings.Join(o.choices, ", "), out)}
	}
	if o.sub != nil {
		return o.entries(out)
	}
	return out, nil
}

// entries reads the dicts of a list.
func (o option) entries(v value.Value) (value.Value, []string) {
	out := &value.List{}
	var mistakes []string
	for _, e := range v.(*value.List).Elems {
		kw := &value.Dict{}
		kw.Update(e.(value.Mapping))
		args, wrong := o.sub.bind(nil, kw)
		mistakes = append(mistakes, o.sub.check(args, wrong, o.name)...)
		d := &value.Dict{}
		for i, s := range o.sub.options {
			d.Set(s.name, args[i])
		}
		out.Append(d)
	}
	return out, mistakes
}

func (o option) failure(v value.Value, why string) []string {
	if l, notList := asList(v, false); o.kind == dicts && notList == "" {
		return o.notDicts(v, l.(*value.List).Elems, why)
	}
	return []string{fmt.Sprintf("argument '%s' is of type %s and we were unable to convert to %s: %s", o.name, v.Type(), o.kind, why)}
}

// notDicts tells which elements of a list are no dicts.
func (o option) notDicts(v value.Value, elems []value.Value, why string) []string {
	mistakes := []string{why}
	if _, isText := value.Text(v); !isText && !isList(v) {
		mistakes[0] = fmt.Sprintf("Value '%s' in the sub parameter field '%s' must be a list, not '%s'", v, o.name, v.Type())
	}
	for _, e := range elems {
		if _, why := asDict(e); why != "" {
			mistakes = append(mistakes, fmt.Sprintf("Elements value for option '%s' is of type %s and we were unable to convert to dict: %s", o.name, e.Type(), why))
		}
	}
	return mistakes
}

func isList(v value.Value) bool { _, ok := v.(*value.List); return ok }

// convert gives a value of a kind, or why there is none.
func (k kind) convert(v value.Value) (out value.Value, why string) {
	switch k {
	case text:
		return asText(v), ""
	case integer:
		return asInteger(v)
	case boolean:
		return asBoolean(v)
	case list, texts:
		return asList(v, k == texts)
	case dict:
		return asDict(v)
	case dicts:
		return asDicts(v)
	}
	return v, ""
}

func asText(v value.Value) value.Value {
	if isNone(v) {
		return value.String("")
	}
	if s, ok := v.(value.String); ok {
		return s
	}
	return value.String(v.String())
}

// asInteger leaves a boolean what it is.
func asInteger(v value.Value) (value.Value, string) {
	switch v := v.(type) {
	case value.Int, *value.BigInt, value.Bool:
		return v, ""
	case value.Float:
		if f := float64(v); f == math.Trunc(f) && !math.IsInf(f, 0) {
			n, _ := big.NewFloat(f).Int(nil)
			return value.NewInt(n), ""
		}
	}
	if t, ok := value.Text(v); ok {
		if n, ok := ip.ParseInt(wholePart(t)); ok {
			return value.NewInt(n), ""
		}
	}
	return nil, fmt.Sprintf(`"%s" cannot be converted to an int`, value.Repr(v))
}

// wholePart drops a fraction of nothing but zeros.
func wholePart(t string) string {
	whole, fraction, ok := strings.Cut(strings.TrimSpace(t), ".")
	if ok && fraction != "" && strings.Trim(fraction, "0") == "" {
		return whole
	}
	return t
}

var booleans = map[string]bool{
	"y": true, "yes": true, "on": true, "1": true, "true": true, "t": true, "1.0": true,
	"n": false, "no": false, "off": false, "0": false, "false": false, "f": false, "0.0": false,
}

func asBoolean(v value.Value) (value.Value, string) {
	if b, ok := v.(value.Bool); ok {
		return b, ""
	}
	if b, ok := booleans[strings.ToLower(strings.TrimSpace(v.String()))]; ok {
		return value.Bool(b), ""
	}
	return nil, fmt.Sprintf("The value '%s' is not a valid boolean. Valid booleans include: 'y', 'yes', 'on', '1', 'true', 't', 1, 'n', 'no', 'off', '0', 'false', 'f', 0", v)
}

func asList(v value.Value, ofTexts bool) (value.Value, string) {
	var elems []value.Value
	switch v := v.(type) {
	case *value.List:
		elems = v.Elems
	case value.String, value.Markup:
		for part := range strings.SplitSeq(v.String(), ",") {
			elems = append(elems, value.String(part))
		}
	case value.Int, *value.BigInt, value.Float, value.Bool:
		elems = []value.Value{value.String(v.String())}
	default:
		return nil, className(v) + " cannot be converted to a list"
	}
	if !ofTexts {
		return &value.List{Elems: elems}, ""
	}
	out := make([]value.Value, len(elems))
	for i, e := range elems {
		out[i] = asText(e)
	}
	return &value.List{Elems: out}, ""
}

func asDict(v value.Value) (value.Value, string) {
	if _, ok := v.(value.Mapping); ok {
		return v, ""
	}
	t, ok := value.Text(v)
	if !ok {
		return nil, className(v) + " cannot be converted to a dict"
	}
	if d, err := value.FromJSON([]byte(t)); err == nil {
		if d, ok := d.(*value.Dict); ok {
			return d, ""
		}
	}
	return keyValues(t)
}

// keyValues reads text as `a=1 b=2` or `a=1,b=2`.
func keyValues(t string) (value.Value, string) {
	out := &value.Dict{}
	for _, field := range strings.FieldsFunc(t, func(r rune) bool { return r == ',' || r == ' ' }) {
		k, v, ok := strings.Cut(field, "=")
		if !ok {
			return nil, "dictionary requested, could not parse JSON or key=value"
		}
		out.Set(k, value.String(v))
	}
	return out, ""
}

func asDicts(v value.Value) (value.Value, string) {
	l, why := asList(v, false)
	if why != "" {
		return nil, why
	}
	out := &value.List{}
	for _, e := range l.(*value.List).Elems {
		d, why := asDict(e)
		if why != "" {
			return nil, why
		}
		out.Append(d)
	}
	return out, ""
}
