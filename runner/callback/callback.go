// Package callback shows what happens in a run: printers that take events and write what the reference writes.
//
//	p := callback.NewDefault(os.Stdout, os.Stderr, callback.DefaultOptions())
//	q := callback.NewQueue(p)   // a slow terminal never holds a host up
//	defer q.Close()             // waits until all is written
//
// [Default], [Minimal], [Oneline] and [JSON] are event sinks. They share a [Display], which knows colours, banners, and which
// warnings were shown already.
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
	_ event.Sink = (*Queue)(nil)
)

// Options are the settings of the printers. Start from DefaultOptions: some settings are on by default.
type Options struct {
	Verbosity int
	Color     bool
	Columns   int       // width of the terminal in characters; 0: 80
	Colors    Colors    // by what is shown
	Log       io.Writer // log_path: takes every line without colours; nil: none

	DisplaySkippedHosts   bool
	DisplayOKHosts        bool
	DisplayFailedStderr   bool
	DisplayArgsToStdout   bool
	ShowCustomStats       bool
	ShowPerHostStart      bool
	CheckModeMarkers      bool
	ShowTaskPathOnFailure bool
	ResultFormat          string // "json" or "yaml"
	PrettyResults         *bool  // nil: at -vvv only
	DiffContext           int    // lines around a difference

	DeprecationWarnings bool
	SystemWarnings      bool
	JSONIndent          int // of the json callback; 0: one line
}

// DefaultOptions are the reference's defaults.
func DefaultOptions() Options {
	return Options{
		Columns: 80, Colors: DefaultColors(), DisplaySkippedHosts: true, DisplayOKHosts: true, ResultFormat: "json", DiffContext: 3,
		DeprecationWarnings: true, SystemWarnings: true, JSONIndent: 4,
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
