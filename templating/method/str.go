package method

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/format"
	"github.com/goplay/goplay/templating/value"
)

type strFunc func(s string, a *args) (value.Value, error)

var strMethods = map[string]strFunc{
	"capitalize": plain(Capitalize), "casefold": plain(casefold), "lower": plain(strings.ToLower), "upper": plain(Upper),
	"swapcase": plain(swapcase), "title": plain(Title),
	"center": align(center), "ljust": align(ljust), "rjust": align(rjust), "zfill": zfill,
	"count": count, "find": find1(false, false), "index": find1(false, true), "rfind": find1(true, false), "rindex": find1(true, true),
	"startswith": affix(strings.HasPrefix), "endswith": affix(strings.HasSuffix),
	"removeprefix": cut(strings.TrimPrefix), "removesuffix": cut(strings.TrimSuffix),
	"strip": strip(strings.Trim, strings.TrimFunc), "lstrip": strip(strings.TrimLeft, strings.TrimLeftFunc),
	"rstrip": strip(strings.TrimRight, strings.TrimRightFunc),
	"split":  split(Split), "rsplit": split(RSplit), "splitlines": splitlines, "partition": partition, "rpartition": rpartition,
	"join": join, "replace": replace, "format": formatMethod, "format_map": formatMap, "encode": encode, "expandtabs": expandtabs,
	"translate": translate,
	"isalnum":   is(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }), "isalpha": is(unicode.IsLetter),
	"isdecimal": is(unicode.IsDigit), "isdigit": is(isDigit), "isnumeric": is(unicode.IsNumber), "isspace": is(unicode.IsSpace),
	"isascii": isASCII, "isprintable": isPrintable, "islower": isCase(unicode.IsLower, unicode.IsUpper),
	"isupper": isCase(unicode.IsUpper, unicode.IsLower), "istitle": isTitle, "isidentifier": isIdentifier,
}

func plain(f func(string) string) strFunc {
	return func(s string, a *args) (value.Value, error) {
		return value.String(f(s)), a.count(0, 0)
	}
}

// Upper is str.upper.
func Upper(s string) string {
	if strings.ContainsRune(s, 'ß') {
		s = strings.ReplaceAll(s, "ß", "SS")
	}
	return strings.ToUpper(s)
}

// Capitalize is str.capitalize.
func Capitalize(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return strings.ToTitle(s[:n]) + strings.ToLower(s[n:])
}

func casefold(s string) string {
	return strings.ToLower(strings.ReplaceAll(s, "ß", "ss"))
}

func swapcase(s string) string {
	swapped := strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
	return strings.ReplaceAll(swapped, "ß", "SS")
}

// Title is str.title: every run of letters begins with a capital.
func Title(s string) string {
	inWord := false
	var b strings.Builder
	for _, r := range s {
		letter := unicode.IsLetter(r)
		switch {
		case letter && inWord:
			r = unicode.ToLower(r)
		case r == 'ß':
			b.WriteByte('S')
			r = 's'
		case letter:
			r = unicode.ToTitle(r)
		}
		inWord = letter
		b.WriteRune(r)
	}
	return b.String()
}

func align(f func(s string, n int, fill string) string) strFunc {
	return func(s string, a *args) (value.Value, error) {
		if err := a.count(1, 2); err != nil {
			return nil, err
		}
		width, err := a.int(0, "", 0)
		if err != nil {
			return nil, err
		}
		fill, err := a.text(1, "", " ")
		if err != nil {
			return nil, err
		}
		if utf8.RuneCountInString(fill) != 1 {
			return nil, value.TypeError("The fill character must be exactly one character long")
		}
		n := width - utf8.RuneCountInString(s)
		if n <= 0 {
			return value.String(s), nil
		}
		if n > maxText/len(fill) {
			return nil, errTooBig
		}
		return value.String(f(s, n, fill)), nil
	}
}

// maxText bounds the text that one method makes, in bytes.
const maxText = 64 << 20

var errTooBig = value.Errorf("MemoryError", "the result is too big")

func center(s string, n int, fill string) string {
	left := n / 2
	if n%2 == 1 && (utf8.RuneCountInString(s)+n)%2 == 1 {
		left++ // as Python: the odd blank goes left where the width is odd
	}
	return strings.Repeat(fill, left) + s + strings.Repeat(fill, n-left)
}

func ljust(s string, n int, fill string) string { return s + strings.Repeat(fill, n) }
func rjust(s string, n int, fill string) string { return strings.Repeat(fill, n) + s }

func zfill(s string, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	width, err := a.int(0, "", 0)
	n := width - utf8.RuneCountInString(s)
	if err != nil || n <= 0 {
		return value.String(s), err
	}
	if n > maxText {
		return nil, errTooBig
	}
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], s[1:]
	}
	return value.String(sign + strings.Repeat("0", n) + s), nil
}

// window cuts a string to the start and end arguments, and gives how many characters were cut at the front.
func (a *args) window(s string, i int) (string, int, error) {
	n := utf8.RuneCountInString(s)
	start, end := 0, n
	for k, p := range []*int{&start, &end} {
		v := a.at(i+k, "")
		if v == nil || v == value.Value(value.None) {
			continue
		}
		x, err := a.int(i+k, "", 0)
		if err != nil {
			return "", 0, err
		}
		if x < 0 {
			x = max(0, x+n)
		}
		*p = min(x, n)
	}
	if start >= end {
		return "", start, nil
	}
	r := []rune(s)
	return string(r[start:end]), start, nil
}

func count(s string, a *args) (value.Value, error) {
	if err := a.count(1, 3); err != nil {
		return nil, err
	}
	sub, err := a.text(0, "", "")
	if err != nil {
		return nil, err
	}
	s, _, err = a.window(s, 1)
	return value.Int(strings.Count(s, sub)), err
}

func find1(last, must bool) strFunc {
	return func(s string, a *args) (value.Value, error) {
		if err := a.count(1, 3); err != nil {
			return nil, err
		}
		sub, err := a.text(0, "", "")
		if err != nil {
			return nil, err
		}
		s, cut, err := a.window(s, 1)
		if err != nil {
			return nil, err
		}
		i := strings.Index(s, sub)
		if last {
			i = strings.LastIndex(s, sub)
		}
		if i < 0 {
			if must {
				return nil, value.ValueError("substring not found")
			}
			return value.Int(-1), nil
		}
		return value.Int(cut + utf8.RuneCountInString(s[:i])), nil
	}
}

func affix(has func(s, part string) bool) strFunc {
	return func(s string, a *args) (value.Value, error) {
		if err := a.count(1, 3); err != nil {
			return nil, err
		}
		all := utf8.RuneCountInString(s)
		s, _, err := a.window(s, 1)
		if err != nil {
			return nil, err
		}
		start, _ := a.at(1, "").(value.Int)
		beyond := int(start) > all
		parts := []value.Value{a.pos[0]}
		if t, ok := a.pos[0].(value.Tuple); ok {
			parts = t
		}
		for _, p := range parts {
			text, ok := value.Text(p)
			if !ok {
				return nil, value.TypeError("%s first arg must be str or a tuple of str, not %s", a.name, p.Type())
			}
			if has(s, text) && !beyond {
				return value.Bool(true), nil
			}
		}
		return value.Bool(false), nil
	}
}

func cut(f func(s, part string) string) strFunc {
	return func(s string, a *args) (value.Value, error) {
		if err := a.count(1, 1); err != nil {
			return nil, err
		}
		part, err := a.text(0, "", "")
		return value.String(f(s, part)), err
	}
}

func strip(chars func(s, set string) string, space func(s string, f func(rune) bool) string) strFunc {
	return func(s string, a *args) (value.Value, error) {
		if err := a.count(0, 1); err != nil {
			return nil, err
		}
		v := a.at(0, "")
		if v == nil || v == value.Value(value.None) {
			return value.String(space(s, isSpace)), nil
		}
		set, err := a.text(0, "", "")
		return value.String(chars(s, set)), err
	}
}

// isSpace is Python's idea of white space, which has the separators 0x1c to 0x1f too.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

func join(s string, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	elems, err := elements(a.pos[0])
	if err != nil {
		return nil, value.TypeError("can only join an iterable")
	}
	parts := make([]string, len(elems))
	total := 0
	for i, e := range elems {
		if u, ok := e.(*value.Undefined); ok {
			return nil, u.Raise()
		}
		t, ok := value.Text(e)
		if !ok {
			return nil, value.TypeError("sequence item %d: expected str instance, %s found", i, e.Type())
		}
		parts[i] = t
		if total += len(t) + len(s); total > 4*maxText {
			return nil, errTooBig
		}
	}
	return value.String(strings.Join(parts, s)).Unsigned(), nil
}

func replace(s string, a *args) (value.Value, error) {
	if err := a.count(2, 3); err != nil {
		return nil, err
	}
	from, err := a.text(0, "", "")
	if err != nil {
		return nil, err
	}
	to, err := a.text(1, "", "")
	if err != nil {
		return nil, err
	}
	n, err := a.int(2, "count", -1)
	if err != nil {
		return nil, err
	}
	r, err := Replace(s, from, to, n)
	return value.String(r), err
}

// Replace is s.replace(from, to, n).
func Replace(s, from, to string, n int) (string, error) {
	times := strings.Count(s, from)
	if n >= 0 {
		times = min(times, n)
	}
	if len(s)+times*(len(to)-len(from)) > maxText {
		return "", errTooBig
	}
	return strings.Replace(s, from, to, n), nil
}

func formatMethod(s string, a *args) (value.Value, error) {
	t, err := format.Braces(s, a.pos, a.keywords(), a.formatting())
	return value.String(t), err
}

func formatMap(s string, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	m, ok := a.pos[0].(value.Mapping)
	if !ok {
		return nil, value.TypeError("format_map() argument must be a mapping, not %s", a.pos[0].Type())
	}
	t, err := format.Braces(s, nil, m, a.formatting())
	return value.String(t), err
}

// getter reads attributes for str.format.
type getter struct{}

// Plain reads attributes and items as str.format does, without those that begin with an underscore.
var Plain format.Getter = getter{}

func (getter) Attr(v value.Value, name string) (value.Value, error) {
	if strings.HasPrefix(name, "_") {
		return nil, value.Errorf("SecurityError", "access to attribute %s of '%s' object is unsafe.", value.Repr(value.String(name)), v.Type())
	}
	if r, ok := Attr(v, name); ok {
		return r, nil
	}
	return nil, value.Errorf("AttributeError", "'%s' object has no attribute '%s'", v.Type(), name)
}

func (getter) Sandboxed() bool { return false }

func (getter) Text(v value.Value) (string, error) { return v.String(), nil }

func (getter) Item(v, key value.Value) (value.Value, error) {
	switch x := v.(type) {
	case value.Mapping:
		if e, ok, _ := value.LookupKey(x, key); ok {
			return e, nil
		}
		return nil, value.Errorf("KeyError", "%s", value.Repr(key))
	case value.Sequence:
		if i, ok := key.(value.Int); ok && i >= 0 && int(i) < x.Len() {
			return x.Index(int(i)), nil
		}
		return nil, value.Errorf("IndexError", "%s index out of range", v.Type())
	}
	return nil, value.TypeError("'%s' object is not subscriptable", v.Type())
}

func expandtabs(s string, a *args) (value.Value, error) {
	size, err := a.int(0, "tabsize", 8)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	col := 0
	for _, r := range s {
		switch r {
		case '\t':
			if size > 0 {
				n := size - col%size
				if n > maxText-b.Len() {
					return nil, errTooBig
				}
				b.WriteString(strings.Repeat(" ", n))
				col += n
			}
			continue
		case '\n', '\r':
			col = -1
		}
		b.WriteRune(r)
		col++
	}
	return value.String(b.String()), nil
}

func translate(s string, a *args) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	m, ok := a.pos[0].(value.Mapping)
	if !ok {
		return nil, value.TypeError("'%s' object is not subscriptable", a.pos[0].Type())
	}
	var b strings.Builder
	for _, r := range s {
		v, ok, _ := value.LookupKey(m, value.Int(r))
		switch x := v.(type) {
		case value.Int:
			b.WriteRune(rune(x))
		case value.NoneType:
		default:
			if t, isText := value.Text(x); ok && isText {
				b.WriteString(t)
				continue
			}
			b.WriteRune(r)
		}
	}
	return value.String(b.String()), nil
}
