package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/goplay/goplay/internal/source"
)

// Editor lets a user change a text in a program of theirs.
type Editor struct {
	Command string // with arguments, quoted as in a shell
	// TempDir is the folder in which the text lies meanwhile, in a folder of its own that nobody else may enter; it is made if it is missing.
	TempDir               string
	Stdin, Stdout, Stderr *os.File
}

// patience is how long an editor has to end when the user wants to stop.
const patience = 5 * time.Second

// Edit gives the text as the user left it. The program's exit code does not count. Nothing of the text stays on the disk, whatever happens.
func (e Editor) Edit(ctx context.Context, text []byte) (edited []byte, err error) {
	if err := os.MkdirAll(e.TempDir, 0o700); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(e.TempDir, "ansible-local-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, shredAll(dir)) }()
	path := filepath.Join(dir, "text")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, err
	}
	if err := e.run(ctx, path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func (e Editor) run(ctx context.Context, path string) error {
	words, err := source.ShellWords(e.Command)
	if err == nil && len(words) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return fmt.Errorf("the editor '%s' cannot be run: %w", e.Command, err)
	}
	words = append(words, path)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = e.Stdin, e.Stdout, e.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = patience
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && !errors.As(err, &exit):
		return said("Unable to execute the command \"%s\": %s", strings.Join(words, " "), notRun(err, words[0]))
	}
	return nil
}

// notRun is the reason why a program was not run.
func notRun(err error, program string) string {
	if errors.Is(err, exec.ErrNotFound) {
		err = syscall.ENOENT
	}
	return reason(err, program)
}

// shredAll removes a folder; the content of all files in it, backups of the editor among them, is overwritten.
func shredAll(dir string) error {
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		return Shred(path)
	})
	return errors.Join(err, os.RemoveAll(dir))
}
