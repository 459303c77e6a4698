package become

import (
	"encoding/base64"
	"io"
)

// typed is a command's input on its way over a terminal: as lines of base64, which a terminal changes nothing of, and the terminal's sign
// for the end. At the other side base64 -d takes it.
type typed struct {
	terminal io.WriteCloser
	encoder  io.WriteCloser
	column   int
}

// decoded runs a command with what was typed as its input.
func decoded(command string) string { return "base64 -d | {\n" + command + "\n}" }

func newTyped(terminal io.WriteCloser) *typed {
	t := &typed{terminal: terminal}
	t.encoder = base64.NewEncoder(base64.StdEncoding, typist{t})
	return t
}

func (t *typed) Write(p []byte) (int, error) { return t.encoder.Write(p) }

// Close types the end.
func (t *typed) Close() error {
	if err := t.encoder.Close(); err != nil {
		return err
	}
	if _, err := io.WriteString(t.terminal, "\n\x04"); err != nil {
		return err
	}
	return t.terminal.Close()
}

// typist breaks lines, of which a terminal takes only so long ones.
type typist struct{ *typed }

const lineLength = 1024

func (t typist) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		part := p[:min(len(p), lineLength-t.column)]
		if _, err = t.terminal.Write(part); err != nil {
			return n, err
		}
		n, p, t.typed.column = n+len(part), p[len(part):], t.column+len(part)
		if t.column == lineLength {
			t.typed.column = 0
			if _, err = io.WriteString(t.terminal, "\n"); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}
