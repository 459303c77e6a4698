package ip

import (
	"math/big"
	"net/netip"
	"slices"
)

// span is a range of addresses, both ends included.
type span struct {
	first, last netip.Addr
	alone       netip.Prefix // the network as it was written, where it is the only one of the range
}

// Merge gives the fewest networks that have exactly the addresses of a list, IPv4 first, in order. A lone network stays as it is
// written.
func Merge(nets []netip.Prefix) []netip.Prefix {
	if len(nets) < 2 {
		return nets
	}
	spans := make([]span, len(nets))
	for i, n := range nets {
		spans[i] = span{First(n), Last(n), n}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.first.Compare(b.first) })
	joined := spans[:1]
	for _, s := range spans[1:] {
		end := &joined[len(joined)-1]
		if !follows(end.last, s.first) {
			joined = append(joined, s)
			continue
		}
		end.alone = netip.Prefix{}
		if end.last.Less(s.last) {
			end.last = s.last
		}
	}
	return cover(joined)
}

// follows tells whether the address next lies within, or directly behind, a range that ends with last.
func follows(last, next netip.Addr) bool {
	return last.BitLen() == next.BitLen() && (!last.Less(next) || last.Next() == next)
}

func cover(spans []span) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range spans {
		if s.alone.IsValid() {
			out = append(out, s.alone)
			continue
		}
		for next := s.first; next.IsValid() && !s.last.Less(next); {
			n := largest(next, s.last)
			out = append(out, n)
			next = Last(n).Next()
		}
	}
	return out
}

// largest is the largest network that starts with first and does not go beyond last.
func largest(first, last netip.Addr) netip.Prefix {
	n := Of(first)
	for n.Bits() > 0 {
		wider := netip.PrefixFrom(first, n.Bits()-1)
		if First(wider) != first || last.Less(Last(wider)) {
			break
		}
		n = wider
	}
	return n
}

// Spanning gives a network that has the first network of a sorted list and the last one; ok is false where the list has both
// versions. It is the smallest one, or, as with netaddr, twice that where the two are the same. A lone network stays as it is written.
func Spanning(nets []netip.Prefix) (n netip.Prefix, ok bool) {
	if len(nets) < 2 {
		return nets[0], true
	}
	nets = slices.SortedFunc(slices.Values(nets), compareNets)
	first, last := nets[0], nets[len(nets)-1]
	if first.Addr().BitLen() != last.Addr().BitLen() {
		return netip.Prefix{}, false
	}
	n = netip.PrefixFrom(Last(last), last.Bits())
	for n.Bits() > 0 && First(first).Less(n.Addr()) {
		n = netip.PrefixFrom(n.Addr(), n.Bits()-1).Masked()
	}
	return n, true
}

// compareNets orders networks by their first address, larger ones first, and then by the address that is written.
func compareNets(a, b netip.Prefix) int {
	if c := First(a).Compare(First(b)); c != 0 {
		return c
	}
	if c := a.Bits() - b.Bits(); c != 0 {
		return c
	}
	return a.Addr().Compare(b.Addr())
}

// Subnet gives the i-th network of a length within another one, or, where i is negative, counted from its end. The network
// itself, with a shorter length, is its own first one.
func Subnet(n netip.Prefix, length int, i *big.Int) (netip.Prefix, bool) {
	if length > n.Addr().BitLen() {
		return netip.Prefix{}, false
	}
	count := new(big.Int)
	if length >= n.Bits() {
		count.Lsh(big.NewInt(1), uint(length-n.Bits()))
	}
	if i.Sign() < 0 {
		i = new(big.Int).Add(i, count)
	}
	if i.Sign() < 0 || i.Sign() > 0 && i.Cmp(count) >= 0 {
		return netip.Prefix{}, false
	}
	offset := new(big.Int).Lsh(i, uint(n.Addr().BitLen()-length))
	a, ok := Add(First(n), offset)
	return netip.PrefixFrom(a, length), ok
}
