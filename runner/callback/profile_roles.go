package callback

import (
	"slices"
	"time"

	"github.com/goplay/goplay/runner/event"
)

// ProfileRoles tells how long roles take, and the actions of tasks that are in no role.
type ProfileRoles struct {
	*Display
	watch stopwatch
	rows  []profiled
	index map[string]int
	start time.Time // of the task under way
	under int       // its row; negative: none
}

// NewProfileRoles starts the clock.
func NewProfileRoles(d *Display) *ProfileRoles {
	return &ProfileRoles{Display: d, watch: startWatch(d.now()), index: map[string]int{}, under: -1}
}

// Event takes an event.
func (p *ProfileRoles) Event(e event.Event) {
	switch e := e.(type) {
	case event.TaskStart:
		if line := p.lap(); !p.o.ProfileRolesSummaryOnly {
			p.Line(line, "")
		}
		p.begin(e.Task)
	case event.Recap:
		p.Banner("ROLES RECAP")
		p.Line(p.lap(), "")
		p.summary()
	}
}

// lap ends the task under way, and gives the line that tells of it.
func (p *ProfileRoles) lap() string {
	now := p.now()
	if p.under >= 0 {
		p.rows[p.under].took += now.Sub(p.start)
	}
	return p.watch.lap(now)
}

func (p *ProfileRoles) begin(t *event.Task) {
	name := t.Role
	if name == "" {
		name = t.Action
	}
	i, again := p.index[name]
	if !again {
		i = len(p.rows)
		p.index[name] = i
		p.rows = append(p.rows, profiled{name: name})
	}
	p.under, p.start = i, p.now()
}

func (p *ProfileRoles) summary() {
	p.Line(filledUp("", "="), "")
	rows := slices.Clone(p.rows)
	slowestFirst(rows)
	total := profiled{name: "total"}
	for _, r := range rows {
		total.took += r.took
		p.Line(r.String(), "")
	}
	p.Line(filledUp("", "~"), "")
	p.Line(total.String(), "")
}
