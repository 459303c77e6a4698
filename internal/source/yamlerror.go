package source

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const yamlFailed = "YAML parsing failed: "

// yamlContext is what the parser was doing when it found each problem; the reference names both.
var yamlContext = map[string]string{
	noKey:      "while parsing a block mapping",
	noDash:     "while parsing a block collection",
	noBracket:  "while parsing a flow sequence",
	noBrace:    "while parsing a flow mapping",
	badStart:   "while scanning for the next token",
	endOfQuote: "while scanning a quoted scalar",
	badEscape:  "while parsing a quoted scalar",
	badPercent: "while scanning a directive",
	noColon:    "while scanning a simple key",

	"did not find expected node content":                    "while parsing a block node",
	"found unexpected document indicator":                   "while scanning a quoted scalar",
	"did not find expected hexdecimal number":               "while parsing a quoted scalar",
	"found undefined tag handle":                            "while parsing a node",
	"did not find expected comment or line break":           "while scanning a block scalar",
	"did not find expected alphabetic or numeric character": "while scanning an anchor",
}

// The parser's problems whose place is searched for.
const (
	noKey      = "did not find expected key"
	noDash     = "did not find expected '-' indicator"
	noBracket  = "did not find expected ',' or ']'"
	noBrace    = "did not find expected ',' or '}'"
	badStart   = "found character that cannot start any token"
	endOfQuote = "found unexpected end of stream"
	badEscape  = "found unknown escape character"
	badPercent = "found unknown directive name"
	noColon    = "could not find expected ':'"
	noMapping  = "mapping values are not allowed in this context"
	tabIndent  = "found a tab character that violates indentation"
	control    = "control characters are not allowed"
)

var (
	yamlWhere  = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)
	unknownRef = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// problem splits the parser's error into what is wrong and the line it names: that of the problem, or where the context began.
func problem(err error) (what string, line int) {
	m := yamlWhere.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	line, _ = strconv.Atoi(m[1]) // "" is 0
	return m[2], line
}

// yamlError gives the parser's error the reference's words, and the place that the parser does not tell.
func yamlError(file string, data []byte, err error) *Error {
	what, line := problem(err)
	if m := unknownRef.FindStringSubmatch(what); m != nil {
		return New(inText(file, data, strings.Index(string(data), "*"+m[1])), yamlFailed+"Found undefined alias.")
	}
	if what == control {
		return New(Pos{File: file}, yamlFailed+unacceptable(data))
	}
	e := New(locate(file, data, what, line), yamlFailed+sentence(what))
	advise(e, data, what)
	return e
}

// unacceptable names the first control character.
func unacceptable(data []byte) string {
	n := 0
	for _, r := range string(data) {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f {
			return fmt.Sprintf(`unacceptable character #x%04x: control characters are not allowed in "<unicode string>", position %d`, r, n)
		}
		n++
	}
	return control
}

func sentence(problem string) string {
	if ctx := yamlContext[problem]; ctx != "" {
		problem = ctx + " " + problem
	}
	if problem == "" {
		return ""
	}
	return strings.ToUpper(problem[:1]) + strings.TrimSuffix(problem[1:], ".") + "."
}

const noQuotes = "This may be an issue with missing quotes around a template block."

const forExample = "\nFor example:\n\n    raw: %s\n\nShould be:\n\n    raw: %s"

var (
	colonHelp    = fmt.Sprintf(forExample, `echo 'name: ansible'`, `"echo 'name: ansible'"`)
	quoteHelp    = fmt.Sprintf(forExample, `"foo" in bar`, `'"foo" in bar'`)
	templateHelp = fmt.Sprintf(forExample, `{{ some_var }}`, `"{{ some_var }}"`)
)

// What users most likely did wrong, by the line of the problem; the group is where.
var (
	bareTemplate = regexp.MustCompile(`^\s*(?:- +)*(?:[^:{]+:\s+|- +)(\{\{)`)
	secondColon  = regexp.MustCompile(`^[^:]*:.*?(:)(?:\s|$)`)
	quotedFirst  = regexp.MustCompile(`^.*?(?:: |- )\s*(['"])`)
)

// advise puts what the user most likely did wrong in place of the parser's words, as the reference does.
func advise(e *Error, data []byte, what string) {
	line := strings.TrimSuffix(lineAt(data, e.Pos.Line), "\r")
	inQuotes := what == badEscape || what == endOfQuote
	switch {
	case strings.Contains(line, "\t"):
		e.Msg = yamlFailed + "Tabs are usually invalid in YAML."
		e.Pos.Col = strings.Index(line, "\t") + 1
	case inQuotes:
	case e.point(bareTemplate, line):
		e.Msg, e.Hint = yamlFailed+noQuotes, templateHelp
	case e.point(secondColon, line):
		e.Msg, e.Hint = yamlFailed+"Colons in unquoted values must be followed by a non-space character.", colonHelp
	case (what == noKey || what == noMapping) && e.point(quotedFirst, line):
		e.Msg, e.Hint = yamlFailed+"Values starting with a quote must end with the same quote.", quoteHelp
	}
}

// point moves an error to what the first group of a pattern matches in its line.
func (e *Error) point(pattern *regexp.Regexp, line string) bool {
	m := pattern.FindStringSubmatchIndex(line)
	if m != nil {
		e.Pos.Col = utf8.RuneCountInString(line[:m[2]]) + 1
	}
	return m != nil
}

// MissingQuotes rewords the error of a template that YAML takes for a mapping in a mapping: "{{ x }}" without quotes.
func MissingQuotes(pos Pos) *Error {
	return &Error{Pos: pos, Msg: yamlFailed + noQuotes, Hint: templateHelp}
}

func lineAt(data []byte, n int) string {
	lines := bytes.Split(data, []byte("\n"))
	if n < 1 || n > len(lines) {
		return ""
	}
	return string(lines[n-1])
}
