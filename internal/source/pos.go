// Package source knows where things were written: positions in files, errors that carry them, and YAML documents
// read into values that remember them.
//
// A user's mistake is reported as an *Error with file, line and column, an excerpt and a caret, and a hint where one is known.
package source

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Pos is a place in a file. Line and Col count from 1; a zero Line means that only the file is known.
// The zero Pos means an unknown place.
type Pos struct {
	File string
	Line int
	Col  int
}

// Unwritten is the place of what stands in no file; errors show the text, or its beginning, in place of an excerpt.
func Unwritten(text string) Pos { return Pos{File: unwritten + shorten(text, excerptWidth)} }

// shorten cuts text between words, so that it fits with a mark into a width.
func shorten(text string, width int) string {
	const mark = " [...]"
	words := strings.Fields(text)
	all := strings.Join(words, " ")
	if utf8.RuneCountInString(all) <= width {
		return all
	}
	short := ""
	for _, w := range words {
		if utf8.RuneCountInString(short+" "+w+mark) > width && short != "" {
			break
		}
		short = strings.TrimPrefix(short+" "+w, " ")
	}
	return short + mark
}

// InText is a place in a text that stands in no file, such as an argument of the command line. The name says what it is: "expression".
func InText(name, text string, line, col int) Pos {
	return Pos{File: "<" + name + endOfName + text, Line: line, Col: col}
}

// ExtraVars is the name of texts that are extra variables.
const ExtraVars = "<CLI option '-e'>"

// InExtraVars is the place of a value in such a text; errors show the value in place of an excerpt.
func InExtraVars(shown string, line, col int) Pos {
	at := Pos{File: ExtraVars, Line: line, Col: col}
	return Pos{File: at.String() + "\n\n" + shorten(shown, excerptWidth)}
}

const (
	endOfName = ">\n\n"
	unwritten = "<unknown" + endOfName
)

// text gives the name and the text of a place in no file.
func (p Pos) text() (name, text string, ok bool) {
	if !strings.HasPrefix(p.File, "<") {
		return "", "", false
	}
	name, text, ok = strings.Cut(p.File, endOfName)
	return name + ">", text, ok
}

// IsWritten reports whether the position is one in a file.
func (p Pos) IsWritten() bool {
	_, _, elsewhere := p.text()
	return p.IsValid() && !elsewhere
}

// IsValid reports whether the position names a file.
func (p Pos) IsValid() bool { return p.File != "" }

// String gives file, file:line or file:line:col, or "" for an unknown place.
func (p Pos) String() string {
	switch {
	case p.File == "":
		return ""
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
	}
}
