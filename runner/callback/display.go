package callback

import (
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"
	"unicode"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
)

// Display writes lines to the user, and to the log file. It belongs to one goroutine at a time.
type Display struct {
	out, err io.Writer
	o        Options
	seen     map[string]bool  // warnings and errors that were shown
	now      func() time.Time // when what is being shown happened
	login    string
}

// minColumns is the width that titles have in a narrow terminal too, and where there is none.
const minColumns = 80

// NewDisplay makes a display.
func NewDisplay(out, err io.Writer, o Options) *Display {
	o.Columns = max(o.Columns, minColumns)
	return &Display{out: out, err: err, o: o, seen: map[string]bool{}, now: time.Now}
}

// Line writes a text and a line end to stdout in a colour; "" is none.
func (d *Display) Line(text, color string) { d.write(d.out, text, color) }

func (d *Display) write(w io.Writer, text, color string) {
	d.log(info, text)
	d.put(w, text, color)
}

// Painted is a text in a colour, where output has any.
func (d *Display) Painted(text, color string) string {
	if d.o.Color && color != "" {
		return paint(text, color)
	}
	return text
}

// put writes a text and its line end in a colour.
func (d *Display) put(w io.Writer, text, color string) {
	text = d.Painted(text, color)
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	// A reader that went away (a closed pipe) must not stop the run.
	_, _ = io.WriteString(w, text)
}

// message writes a finished message, of which even an empty last line is shown.
func (d *Display) message(w io.Writer, level, text, color string) {
	d.log(level, text+"\n")
	if !d.o.Color && strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	d.put(w, text, color)
}

// The levels of lines in the log file.
const (
	info    = "INFO"
	warning = "WARNING"
	failure = "ERROR"
)

// log writes to the log file, if there is one.
func (d *Display) log(level, text string) {
	text = strings.TrimLeft(text, "\n")
	if d.o.Log == nil || text == "" {
		return
	}
	if d.login == "" {
		d.login = loginName()
	}
	at := d.now()
	_, _ = fmt.Fprintf(d.o.Log, "%s,%03d p=%d u=%s n=ansible %s| %s\n", at.Format(time.DateTime), at.Nanosecond()/1e6, os.Getpid(), d.login, level, text)
}

func loginName() string {
	u, err := user.Current()
	if err != nil {
		return "unknown"
	}
	return u.Username
}

const minStars = 3

// Banner writes an empty line and a title that is filled up with asterisks.
func (d *Display) Banner(title string) { d.Line(d.banner(title), "") }

func (d *Display) banner(title string) string {
	title = strings.TrimSpace(title)
	stars := max(d.o.Columns-1-width(title), minStars)
	return "\n" + title + " " + strings.Repeat("*", stars)
}

// width is how many columns a text takes.
func width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// wide are the scripts whose characters take two columns.
var wide = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul}

func runeWidth(r rune) int {
	switch {
	case r < ' ' || r == 0x7f, unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.In(r, wide...), r >= 0xFF01 && r <= 0xFF60, r >= 0x3000 && r <= 0x303E, r >= 0x1F300 && r <= 0x1FAFF:
		return 2
	}
	return 1
}

// once tells whether a message is new.
func (d *Display) once(text string) bool {
	if d.seen[text] {
		return false
	}
	d.seen[text] = true
	return true
}

// Warning writes a warning to stderr, the same one only once.
func (d *Display) Warning(text string) {
	if text = "[WARNING]: " + finished(text); d.once(text) {
		d.message(d.err, warning, text, d.o.Colors.Warn)
	}
}

// Deprecation writes a deprecation to stderr, the same one only once.
func (d *Display) Deprecation(text string) {
	if !d.o.DeprecationWarnings {
		return
	}
	text = "[DEPRECATION WARNING]: " + finished(text)
	if d.seen[text] {
		return
	}
	d.Warning("Deprecation warnings can be disabled by setting `deprecation_warnings=False` in ansible.cfg.")
	d.once(text)
	d.message(d.err, info, text, d.o.Colors.Deprecate)
}

// Error writes an error, the same one only once: to stdout among the results, or to stderr.
func (d *Display) Error(text string, stderr bool) {
	text = "[ERROR]: " + finished(text)
	if !d.once(text) {
		return
	}
	w := d.out
	if stderr {
		w = d.err
	}
	d.message(w, failure, text, d.o.Colors.Error)
}

// finished gives a message of several lines its empty line; white space at its end goes.
func finished(s string) string {
	if s = strings.TrimRight(s, " \t\n"); strings.Contains(s, "\n") {
		return s + "\n"
	}
	return s
}

// Message writes a message of the run.
func (d *Display) Message(m event.Message) {
	text := m.Text
	if m.Pos.IsValid() || m.Hint != "" {
		text = source.ReportParts(text, []source.Part{{Msg: text, Pos: m.Pos, Hint: m.Hint}})
	}
	switch m.Level {
	case event.Warning:
		d.Warning(text)
	case event.Deprecation:
		d.Deprecation(text)
	case event.Error:
		d.Error(text, true)
	case event.Display:
		d.Line(text, "")
	case event.Heading:
		d.Banner(text)
	default:
		d.verbose(m)
	}
}

// verbose writes a message that only -v, -vv … show.
func (d *Display) verbose(m event.Message) {
	text := m.Text
	if m.Host != "" {
		text = "<" + m.Host + "> " + text
	}
	d.Verbose(int(m.Level-event.Verbose1)+1, text)
}

// Verbose writes a line that is shown from a verbosity on. The log file has a verbosity of its own, which can be higher.
func (d *Display) Verbose(from int, text string) {
	if max(d.o.Verbosity, d.o.LogVerbosity) >= from {
		d.log(info, text)
	}
	if d.o.Verbosity < from {
		return
	}
	w := d.out
	if d.o.VerboseToStderr {
		w = d.err
	}
	d.put(w, text, d.o.Colors.Verbose)
}

// At says when the event that comes next was sent.
func (d *Display) At(sent time.Time) { d.now = func() time.Time { return sent } }
