package jmespath

import (
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// kind is what a token is, in the words of messages.
type kind string

const (
	eof        kind = "eof"
	name       kind = "unquoted_identifier"
	quoted     kind = "quoted_identifier"
	number     kind = "number"
	literal    kind = "literal"
	star       kind = "star"
	dot        kind = "dot"
	comma      kind = "comma"
	colon      kind = "colon"
	current    kind = "current"
	pipe       kind = "pipe"
	or         kind = "or"
	and        kind = "and"
	not        kind = "not"
	expref     kind = "expref"
	lparen     kind = "lparen"
	rparen     kind = "rparen"
	lbrace     kind = "lbrace"
	rbrace     kind = "rbrace"
	lbracket   kind = "lbracket"
	rbracket   kind = "rbracket"
	flatten    kind = "flatten"
	filter     kind = "filter"
	equal      kind = "eq"
	unequal    kind = "ne"
	less       kind = "lt"
	lessEq     kind = "lte"
	greater    kind = "gt"
	greaterEq  kind = "gte"
	whitespace      = " \t\n\r"
)

// token is a piece of an expression; at counts characters from 0.
type token struct {
	kind  kind
	text  string
	value value.Value // of literals
	at    int
}

// signs are the tokens without a text of their own. The longer of two that begin alike stands first.
var signs = []struct {
	text string
	kind kind
}{
	{"[]", flatten},
	{"[?", filter},
	{"[", lbracket},
	{"]", rbracket},
	{"{", lbrace},
	{"}", rbrace},
	{"(", lparen},
	{")", rparen},
	{"||", or},
	{"|", pipe},
	{"&&", and},
	{"&", expref},
	{"==", equal},
	{"!=", unequal},
	{"!", not},
	{"<=", lessEq},
	{"<", less},
	{">=", greaterEq},
	{">", greater},
	{"*", star},
	{".", dot},
	{",", comma},
	{":", colon},
	{"@", current},
}

type lexer struct {
	text []rune
	at   int
}

// tokens splits an expression; the last token is eof.
func tokens(text string) ([]token, error) {
	if text == "" {
		return nil, failf("Invalid JMESPath expression: cannot be empty.")
	}
	l := &lexer{text: []rune(text)}
	var out []token
	for {
		l.skip(whitespace)
		if l.at == len(l.text) {
			return append(out, token{kind: eof, at: l.at}), nil
		}
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
}

// skip passes over characters of a set and gives them.
func (l *lexer) skip(set string) string {
	start := l.at
	for l.at < len(l.text) && strings.ContainsRune(set, l.text[l.at]) {
		l.at++
	}
	return string(l.text[start:l.at])
}

const (
	digits  = "0123456789"
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
)

func (l *lexer) next() (token, error) {
	start := l.at
	switch c := l.text[start]; {
	case strings.ContainsRune(letters, c):
		return token{kind: name, text: l.skip(letters + digits), at: start}, nil
	case c == '-' || strings.ContainsRune(digits, c):
		return l.number()
	case c == '"':
		return l.quoted()
	case c == '\'':
		return l.raw()
	case c == '`':
		return l.literal()
	}
	for _, s := range signs {
		if strings.HasPrefix(string(l.text[start:min(start+2, len(l.text))]), s.text) {
			l.at += len(s.text)
			return token{kind: s.kind, text: s.text, at: start}, nil
		}
	}
	if l.text[start] == '=' {
		return token{}, l.refuse(start, "Unknown token '='")
	}
	return token{}, l.refuse(start, "Unknown token "+string(l.text[start]))
}

// refuse is the error of a token, with the place below the expression.
func (l *lexer) refuse(at int, what string) error {
	return failf("Bad jmespath expression: %s:\n%s\n%s^", what, string(l.text), strings.Repeat(" ", at))
}

func (l *lexer) number() (token, error) {
	start := l.at
	if l.text[start] == '-' {
		l.at++
	}
	if l.skip(digits) == "" {
		return token{}, l.refuse(start, "Unknown token '-'")
	}
	text := string(l.text[start:l.at])
	v, _ := value.ParseInt(text, 10) // digits only
	return token{kind: number, text: v.String(), value: v, at: start}, nil
}

// until reads what stands between two delimiters; a backslash keeps the character behind it.
func (l *lexer) until(delimiter rune) (string, error) {
	start := l.at
	for l.at++; l.at < len(l.text); l.at++ {
		switch l.text[l.at] {
		case '\\':
			l.at++
		case delimiter:
			l.at++
			return string(l.text[start+1 : l.at-1]), nil
		}
	}
	return "", l.refuse(start, "Unclosed "+string(delimiter)+" delimiter")
}

func (l *lexer) quoted() (token, error) {
	start := l.at
	text, err := l.until('"')
	if err != nil {
		return token{}, err
	}
	v, err := value.FromJSON([]byte(`"` + text + `"`))
	if err != nil {
		return token{}, l.refuse(start, strings.Split(err.Error(), ":")[0])
	}
	return token{kind: quoted, text: v.String(), at: start}, nil
}

// raw reads 'text', in which only the delimiter is escaped.
func (l *lexer) raw() (token, error) {
	start := l.at
	text, err := l.until('\'')
	text = strings.ReplaceAll(text, `\'`, "'")
	return token{kind: literal, text: text, value: value.String(text), at: start}, err
}

// literal reads `JSON`. Text that is no JSON is itself, as in the first version of the language.
func (l *lexer) literal() (token, error) {
	start := l.at
	text, err := l.until('`')
	if err != nil {
		return token{}, err
	}
	text = strings.TrimLeft(strings.ReplaceAll(text, "\\`", "`"), whitespace)
	v, err := value.FromJSON([]byte(text))
	if err != nil {
		if v, err = value.FromJSON([]byte(`"` + text + `"`)); err != nil {
			return token{}, l.refuse(start, "Bad token "+text)
		}
	}
	return token{kind: literal, text: v.String(), value: v, at: start}, nil
}
