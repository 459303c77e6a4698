// Package csv reads comma-separated text as Python's csv module does: quotes count only at the start of a field, and what follows a
// closing quote belongs to the field.
package csv

import (
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// Dialect is how a text is written.
type Dialect struct {
	Delimiter        rune
	SkipInitialSpace bool // blanks behind a delimiter are no part of the field
	Strict           bool // what is written badly is an error
}

const quote = '"'

// state is where a reader stands in a record.
type state int

const (
	startRecord state = iota
	startField
	inField
	inQuotes
	quoteInQuotes
	endOfLine
)

type reader struct {
	Dialect
	state  state
	field  strings.Builder
	record []string
}

// Read gives the records of a text; an empty line is a record without fields. Errors are Python's.
func Read(text string, d Dialect) ([][]string, error) {
	var out [][]string
	r := &reader{Dialect: d}
	for _, line := range strings.SplitAfter(text, "\n") {
		if line == "" {
			break
		}
		if err := r.line(line); err != nil {
			return nil, err
		}
		if r.state == startRecord {
			out = append(out, r.record)
			r.record = nil
		}
	}
	if r.state == inQuotes {
		if d.Strict {
			return nil, value.Errorf("Error", "unexpected end of data")
		}
		r.save(startRecord)
		out = append(out, r.record)
	}
	return out, nil
}

func (r *reader) line(line string) error {
	for _, c := range line {
		if err := r.char(c); err != nil {
			return err
		}
	}
	switch r.state { // the end of the text ends a record too
	case startField, inField, quoteInQuotes:
		r.save(startRecord)
	case endOfLine:
		r.state = startRecord
	}
	return nil
}

func (r *reader) save(next state) {
	r.record = append(r.record, r.field.String())
	r.field.Reset()
	r.state = next
}

func (r *reader) add(c rune, next state) {
	r.field.WriteRune(c)
	r.state = next
}

func (r *reader) char(c rune) error {
	newline := c == '\n' || c == '\r'
	switch r.state {
	case startRecord, startField:
		r.start(c, newline)
	case inField:
		r.plain(c, newline)
	case inQuotes:
		if c == quote {
			r.state = quoteInQuotes
		} else {
			r.add(c, inQuotes)
		}
	case quoteInQuotes:
		switch {
		case c == quote:
			r.add(c, inQuotes)
		case c == r.Delimiter || newline || !r.Strict:
			r.plain(c, newline)
		default:
			return value.Errorf("Error", "'%c' expected after '%c'", r.Delimiter, quote)
		}
	case endOfLine:
		if !newline {
			return value.Errorf("Error", "new-line character seen in unquoted field - do you need to open the file in universal-newline mode?")
		}
	}
	return nil
}

// start reads the first character of a field.
func (r *reader) start(c rune, newline bool) {
	switch {
	case newline && r.state == startRecord:
		r.state = endOfLine
	case c == quote:
		r.state = inQuotes
	case c == ' ' && r.SkipInitialSpace:
		r.state = startField
	default:
		r.plain(c, newline)
	}
}

// plain reads a character outside quotes.
func (r *reader) plain(c rune, newline bool) {
	switch {
	case newline:
		r.save(endOfLine)
	case c == r.Delimiter:
		r.save(startField)
	default:
		r.add(c, inField)
	}
}
