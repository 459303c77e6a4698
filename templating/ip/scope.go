package ip

import (
	"net/netip"
	"slices"
	"sync"
)

// privateNets are the networks that ipaddr('private') takes: those of RFC 1918, 3927, 4193, 6598 and their like.
var privateNets = sync.OnceValue(func() []netip.Prefix {
	return prefixes("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "239.0.0.0/8",
		"fc00::/7", "fe80::/10", "fec0::/10")
})

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

func within(n netip.Prefix, nets []netip.Prefix) bool {
	return slices.ContainsFunc(nets, func(outer netip.Prefix) bool { return Contains(outer, n) })
}

// IsPrivate tells whether all of a network is for private use.
func IsPrivate(n netip.Prefix) bool { return within(n, privateNets()) }

// IsPublic tells whether an address is one of the Internet. Addresses that look like a mask, 240.0.0.0 or 0.0.0.1, are not taken
// for one.
func IsPublic(n netip.Prefix) bool {
	_, isMask := maskLength(n.Addr())
	return !isMask && !IsMulticast(n) && !IsLoopback(n.Addr()) && !IsPrivate(Of(n.Addr()))
}

// IsMulticast tells whether all of a network is for multicast.
func IsMulticast(n netip.Prefix) bool { return isMulticast(First(n)) && isMulticast(Last(n)) }

func isMulticast(a netip.Addr) bool { return !a.Is4In6() && a.IsMulticast() }

// IsLoopback tells whether an address is one of the host itself: 127.0.0.0/8, ::1.
func IsLoopback(a netip.Addr) bool { return !a.Is4In6() && a.IsLoopback() }

// IsLinkLocal tells whether an address is for one link: 169.254.0.0/16, fe80::/10.
func IsLinkLocal(a netip.Addr) bool { return !a.Is4In6() && a.IsLinkLocalUnicast() }

// To4 gives the IPv4 network within an IPv6 one of IPv4's parts of the space, ::/96 and ::ffff:0:0/96.
func To4(n netip.Prefix) (netip.Prefix, bool) {
	b := n.Addr().As16()
	if n.Bits() < 96 || !n.Addr().Is4In6() && !isZero(b[:12]) {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(netip.AddrFrom4([4]byte(b[12:])), n.Bits()-96), true
}

// To6 gives an IPv4 network in IPv6's space.
func To6(n netip.Prefix) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom16(n.Addr().As16()), n.Bits()+96)
}
