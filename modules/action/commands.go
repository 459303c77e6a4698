package action

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// command is the command module, which calls itself by its name for actions.
func command(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	c.Final()
	return c.Module(ctx, "ansible.legacy.command", c.Args)
}

// shell is the command module with a shell.
func shell(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	c.Args.Set("_uses_shell", value.Bool(true))
	c.Final()
	return c.Module(ctx, "ansible.legacy.command", c.Args)
}

// raw runs a command line with no Python on the target.
func raw(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "_raw_params", "executable"); err != nil {
		return nil, err
	}
	if c.Check {
		return done("skipped", value.Bool(true))
	}
	if len(c.Environment) > 0 {
		c.Warn("raw module does not support the environment keyword")
	}
	res, err := c.Raw(ctx, str(c, "_raw_params"), nil, str(c, "executable"))
	if err != nil {
		return nil, err
	}
	return rawResult(res), nil
}

func rawResult(res modules.RawResult) *value.Dict {
	d := value.DictOf("changed", value.Bool(true), "rc", value.Int(res.Exit),
		"stdout", plain(res.Stdout), "stderr", plain(res.Stderr))
	if res.Exit != 0 {
		d.Set("failed", value.Bool(true))
		d.Set("msg", value.String("non-zero return code"))
	}
	return d
}

func plain(b []byte) value.Value { return value.String(strings.ToValidUTF8(string(b), "\uFFFD")) }

// script runs a controller's script on the target, which needs no Python for it: a shell there takes the script from its standard
// input into a private folder, runs it, and removes it.
func script(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "_raw_params", "chdir", "cmd", "creates", "executable", "removes"); err != nil {
		return nil, err
	}
	words := splitWords(str(c, "_raw_params", "cmd"))
	if len(words) == 0 {
		return nil, modules.Errorf("one of the following is required: _raw_params, cmd")
	}
	onWindows := isWindows(c)
	if !onWindows {
		if err := guarded(ctx, c); err != nil {
			return nil, err
		}
	}
	file, err := find(c, "files", unquoted(words[0]))
	if err != nil {
		return nil, err
	}
	content, err := readFile(c, file)
	if err != nil {
		return nil, err
	}
	if onWindows {
		return winScript(ctx, c, filepath.Base(file), words[1:], content)
	}
	if c.Check {
		return nil, &modules.SkipError{Msg: "Check mode is not supported for this task."}
	}
	res, err := c.Raw(ctx, scriptCommand(c, filepath.Base(file), words[1:]), bytes.NewReader(content), "")
	if err != nil {
		return nil, err
	}
	return rawResult(res), nil
}

// scriptCommand is the command line that takes the script in and runs it.
func scriptCommand(c *modules.Call, base string, args []string) string {
	run := `"$d"/` + source.ShellQuote(base)
	if exe := str(c, "executable"); exe != "" {
		run = exe + " " + run
	}
	if len(args) > 0 {
		run += " " + strings.Join(args, " ")
	}
	if len(c.Environment) > 0 {
		run = "env " + assignments(c.Environment) + " " + run
	}
	if dir := str(c, "chdir"); dir != "" {
		run = "cd " + source.ShellQuote(dir) + " && " + run
	}
	inner := fmt.Sprintf(`umask 077; d=$(mktemp -d) || exit 1; trap 'rm -rf "$d"' EXIT HUP INT TERM; cat > "$d"/%s && chmod 0700 "$d"/%s || exit 1; (%s) < /dev/null`,
		source.ShellQuote(base), source.ShellQuote(base), run)
	return "/bin/sh -c " + source.ShellQuote(inner)
}

// assignments gives an environment as words of the shell, sorted.
func assignments(env map[string]string) string {
	words := make([]string, 0, len(env))
	for k, v := range env {
		words = append(words, source.ShellQuote(k+"="+v))
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// guarded skips a script whose creates exists or whose removes does not.
func guarded(ctx context.Context, c *modules.Call) error {
	for _, g := range []struct {
		arg, msg string
		skipIf   bool
	}{{"creates", "%s exists, matching creates option", true}, {"removes", "%s does not exist, matching removes option", false}} {
		name := str(c, g.arg)
		if name == "" {
			continue
		}
		res, err := c.Raw(ctx, "test -e "+quoteHome(name), nil, "")
		if err != nil {
			return err
		}
		if (res.Exit == 0) == g.skipIf {
			return &modules.SkipError{Msg: fmt.Sprintf(g.msg, name)}
		}
	}
	return nil
}

// quoteHome quotes a path but leaves a leading ~/ to the shell.
func quoteHome(p string) string {
	if rest, ok := strings.CutPrefix(p, "~/"); ok {
		return "~/" + source.ShellQuote(rest)
	}
	return source.ShellQuote(p)
}

// readFile reads a controller's file, decrypted where it is vaulted.
func readFile(c *modules.Call, name string) ([]byte, error) {
	decrypt, err := flag(c, "decrypt", true)
	if err != nil {
		return nil, err
	}
	if !decrypt || !source.Vaulted(name) {
		return source.ReadFile(name)
	}
	if c.Vault == nil {
		//lint:ignore ST1005 the reference's text
		return nil, fmt.Errorf("A vault password or secret must be specified to decrypt %s", name)
	}
	return c.Vault.DecryptFile(name)
}

// splitWords parts a command line at blanks outside of quotes; the quotes stay.
func splitWords(s string) []string {
	var words []string
	var word strings.Builder
	quoteChar := rune(0)
	for _, r := range s {
		switch {
		case quoteChar != 0 && r == quoteChar:
			quoteChar = 0
		case quoteChar == 0 && (r == '\'' || r == '"'):
			quoteChar = r
		case quoteChar == 0 && (r == ' ' || r == '\t' || r == '\n'):
			if word.Len() > 0 {
				words = append(words, word.String())
				word.Reset()
			}
			continue
		}
		word.WriteRune(r)
	}
	if word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}

func unquoted(s string) string {
	if len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}
