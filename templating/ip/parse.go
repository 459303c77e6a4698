package ip

import (
	"math/big"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// ParseNetwork reads an address or a network: 10.0.0.5, 10.0.0.5/8, 10.0.0.5/255.0.0.0, 10.0.0.5/0.255.255.255, and addresses
// whose last bytes are left out because they are 0: 10/8.
func ParseNetwork(text string) (netip.Prefix, bool) {
	addr, length, hasLength := strings.Cut(text, "/")
	a, ok := parseAddr(addr)
	if !ok || !hasLength {
		return Of(a), ok
	}
	n, ok := parseLength(length, a)
	return netip.PrefixFrom(a, n), ok
}

// ParseNumber reads an address, or a network, whose address is an integer: 3221225985/24. A version of 0 takes the
// one that the integer fits.
func ParseNumber(text string, version int) (netip.Prefix, bool) {
	addr, length, hasLength := strings.Cut(text, "/")
	if !IsNumber(addr) {
		return netip.Prefix{}, false
	}
	n, ok := new(big.Int).SetString(addr, 10)
	if !ok {
		return netip.Prefix{}, false
	}
	a, ok := FromNumber(n, version)
	if !ok || !hasLength {
		return Of(a), ok
	}
	l, ok := parseLength(length, a)
	return netip.PrefixFrom(a, l), ok
}

// FromNumber gives the address of an integer; a version of 0 takes the one that it fits. There are no versions but 4 and 6.
func FromNumber(n *big.Int, version int) (netip.Addr, bool) {
	switch version {
	case 0:
		return Guess(n)
	case 4, 6:
		return FromInt(n, version)
	}
	return netip.Addr{}, false
}

// IsNumber tells whether text is decimal digits and nothing else.
func IsNumber(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func parseAddr(text string) (netip.Addr, bool) {
	if strings.Contains(text, ":") {
		a, err := netip.ParseAddr(text)
		return a, err == nil && a.Zone() == ""
	}
	parts := strings.Split(text, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var b [4]byte
	for i, p := range parts {
		n, ok := ParseInt(p)
		if !ok || n.Sign() < 0 || n.BitLen() > 8 {
			return netip.Addr{}, false
		}
		b[i] = byte(n.Uint64()) // 8 bits
	}
	return netip.AddrFrom4(b), true
}

// ParseInt reads an integer as Python's int() does: with space around it, a sign, and underscores between digits.
func ParseInt(text string) (*big.Int, bool) {
	text = strings.TrimFunc(text, unicode.IsSpace)
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") {
		return nil, false
	}
	if !IsNumber(strings.ReplaceAll(digits, "_", "")) {
		return nil, false
	}
	return new(big.Int).SetString(strings.ReplaceAll(strings.TrimPrefix(text, "+"), "_", ""), 10)
}

// parseLength reads what stands behind the slash: a number of bits, a mask, or the inverse of a mask.
func parseLength(text string, a netip.Addr) (int, bool) {
	if n, ok := ParseInt(text); ok {
		return int(n.Int64()), n.Sign() >= 0 && n.Cmp(big.NewInt(int64(a.BitLen()))) <= 0
	}
	mask, err := netip.ParseAddr(text)
	if err != nil || mask.BitLen() != a.BitLen() || mask.Zone() != "" {
		return 0, false
	}
	return maskLength(mask)
}

// maskLength gives the length that a mask or its inverse stands for. All zeros are a mask of length 0.
func maskLength(mask netip.Addr) (int, bool) {
	b := mask.AsSlice()
	if n, ok := leadingOnes(b); ok {
		return n, true
	}
	for i := range b {
		b[i] = ^b[i]
	}
	return leadingOnes(b)
}

// leadingOnes counts the ones; ok tells that nothing but zeros follows.
func leadingOnes(b []byte) (n int, ok bool) {
	for i, c := range b {
		n += bits.LeadingZeros8(^c)
		if c == 0xff {
			continue
		}
		return n, c<<bits.LeadingZeros8(^c) == 0 && isZero(b[i+1:])
	}
	return n, true
}

// ParseStrict reads a complete address, or a network without host bits, as Python's ip_network does. Hosts tells that host bits
// are what is wrong with the text.
func ParseStrict(text string) (n netip.Prefix, hosts, ok bool) {
	addr, length, hasLength := strings.Cut(text, "/")
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return netip.Prefix{}, false, false
	}
	a = a.WithZone("")
	if !hasLength {
		return Of(a), false, true
	}
	l, ok := strictLength(length, a)
	if !ok {
		return netip.Prefix{}, false, false
	}
	n = netip.PrefixFrom(a, l)
	return n, n.Masked() != n, n.Masked() == n
}

// strictLength reads a number of bits or, for IPv4, a mask.
func strictLength(text string, a netip.Addr) (int, bool) {
	if IsNumber(text) {
		n, err := strconv.Atoi(text)
		return n, err == nil && n <= a.BitLen()
	}
	if !a.Is4() || strings.Contains(text, ":") {
		return 0, false
	}
	return parseLength(text, a)
}

// ParseAddr reads an address as the C library's inet_aton does, or a complete IPv6 one: the last of up to four numbers fills the
// bytes that are left, and numbers are octal and hexadecimal where C's are.
func ParseAddr(text string) (netip.Addr, bool) {
	if strings.Contains(text, ":") {
		return parseAddr(text)
	}
	parts := strings.Split(text, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var n uint64
	for i, p := range parts {
		width := 8
		if i == len(parts)-1 {
			width = 8 * (5 - len(parts))
		}
		part, err := strconv.ParseUint(octal(p), 0, width)
		if err != nil || strings.Contains(p, "_") {
			return netip.Addr{}, false
		}
		n = n<<width | part
	}
	return FromInt(new(big.Int).SetUint64(n), 4)
}

// octal keeps Go from taking 0o and 0b for numbers.
func octal(p string) string {
	if len(p) > 1 && p[0] == '0' && strings.ContainsAny(p[1:2], "bBoO") {
		return ""
	}
	return p
}
