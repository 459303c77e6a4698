package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/console"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/evaluate"
)

// evalOptions are those of the command eval: those of a run that concern what is read, and its own.
var evalOptions = append(some("--help", "--version", "--verbose", "--inventory", "--extra-vars", "--vault-id", "--ask-vault-password",
	"--vault-password-file"), optionTable{
	{names: []string{"--playbook-dir"}, kind: text},
	{names: []string{"-t", "--template"}, kind: text},
	{names: []string{"--type"}, kind: text},
	{names: []string{"--raw"}, kind: flag},
	{names: []string{"--trace"}, kind: flag},
	{names: []string{"--json"}, kind: flag},
	{names: []string{"--no-history"}, kind: flag},
}...)

// some gives options of a run.
func some(names ...string) optionTable {
	var table optionTable
	for _, name := range names {
		table = append(table, *options.find(name))
	}
	return table
}

// readEval reads the command line of eval.
func readEval(args []string) (*commandLine, error) {
	c, err := read(args, evalOptions)
	if err != nil || c.help || c.version {
		return c, err
	}
	if err := c.unrecognised(); err != nil {
		return c, err
	}
	return c, c.checkEval()
}

// checkEval finds what cannot go together.
func (c *commandLine) checkEval() error {
	file, kind := c.value("--template") != "", c.value("--type")
	switch {
	case c.has("--json") && len(c.flags)+len(c.words) > 1:
		return usage("--json reads requests and goes with nothing else")
	case kind != "" && kind != "json" && kind != "yaml":
		return usage("argument --type: invalid choice: %s (choose from 'json', 'yaml')", pyQuote(kind))
	case kind != "" && c.has("--raw"):
		return usage("argument --raw: not allowed with argument --type")
	case file && (kind != "" || c.has("--raw")):
		return usage("--type and --raw are for values, a template gives text")
	case file && len(c.words) > 1:
		return usage("there is a template or an expression to show, not both")
	case len(c.words) > 2:
		return usage("a host and an expression are all: the expression needs quotes around it")
	}
	return nil
}

// eval shows what is asked for.
func (p *program) eval(cfg *config.Config, line *commandLine) int {
	d, closeLog := p.evalDisplay(cfg, evalVerbosity(cfg, line))
	defer closeLog()
	tellOf(cfg, d)
	if line.has("--json") {
		return p.answer(cfg, d)
	}
	ctx, interrupted := interruptible()
	exit, err := p.show(ctx, cfg, line, d)
	if ctx.Err() != nil {
		exit, err = interrupted.exit(), interrupted.err()
	}
	if err != nil {
		d.Error(source.Report(err), true)
	}
	return exit
}

// evalDisplay shows on stderr what is no result.
func (p *program) evalDisplay(cfg *config.Config, verbosity int) (d *callback.Display, closeLog func()) {
	onStderr := *p
	onStderr.stdout = p.stderr
	return onStderr.display(cfg, &runner.Options{Verbosity: verbosity})
}

func evalVerbosity(cfg *config.Config, line *commandLine) int {
	return max(line.count("--verbose"), cfg.Int("DEFAULT_VERBOSITY"))
}

// answer answers the requests on standard input.
func (p *program) answer(cfg *config.Config, d *callback.Display) int {
	here, err := os.Getwd()
	if err == nil {
		err = evaluate.New(templating.Env{SearchPaths: []string{here}, Cwd: here, Config: cfg.Value, Warn: d.Warning}).
			Serve(context.Background(), p.stdin, p.stdout)
	}
	if err != nil {
		d.Error(err.Error(), true)
		return runner.ExitError
	}
	return runner.ExitOK
}

// evaluation is one call of eval.
type evaluation struct {
	*program
	line *commandLine
	view *runner.View
	d    *callback.Display
}

func (p *program) show(ctx context.Context, cfg *config.Config, line *commandLine, d *callback.Display) (int, error) {
	view, err := p.view(ctx, cfg, line, d)
	if err != nil {
		return runner.ExitOf(err), err
	}
	defer context.AfterFunc(ctx, view.Interrupt)()
	e := &evaluation{p, line, view, d}
	host, expression := e.arguments()
	if err := view.As(host); err != nil {
		return runner.ExitOf(err), err
	}
	switch file := line.value("--template"); {
	case file != "":
		return e.shown(e.file(file))
	case expression != "":
		return e.shown(e.value(expression))
	}
	return e.prompt(ctx, host)
}

// view reads the inventory and variables.
func (p *program) view(ctx context.Context, cfg *config.Config, line *commandLine, d *callback.Display) (*runner.View, error) {
	opts := runner.Options{
		Inventory: line.values("--inventory"), ExtraVars: line.values("--extra-vars"), Forks: cfg.Int("DEFAULT_FORKS"),
		Verbosity: evalVerbosity(cfg, line), Diff: cfg.Bool("DIFF_ALWAYS"),
		Config: cfg, Stdin: p.stdin, Display: d,
	}
	p.announce(d, cfg, opts.Verbosity)
	var err error
	if opts.Vault, err = p.vaultOf(ctx, line, cfg, d); err != nil {
		return nil, err
	}
	dir := line.value("--playbook-dir")
	if dir == "" {
		dir = cfg.Str("PLAYBOOK_DIR")
	}
	return runner.NewView(ctx, opts, absolute(dir), line.has("--trace"))
}

// arguments tells the host from the expression.
func (e *evaluation) arguments() (host, expression string) {
	words := e.line.words
	switch {
	case len(words) == 2:
		return words[0], words[1]
	case len(words) == 1 && (e.line.value("--template") != "" || e.view.Has(words[0])):
		return words[0], ""
	case len(words) == 1:
		return "localhost", words[0]
	}
	return "localhost", ""
}

func (e *evaluation) file(name string) (string, error) { return e.view.RenderFile(absolute(name)) }

func (e *evaluation) value(expression string) (string, error) {
	v, err := e.view.Evaluate(expression)
	if err != nil {
		return "", err
	}
	kind := e.line.value("--type")
	if e.line.has("--raw") {
		kind = "raw"
	}
	return console.Format(v, kind)
}

// shown writes a result, after what was read for it. An evaluation that failed has the exit code of a host that failed.
func (e *evaluation) shown(text string, err error) (int, error) {
	if e.line.has("--trace") {
		e.trace()
	}
	if err != nil {
		return runner.ExitFailed, err
	}
	return e.print(text), nil
}

// trace writes where variables come from, each on a line: its name, the level of precedence, the place.
func (e *evaluation) trace() {
	w := tabwriter.NewWriter(e.stderr, 0, 0, 2, ' ', 0)
	for _, r := range e.view.Reads() {
		name, level := r.Name, r.Level
		if r.Host != e.view.Host() {
			name = fmt.Sprintf("hostvars[%s].%s", pyQuote(r.Host), r.Name)
		}
		if level == "" {
			level = "not defined"
		}
		line := name + "\t" + level
		if r.Pos.IsValid() {
			line += "\t" + r.Pos.String()
		}
		_, _ = fmt.Fprintln(w, line)
	}
	_ = w.Flush() // what cannot be written to stderr cannot be told
}

// prompt reads expressions. The exit code tells of the ones that failed, unless a user typed them.
func (e *evaluation) prompt(ctx context.Context, host string) (int, error) {
	exit := runner.ExitOK
	p := console.Prompt{
		In: e.stdin, Out: e.stdout, Label: host + "> ",
		Words: console.Words{Variables: e.view.Names(), Filters: e.view.Filters(), Tests: e.view.Tests()},
		Eval: func(line string) {
			code, err := e.shown(e.value(line))
			if err != nil {
				e.evalError(err)
			}
			exit = max(exit, code)
		},
	}
	p.History = e.history(p.Interactive())
	err := p.Run(ctx)
	if lost := p.History.Err(); lost != nil {
		e.d.Warning(lost.Error())
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return runner.ExitError, err
	case p.Interactive():
		return runner.ExitOK, nil
	}
	return exit, nil
}

// evalError shows the error of a line. The same one is shown as often as it comes up.
func (e *evaluation) evalError(err error) {
	_, _ = fmt.Fprintf(e.stderr, "[ERROR]: %s\n", strings.TrimRight(source.Report(err), "\n"))
}

// history opens the file of earlier lines. A prompt does without one that cannot be read.
func (e *evaluation) history(interactive bool) *console.History {
	path := console.HistoryFile("eval_history")
	if e.line.has("--no-history") || !interactive {
		path = ""
	}
	h, err := console.OpenHistory(path)
	if err != nil {
		e.d.Warning(err.Error())
	}
	return h
}
