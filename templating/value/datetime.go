package value

import (
	"fmt"
	"math"
	"time"
)

// Date is Python's datetime.date: what YAML makes of an unquoted 2020-01-02.
type Date struct{ T time.Time }

// DateTime is Python's datetime.datetime. A naive one has no zone; its T is in UTC.
type DateTime struct {
	T     time.Time
	Naive bool
}

// WallClock gives a time as clocks in its zone show it, without the zone.
func WallClock(t time.Time) DateTime {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	return DateTime{T: wall, Naive: true}
}

// Delta is datetime.timedelta.
type Delta struct{ D time.Duration }

// Type is datetime.
func (DateTime) Type() string { return "datetime" }

// Truth is true.
func (DateTime) Truth() bool { return true }

// String is Python's str.
func (d DateTime) String() string { return d.format(" ") }

// ISO is isoformat(), as JSON output shows it.
func (d DateTime) ISO() string { return d.format("T") }

func (d DateTime) format(sep string) string {
	layout := "2006-01-02" + sep + "15:04:05"
	if d.T.Nanosecond()/1000 != 0 {
		layout += ".000000"
	}
	if !d.Naive {
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

// ISODate is a Default of JSON that knows dates and times alone, by their ISO forms.
func ISODate(v Value) (Value, error) {
	if d, ok := v.(interface{ ISO() string }); ok {
		return String(d.ISO()), nil
	}
	return nil, TypeError("Object of type %s is not JSON serializable", v.Type())
}

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
func (d DateTime) Equal(v Value) bool {
	o, ok := v.(DateTime)
	return ok && d.Naive == o.Naive && d.T.Equal(o.T)
}

// Compare orders.
func (d DateTime) Compare(v Value) (int, bool) {
	if o, ok := v.(Date); ok {
		return d.day().Compare(o.T), true
	}
	o, ok := v.(DateTime)
	return d.T.Compare(o.T), ok && d.Naive == o.Naive
}

// Equal compares.
func (d Date) Equal(v Value) bool {
	o, ok := v.(Date)
	return ok && d.T.Equal(o.T)
}

// Compare orders.
func (d Date) Compare(v Value) (int, bool) {
	if o, ok := v.(DateTime); ok {
		return d.T.Compare(o.day()), true
	}
	o, ok := v.(Date)
	return d.T.Compare(o.T), ok
}

// Equal compares.
func (d Delta) Equal(v Value) bool {
	o, ok := v.(Delta)
	return ok && d == o
}

// Compare orders.
func (d Delta) Compare(v Value) (int, bool) {
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
func (d DateTime) Add(v Value) (Value, bool, error) {
	o, ok := v.(Delta)
	return DateTime{d.T.Add(o.D), d.Naive}, ok, nil
}

// Subtract gives the time between two datetimes, or the datetime a timedelta before.
func (d DateTime) Subtract(v Value) (Value, bool, error) {
	switch o := v.(type) {
	case DateTime:
		if d.Naive != o.Naive {
			return nil, true, TypeError("can't subtract offset-naive and offset-aware datetimes")
		}
		return Delta{d.T.Sub(o.T)}, true, nil
	case Delta:
		return DateTime{d.T.Add(-o.D), d.Naive}, true, nil
	}
	return nil, false, nil
}

// Add adds the days of a timedelta.
func (d Date) Add(v Value) (Value, bool, error) {
	o, ok := v.(Delta)
	days, _, _ := o.parts()
	return Date{d.T.AddDate(0, 0, int(days))}, ok, nil
}

// Subtract gives the time between two dates, or the date some days before.
func (d Date) Subtract(v Value) (Value, bool, error) {
	switch o := v.(type) {
	case Date:
		return Delta{d.T.Sub(o.T)}, true, nil
	case Delta:
		days, _, _ := Delta{-o.D}.parts()
		return Date{d.T.AddDate(0, 0, int(days))}, true, nil
	}
	return nil, false, nil
}

// Add adds timedeltas.
func (d Delta) Add(v Value) (Value, bool, error) {
	switch o := v.(type) {
	case Delta:
		return Delta{d.D + o.D}, true, nil
	case DateTime:
		return DateTime{o.T.Add(d.D), o.Naive}, true, nil
	case Date:
		return o.Add(d)
	}
	return nil, false, nil
}

// Subtract subtracts timedeltas.
func (d Delta) Subtract(v Value) (Value, bool, error) {
	o, ok := v.(Delta)
	return Delta{d.D - o.D}, ok, nil
}

// boundMethod is a method of a value here.
type boundMethod struct {
	name string
	fn   func(args []Value) (Value, error)
}

func (boundMethod) Type() string     { return "builtin_function_or_method" }
func (boundMethod) Truth() bool      { return true }
func (c boundMethod) String() string { return "<built-in method " + c.name + ">" }

// Call calls the method.
func (c boundMethod) Call(args []Value, _ *Dict) (Value, error) { return c.fn(args) }

func constantMethod(name string, v Value) Value {
	return boundMethod{name, func([]Value) (Value, error) { return v, nil }}
}

// day is the date as a Date has it.
func (d DateTime) day() time.Time {
	y, m, day := d.T.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
}

// instant is the moment: a naive time is one of here.
func (d DateTime) instant() time.Time {
	if !d.Naive {
		return d.T
	}
	return time.Date(d.T.Year(), d.T.Month(), d.T.Day(), d.T.Hour(), d.T.Minute(), d.T.Second(), d.T.Nanosecond(), time.Local)
}

// Attr gives attributes and methods.
func (d DateTime) Attr(name string) (Value, bool) {
	switch name {
	case "timestamp":
		return constantMethod(name, Float(float64(d.instant().UnixMicro())/1e6)), true
	case "date":
		return constantMethod(name, Date{d.day()}), true
	case "time":
		return constantMethod(name, Clock{d.T}), true
	case "isoformat":
		return constantMethod(name, String(d.ISO())), true
	}
	if v, ok := clockAttr(d.T, name); ok {
		return v, true
	}
	return dateAttr(d.T, name)
}

// Attr gives attributes and methods.
func (d Date) Attr(name string) (Value, bool) {
	if name == "isoformat" {
		return constantMethod(name, String(d.ISO())), true
	}
	return dateAttr(d.T, name)
}

func dateAttr(t time.Time, name string) (Value, bool) {
	switch name {
	case "year":
		return Int(t.Year()), true
	case "month":
		return Int(t.Month()), true
	case "day":
		return Int(t.Day()), true
	case "weekday":
		return constantMethod(name, Int((t.Weekday()+6)%7)), true
	case "isoweekday":
		return constantMethod(name, Int((t.Weekday()+6)%7+1)), true
	case "strftime":
		return strftimeMethod(t), true
	}
	return nil, false
}

func strftimeMethod(t time.Time) Value {
	return boundMethod{"strftime", func(args []Value) (Value, error) {
		if len(args) != 1 {
			return nil, TypeError("strftime() takes exactly 1 argument (%d given)", len(args))
		}
		return String(Strftime(t, args[0].String())), nil
	}}
}

// Attr gives attributes and methods.
func (d Delta) Attr(name string) (Value, bool) {
	days, sec, us := d.parts()
	switch name {
	case "days":
		return Int(days), true
	case "seconds":
		return Int(sec), true
	case "microseconds":
		return Int(us), true
	case "total_seconds":
		return constantMethod(name, Float(float64(d.D.Microseconds())/1e6)), true
	}
	return nil, false
}
