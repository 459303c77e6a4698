package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A PasswordError tells why a password file gives no password. Missing says that the file itself is the trouble, not its content.
type PasswordError struct {
	Msg     string
	Missing bool
	Err     error
}

func (e *PasswordError) Error() string { return e.Msg }

// Unwrap gives the cause.
func (e *PasswordError) Unwrap() error { return e.Err }

// ReadPassword reads a vault password from a file, or runs the file if it is executable. A program whose name ends with "-client" is given
// the vault id, if there is one, and what it writes to its standard error is part of the error; other programs' goes to stderr.
func ReadPassword(ctx context.Context, path, id string, stderr *os.File) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &PasswordError{Msg: fmt.Sprintf("The vault password file %s was not found", path), Missing: true, Err: err}
	case err != nil:
		return nil, &PasswordError{Msg: fmt.Sprintf("Could not read vault password file %s: %v", path, err), Err: err}
	case info.IsDir():
		return nil, &PasswordError{Msg: fmt.Sprintf("The vault password file provided '%s' can not be a directory", path), Missing: true}
	case info.Mode().Perm()&0o111 != 0:
		return runScript(ctx, path, id, stderr)
	}
	return readFile(path)
}

func readFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &PasswordError{Msg: fmt.Sprintf("Could not read vault password file %s: %v", path, err), Err: err}
	}
	password := bytes.TrimSpace(data)
	if len(password) == 0 {
		return nil, &PasswordError{Msg: fmt.Sprintf("Invalid vault password was provided from file (%s)", path)}
	}
	return password, nil
}

func runScript(ctx context.Context, path, id string, stderr *os.File) ([]byte, error) {
	cmd := exec.CommandContext(ctx, path)
	cmd.Stdin = os.Stdin
	cmd.Stderr = stderr
	var errs bytes.Buffer
	client := strings.HasSuffix(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), "-client")
	if client {
		cmd.Stderr = &errs
	}
	if client && id != "" {
		cmd.Args = append(cmd.Args, "--vault-id", id)
	}
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && client:
		return nil, &PasswordError{Msg: clientFailure(path, id, exit.ExitCode(), errs.Bytes()), Err: err}
	case errors.As(err, &exit):
		return nil, &PasswordError{Msg: fmt.Sprintf("Vault password script %s returned non-zero (%d): None", path, exit.ExitCode()), Err: err}
	case err != nil:
		msg := fmt.Sprintf("Problem running vault password script %s (%v). If this is not a script, remove the executable bit from the file.", path, err)
		return nil, &PasswordError{Msg: msg, Err: err}
	}
	password := bytes.Trim(out, "\r\n")
	if len(password) == 0 {
		return nil, &PasswordError{Msg: fmt.Sprintf("Invalid vault password was provided from script (%s)", path)}
	}
	return password, nil
}

// clientFailure is the message about a client; the exit code 2 says that it knows no password for the id.
func clientFailure(path, id string, code int, errs []byte) string {
	if id == "" {
		id = "None"
	}
	if code == 2 {
		return fmt.Sprintf("Vault password client script %s did not find a secret for vault-id=%s: %s", path, id, bytesLiteral(errs))
	}
	return fmt.Sprintf("Vault password client script %s returned non-zero (%d) when getting secret for vault-id=%s: %s", path, code, id, bytesLiteral(errs))
}

// bytesLiteral writes bytes as Python shows them.
func bytesLiteral(data []byte) string {
	quote := byte('\'')
	if bytes.IndexByte(data, '\'') >= 0 && bytes.IndexByte(data, '"') < 0 {
		quote = '"'
	}
	var b strings.Builder
	b.WriteByte('b')
	b.WriteByte(quote)
	for _, c := range data {
		switch {
		case c == quote || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(quote)
	return b.String()
}
