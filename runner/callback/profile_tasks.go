package callback

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/goplay/goplay/runner/event"
)

// ProfileTasksOptions are the settings of profile_tasks, as they are written.
type ProfileTasksOptions struct {
	SortOrder   string // descending, ascending or none
	OutputLimit string // how many tasks the summary shows: a number, or "all"
	SummaryOnly bool   // no line at each task
}

// ProfileTasks tells how long tasks take: at the start of each about the one before, and in a summary at the end.
type ProfileTasks struct {
	*Display
	watch stopwatch
	limit int // negative: all
	tasks []profiled
	index map[int]int // of tasks, by ID
	start time.Time   // when the task under way started
	under int         // its index; negative: none
}

// NewProfileTasks starts the clock. An error is a wrong setting.
func NewProfileTasks(d *Display) (*ProfileTasks, error) {
	o := d.o.ProfileTasks
	if orders := []string{"descending", "ascending", "none"}; !slices.Contains(orders, o.SortOrder) {
		return nil, wrongSortOrder(o.SortOrder)
	}
	limit := -1
	if o.OutputLimit != "all" {
		var err error
		if limit, err = strconv.Atoi(o.OutputLimit); err != nil {
			return nil, fmt.Errorf("invalid literal for int() with base 10: '%s'", o.OutputLimit)
		}
	}
	return &ProfileTasks{Display: d, watch: startWatch(d.now()), limit: limit, index: map[int]int{}, under: -1}, nil
}

func wrongSortOrder(given string) error {
	what := fmt.Sprintf("Invalid value '%s' for config 'sort_order' for 'ansible_collections.ansible.posix.plugins.callback.profile_tasks' callback plugin.", given)
	return errors.New(what + "\n\nFailed to load callback plugin 'profile_tasks'.\n\n<<< caused by >>>\n\n" + what + " Valid values are: descending, ascending, none")
}

// Event takes an event.
func (p *ProfileTasks) Event(e event.Event) {
	switch e := e.(type) {
	case event.TaskStart:
		if line := p.lap(); !p.o.ProfileTasks.SummaryOnly {
			p.Line(line, "")
		}
		p.begin(e.Task)
	case event.Recap:
		p.Banner("TASKS RECAP")
		p.Line(p.lap(), "")
		p.summary()
	}
}

// lap ends the task under way, and gives the line that tells of it.
func (p *ProfileTasks) lap() string {
	now := p.now()
	if p.under >= 0 {
		p.tasks[p.under].took = now.Sub(p.start)
	}
	return p.watch.lap(now)
}

func (p *ProfileTasks) begin(t *event.Task) {
	i, again := p.index[t.ID]
	if !again {
		i = len(p.tasks)
		p.index[t.ID] = i
		p.tasks = append(p.tasks, profiled{name: t.Name, path: fmt.Sprintf("%s:%d", t.Pos.File, t.Pos.Line)})
	}
	p.under, p.start = i, p.now()
}

func (p *ProfileTasks) summary() {
	p.Line(filledUp("", "="), "")
	rows := slices.Clone(p.tasks)
	if order := p.o.ProfileTasks.SortOrder; order != "none" {
		slowestFirst(rows)
		if order == "ascending" {
			slices.Reverse(rows)
		}
	}
	if p.limit >= 0 {
		rows = rows[:min(len(rows), p.limit)]
	}
	for _, r := range rows {
		p.Line(r.String(), "")
		if p.o.Verbosity > 1 {
			p.Line(r.path+" "+dashes(profileWidth-width(r.path)-1), "")
		}
	}
}
