package filter

import (
	"math/rand/v2"
	"sort"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func sequenceRows() []row {
	return []row{
		{name: "batch", params: "linecount, fill_with=None", run: batch},
		{name: "dictsort", params: "case_sensitive=False, by='key', reverse=False", run: dictsort},
		{name: "first", run: first},
		{name: "groupby", params: "attribute, default=None, case_sensitive=False", run: groupby},
		{name: "items", run: items},
		{name: "join", params: "d='', attribute=None", run: joinFilter},
		{name: "last", run: last},
		{name: "length", run: length},
		{name: "list", run: toList, whole: true},
		{name: "max", params: "case_sensitive=False, attribute=None", run: extreme(">")},
		{name: "min", params: "case_sensitive=False, attribute=None", run: extreme("<")},
		{name: "random", run: random},
		{name: "reverse", run: reverse},
		{name: "slice", params: "slices, fill_with=None", run: sliceFilter},
		{name: "sort", params: "reverse=False, case_sensitive=False, attribute=None", run: sortFilter},
		{name: "sum", params: "attribute=None, start=0", run: sum},
		{name: "unique", params: "case_sensitive=False, attribute=None", run: unique},
	}
}

// elements gives the elements of a value that must be defined.
func elements(s *eval.State, v value.Value) ([]value.Value, error) { return s.Elements(v) }

// raw gives the elements as they are; an undefined one is an error where it is used.
func defined(s *eval.State, elems []value.Value) error {
	for _, e := range elems {
		if err := s.Use(e); err != nil && s.Env.Ansible {
			return err
		}
	}
	return nil
}

func batch(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	n, err := intArg(a[0])
	if err != nil {
		return nil, err
	}
	if !isNone(a[1]) {
		if err := eval.CheckSize(n); err != nil {
			return nil, err
		}
	}
	out, fill := list(nil), a[1]
	if n == 0 && len(elems) > 0 { // as Jinja2: the empty batch is full at once, the next never
		out.Append(list(nil))
	}
	if n <= 0 {
		n = len(elems)
		fill = value.None
	}
	for len(elems) > 0 {
		k := min(n, len(elems))
		part := append([]value.Value(nil), elems[:k]...)
		elems = elems[k:]
		for len(part) < n && !isNone(fill) {
			part = append(part, fill)
		}
		out.Append(list(part))
	}
	return out, nil
}

func sliceFilter(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	n, err := intArg(a[0])
	if err != nil {
		return nil, err
	}
	if n <= 0 {
		return nil, value.Errorf("ZeroDivisionError", "integer division or modulo by zero")
	}
	if err := eval.CheckSize(n); err != nil {
		return nil, err
	}
	per, extra := len(elems)/n, len(elems)%n
	out := list(nil)
	for i, at := 0, 0; i < n; i++ {
		k := per
		if i < extra {
			k++
		}
		part := append([]value.Value(nil), elems[at:at+k]...)
		at += k
		if !isNone(a[1]) && i >= extra {
			part = append(part, a[1])
		}
		out.Append(list(part))
	}
	return out, nil
}

// fold gives the key by which values are ordered without regard to case.
func fold(v value.Value, caseSensitive bool) value.Value {
	if t, ok := value.Text(v); ok && !caseSensitive {
		return value.String(strings.ToLower(t))
	}
	return v
}

func dictsort(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if err := s.Use(in); err != nil {
		return nil, err
	}
	m, ok := in.(value.Mapping)
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'items'", in.Type())
	}
	by, _ := value.Text(a[1])
	pos := map[string]int{"key": 0, "value": 1}[by]
	if by != "key" && by != "value" {
		return nil, value.Errorf("FilterArgumentError", `You can only sort by either "key" or "value"`)
	}
	var pairs []value.Value
	for k, v := range m.All() {
		pairs = append(pairs, value.Tuple{k, v})
	}
	err := sortBy(pairs, func(p value.Value) value.Value { return fold(p.(value.Tuple)[pos], a[0].Truth()) }, a[2].Truth())
	return list(pairs), err
}

// sortBy sorts in place, stably, by a key.
func sortBy(elems []value.Value, key func(value.Value) value.Value, reverse bool) error {
	type item struct{ key, v value.Value }
	items := make([]item, len(elems))
	for i, e := range elems {
		items[i] = item{key(e), e}
	}
	var failed error
	sort.SliceStable(items, func(i, j int) bool {
		x, y := items[i].key, items[j].key
		if reverse {
			x, y = y, x
		}
		c, err := value.Compare(x, y)
		if err != nil && failed == nil {
			failed = err
		}
		return c < 0
	})
	for i := range items {
		elems[i] = items[i].v
	}
	return failed
}

func first(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	if len(elems) == 0 {
		return &value.Undefined{Msg: "No first item, sequence was empty."}, nil
	}
	return elems[0], nil
}

func last(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	if len(elems) == 0 {
		return &value.Undefined{Msg: "No last item, sequence was empty."}, nil
	}
	return elems[len(elems)-1], nil
}

func random(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	if len(elems) == 0 {
		return &value.Undefined{Msg: "No random item, sequence was empty."}, nil
	}
	return elems[rand.IntN(len(elems))], nil
}

func groupby(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	standard := a[1]
	if s.Env.Ansible {
		standard = value.None // Ansible's groupby knows no default
	}
	get, err := attribute(a[0], standard)
	if err != nil {
		return nil, err
	}
	keyed, err := groupKeys(s, elems, get)
	if err != nil {
		return nil, err
	}
	key := func(p value.Value) value.Value { return fold(p.(value.Tuple)[0], a[2].Truth()) }
	if err := sortBy(keyed, key, false); err != nil {
		return nil, err
	}
	out := list(nil)
	var prev value.Value
	for _, p := range keyed {
		pair := p.(value.Tuple)
		if k := key(p); prev == nil || !value.Equal(prev, k) {
			out.Append(Group{pair[0], list(nil)})
			prev = k
		}
		g := out.Elems[len(out.Elems)-1].(Group)
		g.list.Append(pair[1])
	}
	return out, nil
}

func groupKeys(s *eval.State, elems []value.Value, get getter) ([]value.Value, error) {
	keyed := make([]value.Value, len(elems))
	for i, e := range elems {
		k, err := get(s, e)
		if err != nil {
			return nil, err
		}
		if err := s.Use(k); err != nil {
			return nil, err
		}
		keyed[i] = value.Tuple{k, e}
	}
	return keyed, nil
}

func items(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if _, ok := in.(*value.Undefined); ok {
		return list(nil), nil
	}
	m, ok := in.(value.Mapping)
	if !ok {
		return nil, value.TypeError("Can only get item pairs from a mapping.")
	}
	out := list(nil)
	for k, v := range m.All() {
		out.Append(value.Tuple{k, v})
	}
	return out, nil
}

func allStrings(elems []value.Value) bool {
	for _, e := range elems {
		if _, ok := e.(value.String); !ok {
			return false
		}
	}
	return true
}

// joinStrings joins plain strings, the usual case, in one piece of memory.
func joinStrings(elems []value.Value, sep string) (value.Value, error) {
	if len(elems) == 1 {
		return elems[0].(value.String).Unsigned(), nil
	}
	n := len(sep) * len(elems)
	for _, e := range elems {
		n += len(e.(value.String))
		if err := eval.CheckText(n / 4); err != nil {
			return nil, err
		}
	}
	var b strings.Builder
	b.Grow(n)
	for i, e := range elems {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(string(e.(value.String)))
	}
	return value.String(b.String()), nil
}

func joinFilter(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	get, err := optionalAttribute(a[1])
	if err != nil {
		return nil, err
	}
	sep, err := text(s, a[0])
	if err != nil {
		return nil, err
	}
	if !s.Autoescape && get == nil && allStrings(elems) {
		return joinStrings(elems, sep)
	}
	safe := s.Autoescape && anyMarkup(elems, a[0])
	if _, ok := a[0].(value.Markup); safe && !ok {
		sep = value.EscapeHTML(sep)
	}
	var buf []byte
	for i, e := range elems {
		if i > 0 {
			buf = append(buf, sep...)
		}
		if err := eval.CheckText(len(buf) / 4); err != nil {
			return nil, err
		}
		if get != nil {
			if e, err = get(s, e); err != nil {
				return nil, err
			}
		}
		if t, ok := e.(value.String); ok && !safe {
			buf = append(buf, t...)
			continue
		}
		t, err := text(s, e)
		if err != nil {
			return nil, err
		}
		if _, ok := e.(value.Markup); safe && !ok {
			t = value.EscapeHTML(t)
		}
		buf = append(buf, t...)
	}
	if safe {
		return value.Markup(buf), nil
	}
	return value.String(buf), nil
}

func anyMarkup(elems []value.Value, sep value.Value) bool {
	if _, ok := sep.(value.Markup); ok {
		return true
	}
	for _, e := range elems {
		if _, ok := e.(value.Markup); ok {
			return true
		}
	}
	return false
}

func length(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	switch v := in.(type) {
	case *value.Undefined:
		if s.Env.Undefined == eval.Strict {
			return nil, v.Raise()
		}
		return value.Int(0), nil
	case value.String, value.Markup:
		n := 0
		for range v.String() {
			n++
		}
		return value.Int(n), nil
	case value.Bytes:
		return value.Int(len(v)), nil
	case interface{ Len() int }:
		return value.Int(v.Len()), nil
	}
	return nil, value.TypeError("object of type '%s' has no len()", in.Type())
}

func toList(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	return list(append([]value.Value(nil), elems...)), err
}

func extreme(op string) run {
	return func(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
		elems, err := elements(s, in)
		if err != nil {
			return nil, err
		}
		if len(elems) == 0 {
			return &value.Undefined{Msg: "No aggregated item, sequence was empty."}, nil
		}
		get, err := optionalAttribute(a[1])
		if err != nil {
			return nil, err
		}
		var best, bestKey value.Value
		for _, e := range elems {
			k := e
			if get != nil {
				if k, err = get(s, e); err != nil {
					return nil, err
				}
			}
			if err := s.Use(k); err != nil {
				return nil, err
			}
			k = fold(k, a[0].Truth())
			if best == nil {
				best, bestKey = e, k
				continue
			}
			beyond, err := value.Order(op, k, bestKey)
			if err != nil {
				return nil, err
			}
			if beyond {
				best, bestKey = e, k
			}
		}
		return best, nil
	}
}

// because is the cause of an error, which Ansible tells behind it.
func because(s *eval.State, err error) string {
	if !s.Env.Ansible {
		return ""
	}
	return ": " + err.Error()
}

func reverse(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, value.Errorf("FilterArgumentError", "argument must be iterable%s", because(s, err))
	}
	out := make([]value.Value, len(elems))
	for i, e := range elems {
		out[len(elems)-1-i] = e
	}
	if _, ok := value.Text(in); !ok {
		return list(out), nil
	}
	var b strings.Builder
	for _, e := range out {
		b.WriteString(e.String())
	}
	return value.String(b.String()), nil
}

func sortFilter(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	get, err := multiAttribute(a[2])
	if err != nil {
		return nil, err
	}
	if _, err := intArg(a[0]); err != nil {
		return nil, err
	}
	out := append([]value.Value(nil), elems...)
	var failed error
	key := func(e value.Value) value.Value {
		k, err := get(s, e)
		if err == nil && s.Env.Ansible {
			err = s.Use(k)
		}
		if t, ok := k.(value.Tuple); ok && err == nil {
			err = defined(s, t)
		}
		if err != nil && failed == nil {
			failed = err
		}
		return foldAll(k, a[1].Truth())
	}
	if err := sortBy(out, key, a[0].Truth()); failed == nil {
		failed = err
	}
	return list(out), failed
}

func foldAll(k value.Value, caseSensitive bool) value.Value {
	keys, ok := k.(multiKey)
	if !ok {
		return fold(k, caseSensitive)
	}
	out := make(value.Tuple, len(keys.Tuple))
	for i, e := range keys.Tuple {
		out[i] = fold(e, caseSensitive)
	}
	return out
}

func sum(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	get, err := optionalAttribute(a[0])
	if err != nil {
		return nil, err
	}
	total := a[1]
	if _, isText := value.Text(total); isText {
		return nil, value.TypeError("sum() can't sum strings [use ''.join(seq) instead]")
	}
	for _, e := range elems {
		if get != nil {
			if e, err = get(s, e); err != nil {
				return nil, err
			}
		}
		if err := s.Use(e); err != nil {
			return nil, err
		}
		if total, err = eval.Add(total, e); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func unique(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	get, err := optionalAttribute(a[1])
	if err != nil {
		return nil, err
	}
	seen := &value.Set{}
	out := list(nil)
	for _, e := range elems {
		k := e
		if get != nil {
			if k, err = get(s, e); err != nil {
				return nil, err
			}
		}
		if err := s.UseStrict(k); err != nil {
			return nil, err
		}
		k = fold(k, a[0].Truth())
		known, err := seen.Has(k)
		if err != nil {
			if !s.Env.Ansible {
				return nil, err
			}
			return uniqueSlow(s, elems, get, a[0].Truth())
		}
		if !known {
			_ = seen.Add(k) // Has found it hashable
			out.Append(e)
		}
	}
	return out, nil
}

// uniqueSlow serves elements that cannot be hashed, as Ansible's own unique does.
func uniqueSlow(s *eval.State, elems []value.Value, get getter, caseSensitive bool) (value.Value, error) {
	var seen []value.Value
	out := list(nil)
	for _, e := range elems {
		k := e
		if get != nil {
			var err error
			if k, err = get(s, e); err != nil {
				return nil, err
			}
		}
		if k = fold(k, caseSensitive); !contains(seen, k) {
			seen = append(seen, k)
			out.Append(e)
		}
	}
	return out, nil
}

func contains(elems []value.Value, v value.Value) bool {
	for _, e := range elems {
		if value.Equal(e, v) {
			return true
		}
	}
	return false
}
