package document

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/goplay/goplay/templating/value"
)

var (
	dateForm     = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)$`)
	dateTimeForm = regexp.MustCompile(`^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?$`)
)

// date gives the date or datetime that plain text is, or nil.
func (c *converter) date(n *yaml.Node, s string) (value.Value, error) {
	if m := dateForm.FindStringSubmatch(s); m != nil {
		t, bad := civil(m[1:4], "0", "0", "0")
		if bad != "" {
			return nil, c.fail(n, "%s", bad)
		}
		return value.Date{T: t}, nil
	}
	m := dateTimeForm.FindStringSubmatch(s)
	if m == nil {
		return nil, nil
	}
	t, bad := civil(m[1:4], m[4], m[5], m[6])
	if bad != "" {
		return nil, c.fail(n, "%s", bad)
	}
	t = t.Add(fraction(m[7]))
	if m[8] == "" {
		return value.DateTime{T: t, Naive: true}, nil
	}
	return value.DateTime{T: inZone(t, m[9], m[10], m[11])}, nil
}

// civil makes a time and tells what is out of range, in Python's words.
func civil(ymd []string, hour, minute, second string) (time.Time, string) {
	y, mo, d := atoi(ymd[0]), atoi(ymd[1]), atoi(ymd[2])
	h, mi, s := atoi(hour), atoi(minute), atoi(second)
	t := time.Date(y, time.Month(mo), d, h, mi, s, 0, time.UTC)
	switch {
	case y < 1:
		return t, "year 0 is out of range"
	case mo < 1 || mo > 12:
		return t, "month must be in 1..12"
	case t.Day() != d && h < 24 && mi < 60 && s < 60, d < 1:
		return t, "day is out of range for month"
	case h > 23:
		return t, "hour must be in 0..23"
	case mi > 59:
		return t, "minute must be in 0..59"
	case s > 59:
		return t, "second must be in 0..59"
	}
	return t, ""
}

func fraction(digits string) time.Duration {
	if digits == "" {
		return 0
	}
	return time.Duration(atoi((digits + "000000")[:6])) * time.Microsecond
}

func inZone(t time.Time, sign, hours, minutes string) time.Time {
	offset := atoi(hours)*3600 + atoi(minutes)*60
	if sign == "-" {
		offset = -offset
	}
	if offset == 0 {
		return t
	}
	return t.Add(-time.Duration(offset) * time.Second).In(time.FixedZone("", offset))
}

func atoi(s string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(s)) // digits, by the form
	return n
}
