// Command goplay runs Ansible playbooks: `goplay site.yml -i hosts` in place of `ansible-playbook site.yml -i hosts`.
//
// `goplay eval` shows what an expression or a template is for a host.
//
// This package is wiring: the command line, passwords, signals and exit codes. Installed or linked under the name ansible-playbook it is
// the same program.
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
	if p.isCommand("eval", args) {
		return p.forEval().begin(args[1:], readEval, (*program).eval)
	}
	return p.begin(args, normalise, func(p *program, cfg *config.Config, line *commandLine) int {
		ctx, interrupted := interruptible()
		return p.run(ctx, cfg, line, interrupted)
	})
}

// isCommand tells whether the arguments are those of a command: a file of that name is a playbook, as is everything under the name
// ansible-playbook.
func (p *program) isCommand(name string, args []string) bool {
	if len(args) == 0 || args[0] != name || p.name == "ansible-playbook" {
		return false
	}
	info, err := os.Stat(name)
	return err != nil || info.IsDir()
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
	d, closeLog := p.display(cfg, opts)
	defer closeLog()
	for _, w := range cfg.Warnings() {
		d.Warning(w)
	}
	for _, w := range cfg.Deprecations() {
		d.Deprecation(w)
	}
	if err == nil {
		opts.Display = d
		p.announce(d, cfg, opts.Verbosity)
		err = p.complete(ctx, line, opts, d)
	}
	exit := runner.ExitError
	if err == nil {
		exit, err = runner.Run(ctx, *opts)
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
