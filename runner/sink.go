package runner

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/runner/callback"
)

// Screen is where a run is shown: its output and errors, as the settings want them.
type Screen struct {
	Stdout, Stderr io.Writer
	Verbosity      int
	Color          bool   // output goes to a terminal that shows colours
	Columns        int    // the terminal's width, in characters
	Tree           string // the folder of the callback tree; "": as the setting says
}

// NewDisplay makes what shows a run. closeLog closes the log file, where there is one.
func NewDisplay(cfg *config.Config, s Screen) (d *callback.Display, closeLog func()) {
	opts := callbackOptions(cfg, s)
	log, err := openLog(cfg.Str("DEFAULT_LOG_PATH"))
	if log != nil && !slices.Contains(cfg.List("DEFAULT_LOG_FILTER"), "ansible") {
		opts.Log = &reporting{w: log, say: s.Stderr, what: "the log file"}
	}
	d = callback.NewDisplay(&reporting{w: s.Stdout, say: s.Stderr, what: "the output"}, s.Stderr, opts)
	if err != nil {
		d.Warning(err.Error())
		_, _ = io.WriteString(s.Stderr, "\n") // an empty line belongs to this message
	}
	return d, func() { _ = log.Close() } // of no file it is an error that does not matter
}

// loadCallbacks makes the callbacks that the settings name, once there is something to run.
func (r *run) loadCallbacks() error {
	var enabled []string
	if r.opts.Pattern == "" || r.opts.Config.Bool("DEFAULT_LOAD_CALLBACK_PLUGINS") { // ad hoc tasks have them on request only
		for _, name := range r.opts.Config.List("CALLBACKS_ENABLED") {
			enabled = append(enabled, strings.TrimSpace(name))
		}
	}
	if r.opts.Tree != "" {
		enabled = append(enabled, "tree")
	}
	r.flush()
	name := r.opts.Callback
	if name == "" {
		name = r.opts.Config.Str("DEFAULT_STDOUT_CALLBACK")
	}
	err := r.callbacks.Load(name, enabled, r.python)
	var unknown *callback.UnknownError
	if errors.As(err, &unknown) {
		return said("%v", unknown)
	}
	return err
}

func callbackOptions(cfg *config.Config, s Screen) callback.Options {
	plugin := func(name string) bool { return cfg.Bool("callback.default." + name) }
	opts := callback.Options{
		Verbosity: s.Verbosity, Color: s.Color, Columns: s.Columns, Colors: colors(cfg),
		LogVerbosity: cfg.Int("LOG_VERBOSITY"), VerboseToStderr: cfg.Bool("VERBOSE_TO_STDERR"),
		DisplaySkippedHosts: plugin("display_skipped_hosts"), DisplayOKHosts: plugin("display_ok_hosts"),
		DisplayFailedStderr: plugin("display_failed_stderr"), DisplayArgsToStdout: cfg.Bool("DISPLAY_ARGS_TO_STDOUT"),
		ShowCustomStats: plugin("show_custom_stats"), ShowPerHostStart: plugin("show_per_host_start"),
		CheckModeMarkers: plugin("check_mode_markers"), ShowTaskPathOnFailure: plugin("show_task_path_on_failure"),
		ResultFormat: cfg.Str("callback.default.result_format"), DiffContext: cfg.Int("DIFF_CONTEXT"),
		DeprecationWarnings: cfg.Bool("DEPRECATION_WARNINGS"),
		JSONIndent:          max(0, cfg.Int("callback.json.json_indent")),
		JUnit:               junitOptions(cfg),
		ProfileTasks: callback.ProfileTasksOptions{
			SortOrder: cfg.Str("callback.profile_tasks.sort_order"), OutputLimit: cfg.Str("callback.profile_tasks.output_limit"),
			SummaryOnly: cfg.Bool("callback.profile_tasks.summary_only"),
		},
		ProfileRolesSummaryOnly: cfg.Bool("callback.profile_roles.summary_only"),
		TreeFolder:              cmp.Or(s.Tree, cfg.Str("callback.tree.directory")), LogPlaysFolder: cfg.Str("callback.log_plays.log_folder"),
	}
	if cfg.IsSet("callback.default.pretty_results") {
		pretty := plugin("pretty_results")
		opts.PrettyResults = &pretty
	}
	return opts
}

// junitOptions reads junit's settings, of which most know no other words than true and false.
func junitOptions(cfg *config.Config) callback.JUnitOptions {
	is := func(name, word string) bool { return strings.EqualFold(cfg.Str(name), word) }
	return callback.JUnitOptions{
		OutputDir: cfg.Str("callback.junit.output_dir"), TaskClass: is("callback.junit.task_class", "true"),
		TaskRelativePath:     cfg.Str("callback.junit.task_relative_path"),
		ReplaceOutOfTreePath: cfg.Str("callback.junit.replace_out_of_tree_path"),
		FailOnChange:         is("callback.junit.fail_on_change", "true"), FailOnIgnore: is("callback.junit.fail_on_ignore", "true"),
		IncludeSetupTasks: !is("callback.junit.include_setup_tasks_in_report", "false"),
		HideTaskArguments: cfg.Bool("callback.junit.hide_task_arguments"), TestCasePrefix: cfg.Str("callback.junit.test_case_prefix"),
	}
}

// openLog opens the log file, which nobody else may read: output can hold what is confidential. It is nil where there is none.
func openLog(path string) (*os.File, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("log file at '%s' is not writeable and we cannot create it, aborting", path)
	}
	return f, nil
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
