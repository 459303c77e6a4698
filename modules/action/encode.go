package action

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// codec is an encoding as Python has it.
type codec struct {
	encoding encoding.Encoding
	shown    string // its name in errors
	reason   string // why a character is not in it
	limit    rune   // of the characters in it; 0: the encoding knows
}

// pythonNames are Python's names of encodings that have others in the registry of IANA.
var pythonNames = map[string]codec{
	"ascii":     {encoding: charmap.ISO8859_1, shown: "ascii", reason: "ordinal not in range(128)", limit: 0x80},
	"latin-1":   {encoding: charmap.ISO8859_1, shown: "latin-1", reason: "ordinal not in range(256)", limit: 0x100},
	"utf-16":    {encoding: unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
	"utf-16-le": {encoding: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	"utf-16-be": {encoding: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	"utf-32":    {encoding: utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)},
	"utf-32-le": {encoding: utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	"utf-32-be": {encoding: utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	"utf-8-sig": {encoding: unicode.UTF8BOM},
}

var otherNames = map[string]string{
	"us-ascii": "ascii", "646": "ascii", "latin1": "latin-1", "latin": "latin-1", "l1": "latin-1", "iso-8859-1": "latin-1", "iso8859-1": "latin-1",
	"utf16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "utf32": "utf-32", "utf-32le": "utf-32-le", "utf-32be": "utf-32-be",
}

// codecOf finds an encoding by one of Python's names for it.
func codecOf(name string) (codec, bool) {
	norm := strings.ReplaceAll(strings.ToLower(name), "_", "-")
	if other, ok := otherNames[norm]; ok {
		norm = other
	}
	if c, ok := pythonNames[norm]; ok {
		return c, true
	}
	if page, ok := strings.CutPrefix(norm, "cp125"); ok {
		norm = "windows-125" + page
	} else if page, ok := strings.CutPrefix(norm, "cp"); ok {
		norm = "ibm" + page
	} else if part, ok := strings.CutPrefix(norm, "iso8859-"); ok {
		norm = "iso-8859-" + part
	}
	e, err := ianaindex.IANA.Encoding(norm)
	if err != nil || e == nil {
		return codec{}, false
	}
	return codec{encoding: e, shown: "charmap", reason: "character maps to <undefined>"}, true
}

// encode gives text in an encoding.
func encode(text, name string) ([]byte, error) {
	switch strings.ReplaceAll(strings.ToLower(name), "_", "-") {
	case "", "utf-8", "utf8":
		return []byte(text), nil
	}
	c, ok := codecOf(name)
	if !ok {
		return nil, said("unknown encoding: %s", name)
	}
	if err := c.refuses(text); err != nil {
		return nil, err
	}
	return c.encoding.NewEncoder().Bytes([]byte(text))
}

// refuses tells of the first run of characters that the encoding lacks.
func (c codec) refuses(text string) error {
	if c.reason == "" {
		return nil
	}
	runes := []rune(text)
	first := -1
	for i, r := range runes {
		switch in := c.has(r); {
		case !in && first < 0:
			first = i
		case in && first >= 0:
			return c.refusal(runes, first, i)
		}
	}
	if first >= 0 {
		return c.refusal(runes, first, len(runes))
	}
	return nil
}

func (c codec) has(r rune) bool {
	if c.limit > 0 {
		return r < c.limit
	}
	_, err := c.encoding.NewEncoder().String(string(r))
	return err == nil
}

func (c codec) refusal(runes []rune, from, to int) error {
	if to-from == 1 {
		return said("'%s' codec can't encode character '%s' in position %d: %s", c.shown, escaped(runes[from]), from, c.reason)
	}
	return said("'%s' codec can't encode characters in position %d-%d: %s", c.shown, from, to-1, c.reason)
}

// escaped is a character as Python's errors show it.
func escaped(r rune) string {
	switch {
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case utf16.RuneLen(r) == 1:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}
