package main

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner"
)

// adHocOptions are those of ansible 2.19, in its order.
var adHocOptions = slices.Concat(
	some("--help", "--version", "--verbose", "--become", "--become-method", "--become-user", "--ask-become-pass", "--become-password-file",
		"--inventory", "--list-hosts", "--limit", "--flush-cache"),
	optionTable{
		{names: []string{"-P", "--poll"}, kind: number},
		{names: []string{"-B", "--background"}, kind: number},
		{names: []string{"-o", "--one-line"}, kind: flag},
		{names: []string{"-t", "--tree"}, kind: text},
	},
	some("--private-key", "--user", "--connection", "--timeout", "--ssh-common-args", "--sftp-extra-args", "--scp-extra-args",
		"--ssh-extra-args", "--ask-pass", "--connection-password-file", "--check", "--diff", "--extra-vars", "--vault-id",
		"--ask-vault-password", "--vault-password-file", "--forks", "--module-path"),
	optionTable{
		{names: []string{"--playbook-dir"}, kind: text},
		{names: []string{"--task-timeout"}, kind: number},
		{names: []string{"-a", "--args"}, kind: text},
		{names: []string{"-m", "--module-name"}, kind: text},
	},
)

// readAdHoc reads the command line of adhoc.
func readAdHoc(args []string) (*commandLine, error) {
	c, err := read(args, adHocOptions)
	switch {
	case err != nil || c.help || c.version:
		return c, err
	case len(c.words) == 0:
		return c, &usageError{"the following arguments are required: pattern", c.hint()}
	}
	c.unknown = append(c.unknown, c.words[1:]...)
	return c, c.unrecognised()
}

// adHoc runs one task.
func (p *program) adHoc(cfg *config.Config, line *commandLine) int {
	ctx, interrupted := interruptible()
	opts, err := p.options(line.ofRun(), cfg)
	if opts != nil {
		opts.Tree = line.value("--tree")
	}
	return p.running(ctx, cfg, opts, err, interrupted, func() (int, error) { return p.runAdHoc(ctx, cfg, line, opts) })
}

func (p *program) runAdHoc(ctx context.Context, cfg *config.Config, line *commandLine, opts *runner.Options) (int, error) {
	p.announce(opts.Display, cfg, opts.Verbosity)
	task, err := adHocTask(cfg, line)
	if err != nil {
		return exitOf(err), err
	}
	opts.Callback = "minimal"
	if name := cfg.Str("DEFAULT_STDOUT_CALLBACK"); cfg.Bool("DEFAULT_LOAD_CALLBACK_PLUGINS") && name != "default" {
		opts.Callback = name
	}
	if opts.Tree != "" {
		opts.Deprecated = append(opts.Deprecated, "The '-t' argument is deprecated. This feature will be removed from ansible-core version 2.23. "+
			"Use callback configuration to enable the tree callback instead.")
	}
	if line.has("--one-line") {
		opts.Callback = "oneline"
		opts.Deprecated = append(opts.Deprecated, "The '-o' argument is deprecated. This feature will be removed from ansible-core version 2.23. "+
			"Use callback configuration to enable the oneline callback instead.",
			"The oneline callback plugin is deprecated. This feature will be removed from ansible-core version 2.23.")
	}
	if err := p.complete(ctx, line, opts, opts.Display); err != nil {
		return runner.ExitError, err
	}
	return runner.RunAdHoc(ctx, *opts, task)
}

// ofRun gives the options that a run of playbooks has too.
func (c *commandLine) ofRun() *commandLine {
	out := &commandLine{options: options}
	for _, f := range c.flags {
		name, _, _ := strings.Cut(f, "=")
		if options.find(name) != nil {
			out.flags = append(out.flags, f)
		}
	}
	return out
}

// adHocTask is the task that the command line describes.
func adHocTask(cfg *config.Config, line *commandLine) (playbook.AdHoc, error) {
	a := playbook.AdHoc{
		Hosts: line.words[0], Module: line.value("--module-name"), Args: line.value("--args"),
		Timeout: line.number("--task-timeout", cfg.Int("TASK_TIMEOUT")), Async: line.number("--background", 0),
		Poll: line.number("--poll", cfg.Int("DEFAULT_POLL_INTERVAL")), Dir: absolute(line.value("--playbook-dir")),
	}
	if a.Module == "" {
		a.Module = cfg.Str("DEFAULT_MODULE_NAME")
	}
	if a.Args == "" {
		a.Args = cfg.Str("DEFAULT_MODULE_ARGS")
	}
	if a.Dir == "" {
		a.Dir = absolute(cfg.Str("PLAYBOOK_DIR"))
	}
	if a.Dir != "" {
		return a, nil
	}
	var err error
	a.Dir, err = os.Getwd()
	return a, err
}

// number gives the last value of an option that takes a number, which has been checked.
func (c *commandLine) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(c.value(name)); err == nil {
		return n
	}
	return otherwise
}
