package callback

import (
	"testing"
	"time"
)

// TestLap checks that lines of laps are equally wide whatever the day is called; the rows of internal/parity leave the day out.
func TestLap(t *testing.T) {
	for day, want := range map[int]string{
		26: "Thursday 26 November 2026  21:36:31 +0000 (0:00:01.250)       0:01:01.250 ***** ",
		27: "Friday 27 November 2026  21:36:31 +0000 (0:00:01.250)       0:01:01.250 ******* ",
	} {
		now := time.Date(2026, 11, day, 21, 36, 31, 0, time.UTC)
		w := stopwatch{start: now.Add(-61250 * time.Millisecond), last: now.Add(-1250 * time.Millisecond)}
		if got := w.lap(now); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		if !w.last.Equal(now) {
			t.Errorf("the next lap begins at %v", w.last)
		}
	}
}
