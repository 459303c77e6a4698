package lookup

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// copied gives a call with options of its own, for a term that sets some.
func (c *Call) copied() *Call {
	one := *c
	one.Opts = c.Opts.Clone()
	return &one
}

// number gives an option that is an integer not below zero.
func (c *Call) number(name string, standard int) (int, error) {
	v, ok := c.Opts.Lookup(name)
	if !ok || v == value.Value(value.None) {
		return standard, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(v.String()))
	if err != nil {
		return 0, failf("Config '%s' for '%s' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'int': %s", name, c.Name, value.Repr(v))
	}
	if n < 0 {
		return 0, failf("%s must not be negative: %d", name, n)
	}
	return n, nil
}

// choice gives an option that is one of some words.
func (c *Call) choice(name, standard string, words ...string) (string, error) {
	v := c.opt(name, standard)
	if !contains(words, v) {
		return "", failf("Invalid value '%s' for config '%s' for '%s' lookup plugin.", v, name, c.Name)
	}
	return v, nil
}

// keyValues reads `term key=value key=value`, the old way to give options; the options found are set.
func (c *Call) keyValues(term string, known ...string) (string, error) {
	all, err := source.Words(term)
	if err != nil {
		return "", err
	}
	var words []string
	for _, w := range all {
		k, v, ok := source.Pair(w)
		if !ok {
			words = append(words, w)
			continue
		}
		if !contains(known, k) {
			return "", failf("'%s' is not a valid option", k)
		}
		c.Opts.Set(k, value.String(v))
	}
	return source.JoinWords(words), nil
}

// decode gives a file's text.
func decode(data []byte, encoding string) (string, error) {
	switch strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(encoding)) {
	case "utf-8", "utf8", "utf-8-sig", "utf8-sig", "ascii", "us-ascii":
		if i := invalidAt(data); i >= 0 {
			return "", value.Errorf("UnicodeDecodeError", "'utf-8' codec can't decode byte 0x%02x in position %d: invalid continuation byte", data[i], i)
		}
		return strings.TrimPrefix(string(data), "\ufeff"), nil
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1":
		runes := make([]rune, len(data))
		for i, b := range data {
			runes[i] = rune(b)
		}
		return string(runes), nil
	}
	return "", value.Errorf("LookupError", "unknown encoding: %s", encoding)
}

// invalidAt gives the first byte that is no UTF-8, or -1.
func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}
