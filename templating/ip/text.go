package ip

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Text prints an address as inet_ntop does: IPv6 addresses whose last 32 bits alone are set end in IPv4's notation.
func Text(a netip.Addr) string {
	if b := a.As16(); a.Is6() && !a.Is4In6() && isZero(b[:12]) && !isZero(b[12:14]) {
		return "::" + netip.AddrFrom4([4]byte(b[12:])).String()
	}
	return a.String()
}

func isZero(b []byte) bool { return !slices.ContainsFunc(b, func(c byte) bool { return c != 0 }) }

// TextOf prints a network with its length.
func TextOf(n netip.Prefix) string { return fmt.Sprintf("%s/%d", Text(n.Addr()), n.Bits()) }

// Reverse gives the name of an address in the DNS's reverse tree.
func Reverse(a netip.Addr) string {
	b := a.AsSlice()
	slices.Reverse(b)
	var s strings.Builder
	for _, c := range b {
		if a.Is4() {
			fmt.Fprintf(&s, "%d.", c)
		} else {
			fmt.Fprintf(&s, "%x.%x.", c&15, c>>4)
		}
	}
	if a.Is4() {
		return s.String() + "in-addr.arpa."
	}
	return s.String() + "ip6.arpa."
}
