// Package format formats values as Python does: the % operator, str.format and format specifications.
package format

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// maxWidth bounds widths and precisions.
const maxWidth = 1 << 20

// directive is one conversion of the % operator.
type directive struct {
	key       string
	hasKey    bool
	flags     string
	width     int
	precision int // -1 where none is given
	verb      byte
}

func (d *directive) has(flag byte) bool { return strings.IndexByte(d.flags, flag) >= 0 }

type percent struct {
	text string
	i    int
	args value.Value
	next int // of a tuple
	out  []byte

	texts Texts
}

// Texts is how % makes text of values.
type Texts struct {
	Str    func(value.Value) (string, error) // str(v)
	Escape func(string) string               // makes text fit for Markup; nil leaves it as it is
}

// Percent is text % args.
func Percent(text string, args value.Value) (string, error) {
	return PercentBy(text, args, Texts{Str: func(v value.Value) (string, error) { return v.String(), nil }})
}

// PercentBy is Percent with texts made in a certain way.
func PercentBy(text string, args value.Value, texts Texts) (string, error) {
	p := &percent{text: text, args: args, texts: texts}
	for p.i < len(text) {
		n := strings.IndexByte(text[p.i:], '%')
		if n < 0 {
			break
		}
		p.out = append(p.out, text[p.i:p.i+n]...)
		p.i += n + 1
		if err := p.conversion(); err != nil {
			return "", err
		}
	}
	p.out = append(p.out, text[min(p.i, len(text)):]...)
	return string(p.out), p.allUsed()
}

func (p *percent) allUsed() error {
	t, ok := p.args.(value.Tuple)
	if ok && p.next < len(t) {
		return errNotAll
	}
	if ok || p.next > 0 {
		return nil
	}
	switch p.args.(type) {
	case value.Mapping, *value.List, *value.Undefined:
		return nil
	}
	return errNotAll
}

var errNotAll = value.TypeError("not all arguments converted during string formatting")

func (p *percent) arg() (value.Value, error) {
	t, ok := p.args.(value.Tuple)
	if !ok {
		p.next++
		if p.next > 1 {
			return nil, value.TypeError("not enough arguments for format string")
		}
		return p.args, nil
	}
	if p.next >= len(t) {
		return nil, value.TypeError("not enough arguments for format string")
	}
	p.next++
	return t[p.next-1], nil
}

func (p *percent) conversion() error {
	d, err := p.directive()
	if err != nil {
		return err
	}
	if d.verb == '%' {
		p.out = append(p.out, '%')
		return nil
	}
	v, err := p.value(d)
	if err != nil {
		return err
	}
	s, err := d.convert(v, p.i-1, p.texts)
	p.out = append(p.out, s...)
	return err
}

func (p *percent) value(d *directive) (value.Value, error) {
	if !d.hasKey {
		return p.arg()
	}
	m, ok := p.args.(value.Mapping)
	if !ok {
		return nil, value.TypeError("format requires a mapping")
	}
	v, ok := m.Lookup(d.key)
	if !ok {
		return nil, value.Errorf("KeyError", "%s", value.Repr(value.String(d.key)))
	}
	p.next = 1
	return v, nil
}

func (p *percent) directive() (*directive, error) {
	d := &directive{precision: -1}
	if p.peek() == '(' {
		end := strings.IndexByte(p.text[p.i:], ')')
		if end < 0 {
			return nil, value.ValueError("incomplete format key")
		}
		d.key, d.hasKey = p.text[p.i+1:p.i+end], true
		p.i += end + 1
	}
	start := p.i
	for p.peek() != 0 && strings.IndexByte("-+ #0", p.peek()) >= 0 {
		p.i++
	}
	d.flags = p.text[start:p.i]
	var err error
	if d.width, err = p.number(d); err != nil {
		return nil, err
	}
	if p.peek() == '.' {
		p.i++
		if d.precision, err = p.number(d); err != nil {
			return nil, err
		}
	}
	for p.peek() != 0 && strings.IndexByte("hlL", p.peek()) >= 0 {
		p.i++
	}
	if p.peek() == 0 {
		return nil, value.ValueError("incomplete format")
	}
	d.verb = p.peek()
	p.i++
	return d, nil
}

func (p *percent) peek() byte {
	if p.i < len(p.text) {
		return p.text[p.i]
	}
	return 0
}

func (p *percent) number(d *directive) (int, error) {
	if p.peek() == '*' {
		p.i++
		v, err := p.arg()
		if err != nil {
			return 0, err
		}
		n, ok := v.(value.Int)
		if !ok {
			return 0, value.TypeError("* wants int")
		}
		if n < 0 {
			d.flags += "-"
			n = -n
		}
		return checkWidth(int(n))
	}
	n := 0
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		n = min(n*10+int(c-'0'), maxWidth+1)
		p.i++
	}
	return checkWidth(n)
}

// checkWidth refuses widths and precisions that no one means.
func checkWidth(n int) (int, error) {
	if n > maxWidth {
		return 0, value.Errorf("MemoryError", "a width or precision of more than %d is too big", maxWidth)
	}
	return n, nil
}

func (d *directive) convert(v value.Value, at int, texts Texts) (string, error) {
	switch d.verb {
	case 's', 'r', 'a':
		s, err := d.text(v, texts)
		if err != nil {
			return "", err
		}
		if d.precision >= 0 {
			s = prefix(s, d.precision)
		}
		return d.pad(s), nil
	case 'd', 'i', 'u':
		return d.integer(v, 10)
	case 'o':
		return d.integer(v, 8)
	case 'x', 'X':
		return d.integer(v, 16)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		return d.float(v)
	case 'c':
		return d.char(v)
	}
	return "", value.ValueError("unsupported format character '%c' (0x%x) at index %d", d.verb, d.verb, at)
}

// text gives what %s, %r and %a make of a value.
func (d *directive) text(v value.Value, texts Texts) (string, error) {
	var s string
	switch d.verb {
	case 's':
		var err error
		if s, err = texts.Str(v); err != nil {
			return "", err
		}
	case 'r':
		s = value.Repr(v)
	case 'a':
		s = ASCII(value.Repr(v))
	}
	if _, safe := v.(value.Markup); texts.Escape != nil && (d.verb != 's' || !safe) {
		return texts.Escape(s), nil
	}
	return s, nil
}

// ASCII escapes the characters of a repr that are not ASCII, as Python's ascii() does.
func ASCII(repr string) string {
	var b strings.Builder
	for _, r := range repr {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

func prefix(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func (d *directive) pad(s string) string {
	n := d.width - utf8.RuneCountInString(s)
	if n <= 0 {
		return s
	}
	if d.has('-') {
		return s + strings.Repeat(" ", n)
	}
	return strings.Repeat(" ", n) + s
}

// padNumber pads with zeros behind sign and prefix where the flag 0 asks for it.
func (d *directive) padNumber(sign, digits string) string {
	n := d.width - len(sign) - len(digits)
	if n > 0 && d.has('0') && !d.has('-') {
		return sign + strings.Repeat("0", n) + digits
	}
	return d.pad(sign + digits)
}

func (d *directive) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case d.has('+'):
		return "+"
	case d.has(' '):
		return " "
	}
	return ""
}

func (d *directive) integer(v value.Value, base int) (string, error) {
	if u, ok := v.(*value.Undefined); ok && base == 10 {
		return "", u.Raise()
	}
	b, ok := value.BigOf(v)
	if !ok && base == 10 {
		if f, isFloat := v.(value.Float); isFloat {
			b, ok = truncate(float64(f))
		}
	}
	if !ok {
		if base == 10 {
			return "", value.TypeError("%%%c format: a real number is required, not %s", d.verb, v.Type())
		}
		return "", value.TypeError("%%%c format: an integer is required, not %s", d.verb, v.Type())
	}
	digits := new(big.Int).Abs(b).Text(base)
	if n := d.precision - len(digits); n > 0 {
		digits = strings.Repeat("0", n) + digits
	}
	sign := d.sign(b.Sign() < 0)
	if d.has('#') {
		sign += map[int]string{8: "0o", 16: "0x"}[base]
	}
	if d.verb == 'X' {
		sign, digits = strings.ToUpper(sign), strings.ToUpper(digits)
	}
	return d.padNumber(sign, digits), nil
}

func truncate(f float64) (*big.Int, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, false
	}
	b, _ := big.NewFloat(math.Trunc(f)).Int(nil)
	return b, true
}

func floatOf(v value.Value) (float64, bool) {
	switch v := v.(type) {
	case value.Float:
		return float64(v), true
	}
	b, ok := value.BigOf(v)
	if !ok {
		return 0, false
	}
	f, _ := new(big.Float).SetInt(b).Float64()
	return f, true
}

func (d *directive) float(v value.Value) (string, error) {
	if u, ok := v.(*value.Undefined); ok {
		return "", u.Raise()
	}
	f, ok := floatOf(v)
	if !ok {
		return "", value.TypeError("must be real number, not %s", v.Type())
	}
	precision := d.precision
	if precision < 0 {
		precision = 6
	}
	return d.padNumber(d.sign(math.Signbit(f)), floatDigits(math.Abs(f), d.verb, precision, d.has('#'))), nil
}

// floatDigits formats a number that is not negative with one of the verbs e, f and g.
func floatDigits(f float64, verb byte, precision int, alternate bool) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		s := strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'f', -1, 64), "+"))
		if verb < 'a' {
			return strings.ToUpper(s)
		}
		return s
	}
	lower := verb | 0x20
	if lower != 'g' {
		s := strconv.FormatFloat(f, lower, precision, 64)
		if alternate {
			s = withPoint(s)
		}
		if verb < 'a' {
			s = strings.ToUpper(s)
		}
		return s
	}
	s := general(f, max(precision, 1), alternate)
	if verb == 'G' {
		s = strings.ToUpper(s)
	}
	return s
}

// general is C's %g.
func general(f float64, precision int, alternate bool) string {
	e := strconv.FormatFloat(f, 'e', precision-1, 64)
	exp, _ := strconv.Atoi(e[strings.IndexByte(e, 'e')+1:])
	if exp < -4 || exp >= precision {
		mantissa, tail, _ := strings.Cut(e, "e")
		if alternate {
			mantissa = withPoint(mantissa)
		} else {
			mantissa = trimZeros(mantissa)
		}
		return mantissa + "e" + tail
	}
	s := strconv.FormatFloat(f, 'f', precision-1-exp, 64)
	if alternate {
		return withPoint(s)
	}
	return trimZeros(s)
}

// withPoint makes sure that digits have a decimal point.
func withPoint(s string) string {
	if strings.Contains(s, ".") {
		return s
	}
	whole, tail, hasTail := strings.Cut(s, "e")
	if hasTail {
		tail = "e" + tail
	}
	return whole + "." + tail
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

func (d *directive) char(v value.Value) (string, error) {
	if s, ok := value.Text(v); ok {
		if utf8.RuneCountInString(s) != 1 {
			return "", value.TypeError("%%c requires int or char")
		}
		return d.pad(s), nil
	}
	b, ok := value.BigOf(v)
	if !ok {
		return "", value.TypeError("%%c requires int or char")
	}
	n := b.Int64()
	if !b.IsInt64() || n < 0 || n > utf8.MaxRune {
		return "", value.Errorf("OverflowError", "%%c arg not in range(0x110000)")
	}
	return d.pad(string(rune(n))), nil
}
