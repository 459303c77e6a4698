package clixml

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

var escaped = regexp.MustCompile(`(?:_x[0-9A-Fa-f]{4}_)+`)

// unescape undoes the escapes of section 2.2.5.3.2: _xHHHH_ is a UTF-16 code unit.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(run string) string {
		var units []uint16
		for ; run != ""; run = run[7:] {
			n, _ := strconv.ParseUint(run[2:6], 16, 16) // four digits
			units = append(units, uint16(n))
		}
		return string(utf16.Decode(units))
	})
}

// escape writes what XML cannot have, or would change, as escapes; and what would read as one.
func escape(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r < 0x20, r >= 0x7f && r <= 0x9f, r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, "_x%04X_", r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, "_x%04X__x%04X_", high, low)
		case r == '_' && escapeLike(s[i:]):
			b.WriteString("_x005F_")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// escapeLike tells whether an underscore would be read as the beginning of an escape.
func escapeLike(s string) bool { return len(s) > 1 && (s[1] == 'x' || s[1] == 'X') }
