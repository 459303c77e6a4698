// Package terminal asks the user's questions of connections on the terminal of the process, as ssh does: past standard input and
// output, which may be redirected.
package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"github.com/goplay/goplay/connection"
)

// Prompter asks on a terminal, one question at a time.
type Prompter struct {
	mu   sync.Mutex
	path string
}

var _ connection.Prompter = (*Prompter)(nil)

// Open gives a prompter on /dev/tty. It returns nil where the process has no terminal: nobody can be asked.
func Open() *Prompter {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil
	}
	_ = tty.Close()
	return &Prompter{path: "/dev/tty"}
}

// Secret asks without showing the answer.
func (p *Prompter) Secret(ctx context.Context, prompt string) (string, error) {
	return p.ask(ctx, prompt, func(tty *os.File) (string, error) {
		answer, err := term.ReadPassword(int(tty.Fd()))
		_, _ = io.WriteString(tty, "\n")
		return string(answer), err
	})
}

// Line asks for one line of text.
func (p *Prompter) Line(ctx context.Context, prompt string) (string, error) {
	return p.ask(ctx, prompt, func(tty *os.File) (string, error) {
		line, err := bufio.NewReader(tty).ReadString('\n')
		if errors.Is(err, io.EOF) && line != "" {
			err = nil
		}
		return strings.TrimRight(line, "\r\n"), err
	})
}

// ask shows a prompt and reads the answer. When ctx is done it returns at once, and the terminal shows again what is typed.
func (p *Prompter) ask(ctx context.Context, prompt string, read func(*os.File) (string, error)) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	tty, err := os.OpenFile(p.path, os.O_RDWR, 0)
	if err != nil {
		return "", fmt.Errorf("open the terminal: %w", err)
	}
	defer tty.Close()
	before, stateErr := term.GetState(int(tty.Fd()))
	if _, err := io.WriteString(tty, prompt); err != nil {
		return "", fmt.Errorf("ask on the terminal: %w", err)
	}
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		text, err := read(tty)
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		return a.text, a.err
	case <-ctx.Done():
		if stateErr == nil {
			_ = term.Restore(int(tty.Fd()), before)
		}
		return "", ctx.Err()
	}
}
