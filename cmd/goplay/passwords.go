package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/runner"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/vars/vault"
)

// complete reads or asks for the passwords that the command line and the settings want, in ansible-playbook's order.
func (p *program) complete(ctx context.Context, line *commandLine, o *runner.Options, d *callback.Display) error {
	t := &terminal{in: p.stdin, out: p.stderr}
	o.Terminal, o.Prompter = t, atTerminal{t}
	if err := p.askPasswords(ctx, line, o, t); err != nil {
		return err
	}
	secrets, err := p.vaultSecrets(ctx, line, o.Config, t, d)
	if err == nil && len(secrets.List) > 0 {
		o.Vault = vault.NewMemory(secrets)
	}
	return err
}

// askPasswords sets the passwords of connections and become, which runs that only list do not need.
func (p *program) askPasswords(ctx context.Context, line *commandLine, o *runner.Options, t *terminal) (err error) {
	if o.ListHosts || o.ListTasks || o.ListTags || o.SyntaxCheck {
		return nil
	}
	if o.ConnectionPassword, err = p.password(ctx, line, o.Config, t, login); err != nil {
		return err
	}
	become := forBecome(o.Config, o.BecomeMethod, o.ConnectionPassword != "")
	if o.BecomePassword, err = p.password(ctx, line, o.Config, t, become); err != nil {
		return err
	}
	if o.BecomePassword == "" && become.asked(line, o.Config) {
		o.BecomePassword = o.ConnectionPassword
	}
	return nil
}

// passwordKind says where a password comes from.
type passwordKind struct {
	askFlag, askSetting   string
	fileFlag, fileSetting string
	prompt                string
}

var login = passwordKind{"--ask-pass", "DEFAULT_ASK_PASS", "--connection-password-file", "CONNECTION_PASSWORD_FILE", "SSH password: "}

func forBecome(cfg *config.Config, method string, haveLogin bool) passwordKind {
	name := "BECOME"
	if !cfg.Bool("AGNOSTIC_BECOME_PROMPT") {
		if method == "" {
			method = cfg.Str("DEFAULT_BECOME_METHOD")
		}
		name = strings.ToUpper(method)
	}
	prompt := name + " password: "
	if haveLogin {
		prompt = name + " password[defaults to SSH password]: "
	}
	return passwordKind{"--ask-become-pass", "DEFAULT_BECOME_ASK_PASS", "--become-password-file", "BECOME_PASSWORD_FILE", prompt}
}

// asked tells whether the user shall be asked: options win over settings.
func (k passwordKind) asked(line *commandLine, cfg *config.Config) bool {
	return line.has(k.askFlag) || cfg.Bool(k.askSetting) && line.value(k.fileFlag) == ""
}

func (p *program) password(ctx context.Context, line *commandLine, cfg *config.Config, t *terminal, k passwordKind) (string, error) {
	if k.asked(line, cfg) {
		answer, err := t.Secret(ctx, k.prompt)
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		return answer, err
	}
	file := line.value(k.fileFlag)
	if file == "" {
		file = cfg.Str(k.fileSetting)
	}
	if file == "" {
		return "", nil
	}
	return p.passwordFile(ctx, file)
}

// passwordFile reads a password from a file, from standard input for "-", or from what an executable file prints.
func (p *program) passwordFile(ctx context.Context, file string) (string, error) {
	data, err := p.readPassword(ctx, file)
	if err != nil {
		return "", err
	}
	password := strings.Trim(string(data), "\r\n")
	if password == "" {
		return "", said("Empty password was provided from file (%s)", file)
	}
	return password, nil
}

func (p *program) readPassword(ctx context.Context, file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(p.stdin)
	}
	file = absolute(file)
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, said("The password file %s was not found", file)
	case err != nil:
		return nil, said("Could not read password file (%s): %w", file, err)
	case info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0:
		return p.passwordScript(ctx, file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, said("Could not read password file (%s): %w", file, err)
	}
	return data, nil
}

func (p *program) passwordScript(ctx context.Context, file string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, file)
	cmd.Stdin = p.stdin
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return nil, said("The password script %s returned an error (rc=%d): %s", file, exit.ExitCode(), strings.TrimSpace(errs.String()))
	case err != nil:
		return nil, said("Problem occured when trying to run the password script %s (%w). "+
			"If this is not a script, remove the executable bit from the file.", file, err)
	}
	return out, nil
}
