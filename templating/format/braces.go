package format

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// Getter reads attributes and items for str.format's {a.b[c]}, and gives the text of what a field comes to.
type Getter interface {
	Attr(v value.Value, name string) (value.Value, error)
	Item(v, key value.Value) (value.Value, error)
	Text(v value.Value) (string, error)
	// Sandboxed tells of Jinja2's sandbox, which formats by Python's string.Formatter.
	Sandboxed() bool
}

type braces struct {
	args []value.Value
	kw   value.Mapping
	auto int // the next automatic number, or -1 after an explicit one
	Options
}

// Options are how Braces differs from str.format.
type Options struct {
	// Get reads attributes and items.
	Get Getter
	// Escape escapes what fields come to, unless it is Markup; nil leaves it as it is.
	Escape func(string) string
	// Formatter counts fields as Python's string.Formatter does.
	Formatter bool
}

// Braces is text.format(*args, **kw).
func Braces(text string, args []value.Value, kw value.Mapping, o Options) (string, error) {
	b := &braces{args: args, kw: kw, Options: o}
	return b.format(text, 2)
}

func (b *braces) format(text string, depth int) (string, error) {
	if depth == 0 {
		return "", value.ValueError("Max string recursion exceeded")
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c != '{' && c != '}':
			out.WriteByte(c)
		case i+1 < len(text) && text[i+1] == c:
			out.WriteByte(c)
			i++
		case c == '}':
			return "", value.ValueError("Single '}' encountered in format string")
		default:
			end := fieldEnd(text, i+1)
			if end < 0 {
				if i+1 == len(text) {
					return "", value.ValueError("Single '{' encountered in format string")
				}
				return "", value.ValueError("expected '}' before end of string")
			}
			s, err := b.field(text[i+1:end], depth)
			if err != nil {
				return "", err
			}
			out.WriteString(s)
			i = end
		}
	}
	return out.String(), nil
}

// fieldEnd finds the brace that closes a field.
func fieldEnd(text string, from int) int {
	depth := 0
	for i := from; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

func (b *braces) field(field string, depth int) (string, error) {
	name, spec := field, ""
	bracket := 0
	for i := 0; i < len(field) && spec == ""; i++ {
		switch c := field[i]; {
		case c == '[':
			bracket++
		case c == ']':
			bracket--
		case (c == ':' || c == '!') && bracket <= 0:
			name, spec = field[:i], field[i:]
		}
	}
	v, err := b.lookup(name)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(spec, "!") {
		if len(spec) < 2 {
			return "", value.ValueError("end of string while looking for conversion specifier")
		}
		switch spec[1] {
		case 'r', 'a':
			if _, err := b.Get.Text(value.NewList(v)); err != nil {
				return "", err
			}
			repr := value.Repr(v)
			if spec[1] == 'a' {
				repr = ASCII(repr)
			}
			v = value.String(repr)
		case 's':
			text, err := b.Get.Text(v)
			if err != nil {
				return "", err
			}
			v = value.String(text)
		default:
			return "", value.ValueError("Unknown conversion specifier '%c'", spec[1])
		}
		spec = spec[2:]
	}
	if spec, err = b.format(strings.TrimPrefix(spec, ":"), depth-1); err != nil && depth > 1 {
		return "", err
	}
	return b.formatted(v, spec)
}

func (b *braces) formatted(v value.Value, spec string) (string, error) {
	text, err := b.Get.Text(v)
	if err == nil && spec != "" {
		text, err = Spec(v, spec)
	}
	if u, undefined := v.(*value.Undefined); undefined && spec != "" {
		err = value.TypeError("unsupported format string passed to %s.__format__", u.Type())
	}
	if _, safe := v.(value.Markup); b.Escape == nil || safe || err != nil {
		return text, err
	}
	return b.Escape(text), nil
}

func (b *braces) lookup(name string) (value.Value, error) {
	first := name
	if i := strings.IndexAny(name, ".["); i >= 0 {
		first = name[:i]
	}
	v, err := b.first(first, first == name)
	if err != nil {
		return nil, err
	}
	for rest := name[len(first):]; rest != ""; {
		if rest[0] == '.' {
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			v, err = b.Get.Attr(v, rest[1:end+1])
			rest = rest[end+1:]
		} else {
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, value.ValueError("Missing ']' in format string")
			}
			v, err = b.Get.Item(v, itemKey(rest[1:end]))
			rest = rest[end+1:]
		}
		if err != nil {
			return nil, err
		}
	}
	return v, nil
}

func itemKey(s string) value.Value {
	if n, err := strconv.Atoi(s); err == nil {
		return value.Int(n)
	}
	return value.String(s)
}

// first gives the argument that a field begins with; alone tells that nothing follows it. Python's string.Formatter, which sandboxes
// use, looks at the numbering of fields of which nothing follows only.
func (b *braces) first(name string, alone bool) (value.Value, error) {
	n, err := strconv.Atoi(name)
	counted := alone || !b.Formatter
	switch {
	case name == "" && !counted:
		return nil, value.Errorf("KeyError", "''")
	case err == nil && !counted:
	case name == "":
		if b.auto < 0 {
			return nil, value.ValueError("cannot switch from manual field specification to automatic field numbering")
		}
		n = b.auto
		b.auto++
	case err == nil:
		if b.auto > 0 {
			return nil, value.ValueError("cannot switch from automatic field numbering to manual field specification")
		}
		b.auto = -1
	default:
		if v, ok := b.kw.Lookup(name); ok {
			return v, nil
		}
		return nil, value.Errorf("KeyError", "%s", value.Repr(value.String(name)))
	}
	if n >= len(b.args) {
		return nil, value.Errorf("IndexError", "Replacement index %d out of range for positional args tuple", n)
	}
	return b.args[n], nil
}

// spec is a parsed format specification.
type spec struct {
	fill      string
	align     byte
	sign      byte
	alternate bool
	width     int
	grouping  byte
	precision int
	verb      byte
}

// Spec is format(v, text).
func Spec(v value.Value, text string) (string, error) {
	if text == "" {
		return v.String(), nil
	}
	s, err := parseSpec(text, v)
	if err != nil {
		return "", err
	}
	switch v.(type) {
	case value.Int, *value.BigInt, value.Bool:
		return s.integer(v)
	case value.Float:
		return s.float(v)
	}
	if t, ok := value.Text(v); ok {
		return s.text(t, v)
	}
	return "", value.TypeError("unsupported format string passed to %s.__format__", v.Type())
}

func parseSpec(text string, v value.Value) (*spec, error) {
	s := &spec{fill: " ", precision: -1}
	rest, filled := text, false
	_, n := utf8.DecodeRuneInString(rest)
	switch {
	case len(rest) > n && strings.IndexByte("<>=^", rest[n]) >= 0:
		filled = true
		s.fill, s.align = rest[:n], rest[n]
		rest = rest[n+1:]
	case strings.IndexByte("<>=^", rest[0]) >= 0:
		s.align = rest[0]
		rest = rest[1:]
	}
	if rest != "" && strings.IndexByte("+- ", rest[0]) >= 0 {
		s.sign = rest[0]
		rest = rest[1:]
	}
	if strings.HasPrefix(rest, "#") {
		s.alternate = true
		rest = rest[1:]
	}
	if strings.HasPrefix(rest, "0") {
		if !filled {
			s.fill = "0"
		}
		if _, isText := value.Text(v); !isText && s.align == 0 {
			s.align = '='
		}
		rest = rest[1:]
	}
	s.width, rest = leadingInt(rest)
	if rest != "" && (rest[0] == ',' || rest[0] == '_') {
		s.grouping = rest[0]
		rest = rest[1:]
	}
	if strings.HasPrefix(rest, ".") {
		digits := rest[1:]
		s.precision, rest = leadingInt(digits)
		if len(rest) == len(digits) {
			return nil, value.ValueError("Format specifier missing precision")
		}
	}
	for _, n := range [...]int{s.width, s.precision} {
		if _, err := checkWidth(n); err != nil {
			return nil, err
		}
	}
	if len(rest) > 1 {
		return nil, value.ValueError("Invalid format specifier '%s' for object of type '%s'", text, v.Type())
	}
	if rest != "" {
		s.verb = rest[0]
	}
	return s, nil
}

func leadingInt(s string) (int, string) {
	n, i := 0, 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		n = min(n*10+int(s[i]-'0'), maxWidth+1)
		i++
	}
	return n, s[i:]
}

func (s *spec) unknown(v value.Value) error {
	return value.ValueError("Unknown format code '%c' for object of type '%s'", s.verb, v.Type())
}

func (s *spec) text(t string, v value.Value) (string, error) {
	if s.verb != 0 && s.verb != 's' {
		return "", s.unknown(v)
	}
	switch {
	case s.grouping != 0:
		return "", value.ValueError("Cannot specify '%c' with 's'.", s.grouping)
	case s.sign == ' ':
		return "", value.ValueError("Space not allowed in string format specifier")
	case s.sign != 0:
		return "", value.ValueError("Sign not allowed in string format specifier")
	case s.alternate:
		return "", value.ValueError("Alternate form (#) not allowed in string format specifier")
	}
	if s.align == '=' && s.fill != "0" {
		return "", value.ValueError("'=' alignment not allowed in string format specifier")
	}
	if s.precision >= 0 {
		t = prefix(t, s.precision)
	}
	return s.pad("", t, '<'), nil
}

func (s *spec) pad(sign, body string, standard byte) string {
	n := s.width - utf8.RuneCountInString(sign) - utf8.RuneCountInString(body)
	if n <= 0 {
		return sign + body
	}
	align := s.align
	if align == 0 {
		align = standard
	}
	switch align {
	case '<':
		return sign + body + strings.Repeat(s.fill, n)
	case '^':
		return strings.Repeat(s.fill, n/2) + sign + body + strings.Repeat(s.fill, n-n/2)
	case '=':
		return sign + strings.Repeat(s.fill, n) + body
	}
	return strings.Repeat(s.fill, n) + sign + body
}

func (s *spec) signOf(negative bool) string {
	switch {
	case negative:
		return "-"
	case s.sign == '+' || s.sign == ' ':
		return string(s.sign)
	}
	return ""
}

func (s *spec) integer(v value.Value) (string, error) {
	b, _ := value.BigOf(v)
	base, mark := 10, ""
	switch s.verb {
	case 0, 'd', 'n':
	case 'x', 'X':
		base, mark = 16, "0"+string(s.verb)
	case 'o':
		base, mark = 8, "0o"
	case 'b':
		base, mark = 2, "0b"
	case 'c':
		if !b.IsInt64() || b.Int64() < 0 || b.Int64() > utf8.MaxRune {
			return "", value.Errorf("OverflowError", "%%c arg not in range(0x110000)")
		}
		return s.pad("", string(rune(b.Int64())), '>'), nil
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		return s.float(v)
	default:
		return "", s.unknown(v)
	}
	if s.precision >= 0 {
		return "", value.ValueError("Precision not allowed in integer format specifier")
	}
	digits := strings.TrimPrefix(b.Text(base), "-")
	if s.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	sign := s.signOf(b.Sign() < 0)
	if s.alternate {
		sign += mark
	}
	group := 3
	if base != 10 {
		group = 4
	}
	return s.pad(sign, s.group(digits, group), '>'), nil
}

func (s *spec) group(digits string, size int) string {
	if s.grouping == 0 {
		return digits
	}
	whole, frac := digits, ""
	if i := strings.IndexAny(digits, ".e"); i >= 0 {
		whole, frac = digits[:i], digits[i:]
	}
	var parts []string
	for len(whole) > size {
		parts = append([]string{whole[len(whole)-size:]}, parts...)
		whole = whole[:len(whole)-size]
	}
	return strings.Join(append([]string{whole}, parts...), string(s.grouping)) + frac
}

func (s *spec) float(v value.Value) (string, error) {
	f, _ := floatOf(v)
	negative := f < 0 || f == 0 && strings.HasPrefix(value.Float(f).String(), "-")
	if negative {
		f = -f
	}
	precision := s.precision
	if precision < 0 {
		precision = 6
	}
	digits := ""
	switch s.verb {
	case 0:
		digits = value.Float(f).String()
		if s.precision >= 0 {
			digits = general(f, max(precision, 1), false)
			if !strings.ContainsAny(digits, ".e") {
				digits += ".0"
			}
		}
	case 'e', 'E', 'f', 'F', 'g', 'G':
		digits = floatDigits(f, s.verb, precision, s.alternate)
	case 'n':
		digits = floatDigits(f, 'g', precision, s.alternate)
	case '%':
		digits = floatDigits(f*100, 'f', precision, s.alternate) + "%"
	default:
		return "", s.unknown(v)
	}
	return s.pad(s.signOf(negative), s.group(digits, 3), '>'), nil
}
