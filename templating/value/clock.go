package value

import (
	"fmt"
	"time"
)

// Clock is datetime.time without a zone: what TOML makes of 10:20:30. Its T is on any day.
type Clock struct{ T time.Time }

// Type is time.
func (Clock) Type() string { return "time" }

// Truth is true.
func (Clock) Truth() bool { return true }

// String is Python's str: HH:MM:SS[.ffffff].
func (c Clock) String() string {
	if c.micros() != 0 {
		return c.T.Format("15:04:05.000000")
	}
	return c.T.Format(time.TimeOnly)
}

// ISO is isoformat().
func (c Clock) ISO() string { return c.String() }

// repr leaves out seconds where nothing is behind the minute.
func (c Clock) repr() string {
	s := fmt.Sprintf("datetime.time(%d, %d", c.T.Hour(), c.T.Minute())
	if c.T.Second() != 0 || c.micros() != 0 {
		s += fmt.Sprintf(", %d", c.T.Second())
	}
	if c.micros() != 0 {
		s += fmt.Sprintf(", %d", c.micros())
	}
	return s + ")"
}

func (c Clock) micros() int { return c.T.Nanosecond() / 1000 }

// Equal compares.
func (c Clock) Equal(v Value) bool {
	o, ok := v.(Clock)
	return ok && c.String() == o.String()
}

// Compare orders.
func (c Clock) Compare(v Value) (int, bool) {
	o, ok := v.(Clock)
	switch a, b := c.String(), o.String(); {
	case !ok || a == b:
		return 0, ok
	case a < b:
		return -1, true
	default:
		return 1, true
	}
}

// Attr gives attributes and methods.
func (c Clock) Attr(name string) (Value, bool) {
	switch name {
	case "isoformat":
		return constantMethod(name, String(c.ISO())), true
	case "strftime":
		return strftimeMethod(time.Date(1900, 1, 1, c.T.Hour(), c.T.Minute(), c.T.Second(), c.T.Nanosecond(), time.UTC)), true
	}
	return clockAttr(c.T, name)
}

func clockAttr(t time.Time, name string) (Value, bool) {
	switch name {
	case "hour":
		return Int(t.Hour()), true
	case "minute":
		return Int(t.Minute()), true
	case "second":
		return Int(t.Second()), true
	case "microsecond":
		return Int(t.Nanosecond() / 1000), true
	}
	return nil, false
}
