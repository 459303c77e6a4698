package collection

import (
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"github.com/goplay/goplay/templating/ip"
	"github.com/goplay/goplay/templating/value"
)

func networkRows() []row {
	offset := options(option{name: "value", kind: text}, option{name: "offset", kind: integer})
	test := options(option{name: "value", kind: text}, option{name: "test", kind: text, standard: value.String("")})
	return []row{
		{name: "cidr_merge", run: cidrMerge, spec: options(option{name: "value", kind: texts}, option{name: "action", kind: text, standard: value.String("merge")})},
		{name: "ip4_hex", run: ip4Hex, spec: options(option{name: "arg", kind: text}, option{name: "delimiter", kind: text, standard: value.String("")})},
		{name: "ipmath", run: ipmath, spec: options(option{name: "value", kind: text}, option{name: "amount", kind: integer})},
		{name: "ipsubnet", run: ipsubnet, spec: options(option{name: "value", kind: text}, option{name: "query", kind: text, standard: value.String("")},
			option{name: "index", kind: integer})},
		{name: "network_in_network", spec: test, run: verdict(inNetwork)},
		{name: "network_in_usable", spec: test, run: verdict(inUsable)},
		{name: "next_nth_usable", spec: offset, run: usableBehind(1)},
		{name: "previous_nth_usable", spec: offset, run: usableBehind(-1)},
		{name: "nthhost", run: nthhost, spec: options(option{name: "value", kind: text}, option{name: "query", kind: text, standard: value.String("")})},
		{name: "reduce_on_network", run: reduceOnNetwork, spec: options(option{name: "value", kind: texts}, option{name: "network", kind: text, standard: value.String("")})},
		{name: "slaac", run: slaac, spec: options(option{name: "value", kind: text}, option{name: "query", kind: text, standard: value.String("")})},
		{name: "usable_range", params: "", run: usableRange},
	}
}

func cidrMerge(c *call) (value.Value, error) {
	action := c.text(1)
	if action != "merge" && action != "span" {
		return nil, failf("cidr_merge: invalid action '%s'", action)
	}
	texts := c.args[0].(*value.List).Elems
	nets := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		n, ok := ip.ParseNetwork(t.String())
		if !ok {
			return nil, failf("cidr_merge: error in netaddr:\ninvalid IPNetwork %s", t)
		}
		nets[i] = n
	}
	if action == "span" {
		return spanning(nets)
	}
	out := &value.List{}
	for _, n := range ip.Merge(nets) {
		out.Append(cidr(n))
	}
	return out, nil
}

func spanning(nets []netip.Prefix) (value.Value, error) {
	if len(nets) == 0 {
		return value.None, nil
	}
	n, ok := ip.Spanning(nets)
	if !ok {
		return nil, failf("cidr_merge: error in netaddr:\nIP sequence cannot contain both IPv4 and IPv6!")
	}
	return cidr(n), nil
}

// ip4Hex prints the first four numbers of dotted text in hexadecimal.
func ip4Hex(c *call) (value.Value, error) {
	parts := strings.Split(c.text(0), ".")
	numbers := make([]string, len(parts))
	for i, p := range parts {
		n, ok := ip.ParseInt(p)
		if !ok {
			return nil, value.ValueError("invalid literal for int() with base 10: %s", value.Repr(value.String(p)))
		}
		numbers[i] = fmt.Sprintf("%02x", n)
	}
	if len(parts) < 4 {
		return nil, value.Errorf("IndexError", "Replacement index %d out of range for positional args tuple", len(parts))
	}
	return value.String(strings.Join(numbers[:4], c.text(1))), nil
}

func ipmath(c *call) (value.Value, error) {
	a, ok := ip.ParseAddr(c.text(0))
	if strings.Contains(c.text(0), "/") {
		var n netip.Prefix
		n, ok = ip.ParseNetwork(c.text(0))
		a = n.Addr()
	}
	if !ok {
		return nil, failf("You must pass a valid IP address; %s is invalid", c.text(0))
	}
	amount, ok := value.BigOf(c.args[1])
	if !ok {
		return nil, failf("You must pass an integer for arithmetic; %s is not a valid integer", c.text(1))
	}
	if a, ok = ip.Add(a, amount); !ok {
		return nil, failf("result outside valid IP address boundary!")
	}
	return addr(a), nil
}

// usableBehind makes next_nth_usable and previous_nth_usable.
func usableBehind(sign int64) func(c *call) (value.Value, error) {
	return func(c *call) (value.Value, error) {
		net, ok := netOf(c.args[0])
		if !ok {
			return value.Bool(false), nil
		}
		n, ok := value.BigOf(c.args[1])
		if _, isBool := c.args[1].(value.Bool); isBool || !ok {
			return nil, failf("Must pass in an integer")
		}
		return nthUsable(net, new(big.Int).Mul(n, big.NewInt(sign)))
	}
}

func nthhost(c *call) (value.Value, error) {
	net, ok := netOf(c.args[0])
	n, isIndex := ip.ParseInt(c.text(1))
	if !ok || !isIndex {
		return value.Bool(false), nil
	}
	a, ok := nthHost(net, n)
	switch {
	case ok:
		return addr(a), nil
	case n.Sign() < 0:
		return nil, value.Errorf("IndexError", "index out range for address range size!")
	}
	return value.Bool(false), nil
}

// verdict makes a filter that relates two networks. Two texts that are no networks are the same thing.
func verdict(f func(net, test netip.Prefix) bool) func(c *call) (value.Value, error) {
	return func(c *call) (value.Value, error) { return value.Bool(related(c.args[0], c.args[1], f)), nil }
}

func related(outer, inner value.Value, f func(net, test netip.Prefix) bool) bool {
	net, ok := netOf(outer)
	test, ok2 := netOf(inner)
	if !ok || !ok2 {
		return ok == ok2
	}
	return f(net, test)
}

// inNetwork leaves out the second address of a pair, as ansible.utils does.
func inNetwork(net, test netip.Prefix) bool {
	last := ip.Last(net)
	if ip.IsPair(net) {
		last = ip.First(net)
	}
	return between(ends(test), ip.First(net), last)
}

func inUsable(net, test netip.Prefix) bool {
	first, last, _ := ip.Usable(net)
	return between(ends(test), first, last)
}

// ends are the first and last address of a network; the second one of a pair is left out.
func ends(n netip.Prefix) [2]netip.Addr {
	if ip.IsPair(n) {
		return [2]netip.Addr{ip.First(n), ip.First(n)}
	}
	return [2]netip.Addr{ip.First(n), ip.Last(n)}
}

func between(ends [2]netip.Addr, first, last netip.Addr) bool {
	return ends[0].BitLen() == first.BitLen() && !ends[0].Less(first) && !last.Less(ends[1])
}

func reduceOnNetwork(c *call) (value.Value, error) {
	out := &value.List{}
	for _, v := range c.args[0].(*value.List).Elems {
		if related(c.args[1], v, inNetwork) {
			out.Append(v)
		}
	}
	return out, nil
}

func slaac(c *call) (value.Value, error) {
	net, ok := netOf(c.args[0])
	mac, ok2 := ip.ParseEUI(c.text(1))
	if !ok || !ok2 || net.Addr().Is4() {
		return value.Bool(false), nil
	}
	a, ok := ip.SLAAC(net, mac)
	if !ok {
		return value.Bool(false), nil
	}
	return addr(a), nil
}

// maxRange is how many addresses usable_range lists at most: those of a /12 of IPv4.
const maxRange = 1 << 20

func usableRange(c *call) (value.Value, error) {
	n, err := strictNetwork(c.args[0])
	if err == nil && ip.Size(n).Cmp(big.NewInt(maxRange)) > 0 {
		err = fmt.Errorf("%s has %s addresses, more than %d", c.args[0], ip.Size(n), maxRange)
	}
	if err != nil {
		return nil, failf("Error while using plugin 'usable_range': %s", err)
	}
	addrs := &value.List{}
	for a := ip.First(n); a.IsValid() && n.Contains(a); a = a.Next() {
		addrs.Append(addr(a))
	}
	return value.DictOf("usable_ips", addrs, "number_of_ips", value.Int(addrs.Len())), nil
}

// strictNetwork reads what Python's module ipaddress takes for a network.
func strictNetwork(v value.Value) (netip.Prefix, error) {
	t, ok := value.Text(v)
	if !ok {
		return netip.Prefix{}, fmt.Errorf("not expecting type '%s'", className(v))
	}
	n, hosts, ok := ip.ParseStrict(t)
	switch {
	case ok:
		return n, nil
	case hosts:
		return n, errors.New(t + " has host bits set")
	}
	return n, fmt.Errorf("%s does not appear to be an IPv4 or IPv6 network", value.Repr(v))
}
