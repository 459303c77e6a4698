package console

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Prompt reads lines and has each evaluated.
type Prompt struct {
	In, Out *os.File
	// Label stands before each line: "web1> ".
	Label string
	// Words are what can be completed.
	Words Words
	// History keeps the lines; never nil.
	History *History
	// Eval evaluates a line and shows what comes of it. At a terminal it finds that in its usual mode.
	Eval func(line string)
}

// Run reads lines until the input or ctx ends: where both ends are a terminal with a label and editing, else as they come. Lines of blanks are passed over.
func (p *Prompt) Run(ctx context.Context) error {
	if !p.Interactive() {
		return p.plain(ctx)
	}
	t := term.NewTerminal(&interruptible{in: p.In, out: p.Out}, p.Label)
	t.History = p.History
	t.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		return p.complete(t, line, pos)
	}
	for {
		line, err := p.edit(ctx, t)
		switch {
		case errors.Is(err, io.EOF):
			_, err = io.WriteString(p.Out, "\n")
			return err
		case err != nil:
			return err
		}
		p.eval(line)
	}
}

// Interactive tells whether both ends are a terminal.
func (p *Prompt) Interactive() bool {
	return term.IsTerminal(int(p.In.Fd())) && term.IsTerminal(int(p.Out.Fd()))
}

func (p *Prompt) eval(line string) {
	if line = strings.TrimSpace(line); line != "" {
		p.Eval(line)
	}
}

func (p *Prompt) plain(ctx context.Context) error {
	in := bufio.NewReader(p.In)
	for ctx.Err() == nil {
		line, err := in.ReadString('\n')
		p.eval(line)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("lines: %w", err)
		}
	}
	return ctx.Err()
}

// edit reads a line in the terminal's raw mode. When ctx ends first, the goroutine that reads outlives it: a blocked read cannot be called back.
func (p *Prompt) edit(ctx context.Context, t *term.Terminal) (string, error) {
	fd := int(p.In.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", fmt.Errorf("terminal: %w", err)
	}
	defer func() { _ = term.Restore(fd, before) }()
	if width, height, err := term.GetSize(int(p.Out.Fd())); err == nil && width > 0 {
		_ = t.SetSize(width, height) // it writes nothing before the first line
	}
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		line, err := t.ReadLine()
		done <- result{line, err}
	}()
	select {
	case r := <-done:
		return r.line, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// complete completes the word before the cursor, or shows what it can become.
func (p *Prompt) complete(t *term.Terminal, line string, pos int) (string, int, bool) {
	done, choices := p.Words.complete(line[:pos])
	if done == line[:pos] && len(choices) > 1 {
		_, _ = t.Write(columns(choices, p.width()))
	}
	return done + line[pos:], len(done), true
}

func (p *Prompt) width() int {
	width, _, err := term.GetSize(int(p.Out.Fd()))
	if err != nil || width <= 0 {
		return 80
	}
	return width
}

// interruptible makes of ^C what shells make of it: the line is dropped and the next one begins.
type interruptible struct {
	in      io.Reader
	out     io.Writer
	pending []byte
}

const ctrlC = "\x03"

// dropLine goes to the end of the line, erases it and enters what is left.
var dropLine = []byte("\x05\x15\r")

func (i *interruptible) Read(p []byte) (int, error) {
	if len(i.pending) == 0 {
		buf := make([]byte, len(p))
		n, err := i.in.Read(buf)
		if n == 0 || err != nil {
			return copy(p, buf[:n]), err
		}
		i.pending = bytes.ReplaceAll(buf[:n], []byte(ctrlC), dropLine)
	}
	n := copy(p, i.pending)
	i.pending = i.pending[n:]
	return n, nil
}

func (i *interruptible) Write(p []byte) (int, error) { return i.out.Write(p) }
