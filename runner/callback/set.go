package callback

import (
	"cmp"
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
		if differ, ok := sink.(event.Differ); ok {
			differ.Diff(e)
		}
	}
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
	short := ShortOf(name)
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name || k.name[strings.LastIndexByte(k.name, '.')+1:] == short })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// Has tells whether goplay has a callback of its own of a name.
func Has(name string) bool {
	_, ok := find(name)
	return ok
}

// NewSet makes a set that shows nothing but what the run itself has to say, until callbacks are loaded.
func NewSet(d *Display) *Set { return &Set{d: d, sinks: []event.Sink{messages{d}}} }

// Foreign has callbacks that are none of goplay's own.
type Foreign interface {
	// Stdout makes the one that stdout_callback names; nil: there is none of that name.
	Stdout(name string) (event.Sink, error)
	// Knows tells whether there is one that callbacks_enabled names. One that is adjacent is made with those that need no naming.
	Knows(name string) (known, adjacent bool)
	// Read reads those that need no naming and those that are enabled beside them, and tells of what cannot be read.
	Read(enabled []string)
	// Adjacent makes those that were read; nil: there are none.
	Adjacent() event.Sink
	// Enabled makes one that is not adjacent; nil: it has told why not.
	Enabled(name string) event.Sink
}

// Load makes the callbacks of a run: the one that stdout_callback names and, in their order, those of callbacks_enabled. One of these that
// there is not, or that cannot be made, is warned of. An error is an *UnknownError, or why a foreign one that writes to stdout cannot be
// made. foreign may be nil. No event may come meanwhile.
func (s *Set) Load(stdout string, enabled []string, foreign Foreign) error {
	if foreign == nil {
		foreign = none{}
	}
	own, err := s.loadStdout(stdout, foreign)
	if err != nil {
		return err
	}
	isForeign := own.make == nil
	foreign.Read(enabled)
	list := s.wanted(own, enabled, foreign)
	s.addForeign(foreign.Adjacent())
	for _, w := range list {
		if w.make == nil {
			s.addForeign(foreign.Enabled(w.as))
			continue
		}
		s.add(w.kind, w.as)
	}
	if isForeign {
		s.sinks = append(s.sinks, counts{s.d})
	}
	return nil
}

// counts tells how many plays a playbook has, where no printer of goplay's does.
type counts struct{ *Display }

// Event tells it when every callback knows of the playbook.
func (c counts) Event(e event.Event) {
	if e, ok := e.(event.PlaybookStart); ok {
		c.playCount(e)
	}
}

// none has no callbacks.
type none struct{}

func (none) Stdout(string) (event.Sink, error)   { return nil, nil }
func (none) Knows(string) (known, adjacent bool) { return false, false }
func (none) Read([]string)                       {}
func (none) Adjacent() event.Sink                { return nil }
func (none) Enabled(string) event.Sink           { return nil }

// loadStdout makes the callback that writes to stdout. What the run itself has to say is shown beside one that is no printer of goplay's.
func (s *Set) loadStdout(name string, foreign Foreign) (own kind, err error) {
	sink, err := foreign.Stdout(name)
	if err != nil {
		return kind{}, err
	}
	if sink != nil {
		s.sinks = append(s.sinks, sink)
		return kind{name: name}, nil
	}
	own, ok := find(name)
	if !ok {
		return kind{}, &UnknownError{name}
	}
	if own.printer {
		s.sinks = nil
	}
	s.add(own, name)
	return own, nil
}

// named is a callback with the name that the settings call it by. A foreign one has no kind.
type named struct {
	kind
	as string
}

// wanted finds the callbacks to be enabled beside the one that writes to stdout and those that are adjacent, each once.
func (s *Set) wanted(stdout kind, enabled []string, foreign Foreign) []named {
	var all []named
	seen := map[string]bool{stdout.name: true, "": true}
	for _, name := range enabled {
		w := named{as: name}
		known, adjacent := foreign.Knows(name)
		if !known {
			w.kind, known = find(name)
		}
		switch full := cmp.Or(w.kind.name, name); {
		case adjacent || seen[full]:
		case !known:
			s.d.Warning(fmt.Sprintf("Skipping callback plugin '%s', unable to load", name))
		case w.printer:
			s.d.Verbose(2, fmt.Sprintf("Skipping callback '%s', as we already have a stdout callback.", name))
		default:
			seen[full] = true
			all = append(all, w)
		}
	}
	return all
}

func (s *Set) addForeign(sink event.Sink) {
	if sink != nil {
		s.sinks = append(s.sinks, sink)
	}
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
