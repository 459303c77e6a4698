package document

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/templating/value"
)

// The forms of plain scalars in YAML 1.1 (yaml.org/type), as the reference's reader knows them.
var (
	intForm   = regexp.MustCompile(`^[-+]?(?:0b[0-1_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*(?::[0-5]?[0-9])*)$`)
	floatForm = regexp.MustCompile(`^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|` +
		`[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
)

var bools = map[string]bool{
	"yes": true, "Yes": true, "YES": true, "true": true, "True": true, "TRUE": true, "on": true, "On": true, "ON": true,
	"no": false, "No": false, "NO": false, "false": false, "False": false, "FALSE": false, "off": false, "Off": false, "OFF": false,
}

func (c *converter) scalar(n *yaml.Node) (value.Value, error) {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return c.text(n), nil
	}
	return c.plain(n)
}

// text is a String, or a Template where it has markers.
func (c *converter) text(n *yaml.Node) value.Value {
	switch {
	case c.unsafe > 0:
		return c.literal(n.Value, c.at(n))
	case c.Data:
		return value.String(n.Value)
	case !HasMarkers(n.Value):
		return value.Authored(n.Value)
	}
	return &value.Template{Text: n.Value, Pos: c.at(n)}
}

// HasMarkers tells whether text is a template: it holds the start of an expression, a statement or a comment.
func HasMarkers(s string) bool {
	for {
		i := strings.IndexByte(s, '{')
		if i < 0 || i+1 >= len(s) {
			return false
		}
		switch s[i+1] {
		case '{', '%', '#':
			return true
		}
		s = s[i+1:]
	}
}

// plain types an unquoted scalar. The first byte decides which forms are tried.
func (c *converter) plain(n *yaml.Node) (value.Value, error) {
	s := n.Value
	if s == "" {
		return value.None, nil
	}
	switch b := s[0]; {
	case b == '~' || b == 'n' || b == 'N':
		if isNull(s) {
			return value.None, nil
		}
	case b == '=' && s == "=":
		return nil, c.failToMake(n, "Could not determine a constructor for the tag 'tag:yaml.org,2002:value'.")
	}
	if b, ok := bools[s]; ok {
		return value.Bool(b), nil
	}
	if v, err := c.number(n, s); v != nil || err != nil {
		return v, err
	}
	return c.text(n), nil
}

func isNull(s string) bool {
	return s == "~" || s == "null" || s == "Null" || s == "NULL"
}

// number gives the number or date that plain text is, or nil.
func (c *converter) number(n *yaml.Node, s string) (value.Value, error) {
	if b := s[0]; b != '-' && b != '+' && b != '.' && (b < '0' || b > '9') {
		return nil, nil
	}
	switch {
	case intForm.MatchString(s):
		if v, ok := parseInt(s); ok {
			return v, nil
		}
		return nil, c.fail(n, "invalid literal for int() with base 10: %s", value.Repr(value.String(s)))
	case floatForm.MatchString(s):
		if f, ok := parseFloat(s); ok {
			return value.Float(f), nil
		}
	default:
		return c.date(n, s)
	}
	return nil, nil
}

func parseInt(s string) (value.Value, bool) {
	s = strings.ReplaceAll(s, "_", "")
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(s, "+-")
	i, ok := parseMagnitude(s)
	if !ok {
		return nil, false
	}
	if neg {
		i.Neg(i)
	}
	return value.NewInt(i), true
}

func parseMagnitude(s string) (*big.Int, bool) {
	switch {
	case strings.HasPrefix(s, "0b"):
		return new(big.Int).SetString(s[2:], 2)
	case strings.HasPrefix(s, "0x"):
		return new(big.Int).SetString(s[2:], 16)
	case len(s) > 1 && s[0] == '0':
		return new(big.Int).SetString(s[1:], 8)
	case strings.Contains(s, ":"):
		return sexagesimal(s)
	default:
		return new(big.Int).SetString(s, 10)
	}
}

func sexagesimal(s string) (*big.Int, bool) {
	sum, sixty := new(big.Int), big.NewInt(60)
	for _, part := range strings.Split(s, ":") {
		digit, ok := new(big.Int).SetString(part, 10)
		if !ok {
			return nil, false
		}
		sum.Add(sum.Mul(sum, sixty), digit)
	}
	return sum, true
}

func parseFloat(s string) (float64, bool) {
	s = strings.ToLower(strings.ReplaceAll(s, "_", ""))
	if !strings.Contains(s, ":") {
		f, err := strconv.ParseFloat(strings.ReplaceAll(strings.ReplaceAll(s, ".inf", "inf"), ".nan", "nan"), 64)
		return f, err == nil || f != 0
	}
	sign := 1.0
	if s[0] == '-' {
		sign = -1
	}
	sum := 0.0
	for _, part := range strings.Split(strings.TrimLeft(s, "+-"), ":") {
		f, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return 0, false
		}
		sum = sum*60 + f
	}
	return sign * sum, true
}
