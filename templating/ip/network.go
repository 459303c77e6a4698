package ip

import (
	"math/big"
	"net/netip"
)

// Of gives the network of a lone address.
func Of(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// First is the lowest address of a network.
func First(n netip.Prefix) netip.Addr { return n.Masked().Addr() }

// Last is the highest address of a network.
func Last(n netip.Prefix) netip.Addr {
	b := n.Addr().AsSlice()
	for i := n.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return fromSlice(b)
}

// Size is the number of a network's addresses.
func Size(n netip.Prefix) *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(n.Addr().BitLen()-n.Bits())) // bits are 0 to BitLen
}

// IsNetwork tells whether n is written as a network is: its address is the first of several.
func IsNetwork(n netip.Prefix) bool { return !n.IsSingleIP() && n.Addr() == First(n) }

// IsPair tells whether a network has two addresses, which are hosts both.
func IsPair(n netip.Prefix) bool { return n.Bits() == n.Addr().BitLen()-1 }

// Usable gives the first and last addresses that hosts can have; ok is false for a lone address.
func Usable(n netip.Prefix) (first, last netip.Addr, ok bool) {
	first, last = First(n), Last(n)
	if !n.IsSingleIP() && !IsPair(n) {
		first, last = first.Next(), last.Prev()
	}
	return first, last, !n.IsSingleIP()
}

// Broadcast gives the highest address of a network of more than two.
func Broadcast(n netip.Prefix) (a netip.Addr, ok bool) {
	return Last(n), n.Bits() < n.Addr().BitLen()-1
}

// Netmask is the mask of a network's length.
func Netmask(n netip.Prefix) netip.Addr {
	b := make([]byte, n.Addr().BitLen()/8)
	for i := range n.Bits() {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return fromSlice(b)
}

// Hostmask is the inverse of [Netmask].
func Hostmask(n netip.Prefix) netip.Addr {
	b := Netmask(n).AsSlice()
	for i := range b {
		b[i] = ^b[i]
	}
	return fromSlice(b)
}

// Contains tells whether a network has every address of another one of the same version.
func Contains(outer, inner netip.Prefix) bool {
	return outer.Addr().BitLen() == inner.Addr().BitLen() && outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// Version is 4 or 6.
func Version(a netip.Addr) int {
	if a.Is4() {
		return 4
	}
	return 6
}

// fromSlice keeps an IPv6 address of IPv4's part of the space what it is.
func fromSlice(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b) // 4 or 16 bytes
	return a
}
