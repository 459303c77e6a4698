package main

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
)

// terminal asks the user: at the controlling terminal for passwords, whatever stdin is, as ansible-playbook does.
type terminal struct {
	in  *os.File
	out *os.File

	mu     sync.Mutex // one question at a time
	reader *bufio.Reader
}

// Interactive tells whether somebody can answer.
func (t *terminal) Interactive() bool { return term.IsTerminal(int(t.in.Fd())) }

// Secret asks without showing the answer.
func (t *terminal) Secret(ctx context.Context, prompt string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return t.ask(ctx, t.in, t.out, prompt, false)
	}
	defer func() { _ = tty.Close() }()
	return t.ask(ctx, tty, tty, prompt, false)
}

// errNobody says that there is no terminal to ask at.
var errNobody = errors.New("there is no terminal to ask at")

// atTerminal asks what a connection wants to know: at the controlling terminal or not at all, as ssh does.
type atTerminal struct{ *terminal }

// Line asks for one line of text.
func (t atTerminal) Line(ctx context.Context, prompt string) (string, error) {
	return t.atTTY(ctx, prompt, true)
}

// Secret asks without showing the answer.
func (t atTerminal) Secret(ctx context.Context, prompt string) (string, error) {
	return t.atTTY(ctx, prompt, false)
}

func (t *terminal) atTTY(ctx context.Context, prompt string, echo bool) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", errNobody
	}
	defer func() { _ = tty.Close() }()
	return t.ask(ctx, tty, tty, prompt, echo)
}

// Line asks for one line of text.
func (t *terminal) Line(ctx context.Context, prompt string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ask(ctx, t.in, t.out, prompt, true)
}

// Pause shows a prompt and reads a line. When ctx ends first it gives ctx's error.
func (t *terminal) Pause(ctx context.Context, prompt string, echo bool) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ask(ctx, t.in, t.out, prompt, echo)
}

func (t *terminal) ask(ctx context.Context, in, out *os.File, prompt string, echo bool) (string, error) {
	if _, err := io.WriteString(out, prompt); err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	fd := int(in.Fd())
	hidden := !echo && term.IsTerminal(fd)
	restore := func() {}
	if hidden {
		if state, err := term.GetState(fd); err == nil {
			restore = func() { _ = term.Restore(fd, state) }
		}
	}
	answer, err := t.await(ctx, in, fd, hidden)
	if hidden {
		restore()
		_, _ = io.WriteString(out, "\n")
	}
	return answer, err
}

// await reads a line in a goroutine of its own, which outlives a ctx that ends: a blocked read cannot be called back.
func (t *terminal) await(ctx context.Context, in *os.File, fd int, hidden bool) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		if hidden {
			b, err := term.ReadPassword(fd)
			done <- result{string(b), err}
			return
		}
		text, err := t.readLine(in)
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// readLine reads a line; the end of input is an error only if nothing was read.
func (t *terminal) readLine(in *os.File) (string, error) {
	r := t.reader
	if in != t.in {
		r = bufio.NewReader(in)
	} else if r == nil {
		r = bufio.NewReader(in)
		t.reader = r
	}
	text, err := r.ReadString('\n')
	if errors.Is(err, io.EOF) && text != "" {
		err = nil
	}
	return strings.TrimRight(text, "\r\n"), err
}
