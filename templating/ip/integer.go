package ip

import (
	"math/big"
	"net/netip"
)

// Int gives an address as an integer.
func Int(a netip.Addr) *big.Int { return new(big.Int).SetBytes(a.AsSlice()) }

// FromInt gives the address of an integer in IPv4's or IPv6's space; ok is false where it is outside.
func FromInt(n *big.Int, version int) (a netip.Addr, ok bool) {
	size := 16
	if version == 4 {
		size = 4
	}
	if n.Sign() < 0 || n.BitLen() > 8*size {
		return netip.Addr{}, false
	}
	return fromSlice(n.FillBytes(make([]byte, size))), true
}

// Guess gives the IPv4 address of an integer, or the IPv6 one of an integer that is too large for that.
func Guess(n *big.Int) (a netip.Addr, ok bool) {
	if a, ok := FromInt(n, 4); ok {
		return a, true
	}
	return FromInt(n, 6)
}

// Add gives the address that is n behind another one, in the same space.
func Add(a netip.Addr, n *big.Int) (netip.Addr, bool) {
	return FromInt(new(big.Int).Add(Int(a), n), Version(a))
}
