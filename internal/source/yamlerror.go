package source

import (
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

	noNode:                                "while parsing a block node",
	noName:                                "while scanning an anchor",
	badHeader:                             "while scanning a block scalar",
	badHex:                                "while parsing a quoted scalar",
	"found unexpected document indicator": "while scanning a quoted scalar",
	"found undefined tag handle":          "while parsing a node",
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
	noNode     = "did not find expected node content"
	noName     = "did not find expected alphabetic or numeric character"
	badHeader  = "did not find expected comment or line break"
	badHex     = "did not find expected hexdecimal number"
	noEntry    = "block sequence entries are not allowed in this context"
	noMapKey   = "mapping keys are not allowed in this context"
	badVersion = "found incompatible YAML document"
	noDocument = "did not find expected <document start>"
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
	if !utf8.Valid(data) {
		return New(Pos{File: file}, yamlFailed+notUTF8(data))
	}
	at := locate(file, data, what, line)
	e := New(at, yamlFailed+sentence(what, contextOf(data, what, at)))
	advise(e, data)
	return e
}

// contextOf is what the parser was doing when it found a problem. Two problems tell it by what stands there.
func contextOf(data []byte, what string, at Pos) string {
	switch {
	case what == noNode && misplaced(data).inFlow:
		return "while parsing a flow node"
	case what == noName && strings.Contains(noAnchor.FindString(lineAt(data, at.Line)), "*"):
		return "while scanning an alias"
	}
	return yamlContext[what]
}

// notUTF8 tells of the first bytes that are no UTF-8, which the reference reads as characters that cannot be.
func notUTF8(data []byte) string {
	at, from := 0, 0
	for from < len(data) {
		r, size := utf8.DecodeRune(data[from:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		from += size
		at++
	}
	n := 0
	for from+n < len(data) {
		if r, size := utf8.DecodeRune(data[from+n:]); r != utf8.RuneError || size != 1 {
			break
		}
		n++
	}
	if n == 1 {
		return fmt.Sprintf(`'utf-8' codec can't encode character '\udc%x' in position %d: surrogates not allowed`, data[from], at)
	}
	return fmt.Sprintf("'utf-8' codec can't encode characters in position %d-%d: surrogates not allowed", at, at+n-1)
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

func sentence(problem, context string) string {
	if context != "" {
		problem = context + " " + problem
	}
	if problem == "" {
		return ""
	}
	return strings.ToUpper(problem[:1]) + strings.TrimSuffix(problem[1:], ".") + "."
}
