package inventory

import (
	"fmt"
	"strconv"
	"strings"
)

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// maxHosts bounds what one line may define: more is a typing error, which must not eat the memory.
const maxHosts = 10_000_000

// expand gives the host names that a pattern with ranges stands for: "web[01:03]-[a:c]".
func expand(pattern string) ([]string, error) {
	open := strings.IndexByte(pattern, '[')
	if open < 0 {
		return []string{pattern}, nil
	}
	end := strings.IndexByte(pattern[open:], ']')
	if end < 0 {
		return nil, fmt.Errorf("not enough values to unpack (expected 3, got 2)")
	}
	end += open
	items, err := rangeItems(pattern[open+1 : end])
	if err != nil {
		return nil, err
	}
	tails, err := expand(pattern[end+1:])
	if err != nil {
		return nil, err
	}
	if len(items)*len(tails) > maxHosts {
		return nil, fmt.Errorf("host range %s stands for more than %d hosts", pattern, maxHosts)
	}
	out := make([]string, 0, len(items)*len(tails))
	for _, item := range items {
		for _, tail := range tails {
			out = append(out, pattern[:open]+item+tail)
		}
	}
	return out, nil
}

func rangeItems(spec string) ([]string, error) {
	bounds := strings.Split(spec, ":")
	if len(bounds) != 2 && len(bounds) != 3 {
		return nil, fmt.Errorf("host range must be begin:end or begin:end:step")
	}
	begin, end, step := bounds[0], bounds[1], "1"
	if len(bounds) == 3 {
		step = bounds[2]
	}
	if begin == "" {
		begin = "0"
	}
	if end == "" {
		return nil, fmt.Errorf("host range must specify end value")
	}
	if begin[0] == '0' && len(begin) > 1 && len(begin) != len(end) {
		return nil, fmt.Errorf("host range must specify equal-length begin and end formats")
	}
	by, err := atoi(step)
	if err != nil {
		return nil, err
	}
	if isLetter(begin) && isLetter(end) {
		return letterRange(begin, end, by)
	}
	return numberRange(begin, end, by)
}

func letterRange(begin, end string, by int) ([]string, error) {
	from, to := strings.Index(letters, begin), strings.Index(letters, end)
	if from > to {
		return nil, fmt.Errorf("host range must have begin <= end")
	}
	var out []string
	for i := from; i <= to && by > 0; i += by {
		out = append(out, letters[i:i+1])
	}
	return out, stepError(by)
}

func numberRange(begin, end string, by int) ([]string, error) {
	from, err := atoi(begin)
	if err != nil {
		return nil, err
	}
	to, err := atoi(end)
	if err != nil {
		return nil, err
	}
	width := 0
	if begin[0] == '0' {
		width = len(begin)
	}
	if by > 0 && (to-from)/by > maxHosts {
		return nil, fmt.Errorf("host range %s:%s stands for more than %d hosts", begin, end, maxHosts)
	}
	var out []string
	for i := from; i <= to && by > 0; i += by {
		out = append(out, fmt.Sprintf("%0*d", width, i))
	}
	return out, stepError(by)
}

func stepError(by int) error {
	if by == 0 {
		return valueError("range() arg 3 must not be zero")
	}
	return nil
}

func atoi(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, valueError("invalid literal for int() with base 10: " + quote(s))
	}
	return n, nil
}
