package console

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

// maxHistory is how many lines are remembered.
const maxHistory = 1000

// History remembers lines, and keeps them in a file if it has one. Lines that begin with a blank are not remembered, as in shells.
type History struct {
	lines []string // the oldest first
	path  string   // "" for none
	err   error    // the first one of the file
}

var _ term.History = (*History)(nil)

// OpenHistory reads the lines of a file, which need not be there yet; "" is a history without a file.
func OpenHistory(path string) (*History, error) {
	h := &History{path: path}
	if path == "" {
		return h, nil
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return h, fmt.Errorf("history: %w", err)
	}
	for line := range bytes.Lines(data) {
		if line = bytes.TrimRight(line, "\n"); len(line) > 0 {
			h.lines = append(h.lines, string(line))
		}
	}
	if len(h.lines) > 2*maxHistory {
		h.lines = h.lines[len(h.lines)-maxHistory:]
		return h, h.rewrite()
	}
	return h, nil
}

// HistoryFile is where the lines of a prompt are kept: in the folder that XDG_STATE_HOME names, or else in ~/.local/state. It is "" where
// there is no home.
func HistoryFile(name string) string {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "goplay", name)
}

// Add remembers a line, unless it is the last one again.
func (h *History) Add(line string) {
	if strings.TrimSpace(line) == "" || strings.HasPrefix(line, " ") || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	if h.path != "" && h.err == nil {
		h.err = h.write(os.O_APPEND, line+"\n")
	}
}

// Len is the number of lines.
func (h *History) Len() int { return len(h.lines) }

// At gives a line; 0 is the last one.
func (h *History) At(i int) string { return h.lines[len(h.lines)-1-i] }

// Err tells why lines could not be written to the file, or nil.
func (h *History) Err() error { return h.err }

func (h *History) rewrite() error { return h.write(os.O_TRUNC, strings.Join(h.lines, "\n")+"\n") }

// write writes to the file, which nobody else may read.
func (h *History) write(how int, text string) error {
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	f, err := os.OpenFile(h.path, os.O_CREATE|os.O_WRONLY|how, 0o600)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return nil
}
