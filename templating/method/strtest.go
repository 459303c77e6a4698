package method

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/value"
)

// is makes a predicate that holds where all characters, at least one, fit.
func is(fits func(rune) bool) strFunc {
	return func(s string, a *args) (value.Value, error) {
		ok := s != ""
		for _, r := range s {
			ok = ok && fits(r)
		}
		return value.Bool(ok), a.count(0, 0)
	}
}

func isDigit(r rune) bool {
	return unicode.IsDigit(r) || strings.ContainsRune("²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", r)
}

func isASCII(s string, a *args) (value.Value, error) {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return value.Bool(false), a.count(0, 0)
		}
	}
	return value.Bool(true), a.count(0, 0)
}

func isPrintable(s string, a *args) (value.Value, error) {
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return value.Bool(false), a.count(0, 0)
		}
	}
	return value.Bool(true), a.count(0, 0)
}

func isCase(want, not func(rune) bool) strFunc {
	return func(s string, a *args) (value.Value, error) {
		return value.Bool(strings.IndexFunc(s, want) >= 0 && strings.IndexFunc(s, not) < 0), a.count(0, 0)
	}
}

func isTitle(s string, a *args) (value.Value, error) {
	return value.Bool(s == Title(s) && strings.IndexFunc(s, unicode.IsUpper) >= 0), a.count(0, 0)
}

func isIdentifier(s string, a *args) (value.Value, error) {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return value.Bool(false), a.count(0, 0)
		}
	}
	return value.Bool(s != ""), a.count(0, 0)
}
