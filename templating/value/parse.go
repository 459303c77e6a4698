package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxDigits bounds the digits of integers that are read, as in Python.
const maxDigits = 4300

// ParseInt reads an integer as Python's int(text, base) does.
func ParseInt(t string, base int) (Value, bool) {
	t = strings.TrimSpace(t)
	if strings.HasPrefix(t, "_") || strings.HasSuffix(t, "_") || strings.Contains(t, "__") {
		return nil, false
	}
	t = strings.ReplaceAll(t, "_", "")
	body := strings.TrimLeft(t, "+-")
	if len(t)-len(body) > 1 {
		return nil, false
	}
	if len(body) > 1 && body[0] == '0' {
		if prefix := map[int]string{2: "bB", 8: "oO", 16: "xX"}[base]; strings.IndexByte(prefix, body[1]) >= 0 {
			body = body[2:]
		}
	}
	if len(body) > maxDigits && base&(base-1) != 0 {
		return nil, false
	}
	b, ok := new(big.Int).SetString(body, base)
	if !ok || strings.ContainsAny(body, "+-") {
		return nil, false
	}
	if strings.HasPrefix(t, "-") {
		b.Neg(b)
	}
	return NewInt(b), true
}

// ParseFloat reads a number as Python's float(text) does.
func ParseFloat(t string) (float64, bool) {
	t = strings.TrimSpace(t)
	lower := strings.ToLower(strings.TrimLeft(t, "+-"))
	if strings.HasPrefix(lower, "0x") || strings.HasPrefix(t, "_") || strings.HasSuffix(t, "_") || strings.Contains(t, "__") {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(t, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// Boolean reads a value as Ansible reads booleans of keywords and of module arguments: yes, on, true, 1 and t are true, in any case and
// with blanks around; ok is false for what is neither true nor false.
func Boolean(v Value) (b, ok bool) {
	switch v := v.(type) {
	case Bool:
		return bool(v), true
	case Int:
		return v != 0, v == 0 || v == 1
	case Float:
		return v != 0, v == 0 || v == 1
	}
	switch strings.ToLower(strings.TrimSpace(v.String())) {
	case "yes", "y", "on", "true", "t", "1":
		return true, true
	case "no", "n", "off", "false", "f", "0":
		return false, true
	}
	return false, false
}
