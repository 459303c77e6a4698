package console

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Words are the names that can stand in a line, sorted.
type Words struct {
	Variables, Filters, Tests []string
}

var (
	// word is the name before the cursor, which may be empty.
	word = regexp.MustCompile(`[A-Za-z_][\w.]*$|$`)
	// afterIs is what stands before the name of a test.
	afterIs = regexp.MustCompile(`\bis(\s+not)?\s+$`)
)

// complete gives text whose last word is completed as far as it is clear, and what that word can become.
func (w *Words) complete(text string) (done string, choices []string) {
	at := word.FindStringIndex(text)[0]
	before, start := text[:at], text[at:]
	for _, known := range w.fitting(before) {
		if strings.HasPrefix(known, start) {
			choices = append(choices, known)
		}
	}
	if len(choices) == 0 {
		return text, nil
	}
	return before + common(choices), choices
}

// fitting gives the names that can stand behind a text.
func (w *Words) fitting(before string) []string {
	trimmed := strings.TrimRight(before, " ")
	switch {
	case strings.HasSuffix(trimmed, "|"):
		return w.Filters
	case afterIs.MatchString(before):
		return w.Tests
	case strings.HasSuffix(before, "."):
		return nil // an attribute
	}
	return w.Variables
}

// common gives the start that words have in common.
func common(words []string) string {
	start := words[0]
	for _, w := range words[1:] {
		for !strings.HasPrefix(w, start) {
			start = start[:len(start)-1]
		}
	}
	return start
}

// maxChoices is how many words are shown at once.
const maxChoices = 200

// columns lays words out below each other, in as many columns as a width has.
func columns(words []string, width int) []byte {
	if len(words) > maxChoices {
		return fmt.Appendf(nil, "%d names, type more letters\n", len(words))
	}
	longest := utf8.RuneCountInString(slices.MaxFunc(words, func(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) }))
	across := max(1, width/(longest+2))
	rows := (len(words) + across - 1) / across
	var out []byte
	for r := range rows {
		var line strings.Builder
		for i := r; i < len(words); i += rows {
			fmt.Fprintf(&line, "%-*s", longest+2, words[i])
		}
		out = append(out, strings.TrimRight(line.String(), " ")+"\n"...)
	}
	return out
}
