package lookup

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

func env(c *Call) ([]value.Value, error) {
	names, err := c.textOnly("AttributeError", "'%s' object has no attribute 'split'")
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
		for l := range strings.Lines(text) {
			out = append(out, value.String(strings.TrimSuffix(l, "\n")))
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

func config(c *Call) ([]value.Value, error) {
	missing, err := c.choice("on_missing", "error", "error", "skip", "warn")
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, t := range c.Terms {
		n, ok := value.Text(t)
		if !ok {
			return nil, failf("Invalid setting identifier, %s is not a <class 'str'>, its a %s.", t, describe(t))
		}
		v, ok := c.Host.Config(n)
		if !ok {
			switch missing {
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
