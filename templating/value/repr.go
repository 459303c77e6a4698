package value

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRepr bounds the text of a value, in bytes: a small value may contain the same list a great many times.
const maxRepr = 64 << 20

// maxReprDepth bounds printing of values that contain themselves.
const maxReprDepth = 200

// String gives Python's repr of the float: the shortest digits that read back as the same number.
func (f Float) String() string { return string(appendFloat(nil, float64(f))) }

// String gives Python's str of the bytes, b'…'.
func (b Bytes) String() string { return Repr(b) }

// String gives Python's str of the list.
func (l *List) String() string { return Repr(l) }

// String gives Python's str of the tuple.
func (t Tuple) String() string { return Repr(t) }

// String gives Python's str of the dict.
func (d *Dict) String() string { return Repr(d) }

// String gives Python's str of the set.
func (s *Set) String() string { return Repr(s) }

// Repr gives Python's repr(v).
func Repr(v Value) string {
	if s, ok := v.(String); ok {
		return string(appendQuoted(nil, string(s)))
	}
	return string(AppendRepr(nil, v))
}

// AppendRepr appends Python's repr(v) to dst.
func AppendRepr(dst []byte, v Value) []byte { return appendRepr(dst, v, 0) }

// AppendStr appends Python's str(v) to dst.
func AppendStr(dst []byte, v Value) []byte {
	switch v := v.(type) {
	case String:
		return append(dst, v...)
	case Int:
		return strconv.AppendInt(dst, int64(v), 10)
	case *List, Tuple, *Dict, *Set, Bytes:
		return appendRepr(dst, v, 0)
	default:
		return append(dst, v.String()...)
	}
}

func appendRepr(dst []byte, v Value, depth int) []byte {
	if depth > maxReprDepth || len(dst) > maxRepr {
		return append(dst, "..."...)
	}
	switch v := v.(type) {
	case nil:
		return append(dst, "None"...)
	case String:
		return appendQuoted(dst, string(v))
	case Markup:
		return append(appendQuoted(append(dst, "Markup("...), string(v)), ')')
	case *Template:
		return appendQuoted(dst, v.Text)
	case Bytes:
		return appendBytes(dst, v)
	case *Undefined:
		return append(dst, "Undefined"...)
	case Date:
		return v.T.AppendFormat(dst, "datetime.date(2006, 1, 2)")
	case Clock:
		return append(dst, v.repr()...)
	case *List:
		return append(appendElems(append(dst, '['), v.Elems, depth), ']')
	case Tuple:
		return appendTuple(dst, v, depth)
	case *Set:
		return appendSet(dst, v, depth)
	case Mapping:
		return appendDict(dst, v, depth)
	default:
		return append(dst, v.String()...)
	}
}

func appendElems(dst []byte, elems []Value, depth int) []byte {
	for i, e := range elems {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendRepr(dst, e, depth+1)
	}
	return dst
}

func appendTuple(dst []byte, t Tuple, depth int) []byte {
	dst = appendElems(append(dst, '('), t, depth)
	if len(t) == 1 {
		dst = append(dst, ',')
	}
	return append(dst, ')')
}

func appendSet(dst []byte, s *Set, depth int) []byte {
	if s.Len() == 0 {
		return append(dst, "set()"...)
	}
	sep := "{"
	for e := range s.Elements() {
		dst = appendRepr(append(dst, sep...), e, depth+1)
		sep = ", "
	}
	return append(dst, '}')
}

func appendDict(dst []byte, m Mapping, depth int) []byte {
	dst = append(dst, '{')
	first := true
	for k, v := range m.All() {
		if !first {
			dst = append(dst, ", "...)
		}
		first = false
		dst = append(appendRepr(dst, k, depth+1), ": "...)
		dst = appendRepr(dst, v, depth+1)
	}
	return append(dst, '}')
}

// appendQuoted writes a string as Python's repr does: single quotes, unless only those occur in it.
func appendQuoted(dst []byte, s string) []byte {
	quote := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 && strings.IndexByte(s, '"') < 0 {
		quote = '"'
	}
	dst = append(dst, quote)
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f && c != '\\' && c != quote {
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		dst = appendEscaped(dst, r, n, s[i], quote)
		i += n
	}
	return append(dst, quote)
}

func appendEscaped(dst []byte, r rune, n int, first, quote byte) []byte {
	switch {
	case r == utf8.RuneError && n == 1:
		return fmt.Appendf(dst, `\udc%02x`, first) // what surrogateescape makes of a byte that is no UTF-8
	case r == '\\' || r == rune(quote):
		return append(dst, '\\', byte(r))
	case r == '\n':
		return append(dst, `\n`...)
	case r == '\r':
		return append(dst, `\r`...)
	case r == '\t':
		return append(dst, `\t`...)
	case r < ' ' || r == 0x7f:
		return fmt.Appendf(dst, `\x%02x`, r)
	case unicode.IsPrint(r):
		return utf8.AppendRune(dst, r)
	case r <= 0xff:
		return fmt.Appendf(dst, `\x%02x`, r)
	case r <= 0xffff:
		return fmt.Appendf(dst, `\u%04x`, r)
	default:
		return fmt.Appendf(dst, `\U%08x`, r)
	}
}

func appendBytes(dst []byte, b Bytes) []byte {
	quote := byte('\'')
	if strings.IndexByte(string(b), '\'') >= 0 && strings.IndexByte(string(b), '"') < 0 {
		quote = '"'
	}
	dst = append(dst, 'b', quote)
	for _, c := range b {
		if c >= 0x7f {
			dst = fmt.Appendf(dst, `\x%02x`, c)
			continue
		}
		if c >= ' ' && c != '\\' && c != quote {
			dst = append(dst, c)
			continue
		}
		dst = appendEscaped(dst, rune(c), 1, c, quote)
	}
	return append(dst, quote)
}

func appendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	case math.IsNaN(f):
		return append(dst, "nan"...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	if strings.IndexByte(string(dst[start:]), '.') < 0 {
		dst = append(dst, ".0"...)
	}
	return dst
}
