package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/vars/vault"
)

// open reads and decrypts a file; shown is its name in the error about data that cannot be decrypted.
func (v *vaulting) open(path, shown string) (vault.Opened, error) {
	data, err := vault.ReadFile(path, v.stdin)
	if err != nil {
		return vault.Opened{}, err
	}
	opened := vault.Opened{}
	if err = vault.ErrNotVault; vault.IsVault(data) {
		opened, err = v.secrets.Open(data)
	}
	if err != nil {
		return opened, said("%w for %s", err, shown)
	}
	return opened, nil
}

// write writes a result to a file, or to stdout for "-".
func (v *vaulting) write(path string, data []byte, keep bool) error {
	if path == "-" {
		_, err := v.stdout.Write(data)
		return err
	}
	return vault.WriteFile(path, data, keep)
}

// output is where the result for a file goes: to --output, or in its place.
func (v *vaulting) output(path string) string {
	out := v.line.value("--output")
	if out == "" {
		return path
	}
	if out == "-" {
		return out
	}
	return absolute(out)
}

func (v *vaulting) encrypt(_ context.Context, name string) error {
	path := vault.Resolved(name)
	text, err := vault.ReadFile(path, v.stdin)
	if err != nil {
		return err
	}
	if vault.IsVault(text) {
		return vault.ErrIsVault
	}
	data, err := vault.EncryptSalted(text, v.secret, v.salt)
	if err != nil {
		return err
	}
	return v.write(v.output(path), data, false)
}

func (v *vaulting) decrypt(_ context.Context, name string) error {
	path := vault.Resolved(name)
	opened, err := v.open(path, path)
	if err != nil {
		return err
	}
	return v.write(v.output(path), opened.Plain, false)
}

func (v *vaulting) rekey(_ context.Context, name string) error {
	path := vault.Resolved(name)
	opened, err := v.open(path, path)
	if err != nil {
		return err
	}
	data, err := vault.EncryptSalted(opened.Plain, v.secret, v.salt)
	if err != nil {
		return err
	}
	return v.write(path, data, true)
}

// edit lets the user change a file, which is encrypted by the password and the id that it had. One that is left as it was is not written.
func (v *vaulting) edit(ctx context.Context, name string) error {
	path := vault.Resolved(name)
	opened, err := v.open(path, path)
	if err != nil {
		return err
	}
	edited, err := v.editor().Edit(ctx, opened.Plain)
	if err != nil || bytes.Equal(edited, opened.Plain) {
		return err
	}
	data, err := vault.EncryptSalted(edited, opened.By, v.salt)
	if err != nil {
		return err
	}
	return v.write(path, data, true)
}

func (v *vaulting) editor() vault.Editor {
	return vault.Editor{
		Command: v.cfg.Str("EDITOR"), TempDir: v.cfg.Str("DEFAULT_LOCAL_TMP"), Stdin: v.stdin, Stdout: v.stdout, Stderr: v.stderr,
	}
}

// create lets the user write a new file.
func (v *vaulting) create(ctx context.Context) error {
	if len(v.line.words) != 1 {
		return wrongOption("ansible-vault create can take only one filename argument")
	}
	if !v.atTerminal() && !v.line.has("--skip-tty-check") {
		return wrongOption("not a tty, editor cannot be opened")
	}
	name := v.line.words[0]
	if _, err := os.Lstat(name); err == nil {
		return said("%s exists, please use 'edit' instead", name)
	}
	if err := v.makeFolder(filepath.Dir(name)); err != nil {
		return err
	}
	text, err := v.editor().Edit(ctx, nil)
	if err != nil {
		return err
	}
	data, err := vault.EncryptSalted(text, v.secret, v.salt)
	if err != nil {
		return err
	}
	return v.write(name, data, false)
}

func (v *vaulting) makeFolder(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	v.d.Warning(dir + " does not exist, creating...")
	return os.MkdirAll(dir, 0o700)
}

// view shows a file, by the user's pager at a terminal.
func (v *vaulting) view(ctx context.Context, name string) error {
	opened, err := v.open(vault.Resolved(name), name)
	if err != nil {
		return err
	}
	text := string(opened.Plain)
	if v.atTerminal() {
		return v.page(ctx, text)
	}
	if !utf8.ValidString(text) {
		v.d.Warning(`Non UTF-8 encoded data replaced with "?" while displaying text to stdout/stderr.`)
		text = shownBytes(text)
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	_, err = v.stdout.WriteString(text)
	return err
}

// shownBytes puts "?" in the place of each byte that is no text.
func shownBytes(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			b.WriteByte('?')
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// page shows a text by the pager of the environment or the settings, whose exit code does not count.
func (v *vaulting) page(ctx context.Context, text string) error {
	cmd := exec.CommandContext(ctx, "sh", "-c", v.cfg.Str("PAGER"))
	if _, set := os.LookupEnv("LESS"); !set {
		cmd.Env = append(os.Environ(), "LESS=FRSX")
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), v.stdout, v.stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}
