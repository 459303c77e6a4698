package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/templating/yaml"
)

// configActions are what the command config does.
var configActions = []string{"list", "dump", "view", "init"}

// configOptions gives the options of an action.
func configOptions(action string) optionTable {
	table := append(some("--help", "--verbose"), option{names: []string{"-c", "--config"}, kind: text})
	switch action {
	case "list":
		table = append(table, option{names: []string{"-f", "--format"}, kind: text})
	case "dump":
		table = append(
			table, option{names: []string{"--only-changed", "--changed-only"}, kind: flag},
			option{names: []string{"-f", "--format"}, kind: text},
		)
	case "init":
		table = append(table, option{names: []string{"--disabled"}, kind: flag})
	}
	return table
}

// readConfig reads the command line of config.
func readConfig(args []string) (*commandLine, error) {
	c, err := readAction(args, configActions, configOptions)
	if err != nil || c.help || c.version {
		return c, err
	}
	formats := map[string][]string{"list": {"json", "yaml"}, "dump": {"json", "yaml", "display"}}[c.action]
	if f := c.value("--format"); f != "" && !slices.Contains(formats, f) {
		return c, usage("argument --format/-f: invalid choice: %s (choose from '%s')", pyQuote(f), strings.Join(formats, "', '"))
	}
	return c, nil
}

// config shows settings.
func (p *program) config(cfg *config.Config, line *commandLine) int {
	d, closeLog := p.evalDisplay(cfg, evalVerbosity(cfg, line))
	defer closeLog()
	for _, w := range cfg.Warnings() {
		d.Warning(w)
	}
	text, err := p.configText(cfg, line)
	if err != nil {
		d.Error(source.Report(err), true)
		return exitOf(err)
	}
	return p.print(text)
}

func (p *program) configText(cfg *config.Config, line *commandLine) (string, error) {
	if file := line.value("--config"); file != "" {
		var err error
		if cfg, err = configOf(absolute(file)); err != nil {
			return "", err
		}
	}
	d, closeLog := p.display(cfg, &runner.Options{Verbosity: line.count("--verbose")})
	defer closeLog()
	p.announce(d, cfg, line.count("--verbose"))
	switch line.action {
	case "list":
		return structured(config.Describe(), line.value("--format"))
	case "init":
		return config.Example(line.has("--disabled")), nil
	case "view":
		if cfg.File() == "" {
			return "", &source.Error{Msg: "Invalid or no config file was supplied", Exit: runner.ExitError}
		}
		data, err := os.ReadFile(cfg.File())
		return string(data), err
	}
	return dump(cfg, line)
}

// configOf reads settings with a file in place of the one that would be found.
func configOf(file string) (*config.Config, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, wrongOption("The provided configuration file is missing or not accessible: %s", file)
	}
	return config.Load(config.Sources{Env: func(name string) (string, bool) {
		if name == "ANSIBLE_CONFIG" {
			return file, true
		}
		return os.LookupEnv(name)
	}})
}

// dump shows values and where they come from. Collections' servers, of which goplay has none, end it.
func dump(cfg *config.Config, line *commandLine) (string, error) {
	list := value.NewList()
	var b strings.Builder
	for e := range cfg.Entries() {
		if line.has("--only-changed") && !e.Changed() {
			continue
		}
		list.Append(value.DictOf("name", value.String(e.Name), "origin", value.String(e.Origin), "value", e.Value))
		fmt.Fprintf(&b, "%s(%s) = %s\n", e.Name, e.Origin, e.Value)
	}
	format := line.value("--format")
	if format == "" || format == "display" {
		return b.String() + "\nGALAXY_SERVERS:\n", nil
	}
	list.Append(value.DictOf("GALAXY_SERVERS", &value.Dict{}))
	return structured(list, format)
}

// structured writes a value as JSON, or as YAML.
func structured(v value.Value, format string) (string, error) {
	if format == "json" {
		out, err := value.AppendJSON(nil, v, value.JSONOptions{Indent: 4, SortKeys: true})
		return string(out) + "\n", err
	}
	return yaml.Dump(v, yaml.Options{Flow: yaml.Block, SortKeys: true})
}
