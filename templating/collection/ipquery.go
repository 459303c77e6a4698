package collection

import (
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"github.com/goplay/goplay/templating/ip"
	"github.com/goplay/goplay/templating/value"
)

// subject is a network that is asked about, and the query.
type subject struct {
	net   netip.Prefix
	lone  bool   // whether it was written without a length
	given string // what a query that only selects gives: the text as it was written

	query   string
	version int    // 4, 6, or 0 for both
	alias   string // the filter's name in messages
}

// queries are the queries by name. They give None where the subject is not what is asked for, and False in those places where
// ansible.utils does.
var queries = map[string]func(q subject) (value.Value, error){
	"address": always(subject.address), "ip": always(subject.address),
	"address/prefix": always(subject.host), "gateway": always(subject.host), "gw": always(subject.host), "host/prefix": always(subject.host),
	"hostnet": always(subject.host), "router": always(subject.host),
	"host":         selecting(subject.isHost, subject.cidr),
	"ip/prefix":    selecting(subject.hasHostBits, subject.cidr),
	"ip_netmask":   selecting(subject.hasHostBits, func(q subject) value.Value { return pair(q.net.Addr(), ip.Netmask(q.net)) }),
	"bool":         always(func(subject) value.Value { return value.Bool(true) }),
	"broadcast":    always(subject.broadcast),
	"cidr":         always(subject.cidr),
	"cidr_lookup":  broken("'iplist'"),
	"first_usable": usable(func(_ subject, first, _ netip.Addr) value.Value { return addr(first) }),
	"last_usable":  usable(func(_ subject, _, last netip.Addr) value.Value { return addr(last) }),
	"range_usable": usable(func(_ subject, first, last netip.Addr) value.Value {
		return value.String(ip.Text(first) + "-" + ip.Text(last))
	}),
	"next_usable":      neighbour(1),
	"previous_usable":  neighbour(-1),
	"peer":             subject.peer,
	"hostmask":         always(func(q subject) value.Value { return addr(ip.Hostmask(q.net)) }),
	"wildcard":         always(func(q subject) value.Value { return addr(ip.Hostmask(q.net)) }),
	"netmask":          always(func(q subject) value.Value { return addr(ip.Netmask(q.net)) }),
	"int":              always(subject.number),
	"ipv4":             always(subject.to4),
	"ipv6":             always(subject.to6),
	"6to4":             always(subject.sixToFour),
	"v4":               broken("_ipv4_query() missing 1 required positional argument: 'value'"),
	"v6":               broken("_ipv6_query() missing 1 required positional argument: 'value'"),
	"link-local":       selecting(func(q subject) bool { return ip.IsLinkLocal(q.net.Addr()) }, subject.itself),
	"lo":               selecting(func(q subject) bool { return ip.IsLoopback(q.net.Addr()) }, subject.itself),
	"loopback":         selecting(func(q subject) bool { return ip.IsLoopback(q.net.Addr()) }, subject.itself),
	"multicast":        selecting(func(q subject) bool { return ip.IsMulticast(q.net) }, subject.itself),
	"unicast":          selecting(func(q subject) bool { return !ip.IsMulticast(q.net) }, subject.itself),
	"private":          selecting(func(q subject) bool { return ip.IsPrivate(q.net) }, subject.itself),
	"public":           selecting(func(q subject) bool { return ip.IsPublic(q.net) }, subject.itself),
	"net":              selecting(func(q subject) bool { return ip.IsNetwork(q.net) }, subject.cidr),
	"network":          always(func(q subject) value.Value { return addr(ip.First(q.net)) }),
	"network_id":       always(func(q subject) value.Value { return addr(ip.First(q.net)) }),
	"network/prefix":   always(subject.subnet),
	"subnet":           always(subject.subnet),
	"network_netmask":  always(func(q subject) value.Value { return pair(ip.First(q.net), ip.Netmask(q.net)) }),
	"network_wildcard": always(func(q subject) value.Value { return pair(ip.First(q.net), ip.Hostmask(q.net)) }),
	"prefix":           always(func(q subject) value.Value { return value.Int(q.net.Bits()) }),
	"revdns":           always(func(q subject) value.Value { return value.String(ip.Reverse(q.net.Addr())) }),
	"size":             always(func(q subject) value.Value { return value.NewInt(ip.Size(q.net)) }),
	"size_usable":      always(subject.sizeUsable),
	"type":             always(subject.kind),
	"version":          always(func(q subject) value.Value { return value.Int(ip.Version(q.net.Addr())) }),
	"wrap":             always(subject.wrap),
}

// answer gives the answer to the query, which is a name, the index of an address, or a network.
func (q subject) answer() (value.Value, error) {
	if q.query == "" {
		return q.shown(), nil
	}
	if f, ok := queries[q.query]; ok {
		return f(q)
	}
	if n, ok := index(q.query); ok {
		return q.nth(n), nil
	}
	if n, ok := ip.ParseNetwork(q.query); ok {
		if ip.Contains(n, q.net) {
			return q.itself(), nil
		}
		return value.None, nil
	}
	return nil, failf("%s: unknown filter type: %s", q.alias, q.query)
}

// index reads a query that is digits, or a sign and digits.
func index(query string) (*big.Int, bool) {
	if !ip.IsNumber(strings.TrimPrefix(query, "-")) {
		return nil, false
	}
	return new(big.Int).SetString(query, 10)
}

func always(f func(q subject) value.Value) func(subject) (value.Value, error) {
	return func(q subject) (value.Value, error) { return f(q), nil }
}

// selecting makes a query that gives None where the subject is not what is asked for.
func selecting(is func(q subject) bool, f func(q subject) value.Value) func(subject) (value.Value, error) {
	return func(q subject) (value.Value, error) {
		if !is(q) {
			return value.None, nil
		}
		return f(q), nil
	}
}

// broken makes a query that ansible.utils has and that always fails there.
func broken(msg string) func(subject) (value.Value, error) {
	return func(subject) (value.Value, error) { return nil, failf("%s", msg) }
}

// usable makes a query about the addresses that hosts can have.
func usable(f func(q subject, first, last netip.Addr) value.Value) func(subject) (value.Value, error) {
	return func(q subject) (value.Value, error) {
		if q.lone {
			return nil, failf("Not a network address")
		}
		first, last, ok := ip.Usable(q.net)
		if !ok {
			return value.None, nil
		}
		return f(q, guessed(first), guessed(last)), nil
	}
}

// guessed gives the address that a lone integer would be, as netaddr makes of one that was computed: IPv4's where it is small.
func guessed(a netip.Addr) netip.Addr {
	a, _ = ip.Guess(ip.Int(a))
	return a
}

// neighbour makes the query for the usable address that is n behind.
func neighbour(n int64) func(subject) (value.Value, error) {
	return func(q subject) (value.Value, error) {
		if q.lone {
			return nil, failf("Not a network address")
		}
		return nthUsable(q.net, big.NewInt(n))
	}
}

// nthUsable gives the address that is n behind that of a network, or None where hosts cannot have it.
func nthUsable(net netip.Prefix, n *big.Int) (value.Value, error) {
	first, last, ok := ip.Usable(net)
	if !ok {
		return value.None, nil
	}
	at := new(big.Int).Add(ip.Int(net.Addr()), n)
	a, ok := ip.Guess(at)
	if !ok {
		return nil, failf("failed to detect a valid IP address from %s", at)
	}
	if at.Cmp(ip.Int(first)) < 0 || at.Cmp(ip.Int(last)) > 0 {
		return value.None, nil
	}
	return addr(a), nil
}

func addr(a netip.Addr) value.Value    { return value.String(ip.Text(a)) }
func cidr(n netip.Prefix) value.Value  { return value.String(ip.TextOf(n)) }
func pair(a, b netip.Addr) value.Value { return value.String(ip.Text(a) + " " + ip.Text(b)) }

func (q subject) itself() value.Value { return value.String(q.given) }
func (q subject) cidr() value.Value   { return cidr(q.net) }
func (q subject) subnet() value.Value { return cidr(q.net.Masked()) }

// shown is the subject with a length where it was written with one.
func (q subject) shown() value.Value {
	if q.lone {
		return addr(q.net.Addr())
	}
	return q.cidr()
}

// hasHostBits tells whether the subject is an address in a network of several.
func (q subject) hasHostBits() bool {
	return !q.net.IsSingleIP() && (!ip.IsNetwork(q.net) || ip.IsPair(q.net))
}

func (q subject) isHost() bool {
	return !ip.IsNetwork(q.net) || q.net.Addr().Is4() && ip.IsPair(q.net)
}

func (q subject) address() value.Value {
	if q.net.Addr().Is4() && ip.IsNetwork(q.net) && !ip.IsPair(q.net) {
		return value.None
	}
	return addr(q.net.Addr())
}

// host is False for addresses that no host can have.
func (q subject) host() value.Value {
	first, last, ok := ip.Usable(q.net)
	if ok && (q.net.Addr().Less(first) || last.Less(q.net.Addr())) {
		return value.Bool(false)
	}
	return q.cidr()
}

func (q subject) broadcast() value.Value {
	if a, ok := ip.Broadcast(q.net); ok {
		return addr(a)
	}
	return value.None
}

func (q subject) number() value.Value {
	n := ip.Int(q.net.Addr())
	if q.lone {
		return value.NewInt(n)
	}
	return value.String(fmt.Sprintf("%s/%d", n, q.net.Bits()))
}

func (q subject) kind() value.Value {
	if ip.IsNetwork(q.net) {
		return value.String("network")
	}
	return value.String("address")
}

func (q subject) sizeUsable() value.Value {
	first, last, ok := ip.Usable(q.net)
	if !ok {
		return value.Int(0)
	}
	n := new(big.Int).Sub(ip.Int(last), ip.Int(first))
	return value.NewInt(n.Add(n, big.NewInt(1)))
}

// nth gives the n-th address of the network, from its end where n is negative.
func (q subject) nth(n *big.Int) value.Value {
	if q.net.IsSingleIP() {
		return q.shown()
	}
	a, ok := nthHost(q.net, n)
	if !ok {
		return value.Bool(false)
	}
	return cidr(netip.PrefixFrom(a, q.net.Bits()))
}

func nthHost(net netip.Prefix, n *big.Int) (netip.Addr, bool) {
	if n.Sign() < 0 {
		n = new(big.Int).Add(ip.Size(net), n)
	}
	if n.Sign() < 0 || n.Cmp(ip.Size(net)) >= 0 {
		return netip.Addr{}, false
	}
	return ip.Add(ip.First(net), n)
}

// peer is the other end of a point-to-point link.
func (q subject) peer() (value.Value, error) {
	if q.lone {
		return nil, failf("Not a network address")
	}
	first, last, _ := ip.Usable(q.net)
	a := q.net.Addr()
	switch {
	case q.net.IsSingleIP() || q.net.Bits() < a.BitLen()-2:
		return nil, failf("Not a point-to-point network")
	case a == first:
		return addr(last), nil
	case a == last:
		return addr(first), nil
	case a.Less(first):
		return nil, failf("Network address of /30 has no peer")
	}
	return nil, failf("Broadcast address of /30 has no peer")
}

func (q subject) to4() value.Value {
	if q.net.Addr().Is4() {
		return q.itself()
	}
	n, ok := ip.To4(q.net)
	if !ok {
		return value.Bool(false)
	}
	return cidr(n)
}

func (q subject) to6() value.Value {
	if q.net.Addr().Is6() {
		return q.itself()
	}
	return cidr(ip.To6(q.net))
}

// sixToFour gives the network of RFC 3056 that belongs to an IPv4 address; IPv6 addresses of such networks are selected.
func (q subject) sixToFour() value.Value {
	a := q.net.Addr()
	switch alone := ip.Of(a); {
	case a.Is6() && ip.Contains(netip.MustParsePrefix("2002::/16"), q.net):
		return q.itself()
	case a.Is6(), ip.IsNetwork(q.net), !ip.IsPrivate(alone) && !ip.IsPublic(alone):
		return value.Bool(false)
	}
	b := a.As4()
	return value.String(fmt.Sprintf("2002:%02x%02x:%02x%02x::1/48", b[0], b[1], b[2], b[3]))
}

func (q subject) wrap() value.Value {
	if q.net.Addr().Is4() {
		return q.itself()
	}
	text := "[" + ip.Text(q.net.Addr()) + "]"
	if q.lone {
		return value.String(text)
	}
	return value.String(fmt.Sprintf("%s/%d", text, q.net.Bits()))
}
