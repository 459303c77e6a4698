package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/runner"
	"github.com/goplay/goplay/runner/callback"
)

// options reads the flags into a run's options. Passwords are asked for later.
func (p *program) options(line *commandLine, cfg *config.Config) (*runner.Options, error) {
	var opts *runner.Options
	verbosity := 0
	app := &cli.App{
		Name: p.name, HideHelp: true, HideVersion: true, DisableSliceFlagSeparator: true,
		Writer: p.stdout, ErrWriter: p.stderr, Flags: flags(&verbosity),
		Action: func(c *cli.Context) error {
			var err error
			opts, err = p.fromFlags(c, cfg, verbosity)
			return err
		},
		ExitErrHandler: func(*cli.Context, error) {}, // run shows it
	}
	args := append([]string{p.name}, line.flags...)
	err := app.Run(append(append(args, "--"), line.words...))
	return opts, err
}

// flags gives the table of options to the cli package.
func flags(verbosity *int) []cli.Flag {
	var out []cli.Flag
	for i := range options {
		o := &options[i]
		switch o.kind {
		case flag:
			out = append(out, &cli.BoolFlag{Name: o.long()})
		case count:
			out = append(out, &cli.BoolFlag{Name: o.long(), Count: verbosity})
		case number:
			out = append(out, &cli.IntFlag{Name: o.long()})
		case text:
			out = append(out, &cli.StringFlag{Name: o.long()})
		case many:
			out = append(out, &cli.StringSliceFlag{Name: o.long()})
		}
	}
	return out
}

func (p *program) fromFlags(c *cli.Context, cfg *config.Config, verbosity int) (*runner.Options, error) {
	o := &runner.Options{
		Playbooks: c.Args().Slice(), Inventory: c.StringSlice("inventory"), Limit: c.String("limit"),
		Tags: tags(c, "tags", cfg.List("TAGS_RUN")), SkipTags: tags(c, "skip-tags", cfg.List("TAGS_SKIP")),
		ExtraVars: c.StringSlice("extra-vars"), Forks: cfg.Int("DEFAULT_FORKS"),
		Check: c.Bool("check"), Diff: c.Bool("diff") || cfg.Bool("DIFF_ALWAYS"), Verbosity: max(verbosity, cfg.Int("DEFAULT_VERBOSITY")),
		FlushCache: c.Bool("flush-cache"), ForceHandlers: c.Bool("force-handlers"), StartAt: c.String("start-at-task"), Step: c.Bool("step"),
		ListHosts: c.Bool("list-hosts"), ListTasks: c.Bool("list-tasks"), ListTags: c.Bool("list-tags"), SyntaxCheck: c.Bool("syntax-check"),
		RemoteUser: c.String("user"), Connection: c.String("connection"), PrivateKeyFile: absolute(c.String("private-key")), Timeout: c.Int("timeout"),
		SSHCommonArgs: c.String("ssh-common-args"), SSHExtraArgs: c.String("ssh-extra-args"),
		SFTPExtraArgs: c.String("sftp-extra-args"), SCPExtraArgs: c.String("scp-extra-args"),
		Become: c.Bool("become"), BecomeMethod: c.String("become-method"), BecomeUser: c.String("become-user"),
		Config: cfg, Stdout: p.stdout, Stdin: p.stdin,
	}
	if c.IsSet("forks") {
		o.Forks = c.Int("forks")
	}
	if o.Forks < 1 {
		return nil, usage("The number of processes (--forks) must be >= 1")
	}
	for _, dirs := range c.StringSlice("module-path") {
		for _, dir := range strings.Split(dirs, ":") {
			o.ModulePath = append(o.ModulePath, absolute(dir))
		}
	}
	return o, checkPlaybooks(o.Playbooks)
}

// tags parts each use of an option at commas.
func tags(c *cli.Context, name string, def []string) []string {
	out := slices.Clone(def) // which options add to
	for _, set := range c.StringSlice(name) {
		for _, t := range strings.Split(set, ",") {
			if t = strings.TrimSpace(t); !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

// absolute makes a path absolute, with ~ for the user's home; "" stays.
func absolute(p string) string {
	if p == "" {
		return ""
	}
	if p == "~" || strings.HasPrefix(p, "~/") {
		if home, err := os.UserHomeDir(); err == nil {
			p = home + p[1:]
		}
	}
	if abs, err := filepath.Abs(os.ExpandEnv(p)); err == nil {
		return abs
	}
	return p
}

func checkPlaybooks(books []string) error {
	for _, b := range books {
		info, err := os.Stat(b)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("the playbook: %s could not be found", b)
		case err != nil:
			return fmt.Errorf("the playbook: %s could not be read: %w", b, err)
		case !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0:
			return fmt.Errorf("the playbook: %s does not appear to be a file", b)
		}
	}
	return nil
}

// color tells whether output shall have colours: on a terminal that shows them, unless settings say otherwise.
func (p *program) color(cfg *config.Config) bool {
	switch {
	case cfg.Bool("ANSIBLE_FORCE_COLOR"):
		return true
	case cfg.Bool("ANSIBLE_NOCOLOR"):
		return false
	}
	kind := os.Getenv("TERM")
	return kind != "" && kind != "dumb" && term.IsTerminal(int(p.stdout.Fd()))
}

func (p *program) columns() int {
	width, _, err := term.GetSize(int(p.stdout.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// display makes what shows the run and everything around it.
func (p *program) display(cfg *config.Config, opts *runner.Options) (d *callback.Display, closeLog func()) {
	screen := runner.Screen{Stdout: p.stdout, Stderr: p.stderr, Color: p.color(cfg), Columns: p.columns()}
	if opts != nil {
		screen.Verbosity, screen.Tree = opts.Verbosity, opts.Tree
	}
	return runner.NewDisplay(cfg, screen)
}
