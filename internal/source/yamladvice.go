package source

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"
)

const forExample = "\nFor example:\n\n    raw: %s\n\nShould be:\n\n    raw: %s"

var (
	colonHelp    = fmt.Sprintf(forExample, `echo 'name: ansible'`, `"echo 'name: ansible'"`)
	quoteHelp    = fmt.Sprintf(forExample, `"foo" in bar`, `'"foo" in bar'`)
	insideHelp   = fmt.Sprintf(forExample, `"foo" in "bar"`, `'"foo" in "bar"'`)
	templateHelp = fmt.Sprintf(forExample, `{{ some_var }}`, `"{{ some_var }}"`)
)

var (
	// beforeValue is what stands before a value of a list or of a key of words.
	beforeValue = regexp.MustCompile(`^\s*(?:-\s+)*(?:[\p{L}\p{N}_\s\[\]{}]*:(?:\s+|$))?`)
	// endOfKey is a colon that ends a key.
	endOfKey = regexp.MustCompile(`:(?:\s|$)`)
	// bareTemplate is a line whose value begins with a template.
	bareTemplate = regexp.MustCompile(`^\s*(?:-\s+)*(?:[\p{L}\p{N}_\s]*:\s+)?(\{\{)`)
	// quotedValue is a line whose value begins with a quote.
	quotedValue = regexp.MustCompile(`^\s*(?:-\s+)*(?:[\p{L}\p{N}_\s]*:\s+)?(["'].*)$`)
)

// Advised puts what the user most likely did wrong in the place of the words of YAML's parser, by the line that the error names, as the
// reference does. What is read from no file stays as it is.
func Advised(e *Error) *Error {
	if data, err := os.ReadFile(e.Pos.File); err == nil {
		advise(e, data)
	}
	return e
}

func advise(e *Error, data []byte) {
	line := strings.TrimSuffix(lineAt(data, e.Pos.Line), "\r")
	if line == "" || !e.Pos.IsValid() || e.Pos.File == ExtraVars {
		return
	}
	say := func(at int, msg, help string) {
		e.Msg, e.Hint = yamlFailed+msg, help
		e.Pos.Col = utf8.RuneCountInString(line[:at]) + 1
	}
	if tab := strings.IndexByte(line, '\t'); tab >= 0 {
		say(tab, "Tabs are usually invalid in YAML.", "")
		return
	}
	if m := bareTemplate.FindStringSubmatchIndex(line); m != nil {
		say(m[2], "This may be an issue with missing quotes around a template block.", templateHelp)
		return
	}
	start := len(beforeValue.FindString(line))
	if m := endOfKey.FindStringIndex(line[start:]); m != nil {
		say(start+m[0], "Colons in unquoted values must be followed by a non-space character.", colonHelp)
		return
	}
	if m := quotedValue.FindStringSubmatchIndex(line); m != nil {
		adviseOnQuotes(strings.TrimRight(line[m[2]:], " "), m[2], say)
	}
}

// adviseOnQuotes looks at a value that begins with a quote.
func adviseOnQuotes(text string, at int, say func(at int, msg, help string)) {
	quote := text[:1]
	switch {
	case len(text) < 2 || !strings.HasSuffix(text, quote):
		say(at, "Values starting with a quote must end with the same quote.", quoteHelp)
	case strings.Contains(text[1:len(text)-1], quote):
		say(at, "Values starting with a quote must end with the same quote, and not contain that quote.", insideHelp)
	}
}

func lineAt(data []byte, n int) string {
	lines := bytes.Split(data, []byte("\n"))
	if n < 1 || n > len(lines) {
		return ""
	}
	return string(lines[n-1])
}
