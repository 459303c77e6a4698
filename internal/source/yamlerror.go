package source

import (
	"regexp"
	"strconv"
	"strings"
)

const yamlFailed = "YAML parsing failed: "

// yamlContext is what the parser was doing when it found each problem; the reference names both.
var yamlContext = map[string]string{
	"did not find expected key":                             "while parsing a block mapping",
	"did not find expected '-' indicator":                   "while parsing a block collection",
	"did not find expected ',' or ']'":                      "while parsing a flow sequence",
	"did not find expected ',' or '}'":                      "while parsing a flow mapping",
	"did not find expected node content":                    "while parsing a block node",
	"found character that cannot start any token":           "while scanning for the next token",
	"found unexpected end of stream":                        "while scanning a quoted scalar",
	"found unexpected document indicator":                   "while scanning a quoted scalar",
	"found unknown escape character":                        "while parsing a quoted scalar",
	"did not find expected hexdecimal number":               "while parsing a quoted scalar",
	"found unknown directive name":                          "while scanning a directive",
	"found undefined tag handle":                            "while parsing a node",
	"did not find expected comment or line break":           "while scanning a block scalar",
	"could not find expected ':'":                           "while scanning a simple key",
	"did not find expected alphabetic or numeric character": "while scanning an anchor",
}

var yamlWhere = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// yamlError gives the parser's error the reference's words and the best place known.
func yamlError(file string, data []byte, err error) *Error {
	m := yamlWhere.FindStringSubmatch(strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\n", " "), "yaml: "))
	line, _ := strconv.Atoi(m[1])
	problem := m[2]
	e := &Error{Pos: Pos{File: file, Line: line}}
	e.Msg = yamlFailed + sentence(problem)
	return e
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
