// Package event tells what happens in a run. The runner sends events, sinks (printers, logs, reports) take them; nothing of a
// run depends on how it is shown.
package event

import (
	"time"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Sink takes events, one at a time and in order. It must not keep or change what it is given beyond the call, except values that
// are never changed after they were sent (results).
type Sink interface {
	Event(Event)
}

// Timed is a Sink that wants to know when an event was sent, which may be earlier than when it is shown.
type Timed interface {
	Sink
	// At comes before each event.
	At(sent time.Time)
}

// Differ is a Sink that is told of the differences of an ItemResult or a Result before any sink has the event itself.
type Differ interface {
	Sink
	Diff(Event)
}

// Event is one of the types below.
type Event interface{ event() }

// Task says which task an event is about.
type Task struct {
	ID     int    // unique in the run
	Name   string // as shown: templated name, with "role : " in front; the action's name where it has none
	Title  string // the templated name alone; "" where it has none
	Action string // as written: "ansible.builtin.command", "debug"
	Role   string
	Pos    source.Pos  // of the task in its file
	Args   *value.Dict // as written, templates unevaluated; nil or empty: none. A secret task's are here too

	// Keywords gives the task's keywords as written, by name; those that are not given are missing. It is for sinks that want to know more.
	Keywords func() *value.Dict

	Handler   bool
	Check     bool // runs in check mode
	Diff      bool // shows differences
	CheckAll  bool // the whole run is in check mode
	NoLog     bool
	Loop      bool
	LoopLabel bool
}

// Host says on which host; Delegate is the other host that did the work, or "".
type Host struct {
	Name     string
	Delegate string
}

// Status is the outcome of a task on a host or of one item.
type Status int

// The outcomes.
const (
	OK Status = iota
	Changed
	Skipped
	Failed
	Unreachable
)

// RunStart begins a run: before anything is printed.
type RunStart struct {
	Playbooks []string
	Check     bool // the whole run is in check mode
}

// PlaybookStart begins a playbook.
type PlaybookStart struct {
	Path  string
	Plays int
	List  func() []PlayStart // the plays as they are written, of which none has begun; nil: none is
}

// Uncounted are the plays of an ad hoc task, whose number is not told.
const Uncounted = -1

// PlayStart begins a play. Name is the templated name, or the hosts pattern where it has none.
type PlayStart struct {
	Name  string
	Hosts []string
	Check bool
	Pos   source.Pos
	Line  bool // false: the play has no name and is shown by its pattern
	Free  bool // hosts do not wait for each other: tasks are titled when their results come

	ID int // of the play, unique in the run
	// Keywords gives the play's keywords as written, by name. It is for sinks that want to know more.
	Keywords func() *value.Dict
	// Variables gives the variables of the play for a host, or without one for "", as they are when it is called.
	Variables func(host string) value.Value
}

// PlayNear tells of a play that is about to start for some of its hosts.
type PlayNear struct{ Play PlayStart }

// Prompted tells that the user is going to be asked for a variable of the play's vars_prompt, before the play starts.
type Prompted struct {
	Name, Prompt, Default value.Value // None where they are not given
	Encrypt, Salt         value.Value
	SaltSize              value.Value
	Private, Confirm      bool
	Unsafe                value.Value
}

// NoHostsMatched says that no host of the inventory is in the play; NoHostsRemaining that all have failed.
type NoHostsMatched struct{}

// NoHostsRemaining says that the play stops because every host has failed.
type NoHostsRemaining struct{}

// TaskStart begins a task (for all hosts in lock-step, or for the first host under free).
type TaskStart struct{ Task *Task }

// HostStart begins a task on one host.
type HostStart struct {
	Task *Task
	Host Host
}

// ItemResult is the result of one item of a loop, as soon as it is known.
type ItemResult struct {
	Task   *Task
	Host   Host
	Status Status
	Label  string // what is shown as (item=…)
	Result *value.Dict
	Ignore bool // failed, but ignore_errors
	Causes []Cause
}

// Result is the result of a task on a host. For a loop, Result holds "results", and the items were told before.
type Result struct {
	Task   *Task
	Host   Host
	Status Status
	Result *value.Dict
	Ignore bool // failed or unreachable, but ignored
	Time   time.Duration
	Causes []Cause
}

// Cause is one link of the chain of reasons for a failure, the task's first. Printers show the messages joined by ": " after
// [ERROR], then each with its place.
type Cause struct {
	Msg   string // without a full stop at its end
	Short string // what the joined line says in place of Msg, or ""
	Pos   source.Pos
	Hint  string
}

// IncludeResult is the result of an include on a host, before what it includes is told. Printers show nothing of it.
type IncludeResult struct {
	Task   *Task
	Host   Host
	Result *value.Dict
}

// Retry says that an until task will be tried again.
type Retry struct {
	Task    *Task
	Host    Host
	Result  *value.Dict
	Attempt int // 1 for the first
	Retries int
	Label   string
}

// Async tells of a task's job in the background of a host: that it was asked for, or how it ended.
type Async struct {
	Task              *Task
	Host              Host
	Result            *value.Dict // what was answered
	Job               string      // ansible_job_id
	State             JobState
	Started, Finished bool // as the host answered, of a job that was asked for
}

// JobState is what is told of a job.
type JobState int

// The states of a job.
const (
	Polled JobState = iota
	JobOK
	JobFailed
)

// Included says that a file or role was included for hosts.
type Included struct {
	Task  *Task
	Path  string // absolute path, or the role's name
	Hosts []string
	Label string // item label where the include loops, else ""
	Role  bool
	Vars  *value.Dict // the loop's variables where the include loops, else nil
	Args  *value.Dict // of the include, without the file
}

// Notified says that a handler was notified by a host (shown at -vv).
type Notified struct {
	Handler string
	Host    string
	Task    *Task // the handler
}

// Message is a line for the user from the run itself.
type Message struct {
	Level Level
	Text  string
	Host  string
	// Pos and Hint are of the place that a warning or error speaks of, or zero.
	Pos  source.Pos
	Hint string
}

// Level is the kind of a Message.
type Level int

// The kinds of messages. Verbose1 is shown at -v, and so on.
const (
	Warning Level = iota
	Deprecation
	Error
	Display // always, as it is
	Heading // always, filled up with asterisks
	Verbose1
	Verbose2
	Verbose3
	Verbose4
	Verbose5
)

// Recap ends the run.
type Recap struct {
	Hosts  []HostStats // in the order of their first result, which printers sort
	Custom map[string]*value.Dict
}

// HostStats counts results of one host.
type HostStats struct {
	Host                                                        string
	OK, Changed, Unreachable, Failed, Skipped, Rescued, Ignored int
}

func (RunStart) event()         {}
func (PlaybookStart) event()    {}
func (PlayStart) event()        {}
func (PlayNear) event()         {}
func (Prompted) event()         {}
func (NoHostsMatched) event()   {}
func (NoHostsRemaining) event() {}
func (TaskStart) event()        {}
func (HostStart) event()        {}
func (ItemResult) event()       {}
func (Result) event()           {}
func (IncludeResult) event()    {}
func (Retry) event()            {}
func (Async) event()            {}
func (Included) event()         {}
func (Notified) event()         {}
func (Message) event()          {}
func (Recap) event()            {}
