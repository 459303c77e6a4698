package value

import "time"

// Date is Python's datetime.date: what YAML makes of an unquoted 2020-01-02.
type Date struct{ T time.Time }

// DateTime is Python's datetime.datetime. A naive one has no zone; its T is in UTC.
type DateTime struct {
	T     time.Time
	Naive bool
}

// Type is "date".
func (Date) Type() string { return "date" }

// Truth is true.
func (Date) Truth() bool { return true }

// String is the ISO form.
func (d Date) String() string { return d.T.Format(time.DateOnly) }

// Type is "datetime".
func (DateTime) Type() string { return "datetime" }

// Truth is true.
func (DateTime) Truth() bool { return true }

// String is Python's str(): ISO with a space, microseconds only where there are any, and the offset of an aware one.
func (d DateTime) String() string { return d.format(" ") }

// ISOFormat is Python's isoformat(), as JSON output shows it.
func (d DateTime) ISOFormat() string { return d.format("T") }

func (d DateTime) format(sep string) string {
	s := d.T.Format(time.DateOnly) + sep + d.T.Format(time.TimeOnly)
	if d.T.Nanosecond() >= 1000 {
		s += d.T.Format(".000000")
	}
	if d.Naive {
		return s
	}
	return s + d.T.Format("-07:00")
}
