package callback

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// stopwatch measures laps: from one task to the next.
type stopwatch struct{ start, last time.Time }

func startWatch(now time.Time) stopwatch { return stopwatch{now, now} }

// profileWidth is how wide the lines of profiles are, whatever the terminal.
const profileWidth = 79

// lap ends a lap. It gives the line that tells of it: when it ended, how long it was, and the time since the start.
func (w *stopwatch) lap(now time.Time) string {
	line := fmt.Sprintf("%s (%s)       %s", now.Format("Monday 02 January 2006  15:04:05 -0700"), clock(now.Sub(w.last)), clock(now.Sub(w.start)))
	w.last = now
	return filledUp(line, "*")
}

// clock shows a duration as hours, minutes, seconds and thousandths.
func clock(d time.Duration) string {
	return fmt.Sprintf("%d:%02d:%02d.%03d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, d.Milliseconds()%1000)
}

// filledUp fills a line up with a character.
func filledUp(line, with string) string {
	if line != "" {
		line += " "
	}
	return line + strings.Repeat(with, max(0, profileWidth-width(line))) + " "
}

// profiled is one row of a profile.
type profiled struct {
	name string
	path string // of a task: "site.yml:3"
	took time.Duration
}

const timeColumn = 9

func (p profiled) String() string {
	name, took := p.name+" ", fmt.Sprintf(" %.2fs", p.took.Seconds())
	return name + dashes(profileWidth-timeColumn-width(name)) + dashes(timeColumn-len(took)) + took
}

func dashes(n int) string { return strings.Repeat("-", max(0, n)) }

// slowestFirst sorts rows by time; equal ones stay in their order.
func slowestFirst(rows []profiled) {
	slices.SortStableFunc(rows, func(a, b profiled) int { return int(b.took - a.took) })
}
