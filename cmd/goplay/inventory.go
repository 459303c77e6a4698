package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/runner"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/templating/yaml"
)

// inventoryOptions are those of the command inventory.
var inventoryOptions = append(some("--help", "--version", "--verbose", "--inventory", "--limit", "--flush-cache", "--vault-id",
	"--ask-vault-password", "--vault-password-file"), optionTable{
	{names: []string{"--playbook-dir"}, kind: text},
	*options.find("--extra-vars"),
	{names: []string{"--list"}, kind: flag},
	{names: []string{"--host"}, kind: text},
	{names: []string{"--graph"}, kind: flag},
	{names: []string{"-y", "--yaml"}, kind: flag},
	{names: []string{"--toml"}, kind: flag},
	{names: []string{"--vars"}, kind: flag},
	{names: []string{"--export"}, kind: flag},
	{names: []string{"--output"}, kind: text},
}...)

// readInventory reads the command line of inventory.
func readInventory(args []string) (*commandLine, error) {
	c, err := read(args, inventoryOptions)
	if err != nil || c.help || c.version {
		return c, err
	}
	if len(c.words) > 1 {
		c.unknown = append(c.unknown, c.words[1:]...)
	}
	return c, c.unrecognised()
}

// listing is one call of the command inventory.
type listing struct {
	*program
	cfg  *config.Config
	line *commandLine
	*inventory.Listing
}

// inventory shows the inventory.
func (p *program) inventory(cfg *config.Config, line *commandLine) int {
	d, closeLog := p.evalDisplay(cfg, evalVerbosity(cfg, line))
	defer closeLog()
	for _, w := range cfg.Warnings() {
		d.Warning(w)
	}
	ctx, interrupted := interruptible()
	err := p.list(ctx, cfg, line, d)
	switch {
	case ctx.Err() != nil:
		d.Error(interrupted.err().Error(), true)
		return interrupted.exit()
	case err != nil:
		d.Error(source.Report(err), true)
		return runner.ExitOf(err)
	}
	return runner.ExitOK
}

func (p *program) list(ctx context.Context, cfg *config.Config, line *commandLine, d *callback.Display) error {
	switch actions := line.count("--list") + line.count("--graph") + len(line.values("--host")); {
	case actions == 0:
		return wrongOption("No action selected, at least one of --host, --graph or --list needs to be specified.")
	case line.has("--list") && line.has("--graph"), actions > 1 && line.value("--host") != "" && (line.has("--list") || line.has("--graph")):
		return wrongOption("Conflicting options used, only one of --host, --graph or --list can be used at the same time.")
	}
	l := &listing{program: p, cfg: cfg, line: line}
	if err := l.read(ctx, d); err != nil {
		return err
	}
	l.Export = line.has("--export") || cfg.Bool("INVENTORY_EXPORT")
	text, err := l.text(d)
	if err != nil {
		return err
	}
	return l.deliver(text)
}

// read reads the inventory with the passwords and variables of the command line.
func (l *listing) read(ctx context.Context, d *callback.Display) error {
	opts := runner.Options{
		Inventory: l.line.values("--inventory"), ExtraVars: l.line.values("--extra-vars"), Limit: l.line.value("--limit"),
		Verbosity: evalVerbosity(l.cfg, l.line), FlushCache: l.line.has("--flush-cache"), Config: l.cfg, Display: d,
	}
	if l.line.has("--host") || l.line.has("--graph") || l.line.value("--host") != "" {
		opts.Limit = ""
	}
	out, closeLog := l.display(l.cfg, &opts)
	defer closeLog()
	l.announce(out, l.cfg, opts.Verbosity)
	dir, named, err := l.playbookDir(d)
	if err != nil {
		return err
	}
	if opts.Vault, err = l.vaultOf(ctx, l.line, l.cfg, d); err != nil {
		return err
	}
	l.Listing, err = runner.NewListing(ctx, opts, dir, named)
	return err
}

// playbookDir is the folder that stands for a playbook's; named tells whether it was chosen.
func (l *listing) playbookDir(d *callback.Display) (dir string, named bool, err error) {
	dir = l.line.value("--playbook-dir")
	if dir == "" {
		dir = l.cfg.Str("PLAYBOOK_DIR")
	}
	if dir == "" {
		dir, err = os.Getwd()
		return dir, false, err
	}
	dir = absolute(dir)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		d.Warning(fmt.Sprintf("Ignoring invalid path provided to plugin path: '%s' is not a directory", dir))
	}
	return dir, true, nil
}

// text is what is asked for.
func (l *listing) text(d *callback.Display) (string, error) {
	name := l.line.value("--host")
	switch {
	case name != "":
		return l.host(name, d)
	case l.line.has("--graph"):
		group := "all"
		if len(l.line.words) > 0 {
			group = l.line.words[0]
		}
		lines, err := l.Graph(group, l.line.has("--vars"))
		if errors.Is(err, inventory.ErrNoGroup) {
			err = wrongOption("%s", err)
		}
		return strings.Join(lines, "\n"), err
	case l.line.has("--yaml"):
		return l.formatted(l.Tree())
	case l.line.has("--toml"):
		return l.formatted(l.Tables())
	}
	return l.formatted(l.Flat())
}

// host shows the variables of one host.
func (l *listing) host(name string, d *callback.Display) (string, error) {
	hosts, warnings, err := l.Match(name)
	for _, w := range warnings {
		d.Warning(w)
	}
	if err != nil {
		return "", err
	}
	if len(hosts) != 1 {
		return "", wrongOption("You must pass a single valid host to --host parameter")
	}
	return l.formatted(l.HostVars(hosts[0]))
}

func (l *listing) formatted(v *value.Dict, err error) (string, error) {
	switch {
	case err != nil:
		return "", err
	case l.line.has("--yaml"):
		return yaml.Dump(v, yaml.Options{Flow: yaml.Block, SortKeys: true, Anchors: true})
	case l.line.has("--toml"):
		return inventory.TOML(v)
	}
	return l.JSON(v, l.line.value("--host") == "")
}

// deliver writes the text to --output, as it is, or to stdout with a line end.
func (l *listing) deliver(text string) error {
	file := l.line.value("--output")
	if file == "" {
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		_, err := l.stdout.WriteString(text)
		return err
	}
	err := os.WriteFile(file, []byte(text), 0o666)
	var number syscall.Errno
	if errors.As(err, &number) {
		return said("Unable to write to destination file '%s': [Errno %d] %s: b'%s'", file, int(number), sentence(number.Error()), file)
	}
	return err
}

// sentence begins with a capital.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
