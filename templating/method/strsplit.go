package method

import (
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

func split(f func(s, sep string, n int) []string) strFunc {
	return func(s string, a *args) (value.Value, error) {
		if err := a.count(0, 2); err != nil {
			return nil, err
		}
		sep := ""
		if v := a.at(0, "sep"); v != nil && v != value.Value(value.None) {
			var err error
			if sep, err = a.textOf(v, 0); err != nil {
				return nil, value.TypeError("must be str or None, not %s", v.Type())
			}
			if sep == "" {
				return nil, value.ValueError("empty separator")
			}
		}
		n, err := a.int(1, "maxsplit", -1)
		if err != nil {
			return nil, err
		}
		return texts(f(s, sep, n)), nil
	}
}

func texts(parts []string) *value.List {
	l := &value.List{Elems: make([]value.Value, len(parts))}
	for i, p := range parts {
		l.Elems[i] = value.String(p)
	}
	return l
}

// Split is s.split(sep, n); an empty separator is any white space.
func Split(s, sep string, n int) []string {
	if sep != "" {
		if n < 0 {
			return strings.Split(s, sep)
		}
		return strings.SplitN(s, sep, n+1)
	}
	var parts []string
	for s = strings.TrimLeftFunc(s, isSpace); s != ""; s = strings.TrimLeftFunc(s, isSpace) {
		end := strings.IndexFunc(s, isSpace)
		if end < 0 || n == 0 {
			return append(parts, trimLast(s, n))
		}
		parts = append(parts, s[:end])
		s = s[end:]
		n--
	}
	return parts
}

// trimLast gives the rest of a split by white space: without a limit nothing stands behind the last word.
func trimLast(s string, n int) string {
	if n == 0 {
		return strings.TrimRightFunc(s, isSpace)
	}
	return s
}

// RSplit is s.rsplit(sep, n).
func RSplit(s, sep string, n int) []string {
	if n < 0 {
		return Split(s, sep, n)
	}
	var parts []string
	if sep == "" {
		for s = strings.TrimRightFunc(s, isSpace); s != ""; s = strings.TrimRightFunc(s, isSpace) {
			i := strings.LastIndexFunc(s, isSpace)
			if i < 0 || n == 0 {
				return append([]string{strings.TrimLeftFunc(s, isSpace)}, parts...)
			}
			word := strings.TrimLeftFunc(s[i:], isSpace)
			parts = append([]string{word}, parts...)
			s = s[:len(s)-len(word)]
			n--
		}
		return parts
	}
	for ; n > 0; n-- {
		i := strings.LastIndex(s, sep)
		if i < 0 {
			break
		}
		parts = append([]string{s[i+len(sep):]}, parts...)
		s = s[:i]
	}
	return append([]string{s}, parts...)
}

func splitlines(s string, a *args) (value.Value, error) {
	keep := a.at(0, "keepends")
	lines := Lines(s, keep != nil && keep.Truth())
	return texts(lines), a.count(0, 1)
}

// Lines is s.splitlines(keep).
func Lines(s string, keep bool) []string {
	var lines []string
	for s != "" {
		i := strings.IndexAny(s, "\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029")
		if i < 0 {
			return append(lines, s)
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		if strings.HasPrefix(s[i:], "\r\n") {
			n = 2
		}
		line := s[:i]
		if keep {
			line = s[:i+n]
		}
		lines = append(lines, line)
		s = s[i+n:]
	}
	return lines
}

func partition(s string, a *args) (value.Value, error) {
	return parted(s, a, strings.Index)
}

func rpartition(s string, a *args) (value.Value, error) {
	return parted(s, a, strings.LastIndex)
}

func parted(s string, a *args, index func(s, sep string) int) (value.Value, error) {
	if err := a.count(1, 1); err != nil {
		return nil, err
	}
	sep, err := a.text(0, "", "")
	if err != nil {
		return nil, err
	}
	if sep == "" {
		return nil, value.ValueError("empty separator")
	}
	i := index(s, sep)
	switch {
	case i >= 0:
		return value.Tuple{value.String(s[:i]), value.String(sep), value.String(s[i+len(sep):])}, nil
	case a.name == "rpartition":
		return value.Tuple{value.String(""), value.String(""), value.String(s)}, nil
	}
	return value.Tuple{value.String(s), value.String(""), value.String("")}, nil
}

// encodings that templates name, in lower case without punctuation.
var encodings = map[string]string{"utf8": "utf-8", "ascii": "ascii", "usascii": "ascii", "latin1": "latin-1", "iso88591": "latin-1"}

func encodingName(name string) (string, error) {
	e, ok := encodings[strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name))]
	if !ok {
		return "", value.Errorf("LookupError", "unknown encoding: %s", name)
	}
	return e, nil
}

func encode(s string, a *args) (value.Value, error) {
	name, err := a.text(0, "encoding", "utf-8")
	if err != nil {
		return nil, err
	}
	enc, err := encodingName(name)
	if err != nil || enc == "utf-8" {
		return value.Bytes(s), err
	}
	limit := rune(0x7f)
	if enc == "latin-1" {
		limit = 0xff
	}
	out := value.Bytes{}
	for i, r := range []rune(s) {
		if r > limit {
			return nil, value.Errorf("UnicodeEncodeError", "'%s' codec can't encode character '\\u%04x' in position %d: ordinal not in range(%d)", enc, r, i, limit+1)
		}
		out = append(out, byte(r))
	}
	return out, nil
}
