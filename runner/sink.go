package runner

import (
	"fmt"
	"os"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/runner/event"
)

// newSink makes the printer that stdout_callback names. done closes what it writes to.
func newSink(o Options) (sink event.Sink, done func(), err error) {
	opts, done, err := callbackOptions(o)
	if err != nil {
		return nil, nil, err
	}
	switch name := o.Config.Str("DEFAULT_STDOUT_CALLBACK"); name {
	case "default", "ansible.builtin.default":
		return callback.NewDefault(o.Stdout, o.Stderr, opts), done, nil
	case "minimal", "ansible.builtin.minimal":
		return callback.NewMinimal(o.Stdout, o.Stderr, opts), done, nil
	case "oneline", "ansible.builtin.oneline":
		return callback.NewOneline(o.Stdout, o.Stderr, opts), done, nil
	case "json", "ansible.posix.json":
		return callback.NewJSON(o.Stdout, o.Stderr, opts), done, nil
	default:
		done()
		return nil, nil, fmt.Errorf("the stdout callback '%s' is not supported: there are default, minimal, oneline and json", name)
	}
}

func callbackOptions(o Options) (opts callback.Options, done func(), err error) {
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
	return withLog(opts, cfg.Str("DEFAULT_LOG_PATH"))
}

// withLog opens the log file, which nobody else may read: output can hold what is confidential.
func withLog(opts callback.Options, path string) (callback.Options, func(), error) {
	if path == "" {
		return opts, func() {}, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return opts, nil, fmt.Errorf("the log file of log_path: %w", err)
	}
	opts.Log = f
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
