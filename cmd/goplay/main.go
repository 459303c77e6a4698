// Command goplay runs Ansible playbooks: `goplay site.yml -i hosts` in place of `ansible-playbook site.yml -i hosts`.
//
// `goplay eval` shows what an expression or a template is for a host; the other commands (commands.go) are those of Ansible.
//
// This package is wiring: the command line, passwords, signals and exit codes. Installed or linked under the name ansible-playbook it is
// the same program, and each command under the name of Ansible's.
//
// Exit codes are ansible-playbook's: 0 all went well, 1 an error, 2 failed hosts or a wrong command line, 4 unreachable hosts or a
// playbook that cannot be read, 5 a wrong setting, 99 interrupted, 250 a fault of goplay.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner"
	"github.com/goplay/goplay/runner/callback"
)

// version is set by the linker.
var version = "dev"

// exitUsage is the exit code of a wrong command line.
const exitUsage = 2

func main() {
	p := program{name: filepath.Base(os.Args[0]), manual: runManual, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(p.main(os.Args[1:]))
}

// program is one call of the command.
type program struct {
	name           string // by which it was called
	manual         manual // of the command
	stdin          *os.File
	stdout, stderr *os.File
}

func (p *program) main(args []string) (exit int) {
	defer func() {
		if r := recover(); r != nil {
			p.fault(r)
			exit = runner.ExitUnexpected
		}
	}()
	if c, rest := p.command(args); c != nil {
		return p.as(c).begin(rest, c.read, c.do)
	}
	return p.begin(args, normalise, func(p *program, cfg *config.Config, line *commandLine) int {
		ctx, interrupted := interruptible()
		return p.run(ctx, cfg, line, interrupted)
	})
}

// begin reads a command line and the settings, and goes on with what they ask for.
func (p *program) begin(args []string, read func([]string) (*commandLine, error), do func(*program, *config.Config, *commandLine) int) int {
	line, err := read(args)
	switch {
	case err != nil:
		return p.wrongUse(err)
	case line.help:
		return p.print(p.manual.helpFor(p.name))
	case line.version:
		return p.print(p.versionText())
	}
	cfg, err := config.Load(config.Sources{})
	if err != nil {
		_, _ = fmt.Fprintf(p.stderr, "ERROR: %s\n", source.Report(err))
		return runner.ExitOptions
	}
	return do(p, cfg, line)
}

// run runs the playbooks and shows the error that ended the run.
func (p *program) run(ctx context.Context, cfg *config.Config, line *commandLine, interrupted *interrupt) int {
	opts, err := p.options(line, cfg)
	return p.running(ctx, cfg, opts, err, interrupted, func() (int, error) {
		p.announce(opts.Display, cfg, opts.Verbosity)
		if err := p.complete(ctx, line, opts, opts.Display); err != nil {
			return runner.ExitError, err
		}
		return runner.Run(ctx, *opts)
	})
}

// running does a run whose options, or what is wrong with them, are known, and shows the error that ended it.
func (p *program) running(ctx context.Context, cfg *config.Config, opts *runner.Options, err error, interrupted *interrupt, do func() (int, error)) int {
	d, closeLog := p.display(cfg, opts)
	defer closeLog()
	tellOf(cfg, d)
	exit := runner.ExitError
	if err == nil {
		opts.Display = d
		exit, err = do()
	}
	if ctx.Err() != nil {
		exit, err = interrupted.exit(), interrupted.err()
	}
	var wrong *usageError
	switch {
	case errors.As(err, &wrong):
		return p.wrongUse(wrong)
	case err != nil:
		d.Error(source.Report(err), true)
	}
	return exit
}

// tellOf shows what is to be said of the settings.
func tellOf(cfg *config.Config, d *callback.Display) {
	for _, w := range cfg.Warnings() {
		d.Warning(w)
	}
	for _, w := range cfg.Deprecations() {
		d.Deprecation(w)
	}
}

func (p *program) print(text string) int {
	if _, err := io.WriteString(p.stdout, text); err != nil {
		return runner.ExitError
	}
	return runner.ExitOK
}

func (p *program) wrongUse(err error) int {
	_, _ = fmt.Fprintf(p.stderr, "%s%s: error: %v\n", p.manual.usageFor(p.name), p.name, err)
	var u *usageError
	if errors.As(err, &u) && u.hint != "" {
		_, _ = fmt.Fprintf(p.stderr, "hint: %s\n", u.hint)
	}
	_, _ = fmt.Fprintf(p.stderr, "hint: %s --help shows all options\n", p.name)
	return exitUsage
}

// fault shows a panic, which is always goplay's mistake.
func (p *program) fault(r any) {
	_, _ = fmt.Fprintf(p.stderr, "[ERROR]: Unexpected Exception, this is probably a bug: %v\n%s", r, debug.Stack())
}
