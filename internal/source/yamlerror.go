package source

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
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
		e := New(inText(file, data, strings.Index(string(data), "*"+m[1])), yamlFailed+"Found undefined alias.")
		advise(e, data)
		return e
	}
	if what == control {
		return New(Pos{File: file}, yamlFailed+unacceptable(data))
	}
	e := New(locate(file, data, what, line), yamlFailed+sentence(what))
	advise(e, data)
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
