package filter

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// milliseconds are the units of these filters. A month and a year are as long as the caller says, in days.
var milliseconds = map[string]float64{
	"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": day, "w": 7 * day, "mo": 30 * day, "y": 365 * day,
}

const day = 86_400_000

// longUnits are the names that may be singular or plural.
var longUnits = map[string]string{
	"millisecond": "ms", "msec": "ms", "msecond": "ms", "sec": "s", "second": "s", "hour": "h", "min": "m", "minute": "m", "day": "d",
	"week": "w", "month": "mo", "year": "y",
}

const unitNames = "Available units (singular or plural): millisecond, msec, msecond, sec, second, hour, min, minute, day, week, month, year. " +
	"Available short units: ms, s, m, h, d, w, mo, y"

func generalTimeRows() []row {
	rows := []row{{name: "to_time_unit", params: "unit='ms', **kwargs", run: toTimeUnit}}
	for name, unit := range map[string]string{
		"to_milliseconds": "ms", "to_seconds": "s", "to_minutes": "m", "to_hours": "h", "to_days": "d", "to_weeks": "w", "to_months": "mo",
		"to_years": "y",
	} {
		rows = append(rows, row{name: name, params: "**kwargs", run: func(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
			return inUnit(in, unit, a[0].(*value.Dict))
		}})
	}
	return rows
}

func toTimeUnit(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	unit, ok := value.Text(a[0])
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'rstrip'", a[0].Type())
	}
	return inUnit(in, unit, a[1].(*value.Dict))
}

// unitOf gives a unit's length in milliseconds.
func unitOf(name string, lengths map[string]float64) (float64, bool) {
	if ms, ok := lengths[name]; ok {
		return ms, true
	}
	short, ok := longUnits[strings.TrimRight(name, "s")]
	return lengths[short], ok
}

// unitLengths gives the units, with the month and the year that the caller wants.
func unitLengths(kw *value.Dict) (map[string]float64, error) {
	lengths := map[string]float64{}
	for k, v := range milliseconds {
		lengths[k] = v
	}
	var unknown []string
	for k, v := range kw.Strings() {
		short, ok := map[string]string{"month": "mo", "year": "y"}[k]
		if !ok {
			unknown = append(unknown, k)
			continue
		}
		days, isNumber := eval.Float(v)
		if !isNumber {
			return nil, value.TypeError("unsupported operand type(s) for +=: 'int' and '%s'", v.Type())
		}
		lengths[short] = days * day
	}
	if unknown != nil {
		return nil, value.Errorf("AnsibleFilterError", "to_time_unit() got unknown keyword arguments: %s", strings.Join(unknown, ", "))
	}
	return lengths, nil
}

var timePart = regexp.MustCompile(`^(-?\d+)([a-z]+)\b`)

// inUnit reads a time such as "1h 30m" and gives it in a unit, rounded to twelve digits behind the point.
func inUnit(in value.Value, unit string, kw *value.Dict) (value.Value, error) {
	text, ok := value.Text(in)
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'split'", in.Type())
	}
	lengths, err := unitLengths(kw)
	if err != nil {
		return nil, err
	}
	divisor, ok := unitOf(unit, lengths)
	if !ok {
		return nil, value.Errorf("AnsibleFilterError", "to_time_unit() can not convert to the following unit: %s. %s", unit, unitNames)
	}
	if text == "0" {
		return value.Int(0), nil
	}
	total := 0.0
	for _, part := range strings.Fields(text) {
		m := timePart.FindStringSubmatch(part)
		if m == nil {
			return nil, badTime(text)
		}
		ms, ok := unitOf(m[2], lengths)
		n, err := strconv.ParseFloat(m[1], 64)
		if !ok || err != nil {
			return nil, badTime(text)
		}
		total += n * ms
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(total/divisor, 'f', 12, 64), 64)
	return value.Float(rounded), err
}

func badTime(text string) error {
	return value.Errorf("AnsibleFilterError", "to_time_unit() can not interpret following string: %s", text)
}
