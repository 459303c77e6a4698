package inventory

import (
	"strings"
	"unicode"
)

// safeGroupName treats characters that a variable's name may not have as force_valid_group_names says.
func (inv *Inventory) safeGroupName(name string) string {
	if validName(name) {
		return name
	}
	switch inv.opts.Config.Str("TRANSFORM_INVALID_GROUP_CHARS") {
	case "ignore":
		return name
	case "silently":
		return replaceInvalid(name)
	case "always":
		inv.warn("Invalid characters were found in group names and automatically replaced, use -vvvv to see details")
		return replaceInvalid(name)
	default:
		inv.warn("Invalid characters were found in group names but not replaced, use -vvvv to see details")
		return name
	}
}

func validName(name string) bool {
	for i, r := range name {
		if !wordRune(r) || i == 0 && unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func replaceInvalid(name string) string {
	first := true
	return strings.Map(func(r rune) rune {
		ok := wordRune(r) && !(first && unicode.IsDigit(r))
		first = false
		if ok {
			return r
		}
		return '_'
	}, name)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// quote shows text as Python's repr does.
func quote(s string) string {
	q := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = `"`
	}
	return q + strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`, q, `\`+q).Replace(s) + q
}
