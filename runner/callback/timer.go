package callback

import (
	"fmt"
	"time"

	"github.com/goplay/goplay/runner/event"
)

// Timer tells at the end how long the run took.
type Timer struct {
	*Display
	start time.Time
}

// NewTimer starts the clock.
func NewTimer(d *Display) *Timer { return &Timer{Display: d, start: d.now()} }

// Event takes an event.
func (t *Timer) Event(e event.Event) {
	if _, ok := e.(event.Recap); !ok {
		return
	}
	s := int(t.now().Sub(t.start).Seconds())
	t.Banner("PLAYBOOK RECAP")
	t.Line(fmt.Sprintf("Playbook run took %d days, %d hours, %d minutes, %d seconds\n\r", s/86400, s/3600%24, s/60%60, s%60), "")
}
