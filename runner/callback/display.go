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

// Display writes lines to the user. It belongs to one goroutine.
type Display struct {
	out, err io.Writer
	o        Options
	seen     map[string]bool // warnings and errors that were shown
	now      func() time.Time
	login    string
}

// NewDisplay makes a display.
func NewDisplay(out, err io.Writer, o Options) *Display {
	if o.Columns <= 0 {
		o.Columns = 80
	}
	return &Display{out: out, err: err, o: o, seen: map[string]bool{}, now: time.Now}
}

// Line writes a text and a line end to stdout in a colour; "" is none.
func (d *Display) Line(text, color string) { d.write(d.out, text, color) }

func (d *Display) write(w io.Writer, text, color string) {
	d.log(text)
	if d.o.Color && color != "" {
		text = paint(text, color)
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	// A reader that went away (a closed pipe) must not stop the run.
	_, _ = io.WriteString(w, text)
}

// message writes a finished message, of which even an empty last line is shown.
func (d *Display) message(w io.Writer, text, color string) {
	if !d.o.Color && strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	d.write(w, text, color)
}

// log writes to the log file, if there is one.
func (d *Display) log(text string) {
	text = strings.TrimLeft(text, "\n")
	if d.o.Log == nil || text == "" {
		return
	}
	if d.login == "" {
		d.login = loginName()
	}
	at := d.now()
	_, _ = fmt.Fprintf(d.o.Log, "%s,%03d p=%d u=%s n=ansible INFO| %s\n", at.Format(time.DateTime), at.Nanosecond()/1e6, os.Getpid(), d.login, text)
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
func (d *Display) Banner(title string) {
	title = strings.TrimSpace(title)
	stars := max(d.o.Columns-1-width(title), minStars)
	d.Line("\n"+title+" "+strings.Repeat("*", stars), "")
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
		d.message(d.err, text, d.o.Colors.Warn)
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
	d.message(d.err, text, d.o.Colors.Deprecate)
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
	d.message(w, text, d.o.Colors.Error)
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
		if d.o.SystemWarnings {
			d.Warning(text)
		}
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
	if d.o.Verbosity < int(m.Level-event.Verbose1)+1 {
		return
	}
	text := m.Text
	if m.Host != "" {
		text = "<" + m.Host + "> " + text
	}
	d.Line(text, d.o.Colors.Verbose)
}
