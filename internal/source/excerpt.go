package source

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

const (
	excerptLines = 3   // the line and what is above it
	excerptWidth = 120 // longer lines are cut
)

// Excerpt shows a place as the reference does: the line with two above it, and a caret under the column.
//
//	Origin: /path/site.yml:3:5
//
//	1 - hosts: all
//	2   tasks:
//	3   - debgu: msg=hi
//	      ^ column 5
//
// It ends with a line end; an unknown place gives "".
func Excerpt(p Pos) string {
	if !p.IsValid() {
		return ""
	}
	if name, text, ok := p.text(); ok && p.Line > 0 {
		p.File = name
		return "Origin: " + p.String() + "\n\n" + numbered(p, text)
	}
	origin := "Origin: " + p.String() + "\n"
	if p.Line == 0 {
		return origin
	}
	return origin + "\n" + lines(p)
}

// lines gives the numbered lines, or why there are none.
func lines(p Pos) string {
	if p.File == ExtraVars {
		return "(source not shown: TypeError)\n" // which is what the reference meets
	}
	data, err := os.ReadFile(p.File)
	switch {
	case err != nil:
		return "(source not shown: file not found or unreadable)\n"
	case bytes.HasPrefix(data, []byte(vaultHeader)):
		return "(source not shown: content redacted)\n"
	}
	return numbered(p, string(data))
}

// numbered gives the lines of a text.
func numbered(p Pos, text string) string {
	all := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if p.Line > len(all) {
		return "(source not shown: file truncated)\n"
	}
	var b strings.Builder
	width := len(strconv.Itoa(p.Line))
	for n := max(1, p.Line-excerptLines+1); n <= p.Line; n++ {
		text := strings.ReplaceAll(strings.TrimSuffix(all[n-1], "\r"), "\t", " ")
		b.WriteString(cut(withNumber(width, n, text)) + "\n")
	}
	b.WriteString(marker(p, width, all[p.Line-1]))
	return b.String()
}

// withNumber puts a line's number in front of it; nothing follows that of an empty one.
func withNumber(width, n int, text string) string {
	if text == "" {
		return fmt.Sprintf("%*d", width, n)
	}
	return fmt.Sprintf("%*d %s", width, n, text)
}

// marker points at the column, or underlines the line where no column is known.
func marker(p Pos, width int, line string) string {
	if p.Col == 0 {
		n := min(len([]rune(strings.TrimSuffix(line, "\r"))), excerptWidth-width-1)
		return strings.Repeat(" ", width+1) + strings.Repeat("^", n) + "\n"
	}
	if caret := width + p.Col; caret < excerptWidth {
		return fmt.Sprintf("%s^ column %d\n", strings.Repeat(" ", caret), p.Col)
	}
	return ""
}

func cut(line string) string {
	if r := []rune(line); len(r) > excerptWidth {
		return string(r[:excerptWidth-len("...")]) + "..."
	}
	return line
}

// Report shows an error as the reference does after its "[ERROR]: ": the whole message, then each mistake of the chain with its place.
func Report(err error) string {
	var chain []*Error
	for e := first(err); e != nil; e = first(e.Err) {
		chain = append(chain, e)
	}
	if len(chain) == 0 {
		return err.Error()
	}
	parts := make([]Part, len(chain))
	for i, e := range chain {
		parts[i] = Part{Msg: e.Msg, Pos: e.Pos, Hint: e.Hint}
		if i == len(chain)-1 {
			parts[i].Msg = e.Error() // with the causes that have no place
		}
	}
	return ReportParts(err.Error(), parts)
}

func first(err error) *Error {
	var e *Error
	if err == nil || !errors.As(err, &e) {
		return nil
	}
	return e
}

// Part is one mistake of a chain.
type Part struct {
	Msg  string
	Pos  Pos
	Hint string
}

// ReportParts shows a message and the chain of mistakes that it sums up. A report of several lines ends with an empty one, as the
// reference's do; it has no line end after that.
func ReportParts(msg string, parts []Part) string {
	if len(parts) == 1 {
		return finished(parts[0].text(msg))
	}
	blocks := make([]string, len(parts))
	for i, p := range parts {
		text := p.Msg
		if i < len(parts)-1 {
			text = strings.TrimRight(text, ".: ") + "."
		}
		blocks[i] = p.text(text)
	}
	return finished(msg + "\n\n" + strings.Join(blocks, "\n\n<<< caused by >>>\n\n"))
}

// finished adds the empty line after a report of several lines.
func finished(s string) string {
	if strings.Contains(s, "\n") {
		return s + "\n"
	}
	return s
}

// between parts a message without a place from its hint. The reference writes them in one line; the hints that only goplay has get
// their own.
func between(hint string) string {
	if strings.HasPrefix(hint, "Did you mean ") {
		return "\n"
	}
	return " "
}

// text is the message with its excerpt and hint.
func (p Part) text(msg string) string {
	s := msg
	if x := Excerpt(p.Pos); x != "" {
		s += "\n" + strings.TrimSuffix(x, "\n")
	}
	if p.Hint == "" {
		return s
	}
	if !p.Pos.IsValid() {
		return s + between(p.Hint) + p.Hint
	}
	return s + "\n\n" + p.Hint
}
