package ip

import (
	"net/netip"
	"sync"
)

// special are the networks that IANA's registries of special-purpose addresses (RFC 6890) do not take for the Internet's, and
// what is excepted from them.
var special = sync.OnceValue(func() [2][]netip.Prefix {
	return [2][]netip.Prefix{
		prefixes("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
			"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "::/127", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10"),
		prefixes("192.0.0.9/32", "192.0.0.10/32", "2001:1::1/128", "2001:1::2/128", "2001:3::/32", "2001:4:112::/48", "2001:20::/28", "2001:30::/28"),
	}
})

// reserved are the networks that the IETF keeps (IANA's registry of IPv6's address space; RFC 1112 for IPv4).
var reserved = sync.OnceValue(func() []netip.Prefix {
	return prefixes("240.0.0.0/4", "::/8", "100::/8", "200::/7", "400::/6", "800::/5", "1000::/4", "4000::/3", "6000::/3", "8000::/3", "a000::/3", "c000::/3",
		"e000::/4", "f000::/5", "f800::/6", "fe00::/9")
})

// IsSpecial tells whether an address is not one of the Internet's, by IANA's registries. An IPv4 address in IPv6's space is what
// it is in its own.
func IsSpecial(a netip.Addr) bool {
	tables := special()
	n := Of(a.Unmap())
	return within(n, tables[0]) && !within(n, tables[1])
}

// IsGlobal tells whether an address is one of the Internet's: it is not special, nor shared by the customers of a provider (RFC 6598).
func IsGlobal(a netip.Addr) bool {
	return !IsSpecial(a) && !within(Of(a), []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10")})
}

// IsReserved tells whether the IETF keeps an address for later.
func IsReserved(a netip.Addr) bool { return within(Of(a), reserved()) }
