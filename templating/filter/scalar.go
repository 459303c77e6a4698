package filter

import (
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/method"
	"github.com/goplay/goplay/templating/value"
)

func scalarRows() []row {
	return []row{
		{name: "bool", run: toBool},
		{name: "human_readable", params: "isbits=False, unit=None", run: humanReadable},
		{name: "human_to_bytes", params: "default_unit=None, isbits=False", run: humanToBytes},
		{name: "log", params: "base=2.718281828459045", run: logarithm},
		{name: "pow", params: "y", run: power},
		{name: "root", params: "base=2", run: root},
		{name: "quote", run: quote, keeps: true},
		{name: "split", params: "*args, **kwargs", run: split},
		{name: "urldecode", run: urldecode},
		{name: "urlsplit", params: "query='', alias='urlsplit'", run: urlsplit},
	}
}

// ToBool is the filter bool: the words that YAML reads as booleans.
func ToBool(v value.Value) bool {
	switch x := v.(type) {
	case value.Bool:
		return bool(x)
	case value.NoneType:
		return false
	}
	if t, ok := value.Text(v); ok {
		switch strings.ToLower(t) {
		case "yes", "on", "1", "true":
			return true
		}
		return false
	}
	return value.Equal(v, value.Int(1))
}

func toBool(_ *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	return value.Bool(ToBool(in)), nil
}

const sizeUnits = "YZEPTGMKB"

// sizeOf gives what a unit's letter multiplies by.
func sizeOf(letter byte) float64 {
	i := strings.IndexByte(sizeUnits, letter)
	if i < 0 {
		return 0
	}
	return math.Pow(1024, float64(len(sizeUnits)-1-i))
}

func humanReadable(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	size, ok := eval.Float(in)
	if !ok {
		return nil, value.Errorf("AnsibleError", "human_readable() failed on bad input: '>=' not supported between instances of '%s' and 'int'", in.Type())
	}
	base := "Bytes"
	if a[0].Truth() {
		base = "bits"
	}
	unit := ""
	if !isNone(a[1]) {
		unit = strings.ToUpper(a[1].String())
	}
	for i := range len(sizeUnits) {
		u := sizeUnits[i]
		limit := sizeOf(u)
		if unit == "" && size >= limit || unit != "" && unit[0] == u {
			suffix := base
			if limit != 1 {
				suffix = string(u) + base[:1]
			}
			return value.String(strconv.FormatFloat(size/limit, 'f', 2, 64) + " " + suffix), nil
		}
	}
	return value.String(strconv.FormatFloat(size, 'f', 2, 64) + " " + base), nil
}

var sizePattern = regexp.MustCompile(`^\s*(\d*\.?\d*)\s*([A-Za-z]+)?`)

func humanToBytes(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t := in.String()
	m := sizePattern.FindStringSubmatch(t)
	if m == nil || m[1] == "" {
		return nil, value.Errorf("AnsibleError", "human_to_bytes() can't interpret the input: human_to_bytes() can't interpret following string: %s", t)
	}
	num, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return nil, value.Errorf("AnsibleError", "human_to_bytes() can't interpret the input: human_to_bytes() can't interpret following number: %s (original input string: %s)", m[1], t)
	}
	unit := m[2]
	if unit == "" && !isNone(a[0]) {
		unit = a[0].String()
	}
	if unit == "" {
		return value.Int(math.RoundToEven(num)), nil
	}
	limit := sizeOf(strings.ToUpper(unit[:1])[0])
	if limit == 0 {
		return nil, badUnit(unit, t)
	}
	if !unitFits(unit, a[1].Truth()) {
		letter := strings.ToUpper(unit[:1])
		tail := "B"
		if a[1].Truth() {
			tail = "b"
		}
		return nil, value.Errorf("AnsibleError", "human_to_bytes() can't interpret the input: human_to_bytes() failed to convert %s. Value is not a valid string (expect %s%s or %s)",
			t, letter, tail, letter)
	}
	return value.Int(math.RoundToEven(num * limit)), nil
}

func badUnit(unit, t string) error {
	return value.Errorf("AnsibleError", "human_to_bytes() can't interpret the input: human_to_bytes() failed to convert %s (unit = %s). The suffix must be one of Y, Z, E, P, T, G, M, K, B", t, unit)
}

// unitFits tells whether a unit's tail agrees with what is counted: B is bytes, b is bits.
func unitFits(unit string, bits bool) bool {
	word, letter := "byte", byte('B')
	if bits {
		word, letter = "bit", 'b'
	}
	if len(unit) == 1 {
		return true
	}
	lower := strings.ToLower(unit)
	if strings.Contains(lower, word) {
		return true
	}
	return len(unit) == 2 && unit[1] == letter
}

func logarithm(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	x, ok := eval.Float(in)
	base, ok2 := eval.Float(a[0])
	if !ok || !ok2 {
		return nil, noNumber("log", in, a[0])
	}
	if x <= 0 || base <= 0 {
		return nil, value.ValueError("math domain error")
	}
	switch {
	case base == 1:
		return nil, value.Errorf("ZeroDivisionError", "float division by zero")
	case math.IsInf(x, 0) || math.IsInf(base, 0) || math.IsNaN(x) || math.IsNaN(base):
		return value.Float(math.Log(x) / math.Log(base)), nil
	case base == 10:
		return value.Float(eval.Log10(x)), nil
	case base == math.E:
		return value.Float(eval.Log(x)), nil
	}
	return value.Float(eval.Log(x) / eval.Log(base)), nil
}

func errDomain(name string) error {
	return value.Errorf("AnsibleFilterTypeError", "%s() can only be used on numbers: math domain error", name)
}

func power(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	x, ok := eval.Float(in)
	y, ok2 := eval.Float(a[0])
	if !ok || !ok2 {
		return nil, noNumber("pow", in, a[0])
	}
	if x < 0 && y != math.Trunc(y) || x == 0 && y < 0 {
		return nil, errDomain("pow")
	}
	p := eval.Pow(x, y)
	if math.IsInf(p, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		return nil, value.Errorf("OverflowError", "math range error")
	}
	return value.Float(p), nil
}

// noNumber is the error of an operand that is no number.
func noNumber(name string, x, y value.Value) error {
	if _, ok := eval.Float(x); ok {
		x = y
	}
	return value.Errorf("AnsibleFilterTypeError", "%s() can only be used on numbers: must be real number, not %s", name, x.Type())
}

func root(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	x, ok := eval.Float(in)
	base, ok2 := eval.Float(a[0])
	switch t, isText := value.Text(a[0]); {
	case !ok2 && isText:
		return nil, value.Errorf("AnsibleFilterTypeError", "root() can only be used on numbers: could not convert string to float: %s", value.Repr(value.String(t)))
	case !ok || !ok2:
		return nil, noNumber("root", in, a[0])
	case base == 0:
		return nil, value.Errorf("ZeroDivisionError", "float division by zero")
	case x < 0 && 1/base != math.Trunc(1/base):
		return nil, errDomain("root")
	case base == 2:
		return value.Float(math.Sqrt(x)), nil
	}
	return value.Float(eval.Pow(x, 1/base)), nil
}

func quote(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if isNone(in) {
		return value.String("''"), nil
	}
	t, err := text(s, in)
	return value.String(source.ShlexQuote(t)), err
}

func split(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if _, ok := value.Text(in); !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'split'", in.Type())
	}
	v, _, err := method.Call(in, "split", a[0].(value.Tuple), a[1].(*value.Dict))
	return v, err
}

func urldecode(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for i := 0; i < len(t); i++ {
		switch {
		case t[i] == '+':
			b.WriteByte(' ')
		case t[i] == '%' && i+2 < len(t):
			n, err := strconv.ParseUint(t[i+1:i+3], 16, 8)
			if err != nil {
				b.WriteByte('%')
				continue
			}
			b.WriteByte(byte(n))
			i += 2
		default:
			b.WriteByte(t[i])
		}
	}
	return value.String(b.String()), nil
}

func urlsplit(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	d := splitURL(t)
	query := a[0].String()
	if query == "" {
		return d, nil
	}
	v, ok := d.Lookup(query)
	if !ok {
		return nil, value.Errorf("AnsibleError", "%s: unknown URL component: %s", a[1], query)
	}
	return v, nil
}

func splitURL(t string) *value.Dict {
	scheme, rest := "", t
	if i := strings.IndexByte(t, ':'); i > 0 && isScheme(t[:i]) {
		scheme, rest = strings.ToLower(t[:i]), t[i+1:]
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	netloc := ""
	if strings.HasPrefix(rest, "//") {
		netloc = rest[2:]
		rest = ""
		if i := strings.IndexByte(netloc, '/'); i >= 0 {
			netloc, rest = netloc[:i], netloc[i:]
		}
	}
	username, password, host, port := splitNetloc(netloc)
	return value.DictOf("fragment", value.String(fragment), "hostname", host, "netloc", value.String(netloc), "password", password,
		"path", value.String(rest), "port", port, "query", value.String(query), "scheme", value.String(scheme), "username", username)
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !(c >= 'a' && c <= 'z' || i > 0 && (s[i] >= '0' && s[i] <= '9' || strings.IndexByte("+-.", s[i]) >= 0)) {
			return false
		}
	}
	return true
}

func splitNetloc(netloc string) (username, password, host, port value.Value) {
	username, password, host, port = value.None, value.None, value.None, value.None
	if i := strings.LastIndexByte(netloc, '@'); i >= 0 {
		name, pass, ok := strings.Cut(netloc[:i], ":")
		username = value.String(name)
		if ok {
			password = value.String(pass)
		}
		netloc = netloc[i+1:]
	}
	u := url.URL{Host: netloc}
	if h := u.Hostname(); h != "" {
		host = value.String(strings.ToLower(h))
	}
	if p, err := strconv.Atoi(u.Port()); err == nil {
		port = value.Int(p)
	}
	return username, password, host, port
}
