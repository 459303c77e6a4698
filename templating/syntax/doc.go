// Package syntax reads Jinja2 text into a tree.
//
// [Parse] reads a template, [ParseExpr] a bare expression as `when` holds. Every node knows its place in the text. The grammar is
// Jinja2 3.1's with the extensions that Ansible enables (do, break, continue, debug). Names of filters and tests are not checked here.
//
// Errors are *[Error] with Jinja2's own message.
package syntax

import (
	"strings"
	"unicode/utf8"
)

// Config is how text is split into tags. The zero Config has Jinja2's delimiters.
type Config struct {
	BlockStart, BlockEnd       string
	VariableStart, VariableEnd string
	CommentStart, CommentEnd   string
	LineStatementPrefix        string // "" is none
	LineCommentPrefix          string // "" is none
	NewlineSequence            string
	TrimBlocks, LstripBlocks   bool
	KeepTrailingNewline        bool
	// RawStrings keeps every backslash of strings inside {{ }}, as Ansible does for templates in playbooks.
	RawStrings bool
}

// Key gives text that is equal for equal configurations, cheaply for those with the usual delimiters.
func (c Config) Key() string {
	flags := 0
	for i, f := range [...]bool{c.TrimBlocks, c.LstripBlocks, c.KeepTrailingNewline, c.RawStrings} {
		if f {
			flags |= 1 << i
		}
	}
	usual := Config{TrimBlocks: c.TrimBlocks, LstripBlocks: c.LstripBlocks, KeepTrailingNewline: c.KeepTrailingNewline, RawStrings: c.RawStrings}
	if c == usual {
		return "ABCDEFGHIJKLMNOP"[flags : flags+1]
	}
	return strings.Join([]string{
		"ABCDEFGHIJKLMNOP"[flags : flags+1], c.BlockStart, c.BlockEnd, c.VariableStart, c.VariableEnd, c.CommentStart, c.CommentEnd,
		c.LineStatementPrefix, c.LineCommentPrefix, c.NewlineSequence,
	}, "\x00")
}

func (c Config) withDefaults() Config {
	for _, d := range [...]struct {
		field *string
		value string
	}{
		{&c.BlockStart, "{%"},
		{&c.BlockEnd, "%}"},
		{&c.VariableStart, "{{"},
		{&c.VariableEnd, "}}"},
		{&c.CommentStart, "{#"},
		{&c.CommentEnd, "#}"},
		{&c.NewlineSequence, "\n"},
	} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	return c
}

// Error is a mistake in a template.
type Error struct {
	Kind      string // Python's name of the error where that is not TemplateSyntaxError, else ""
	Msg       string
	Line, Col int // from 1
}

func (e *Error) Error() string { return e.Msg }

// Position gives line and column, from 1, of an offset in text.
func Position(text string, offset int) (line, col int) {
	before := text[:min(offset, len(text))]
	line = strings.Count(before, "\n") + 1
	return line, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}
