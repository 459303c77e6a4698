package lookup

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

func env(c *Call) ([]value.Value, error) {
	names, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, n := range names {
		if v, ok := os.LookupEnv(strings.TrimSpace(n)); ok {
			out = append(out, value.String(v))
			continue
		}
		standard, ok := c.Opts.Lookup("default")
		if !ok {
			standard = value.String("")
		}
		if _, undefined := standard.(*value.Undefined); undefined {
			standard = &value.Undefined{Name: n, Msg: "The environment variable " + value.Repr(value.String(n)) + " is not set."}
		}
		out = append(out, standard)
	}
	return out, nil
}

// shell runs a command with /bin/sh and gives its output.
func (c *Call) shell(plugin, command string) (string, error) {
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Dir = c.Host.Cwd()
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	cmd.Stderr = os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", failf("lookup_plugin.%s(%s) returned %d", plugin, command, exit.ExitCode())
	}
	if err != nil {
		return "", failf("lookup_plugin.%s(%s) failed: %s", plugin, command, err)
	}
	return stdout.String(), nil
}

func pipe(c *Call) ([]value.Value, error) {
	commands, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, command := range commands {
		text, err := c.shell("pipe", command)
		if err != nil {
			return nil, err
		}
		out = append(out, value.String(strings.TrimRight(text, " \t\r\n\v\f")))
	}
	return out, nil
}

func lines(c *Call) ([]value.Value, error) {
	commands, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, command := range commands {
		text, err := c.shell("lines", command)
		if err != nil {
			return nil, err
		}
		for _, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
			out = append(out, value.String(l))
		}
	}
	return out, nil
}

func vars(c *Call) ([]value.Value, error) {
	var out []value.Value
	for _, t := range c.Terms {
		name, ok := value.Text(t)
		if !ok {
			return nil, failf("Variable name must be 'str' not '%s'.", t.Type())
		}
		v, ok, err := c.Host.Variable(name)
		if err != nil {
			return nil, err
		}
		if !ok {
			if v, ok = c.Opts.Lookup("default"); !ok {
				v = &value.Undefined{Name: name, Msg: "No variable named " + value.Repr(t) + " was found."}
			}
		}
		out = append(out, v)
	}
	return out, nil
}

func varnames(c *Call) ([]value.Value, error) {
	patterns, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, failf("Unable to use \"%s\" as a search parameter: %s", p, err)
		}
		for n := range c.Host.Names() {
			if re.MatchString(n) {
				out = append(out, value.String(n))
			}
		}
	}
	return out, nil
}

func config(c *Call) ([]value.Value, error) {
	names, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, n := range names {
		v, ok := c.Host.Config(n)
		if !ok {
			switch c.opt("on_missing", "error") {
			case "skip":
				continue
			case "warn":
				c.Host.Warn("No config definition exists for '" + n + "'.")
				continue
			}
			return nil, failf("No config definition exists for '%s'.", n)
		}
		out = append(out, v)
	}
	return out, nil
}

func inventoryHostnames(c *Call) ([]value.Value, error) {
	patterns, err := c.texts()
	if err != nil {
		return nil, err
	}
	hosts, err := c.Host.HostPattern(strings.Join(patterns, ":"))
	return textValues(hosts), err
}

func csvfile(c *Call) ([]value.Value, error) {
	terms, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, t := range terms {
		key := c.keyValues(t, "file", "delimiter", "col", "default", "encoding", "keycol")
		_, data, err := c.load("files", c.opt("file", "ansible.csv"))
		if err != nil {
			return nil, err
		}
		v, ok, err := c.csvCell(string(data), key)
		if err != nil {
			return nil, err
		}
		if !ok {
			if v, ok = c.Opts.Lookup("default"); !ok {
				continue
			}
		}
		out = append(out, v)
	}
	return out, nil
}

func (c *Call) csvCell(data, key string) (value.Value, bool, error) {
	col, err := strconv.Atoi(c.opt("col", "1"))
	if err != nil {
		return nil, false, failf("csvfile: col must be a number")
	}
	keycol, err := strconv.Atoi(c.opt("keycol", "0"))
	if err != nil {
		return nil, false, failf("csvfile: keycol must be a number")
	}
	delimiter := c.opt("delimiter", "TAB")
	if delimiter == "TAB" || delimiter == `\t` {
		delimiter = "\t"
	}
	r := csv.NewReader(strings.NewReader(data))
	r.Comma = []rune(delimiter)[0]
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, false, failf("csvfile: %s", err)
	}
	for _, row := range rows {
		if keycol < len(row) && row[keycol] == key {
			if col >= len(row) {
				return nil, false, failf("csvfile: list index out of range")
			}
			return value.String(row[col]), true, nil
		}
	}
	return nil, false, nil
}

func ini(c *Call) ([]value.Value, error) {
	terms, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, t := range terms {
		key := c.keyValues(t, "file", "section", "default", "type", "re", "encoding")
		_, data, err := c.load("files", c.opt("file", "ansible.ini"))
		if err != nil {
			return nil, err
		}
		section := c.opt("section", "global")
		if c.opt("type", "ini") == "properties" {
			section = ""
		}
		found, err := iniValues(string(data), section, key, c.flag("re", false), c.flag("case_sensitive", false))
		if err != nil {
			return nil, err
		}
		if found == nil {
			found = []string{c.opt("default", "")}
			if d, ok := c.Opts.Lookup("default"); ok {
				out = append(out, d)
				continue
			}
		}
		out = append(out, textValues(found)...)
	}
	return out, nil
}

func iniValues(data, section, key string, isRegexp, caseSensitive bool) ([]string, error) {
	match := func(k string) bool { return k == key || !caseSensitive && strings.EqualFold(k, key) }
	if isRegexp {
		re, err := regexp.Compile("^(?:" + key + ")")
		if err != nil {
			return nil, failf("ini: %s", err)
		}
		match = re.MatchString
	}
	var found []string
	in, seen := section == "", section == ""
	last := -1
	for _, line := range strings.Split(data, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
			continue
		case trimmed[0] == '[' && strings.HasSuffix(trimmed, "]"):
			in = trimmed[1:len(trimmed)-1] == section
			seen = seen || in
			last = -1
		case in && last >= 0 && (line[0] == ' ' || line[0] == '\t'):
			found[last] += "\n" + trimmed
		case in:
			i := strings.IndexAny(trimmed, "=:")
			if i < 0 {
				continue
			}
			last = -1
			if match(strings.TrimSpace(trimmed[:i])) {
				found = append(found, strings.TrimSpace(trimmed[i+1:]))
				last = len(found) - 1
			}
		}
	}
	if !seen {
		return nil, failf("No section: '%s'", section)
	}
	return found, nil
}
