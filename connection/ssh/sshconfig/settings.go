package sshconfig

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Get is the first value of a keyword (in small letters), or "".
func (s *Settings) Get(keyword string) string {
	if v := s.values[keyword]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// List is all values of a keyword.
func (s *Settings) List(keyword string) []string { return s.values[keyword] }

// Bool is a yes or no, or otherwise if it is not set.
func (s *Settings) Bool(keyword string, otherwise bool) bool {
	switch strings.ToLower(s.Get(keyword)) {
	case "yes", "true":
		return true
	case "no", "false":
		return false
	}
	return otherwise
}

// Int is a number, or otherwise if it is not set.
func (s *Settings) Int(keyword string, otherwise int) int {
	if n, err := strconv.Atoi(s.Get(keyword)); err == nil {
		return n
	}
	return otherwise
}

// Duration is a time as in "90" or "1h30m", or otherwise if it is not set or "none".
func (s *Settings) Duration(keyword string, otherwise time.Duration) time.Duration {
	if d, ok := parseTime(s.Get(keyword)); ok {
		return d
	}
	return otherwise
}

// Beyond names a keyword whose value only the program ssh can obey, as "keyword value", or gives "". Keywords are in small letters.
func (s *Settings) Beyond() string {
	for _, keyword := range slices.Sorted(maps.Keys(s.values)) {
		beyond := keywords[keyword].beyond
		if beyond != nil && slices.ContainsFunc(s.values[keyword], beyond) {
			return keyword + " " + s.Get(keyword)
		}
	}
	return ""
}

// HostName is the name to connect to when the user wrote host.
func (s *Settings) HostName(host string) string {
	name := s.Get("hostname")
	if name == "" {
		return strings.ToLower(host)
	}
	return strings.ToLower(Expand(name, Tokens{'h': host, '%': "%"}))
}

// Port is the port to connect to.
func (s *Settings) Port() int { return s.Int("port", 22) }

// parseTime reads the time format of sshd_config(5): numbers with the units s, m, h, d and w; a number alone is in seconds.
func parseTime(text string) (time.Duration, bool) {
	units := map[byte]time.Duration{
		's': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour,
	}
	var total time.Duration
	rest := strings.ToLower(text)
	for rest != "" {
		n := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		value, err := strconv.ParseInt(rest[:n], 10, 32)
		if err != nil {
			return 0, false
		}
		unit := time.Second
		if rest = rest[n:]; rest != "" {
			known := false
			if unit, known = units[rest[0]]; !known {
				return 0, false
			}
			rest = rest[1:]
		}
		total += time.Duration(value) * unit
	}
	return total, text != ""
}
