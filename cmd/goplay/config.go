package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/templating/yaml"
)

// configActions are what the command config does.
var configActions = []string{"list", "dump", "view", "init", "validate"}

// configFormats are the formats of an action, in the order in which messages list them.
var configFormats = map[string][]string{
	"list": {"json", "yaml"}, "dump": {"json", "yaml", "display"}, "init": {"ini", "env", "vars"}, "validate": {"ini", "env"},
}

// configOptions gives the options of an action.
func configOptions(action string) optionTable {
	table := append(some("--help", "--verbose"), option{names: []string{"-c", "--config"}, kind: text})
	if action != "view" {
		table = append(table, option{names: []string{"-t", "--type"}, kind: text}, option{names: []string{"--format", "-f"}, kind: text})
	}
	switch action {
	case "dump":
		table = append(table, option{names: []string{"--only-changed", "--changed-only"}, kind: flag})
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
	kinds := append([]string{"all", "base"}, config.Kinds()...)
	if k := c.value("--type"); k != "" && !slices.Contains(kinds, k) {
		return c, invalidChoice("-t/--type", k, kinds)
	}
	formats := configFormats[c.action]
	if f := c.value("--format"); f != "" && !slices.Contains(formats, f) {
		return c, invalidChoice("--format/-f", f, formats)
	}
	return c, nil
}

func invalidChoice(option, given string, choices []string) error {
	return usage("argument %s: invalid choice: %s (choose from '%s')", option, pyQuote(given), strings.Join(choices, "', '"))
}

// config shows settings.
func (p *program) config(cfg *config.Config, line *commandLine) int {
	d, closeLog := p.evalDisplay(cfg, evalVerbosity(cfg, line))
	defer closeLog()
	for _, w := range cfg.Warnings() {
		d.Warning(w)
	}
	text, err := p.configText(cfg, line)
	if errors.Is(err, errInvalid) {
		return runner.ExitError
	}
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
	kind := cmp.Or(line.value("--type"), "base")
	table, unknown := config.Table(kind, line.words)
	for _, name := range unknown {
		d.Warning(fmt.Sprintf("Skipping %s as we could not find matching plugin", name))
	}
	switch line.action {
	case "list":
		return structured(describeTable(kind, table), line.value("--format"))
	case "init":
		return exampleOf(table, line), nil
	case "validate":
		return validated(cfg, table, line, d)
	case "view":
		if cfg.File() == "" {
			return "", &source.Error{Msg: "Invalid or no config file was supplied", Exit: runner.ExitError}
		}
		data, err := os.ReadFile(cfg.File())
		return string(data), err
	}
	return dump(cfg, kind, table, line, painter(d))
}

// describeTable tells of settings, and of plugins' options apart from them.
func describeTable(kind string, table []*config.Setting) *value.Dict {
	switch kind {
	case "base":
		return config.Describe()
	case "all":
		out, plugins := config.Describe(), &value.Dict{}
		for _, k := range config.Kinds() {
			of, _ := config.Table(k, nil)
			plugins.Set(strings.ToUpper(k), config.DescribePlugins(of))
		}
		out.Set("PLUGINS", plugins)
		return out
	}
	return value.DictOf("PLUGINS", value.DictOf(kind, config.DescribePlugins(table)))
}

// exampleOf is what a user can start from.
func exampleOf(table []*config.Setting, line *commandLine) string {
	disabled := line.has("--disabled")
	switch line.value("--format") {
	case "env":
		return config.Environment(table, disabled)
	case "vars":
		return config.Variables(table, disabled)
	}
	return config.Example(table, disabled)
}

// errInvalid ends a validation that has found what is wrong, which was told.
var errInvalid = &source.Error{Exit: runner.ExitError}

// validated says whether the settings' file, or the environment, has only settings that exist.
func validated(cfg *config.Config, table []*config.Setting, line *commandLine, d *callback.Display) (string, error) {
	wrong := cfg.CheckFile(table)
	if line.value("--format") == "env" {
		wrong = config.CheckEnvironment(os.Environ(), table)
	}
	for _, w := range wrong {
		d.Error(w, true)
	}
	if len(wrong) > 0 {
		return "", errInvalid
	}
	return "All configurations seem valid!\n", nil
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

// painter gives lines of values their colours where output has any: what the user has changed stands out, and what is missing.
func painter(d *callback.Display) func(config.Entry, string) string {
	return func(e config.Entry, text string) string {
		switch {
		case e.Changed():
			return d.Painted(text, "yellow")
		case e.Required():
			return d.Painted(text, "red")
		}
		return d.Painted(text, "green")
	}
}

// dump shows values and where they come from: of settings, of collections' servers, of which goplay has none, and of plugins' options.
func dump(cfg *config.Config, kind string, table []*config.Setting, line *commandLine, paint func(config.Entry, string) string) (string, error) {
	changed := line.has("--only-changed")
	list := value.NewList()
	var b strings.Builder
	if kind == "base" || kind == "all" {
		b.WriteString(dumpEntries(slices.Collect(cfg.Entries()), changed, list, paint) + "\nGALAXY_SERVERS:\n")
		list.Append(value.DictOf("GALAXY_SERVERS", &value.Dict{}))
	}
	switch kind {
	case "base":
	case "all":
		b.WriteString("\n")
		for _, k := range config.Kinds() {
			of, _ := config.Table(k, nil)
			inner := value.NewList()
			if text := dumpPlugins(cfg, of, changed, inner, paint); text != "" || !changed {
				title := strings.ToUpper(k) + ":"
				b.WriteString("\n" + title + "\n" + strings.Repeat("=", len(title)-1) + "\n" + text)
			}
			list.Append(value.DictOf(strings.ToUpper(k)+"_PLUGINS", inner))
		}
	default:
		b.WriteString(dumpPlugins(cfg, table, changed, list, paint))
	}
	if format := line.value("--format"); format != "" && format != "display" {
		return structured(list, format)
	}
	return cmp.Or(b.String(), "\n"), nil
}

// dumpPlugins shows the options of each plugin in a table, and adds them to a list.
func dumpPlugins(cfg *config.Config, table []*config.Setting, changed bool, list *value.List, paint func(config.Entry, string) string) string {
	var b strings.Builder
	for name, options := range config.Options(table) {
		inner := value.NewList()
		text := dumpEntries(cfg.EntriesOf(options), changed, inner, paint)
		if inner.Len() > 0 {
			fmt.Fprintf(&b, "\n%s:\n%s\n%s", name, strings.Repeat("_", len(name)), text)
			list.Append(value.DictOf(name, inner))
		}
	}
	return b.String()
}

// dumpEntries shows values, line by line, and adds them to a list.
func dumpEntries(entries []config.Entry, changed bool, list *value.List, paint func(config.Entry, string) string) string {
	var b strings.Builder
	for _, e := range entries {
		if changed && !e.Changed() {
			continue
		}
		list.Append(value.DictOf("name", value.String(e.Name), "origin", value.String(e.Origin), "value", e.Value))
		b.WriteString(paint(e, fmt.Sprintf("%s(%s) = %s", e.Name, e.Origin, e.Value)) + "\n")
	}
	return b.String()
}

// structured writes a value as JSON, or as YAML.
func structured(v value.Value, format string) (string, error) {
	if format == "json" {
		out, err := value.AppendJSON(nil, v, value.JSONOptions{Indent: 4, SortKeys: true})
		return string(out) + "\n", err
	}
	return yaml.Dump(v, yaml.Options{Flow: yaml.Block, SortKeys: true})
}
