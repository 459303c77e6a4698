package argspec

import (
	"fmt"
	"math"
	"math/big"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// notConverted is why a value is not of a type.
type notConverted struct{ msg string }

func (e *notConverted) Error() string { return e.msg }

func cannot(format string, args ...any) error { return &notConverted{fmt.Sprintf(format, args...)} }

// no is the message of a value whose class says that it cannot be.
func no(v value.Value, what string) error {
	return cannot("<class '%s'> cannot be converted to %s", fullClassName(v), what)
}

// converters give a value as a type, or a *notConverted.
var converters = map[string]func(value.Value) (value.Value, error){
	"str":     toStr,
	"int":     toInt,
	"float":   toFloat,
	"bool":    toBool,
	"list":    toList,
	"dict":    toDict,
	"path":    toPath,
	"raw":     func(v value.Value) (value.Value, error) { return v, nil },
	"json":    toJSON,
	"jsonarg": toJSON,
	"bytes":   func(v value.Value) (value.Value, error) { return toSize(v, "byte", 'B', "a Byte value") },
	"bits":    func(v value.Value) (value.Value, error) { return toSize(v, "bit", 'b', "a Bit value") },
}

func toStr(v value.Value) (value.Value, error) {
	if v == value.None {
		return value.String(""), nil
	}
	return value.String(v.String()), nil
}

// decimal is a number as Python's decimal module reads it, once white space and underscores are gone.
var decimal = regexp.MustCompile(`^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$`)

var infinity = regexp.MustCompile(`^(?i)[+-]?inf(inity)?$`)

func toInt(v value.Value) (value.Value, error) {
	switch n := v.(type) {
	case value.Int, *value.BigInt:
		return v, nil
	case value.Bool:
		if n {
			return value.Int(1), nil
		}
		return value.Int(0), nil
	case value.Float:
		if math.IsInf(float64(n), 0) {
			return nil, specErrorf("cannot convert Infinity to integer")
		}
		if float64(n) == math.Trunc(float64(n)) {
			i, _ := big.NewFloat(float64(n)).Int(nil)
			return value.NewInt(i), nil
		}
	case value.String:
		text := asciiDigits(strings.ReplaceAll(strings.TrimSpace(string(n)), "_", ""))
		if infinity.MatchString(text) {
			return nil, specErrorf("cannot convert Infinity to integer")
		}
		if i := integer(text); i != nil {
			return value.NewInt(i), nil
		}
	}
	return nil, cannot("\"%s\" cannot be converted to an int", value.Repr(v))
}

// integer reads a decimal number that has no fraction; nil: it is none.
func integer(text string) *big.Int {
	m := decimal.FindStringSubmatch(text)
	if m == nil || m[2]+m[3] == "" {
		return nil
	}
	exp := 0
	if m[4] != "" {
		exp, _ = strconv.Atoi(m[4]) // six digits fit
	}
	digits := strings.TrimRight(m[2]+m[3], "0")
	exp += len(m[2]) - len(digits)
	if digits == "" {
		exp = 0
	}
	if exp < 0 {
		return nil
	}
	i, ok := new(big.Int).SetString(m[1]+"0"+digits+strings.Repeat("0", exp), 10)
	if !ok {
		return nil
	}
	return i
}

var floating = regexp.MustCompile(`^(?i)[+-]?(inf(inity)?|nan|(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?)$`)

func toFloat(v value.Value) (value.Value, error) {
	switch n := v.(type) {
	case value.Float:
		return v, nil
	case value.Int, *value.BigInt, value.Bool:
		i, err := toInt(v)
		if err != nil {
			return nil, err
		}
		f, err := strconv.ParseFloat(i.String(), 64)
		return value.Float(f), err
	case value.String:
		text := asciiDigits(strings.TrimSpace(string(n)))
		if floating.MatchString(text) {
			f, _ := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64) // too large is infinite, as in Python
			return value.Float(f), nil
		}
	}
	return nil, no(v, "a float")
}

func toBool(v value.Value) (value.Value, error) {
	switch v.(type) {
	case value.Bool:
		return v, nil
	case value.Int, value.Float, *value.BigInt, value.String:
		if b, ok := value.Boolean(v); ok {
			return value.Bool(b), nil
		}
	default:
		return nil, no(v, "a bool")
	}
	return nil, cannot("The value '%s' is not a valid boolean. Valid booleans include: 0, 1, 'y', 'f', 'off', 'on', 'no', 'yes', 't', 'false', 'true', '1', 'n', '0'", v)
}

func toList(v value.Value) (value.Value, error) {
	switch t := v.(type) {
	case *value.List:
		return v, nil
	case value.String:
		out := &value.List{}
		for part := range strings.SplitSeq(string(t), ",") {
			out.Append(value.String(part))
		}
		return out, nil
	case value.Int, value.Float, *value.BigInt, value.Bool:
		return value.NewList(value.String(v.String())), nil
	}
	return nil, no(v, "a list")
}

func toDict(v value.Value) (value.Value, error) {
	switch t := v.(type) {
	case *value.Dict:
		return v, nil
	case value.String:
		return parseDict(string(t))
	}
	return nil, no(v, "a dict")
}

var variable = regexp.MustCompile(`\$(?:\{([^}]*)\}|(\w+))`)

func toPath(v value.Value) (value.Value, error) {
	s, err := toStr(v)
	if err != nil {
		return nil, err
	}
	text := variable.ReplaceAllStringFunc(s.String(), func(ref string) string {
		m := variable.FindStringSubmatch(ref)
		if got, ok := os.LookupEnv(m[1] + m[2]); ok {
			return got
		}
		return ref
	})
	if home, err := os.UserHomeDir(); err == nil && (text == "~" || strings.HasPrefix(text, "~/")) {
		text = home + text[1:]
	}
	return value.String(text), nil
}

func toJSON(v value.Value) (value.Value, error) {
	switch t := v.(type) {
	case value.String:
		return value.String(strings.TrimSpace(string(t))), nil
	case *value.List, *value.Dict:
		text, err := value.AppendJSON(nil, v, value.JSONOptions{})
		return value.String(text), err
	}
	return nil, no(v, "a json string")
}
