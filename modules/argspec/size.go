package argspec

import (
	"math"
	"regexp"
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
	if err != nil {
		return nil, no(v, what)
	}
	return i, nil
}

// unit gives the factor of a unit: one letter, a letter and that of what is counted, or a whole word.
func unit(name, word string, letter byte) (float64, bool) {
	if name == "" {
		return 1, true
	}
	power := strings.IndexByte("BKMGTPEZY", strings.ToUpper(name)[0])
	if power < 0 {
		return 0, false
	}
	return math.Pow(1024, float64(power)), len(name) == 1 || len(name) == 2 && name[1] == letter || strings.Contains(strings.ToLower(name), word)
}
