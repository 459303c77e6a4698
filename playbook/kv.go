package playbook

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// commandOptions are the options that a free-form command may carry; every other word with = belongs to the command.
var commandOptions = map[string]bool{
	"creates": true, "removes": true, "chdir": true, "executable": true, "warn": true,
	"stdin": true, "stdin_add_newline": true, "strip_empty_ends": true,
}

// keyValues reads "a=1 b='x y'" arguments. What is no key=value is the free-form text, "_raw_params". In a command only the command's
// options are read out of the text.
func keyValues(text string, pos source.Pos, command bool) (*value.Dict, error) {
	ws, err := words(text)
	if err != nil {
		return nil, err
	}
	d := value.NewDict(len(ws))
	var raw []string
	for _, w := range ws {
		k, v, ok := splitPair(w)
		if !ok || command && !commandOptions[k] {
			raw = append(raw, w)
			continue
		}
		d.Set(k, userText(unquote(unescape(strings.TrimSpace(v))), pos))
	}
	if len(raw) > 0 {
		d.Set("_raw_params", userText(joinWords(raw), pos))
	}
	return d, nil
}

// splitPair splits key=value at the first = that has no backslash before it.
func splitPair(w string) (k, v string, ok bool) {
	for i := 0; i < len(w); i++ {
		if w[i] == '=' && (i == 0 || w[i-1] != '\\') {
			return strings.TrimSpace(w[:i]), w[i+1:], strings.TrimSpace(w[:i]) != ""
		}
	}
	return "", "", false
}

// userText is text that the user wrote: a template where it has markers.
func userText(s string, pos source.Pos) value.Value {
	if document.HasMarkers(s) {
		return &value.Template{Text: s, Pos: pos}
	}
	return value.String(s)
}

// unquote takes off a pair of quotes around the text.
func unquote(s string) string {
	if n := len(s); n > 1 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] && s[n-2] != '\\' {
		return s[1 : n-1]
	}
	return s
}

var escapes = regexp.MustCompile(`\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\\'"abfnrtv])`)

var oneLetter = map[byte]string{
	'\\': `\`, '\'': `'`, '"': `"`, 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// unescape reads Python's escapes in a value.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return escapes.ReplaceAllStringFunc(s, func(e string) string {
		if one, ok := oneLetter[e[1]]; ok && len(e) == 2 {
			return one
		}
		digits, base := e[1:], 8
		if c := e[1]; c == 'x' || c == 'u' || c == 'U' {
			digits, base = e[2:], 16
		}
		n, err := strconv.ParseInt(digits, base, 32)
		if err != nil || n > 0x10FFFF {
			return e
		}
		return string(rune(n))
	})
}

// KeyValues reads extra variables that are given as "a=1 b='x y'". What is no key=value is under "_raw_params".
func KeyValues(text string) (*value.Dict, error) {
	d, err := keyValues(text, source.Pos{}, false)
	if err != nil {
		return nil, source.New(source.Pos{}, err.Error()+": "+text)
	}
	return d, nil
}
