// Package datetime holds Python's datetime, date and timedelta as templates see them.
package datetime

import (
	"fmt"
	"math"
	"time"

	"github.com/goplay/goplay/templating/value"
)

// DateTime is datetime.datetime. Aware tells whether it has a time zone.
type DateTime struct {
	T     time.Time
	Aware bool
}

// Date is datetime.date.
type Date struct{ T time.Time }

// Delta is datetime.timedelta.
type Delta struct{ D time.Duration }

// Type is datetime.
func (DateTime) Type() string { return "datetime" }

// Truth is true.
func (DateTime) Truth() bool { return true }

// String is Python's str.
func (d DateTime) String() string { return d.format(" ") }

// ISO is isoformat().
func (d DateTime) ISO() string { return d.format("T") }

func (d DateTime) format(sep string) string {
	layout := "2006-01-02" + sep + "15:04:05"
	if d.T.Nanosecond()/1000 != 0 {
		layout += ".000000"
	}
	if d.Aware {
		layout += "-07:00"
	}
	return d.T.Format(layout)
}

// Type is date.
func (Date) Type() string { return "date" }

// Truth is true.
func (Date) Truth() bool { return true }

// String is the ISO form.
func (d Date) String() string { return d.T.Format("2006-01-02") }

// ISO is isoformat().
func (d Date) ISO() string { return d.String() }

// Type is timedelta.
func (Delta) Type() string { return "timedelta" }

// Truth tells whether it is not zero.
func (d Delta) Truth() bool { return d.D != 0 }

func (d Delta) parts() (days, seconds, micros int64) {
	us := d.D.Microseconds()
	days = int64(math.Floor(float64(us) / 86400e6))
	us -= days * 86400e6
	return days, us / 1e6, us % 1e6
}

// String is Python's str: [D day[s], ]H:MM:SS[.ffffff].
func (d Delta) String() string {
	days, sec, us := d.parts()
	s := fmt.Sprintf("%d:%02d:%02d", sec/3600, sec/60%60, sec%60)
	if us != 0 {
		s += fmt.Sprintf(".%06d", us)
	}
	switch days {
	case 0:
		return s
	case 1, -1:
		return fmt.Sprintf("%d day, %s", days, s)
	}
	return fmt.Sprintf("%d days, %s", days, s)
}

// Equal compares.
func (d DateTime) Equal(v value.Value) bool {
	o, ok := v.(DateTime)
	return ok && d.T.Equal(o.T)
}

// Compare orders.
func (d DateTime) Compare(v value.Value) (int, bool) {
	o, ok := v.(DateTime)
	return d.T.Compare(o.T), ok
}

// Equal compares.
func (d Date) Equal(v value.Value) bool {
	o, ok := v.(Date)
	return ok && d.T.Equal(o.T)
}

// Compare orders.
func (d Date) Compare(v value.Value) (int, bool) {
	o, ok := v.(Date)
	return d.T.Compare(o.T), ok
}

// Equal compares.
func (d Delta) Equal(v value.Value) bool {
	o, ok := v.(Delta)
	return ok && d == o
}

// Compare orders.
func (d Delta) Compare(v value.Value) (int, bool) {
	o, ok := v.(Delta)
	if !ok {
		return 0, false
	}
	switch {
	case d.D < o.D:
		return -1, true
	case d.D > o.D:
		return 1, true
	}
	return 0, true
}

// Add adds a timedelta.
func (d DateTime) Add(v value.Value) (value.Value, bool, error) {
	o, ok := v.(Delta)
	return DateTime{d.T.Add(o.D), d.Aware}, ok, nil
}

// Subtract gives the time between two datetimes, or the datetime a timedelta before.
func (d DateTime) Subtract(v value.Value) (value.Value, bool, error) {
	switch o := v.(type) {
	case DateTime:
		if d.Aware != o.Aware {
			return nil, true, value.TypeError("can't subtract offset-naive and offset-aware datetimes")
		}
		return Delta{d.T.Sub(o.T)}, true, nil
	case Delta:
		return DateTime{d.T.Add(-o.D), d.Aware}, true, nil
	}
	return nil, false, nil
}

// Subtract gives the time between two dates.
func (d Date) Subtract(v value.Value) (value.Value, bool, error) {
	o, ok := v.(Date)
	return Delta{d.T.Sub(o.T)}, ok, nil
}

// Add adds timedeltas.
func (d Delta) Add(v value.Value) (value.Value, bool, error) {
	switch o := v.(type) {
	case Delta:
		return Delta{d.D + o.D}, true, nil
	case DateTime:
		return DateTime{o.T.Add(d.D), o.Aware}, true, nil
	}
	return nil, false, nil
}

// Subtract subtracts timedeltas.
func (d Delta) Subtract(v value.Value) (value.Value, bool, error) {
	o, ok := v.(Delta)
	return Delta{d.D - o.D}, ok, nil
}

// call is a method of a value here.
type call struct {
	name string
	fn   func(args []value.Value) (value.Value, error)
}

func (call) Type() string     { return "builtin_function_or_method" }
func (call) Truth() bool      { return true }
func (c call) String() string { return "<built-in method " + c.name + ">" }

// Call calls the method.
func (c call) Call(args []value.Value, _ *value.Dict) (value.Value, error) { return c.fn(args) }

func constant(name string, v value.Value) value.Value {
	return call{name, func([]value.Value) (value.Value, error) { return v, nil }}
}

// Attr gives attributes and methods.
func (d DateTime) Attr(name string) (value.Value, bool) {
	switch name {
	case "hour":
		return value.Int(d.T.Hour()), true
	case "minute":
		return value.Int(d.T.Minute()), true
	case "second":
		return value.Int(d.T.Second()), true
	case "microsecond":
		return value.Int(d.T.Nanosecond() / 1000), true
	case "timestamp":
		return constant(name, value.Float(float64(d.T.UnixMicro())/1e6)), true
	case "date":
		y, m, day := d.T.Date()
		return constant(name, Date{time.Date(y, m, day, 0, 0, 0, 0, time.UTC)}), true
	case "isoformat":
		return constant(name, value.String(d.ISO())), true
	}
	return dateAttr(d.T, name)
}

// Attr gives attributes and methods.
func (d Date) Attr(name string) (value.Value, bool) {
	if name == "isoformat" {
		return constant(name, value.String(d.ISO())), true
	}
	return dateAttr(d.T, name)
}

func dateAttr(t time.Time, name string) (value.Value, bool) {
	switch name {
	case "year":
		return value.Int(t.Year()), true
	case "month":
		return value.Int(t.Month()), true
	case "day":
		return value.Int(t.Day()), true
	case "weekday":
		return constant(name, value.Int((t.Weekday()+6)%7)), true
	case "isoweekday":
		return constant(name, value.Int((t.Weekday()+6)%7+1)), true
	case "strftime":
		return call{name, func(args []value.Value) (value.Value, error) {
			if len(args) != 1 {
				return nil, value.TypeError("strftime() takes exactly 1 argument (%d given)", len(args))
			}
			return value.String(Format(t, args[0].String())), nil
		}}, true
	}
	return nil, false
}

// Attr gives attributes and methods.
func (d Delta) Attr(name string) (value.Value, bool) {
	days, sec, us := d.parts()
	switch name {
	case "days":
		return value.Int(days), true
	case "seconds":
		return value.Int(sec), true
	case "microseconds":
		return value.Int(us), true
	case "total_seconds":
		return constant(name, value.Float(float64(d.D.Microseconds())/1e6)), true
	}
	return nil, false
}
