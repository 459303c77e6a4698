package wsman

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Duration writes a duration as xs:duration has it, in seconds with up to three decimals: "PT20S", "PT0.500S".
func Duration(d time.Duration) string {
	if d%time.Second == 0 {
		return fmt.Sprintf("PT%dS", d/time.Second)
	}
	return fmt.Sprintf("PT%.3fS", d.Seconds())
}

var duration = regexp.MustCompile(`^P(?:(\d{1,5})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$`)

// ParseDuration reads an xs:duration of days, hours, minutes and seconds.
func ParseDuration(s string) (time.Duration, error) {
	m := duration.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%.40q is no duration", s)
	}
	var total float64
	for i, unit := range []float64{86400, 3600, 60, 1} {
		n, _ := strconv.ParseFloat(m[i+1], 64) // digits, or "" for 0
		total += n * unit
	}
	return time.Duration(total * float64(time.Second)), nil
}
