package callback

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goplay/goplay/runner/event"
)

// Set hands each event to the callbacks of a run, the one that writes to stdout first.
type Set struct {
	d     *Display
	sinks []event.Sink
}

// At says when the event that comes next was sent.
func (s *Set) At(sent time.Time) { s.d.At(sent) }

// Event hands an event on.
func (s *Set) Event(e event.Event) {
	for _, sink := range s.sinks {
		sink.Event(e)
	}
}

// UnknownError is a stdout_callback that there is not.
type UnknownError struct{ Name string }

// Error is the reference's message.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("Could not load '%s' callback plugin.", e.Name)
}

// kind is a callback: its full name and how it is made. A printer shows results and messages; the others add to what it shows, or write
// files.
type kind struct {
	name    string
	printer bool
	make    func(*Display) (event.Sink, error)
}

// kinds are the callbacks, by full name and by what they are called in short.
var kinds = []kind{
	{"ansible.builtin.default", true, func(d *Display) (event.Sink, error) { return NewDefault(d), nil }},
	{"ansible.builtin.minimal", true, func(d *Display) (event.Sink, error) { return NewMinimal(d), nil }},
	{"ansible.builtin.oneline", true, func(d *Display) (event.Sink, error) { return NewOneline(d), nil }},
	{"ansible.posix.json", true, func(d *Display) (event.Sink, error) { return NewJSON(d), nil }},
	{"community.general.yaml", true, func(d *Display) (event.Sink, error) { return NewYAML(d), nil }},
	{"ansible.builtin.junit", false, func(d *Display) (event.Sink, error) { return NewJUnit(d) }},
	{"ansible.builtin.tree", false, func(d *Display) (event.Sink, error) { return NewTree(d), nil }},
	{"ansible.posix.timer", false, func(d *Display) (event.Sink, error) { return NewTimer(d), nil }},
	{"ansible.posix.profile_tasks", false, func(d *Display) (event.Sink, error) { return NewProfileTasks(d) }},
	{"ansible.posix.profile_roles", false, func(d *Display) (event.Sink, error) { return NewProfileRoles(d), nil }},
	{"community.general.log_plays", false, func(d *Display) (event.Sink, error) { return NewLogPlays(d) }},
}

// find finds a callback by name: timer, ansible.posix.timer; ansible.legacy and ansible.builtin know every short name.
func find(name string) (kind, bool) {
	short := name
	for _, namespace := range []string{"ansible.builtin.", "ansible.legacy."} {
		short = strings.TrimPrefix(short, namespace)
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name || k.name[strings.LastIndexByte(k.name, '.')+1:] == short })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// NewSet makes a set that shows nothing but what the run itself has to say, until callbacks are loaded.
func NewSet(d *Display) *Set { return &Set{d: d, sinks: []event.Sink{messages{d}}} }

// Load makes the callbacks of a run: the one that stdout_callback names and, in their order, those of callbacks_enabled. One of these that
// there is not, or that cannot be made, is warned of. An error is an *UnknownError. No event may come meanwhile.
func (s *Set) Load(stdout string, enabled []string) error {
	d := s.d
	k, ok := find(stdout)
	if !ok {
		return &UnknownError{stdout}
	}
	if k.printer {
		s.sinks = nil
	}
	s.add(k, stdout)
	for _, e := range wanted(d, k, enabled) {
		s.add(e.kind, e.name)
	}
	return nil
}

// named is a callback with the name that the settings call it by.
type named struct {
	kind
	name string
}

// wanted finds the callbacks to be enabled beside the one that writes to stdout, each once.
func wanted(d *Display, stdout kind, enabled []string) []named {
	var all []named
	seen := map[string]bool{stdout.name: true}
	for _, name := range enabled {
		switch k, ok := find(name); {
		case name == "" || seen[k.name]:
		case !ok:
			d.Warning(fmt.Sprintf("Skipping callback plugin '%s', unable to load", name))
		case k.printer:
			d.Verbose(2, fmt.Sprintf("Skipping callback '%s', as we already have a stdout callback.", name))
		default:
			seen[k.name] = true
			all = append(all, named{k, name})
		}
	}
	return all
}

func (s *Set) add(k kind, name string) {
	sink, err := k.make(s.d)
	if err != nil {
		s.d.Warning(fmt.Sprintf("Failed to load callback plugin '%s': %v", name, err))
		return
	}
	s.sinks = append(s.sinks, sink)
}

// messages shows what the run itself has to say, where no printer does.
type messages struct{ *Display }

// Event shows a message.
func (m messages) Event(e event.Event) {
	if e, ok := e.(event.Message); ok {
		m.Message(e)
	}
}
