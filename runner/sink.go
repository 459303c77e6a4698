package runner

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/runner/event"
)

// newSink makes the printer that stdout_callback names. done closes what it writes to.
func newSink(o Options) (sink event.Sink, warnings []string, done func(), err error) {
	opts, done, warnings := callbackOptions(o)
	for _, name := range o.Config.List("CALLBACKS_ENABLED") {
		if name = strings.TrimSpace(name); name != "" {
			warnings = append(warnings, fmt.Sprintf("Skipping callback plugin '%s', unable to load", name))
		}
	}
	o.Stdout = &reporting{w: o.Stdout, say: o.Stderr, what: "the output"}
	if sink, err = printer(o, opts); err != nil {
		done()
	}
	return sink, warnings, done, err
}

func printer(o Options, opts callback.Options) (event.Sink, error) {
	name := o.Callback
	if name == "" {
		name = o.Config.Str("DEFAULT_STDOUT_CALLBACK")
	}
	switch name {
	case "default", "ansible.builtin.default":
		return callback.NewDefault(o.Stdout, o.Stderr, opts), nil
	case "minimal", "ansible.builtin.minimal":
		return callback.NewMinimal(o.Stdout, o.Stderr, opts), nil
	case "oneline", "ansible.builtin.oneline":
		return callback.NewOneline(o.Stdout, o.Stderr, opts), nil
	case "json", "ansible.posix.json":
		return callback.NewJSON(o.Stdout, o.Stderr, opts), nil
	default:
		return nil, said("Could not load '%s' callback plugin. There are default, minimal, oneline and json.", name)
	}
}

func callbackOptions(o Options) (opts callback.Options, done func(), warnings []string) {
	cfg := o.Config
	plugin := func(name string) bool { return cfg.Bool("callback.default." + name) }
	opts = callback.Options{
		Verbosity: o.Verbosity, Color: o.Color, Columns: o.Columns, Colors: colors(cfg),
		DisplaySkippedHosts: plugin("display_skipped_hosts"), DisplayOKHosts: plugin("display_ok_hosts"),
		DisplayFailedStderr: plugin("display_failed_stderr"), DisplayArgsToStdout: cfg.Bool("DISPLAY_ARGS_TO_STDOUT"),
		ShowCustomStats: plugin("show_custom_stats"), ShowPerHostStart: plugin("show_per_host_start"),
		CheckModeMarkers: plugin("check_mode_markers"), ShowTaskPathOnFailure: plugin("show_task_path_on_failure"),
		ResultFormat: cfg.Str("callback.default.result_format"), DiffContext: cfg.Int("DIFF_CONTEXT"),
		DeprecationWarnings: cfg.Bool("DEPRECATION_WARNINGS"), SystemWarnings: cfg.Bool("SYSTEM_WARNINGS"), JSONIndent: 4,
	}
	if cfg.IsSet("callback.default.pretty_results") {
		pretty := plugin("pretty_results")
		opts.PrettyResults = &pretty
	}
	return withLog(o, opts, cfg.Str("DEFAULT_LOG_PATH"))
}

// withLog opens the log file, which nobody else may read: output can hold what is confidential.
func withLog(o Options, opts callback.Options, path string) (callback.Options, func(), []string) {
	if path == "" {
		return opts, func() {}, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return opts, func() {}, []string{fmt.Sprintf("log file at '%s' is not writeable and we cannot create it, aborting\n", path)}
	}
	opts.Log = &reporting{w: f, say: o.Stderr, what: "the log file"}
	return opts, func() { _ = f.Close() }, nil
}

func colors(cfg *config.Config) callback.Colors {
	return callback.Colors{
		OK: cfg.Str("COLOR_OK"), Changed: cfg.Str("COLOR_CHANGED"), Skip: cfg.Str("COLOR_SKIP"), Error: cfg.Str("COLOR_ERROR"),
		Unreachable: cfg.Str("COLOR_UNREACHABLE"), Included: cfg.Str("COLOR_INCLUDED"), Verbose: cfg.Str("COLOR_VERBOSE"),
		Debug: cfg.Str("COLOR_DEBUG"), Warn: cfg.Str("COLOR_WARN"), Deprecate: cfg.Str("COLOR_DEPRECATE"), Highlight: cfg.Str("COLOR_HIGHLIGHT"),
		DiffAdd: cfg.Str("COLOR_DIFF_ADD"), DiffRemove: cfg.Str("COLOR_DIFF_REMOVE"), DiffLines: cfg.Str("COLOR_DIFF_LINES"),
	}
}

// reporting writes on, and tells once that what it writes is lost: a reader that went away or a full disk must not stop the run.
type reporting struct {
	w      io.Writer
	say    io.Writer
	what   string
	failed bool
}

func (r *reporting) Write(p []byte) (int, error) {
	n, err := r.w.Write(p)
	if err != nil && !r.failed {
		r.failed = true
		_, _ = fmt.Fprintf(r.say, "[WARNING]: %s is not complete, the run goes on: %v\n", r.what, err)
	}
	return n, err
}
