package runner

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/goplay/goplay/modules"
)

// A module writes bytes that are no UTF-8 as lone surrogates, as Python does. They cannot be kept in text, and Ansible refuses such a
// result by default rather than to change it.

// refuseUndecoded gives the error for a module's JSON with such a string, in the words of Python's encoder.
func refuseUndecoded(text []byte) error {
	first, count, char := undecoded(text)
	if count == 0 {
		return nil
	}
	where := fmt.Sprintf("characters in position %d-%d", first, first+count-1)
	if count == 1 {
		where = fmt.Sprintf("character '\\u%x' in position %d", char, first)
	}
	return &modules.Error{
		Msg:  "Refusing to deserialize an invalid UTF8 string value: 'utf-8' codec can't encode " + where + ": surrogates not allowed",
		Hint: "This check can be disabled with the `MODULE_STRICT_UTF8_RESPONSE` setting.", Link: true,
	}
}

// undecoded finds the first run of lone surrogates in a JSON text: its place in its string, its length, and its first one.
func undecoded(text []byte) (first, count int, char rune) {
	if !bytes.Contains(text, []byte(`\ud`)) && !bytes.Contains(text, []byte(`\uD`)) {
		return 0, 0, 0
	}
	inside, at := false, 0 // within a string, and how many characters deep
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if inside {
			r, size = character(text[i:])
		}
		switch {
		case r == '"' && size == 1:
			inside, at = !inside, 0
			if count > 0 {
				return first, count, char
			}
		case !inside:
		case r >= 0xD800 && r <= 0xDFFF:
			if count == 0 {
				first, char = at, r
			}
			count++
			at++
		case count > 0:
			return first, count, char
		default:
			at++
		}
		i += size
	}
	return first, count, char
}

// character reads one character of a JSON string: itself, an escape, or a pair of surrogates. Its size is in bytes; a quote that ends
// the string is the only one of size 1.
func character(text []byte) (r rune, size int) {
	if text[0] != '\\' {
		return utf8.DecodeRune(text)
	}
	high, ok := escaped(text)
	if !ok {
		return utf8.RuneError, min(2, len(text))
	}
	if low, ok := escaped(text[6:]); ok && high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000 {
		return 0x10000 + (high-0xD800)<<10 + low - 0xDC00, 12
	}
	return high, 6
}

// escaped reads an escape \uXXXX.
func escaped(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 32)
	return rune(n), err == nil
}
