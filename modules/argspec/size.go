package argspec

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

var size = regexp.MustCompile(`^(\d*\.?\d+)\s*([A-Za-z]+)?\s*$`)

// toSize reads a number of bytes or bits with its unit: "10", "10K", "10 KB", "1.5 megabyte".
func toSize(v value.Value, word string, letter byte, what string) (value.Value, error) {
	m := size.FindStringSubmatch(v.String())
	if _, isBool := v.(value.Bool); m == nil || isBool {
		return nil, no(v, what)
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return nil, no(v, what)
	}
	factor, ok := unit(m[2], word, letter)
	if !ok {
		return nil, no(v, what)
	}
	i, err := toInt(value.Float(math.RoundToEven(n * factor)))
	if err != nil { // beyond what a float holds
		return nil, no(v, what)
	}
	return i, nil
}

const letters = "BKMGTPEZY"

// words are what units begin with when written out. The reference knows none for Z.
var words = []string{"", "kilo", "mega", "giga", "tera", "peta", "exa", "", "yotta"}

// unit gives the factor of a unit: one letter, a letter and that of what is counted, or a whole word.
func unit(name, word string, letter byte) (float64, bool) {
	power := -1
	switch {
	case name == "":
		return 1, true
	case len(name) == 1:
		power = strings.Index(letters, strings.ToUpper(name))
	case len(name) == 2 && name[1] == letter && name[0] != 'B':
		power = strings.IndexByte(letters, name[0])
	case strings.HasSuffix(strings.ToLower(name), word):
		power = slices.Index(words, strings.ToLower(name[:len(name)-len(word)]))
	}
	return math.Pow(1024, float64(power)), power >= 0
}
