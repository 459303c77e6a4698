package ip

import (
	"fmt"
	"math/big"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// EUI is a hardware address: 48 bits, or 64.
type EUI struct {
	N    uint64
	Long bool // whether it has 64 bits
}

// forms48 and forms64 are tried in this order; plain decimal numbers come in between.
var forms48 = []string{
	groups(6, ":", "1,2"), groups(6, "-", "1,2"), groups(3, ":", "1,4"), groups(3, "-", "1,4"), groups(3, `\.`, "1,4"),
	groups(2, ":", "5,6"), groups(2, "-", "5,6"), "([0-9a-f]{11,12})",
}

var forms64 = []string{
	groups(8, ":", "1,2"), groups(8, "-", "1,2"), groups(4, ":", "1,4"), groups(4, "-", "1,4"), groups(4, `\.`, "1,4"), "([0-9a-f]{16})",
}

func groups(n int, separator, digits string) string {
	return strings.TrimSuffix(strings.Repeat("([0-9a-f]{"+digits+"})"+separator, n), separator)
}

var patterns = sync.OnceValue(func() [2][]*regexp.Regexp { return [2][]*regexp.Regexp{compile(forms48), compile(forms64)} })

func compile(forms []string) []*regexp.Regexp {
	out := make([]*regexp.Regexp, len(forms))
	for i, f := range forms {
		out[i] = regexp.MustCompile("^(?i:" + f + ")$")
	}
	return out
}

// ParseEUI reads a hardware address: 6 or 8 bytes, groups of them, bare digits, or a decimal number.
func ParseEUI(text string) (EUI, bool) {
	if n, ok := matchForms(patterns()[0], text, 48); ok {
		return EUI{n, false}, true
	}
	if IsNumber(text) {
		return decimalEUI(text)
	}
	n, ok := matchForms(patterns()[1], text, 64)
	return EUI{n, true}, ok
}

func decimalEUI(text string) (EUI, bool) {
	n, ok := new(big.Int).SetString(text, 10)
	return EUI{n.Uint64(), n.BitLen() > 48}, ok && n.BitLen() <= 64
}

func matchForms(forms []*regexp.Regexp, text string, bits int) (uint64, bool) {
	for _, f := range forms {
		m := f.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		var n uint64
		for _, digits := range m[1:] {
			group, _ := strconv.ParseUint(digits, 16, 64) // at most 16 hexadecimal digits
			n = n<<(bits/(len(m)-1)) | group
		}
		return n, true
	}
	return 0, false
}

// Format prints the 48 bits of an address in groups of digits.
func (e EUI) Format(groups int, separator string, upper, padded bool) string {
	width := 12 / groups
	parts := make([]string, groups)
	for i := range parts {
		n := e.N >> (4 * width * (groups - 1 - i)) & (1<<(4*width) - 1)
		if parts[i] = fmt.Sprintf("%x", n); padded {
			parts[i] = fmt.Sprintf("%0*x", width, n)
		}
	}
	text := strings.Join(parts, separator)
	if upper {
		return strings.ToUpper(text)
	}
	return text
}

// Interface is the modified EUI-64 of RFC 4291 (appendix A), the lower half of IPv6 addresses that hosts give themselves.
func (e EUI) Interface() uint64 {
	n := e.N
	if !e.Long {
		n = e.N>>24<<40 | 0xfffe<<24 | e.N&0xffffff
	}
	return n ^ 1<<57
}

// SLAAC gives the address that a host with a hardware address gives itself in a network.
func SLAAC(n netip.Prefix, e EUI) (netip.Addr, bool) {
	return Add(First(n), new(big.Int).SetUint64(e.Interface()))
}
