// Package datetime reads dates and times as Python's strptime does.
package datetime

import (
	"strconv"
	"strings"
	"time"

	"github.com/goplay/goplay/templating/value"
)

// Parse is datetime.strptime.
func Parse(text, layout string) (value.DateTime, error) {
	p := &parser{s: text, year: 1900, month: 1, day: 1}
	for i := 0; i < len(layout); i++ {
		c := layout[i]
		ok := true
		switch {
		case c == '%' && i+1 < len(layout):
			i++
			ok = p.directive(layout[i])
		case c == ' ' || c == '\t' || c == '\n':
			p.s = strings.TrimLeft(p.s, " \t\n")
		default:
			ok = p.literal(string(c))
		}
		if !ok {
			return value.DateTime{}, value.ValueError("time data %s does not match format %s", quote(text), quote(layout))
		}
	}
	if p.s != "" {
		return value.DateTime{}, value.ValueError("unconverted data remains: %s", p.s)
	}
	return p.result()
}

func quote(s string) string { return value.Repr(value.String(s)) }

type parser struct {
	s                            string
	year, month, day             int
	hour, minute, second, micros int
	pm, hasPM                    bool
	zone                         *time.Location
	epoch                        int64
	hasEpoch                     bool
}

func (p *parser) literal(s string) bool {
	rest, ok := strings.CutPrefix(p.s, s)
	p.s = rest
	return ok
}

func (p *parser) number(most int, into *int) bool {
	n := 0
	for n < len(p.s) && n < most && p.s[n] >= '0' && p.s[n] <= '9' {
		n++
	}
	if n == 0 {
		return false
	}
	*into, _ = strconv.Atoi(p.s[:n])
	p.s = p.s[n:]
	return true
}

// name takes one of the names of days or months; into gets its number from 1.
func (p *parser) name(names []string, into *int) bool {
	for i, n := range names {
		if len(p.s) >= len(n) && strings.EqualFold(p.s[:len(n)], n) {
			*into = i + 1
			p.s = p.s[len(n):]
			return true
		}
	}
	return false
}

func monthNames(short bool) []string {
	names := make([]string, 12)
	for i := range names {
		names[i] = time.Month(i + 1).String()
		if short {
			names[i] = names[i][:3]
		}
	}
	return names
}

func dayNames(short bool) []string {
	names := make([]string, 7)
	for i := range names {
		names[i] = time.Weekday(i).String()
		if short {
			names[i] = names[i][:3]
		}
	}
	return names
}

func (p *parser) directive(c byte) bool {
	var ignored int
	switch c {
	case 'Y':
		return p.number(4, &p.year)
	case 'm':
		return p.number(2, &p.month)
	case 'd', 'e':
		return p.number(2, &p.day)
	case 'H':
		return p.number(2, &p.hour)
	case 'M':
		return p.number(2, &p.minute)
	case 'S':
		return p.number(2, &p.second)
	case 'I':
		p.hasPM = true
		return p.number(2, &p.hour)
	case 'b', 'h':
		return p.name(monthNames(true), &p.month)
	case 'B':
		return p.name(monthNames(false), &p.month)
	case 'a':
		return p.name(dayNames(true), &ignored)
	case 'A':
		return p.name(dayNames(false), &ignored)
	}
	return p.rare(c)
}

func (p *parser) rare(c byte) bool {
	var n int
	switch c {
	case 'y':
		ok := p.number(2, &n)
		p.year = 1900 + n
		if n < 69 {
			p.year = 2000 + n
		}
		return ok
	case 'j':
		ok := p.number(3, &n)
		p.month, p.day = 1, n
		return ok
	case 'f':
		before := len(p.s)
		ok := p.number(6, &n)
		for d := before - len(p.s); d < 6; d++ {
			n *= 10
		}
		p.micros = n
		return ok
	case 'p':
		ok := p.name([]string{"AM", "PM"}, &n)
		p.pm, p.hasPM = n == 2, true
		return ok
	case 'z':
		return p.offset()
	case 'Z':
		for _, z := range []string{"UTC", "GMT"} {
			if p.literal(z) {
				return true
			}
		}
		return false
	case 's':
		ok := p.number(12, &n)
		p.epoch, p.hasEpoch = int64(n), true
		return ok
	case '%':
		return p.literal("%")
	case 'T':
		return p.directive('H') && p.literal(":") && p.directive('M') && p.literal(":") && p.directive('S')
	}
	return false
}

func (p *parser) offset() bool {
	if p.literal("Z") {
		p.zone = time.UTC
		return true
	}
	sign := 1
	if p.literal("-") {
		sign = -1
	} else if !p.literal("+") {
		return false
	}
	var h, m int
	if !p.number(2, &h) {
		return false
	}
	p.literal(":")
	if !p.number(2, &m) {
		return false
	}
	p.zone = time.FixedZone("", sign*(h*3600+m*60))
	return true
}

func (p *parser) result() (value.DateTime, error) {
	if p.hasEpoch {
		return value.DateTime{T: time.Unix(p.epoch, 0)}, nil
	}
	if p.hasPM {
		p.hour %= 12
		if p.pm {
			p.hour += 12
		}
	}
	if p.month < 1 || p.month > 12 || p.day < 1 || p.hour > 23 || p.minute > 59 || p.second > 61 {
		return value.DateTime{}, value.ValueError("day is out of range for month")
	}
	zone := p.zone
	if zone == nil {
		zone = time.UTC
	}
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.micros*1000, zone)
	if p.month != 1 && int(t.Month()) != p.month {
		return value.DateTime{}, value.ValueError("day is out of range for month")
	}
	return value.DateTime{T: t, Naive: p.zone == nil}, nil
}
