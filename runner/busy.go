package runner

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goplay/goplay/runner/event"
)

// busy knows which tasks wait for which places.
type busy struct {
	mu    sync.Mutex
	tasks map[string][]string
}

// begin notes that a task waits for a place, until end is called.
func (b *busy) begin(place, task string) (end func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tasks == nil {
		b.tasks = map[string][]string{}
	}
	b.tasks[place] = append(b.tasks[place], task)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		i := slices.Index(b.tasks[place], task)
		b.tasks[place] = slices.Delete(b.tasks[place], i, i+1)
	}
}

// of gives the tasks that wait for a place, each once.
func (b *busy) of(place string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(b.tasks[place])))
}

// tellSilent tells of a host that does not answer, and of what waits for it.
func (r *run) tellSilent(host, what string) {
	text := host + " " + what
	if tasks := r.busy.of(host); len(tasks) > 0 {
		text += fmt.Sprintf(" (TASK [%s])", strings.Join(tasks, "], ["))
	}
	r.send(event.Message{Level: event.Warning, Text: text + "."})
}
