// Package callback shows what happens in a run: sinks of events that write what the reference's callbacks write.
//
//	d := callback.NewDisplay(os.Stdout, os.Stderr, callback.DefaultOptions())
//	s := callback.NewSet(d)
//	err := s.Load("default", []string{"timer", "junit"}, nil) // stdout_callback, callbacks_enabled
//	q := callback.NewQueue(s)                            // a slow terminal never holds a host up
//	defer q.Close()                                      // waits until all is written
//
// [Default], [Minimal], [Oneline] and [JSON] are printers: they show results and messages. [Timer], [ProfileTasks] and [ProfileRoles] add to
// what these show; [JUnit], [Tree] and [LogPlays] write files. All share one [Display], which knows colours, banners, the log file, and which
// warnings were shown already. A result whose task has no_log is censored before it gets into any of them.
package callback

import (
	"io"

	"github.com/goplay/goplay/runner/event"
)

var (
	_ event.Sink = (*Default)(nil)
	_ event.Sink = (*Minimal)(nil)
	_ event.Sink = (*Oneline)(nil)
	_ event.Sink = (*JSON)(nil)
	_ event.Sink = (*Timer)(nil)
	_ event.Sink = (*ProfileTasks)(nil)
	_ event.Sink = (*ProfileRoles)(nil)
	_ event.Sink = (*JUnit)(nil)
	_ event.Sink = (*Tree)(nil)
	_ event.Sink = (*LogPlays)(nil)
	_ event.Sink = (*Queue)(nil)

	_ event.Timed = (*Set)(nil)
)

// Options are the settings of the printers. Start from DefaultOptions: some settings are on by default.
type Options struct {
	Verbosity int
	Color     bool
	Columns   int       // width of the terminal in characters; at least 80 is taken
	Colors    Colors    // by what is shown
	Log       io.Writer // log_path: takes every line without colours; nil: none

	LogVerbosity    int  // the log has what is shown at this verbosity, where it is higher than Verbosity
	VerboseToStderr bool // lines that -v, -vv … show go to stderr

	DisplaySkippedHosts   bool
	DisplayOKHosts        bool
	DisplayFailedStderr   bool
	DisplayArgsToStdout   bool
	ShowCustomStats       bool
	ShowPerHostStart      bool
	CheckModeMarkers      bool
	ShowTaskPathOnFailure bool
	ResultFormat          string // "json" or "yaml"
	PrettyResults         *bool  // nil: as YAML always, as JSON at -vvv only
	DiffContext           int    // lines around a difference

	DeprecationWarnings bool
	JSONIndent          int // of the json callback; 0: one line

	JUnit                   JUnitOptions
	ProfileTasks            ProfileTasksOptions
	ProfileRolesSummaryOnly bool // no line at each task
	TreeFolder              string
	LogPlaysFolder          string
}

// DefaultOptions are the reference's defaults.
func DefaultOptions() Options {
	return Options{
		Columns: 80, Colors: DefaultColors(), DisplaySkippedHosts: true, DisplayOKHosts: true, ResultFormat: "json", DiffContext: 3,
		DeprecationWarnings: true, JSONIndent: 4,
	}
}

// Colors are the names of colours, as the COLOR_ settings give them: "green", "bright red", "dark gray", "rgb255", "gray10", "color208".
type Colors struct {
	OK, Changed, Skip, Error, Unreachable, Included, Verbose, Debug, Warn, Deprecate, Highlight, DiffAdd, DiffRemove, DiffLines string
}

// DefaultColors are the reference's defaults.
func DefaultColors() Colors {
	return Colors{
		OK: "green", Changed: "yellow", Skip: "cyan", Error: "red", Unreachable: "bright red", Included: "cyan", Verbose: "blue",
		Debug: "dark gray", Warn: "bright purple", Deprecate: "purple", Highlight: "white", DiffAdd: "green", DiffRemove: "red", DiffLines: "cyan",
	}
}
