package collection

import (
	"context"
	"net"
	"net/netip"
	"regexp"
	"sync"
	"time"

	"github.com/goplay/goplay/templating/ip"
	"github.com/goplay/goplay/templating/value"
)

func testRows() []row {
	rows := []row{
		{name: "in_any_network", params: "networks", run: inNetworks("in_any_network", func(n int) bool { return n > 0 })},
		{name: "in_one_network", params: "networks", run: inNetworks("in_one_network", func(n int) bool { return n == 1 })},
		{name: "in_network", params: "network", run: relation(ip.Contains)},
		{name: "subnet_of", params: "network_b", run: relation(ip.Contains)},
		{name: "supernet_of", params: "network_b", run: relation(func(b, a netip.Prefix) bool { return ip.Contains(a, b) })},
		{name: "mac", run: isMAC},
		{name: "resolvable", run: resolvable},
	}
	for name, is := range networkTests {
		rows = append(rows, row{name: name, run: func(c *call) (value.Value, error) {
			n, err := strictNetwork(c.args[0])
			return value.Bool(err == nil && is(n)), nil
		}})
	}
	for name, is := range addressTests {
		rows = append(rows, row{name: name, run: func(c *call) (value.Value, error) {
			a, ok := strictAddress(c.args[0])
			return value.Bool(ok && is(a)), nil
		}})
	}
	return rows
}

// networkTests are the tests on addresses and networks.
var networkTests = map[string]func(n netip.Prefix) bool{
	"ip":   func(netip.Prefix) bool { return true },
	"ipv4": func(n netip.Prefix) bool { return n.Addr().Is4() },
	"ipv6": func(n netip.Prefix) bool { return n.Addr().Is6() },
}

// addressTests are the tests on lone addresses.
var addressTests = map[string]func(a netip.Addr) bool{
	"ip_address":       func(netip.Addr) bool { return true },
	"ipv4_address":     netip.Addr.Is4,
	"ipv6_address":     netip.Addr.Is6,
	"ipv4_hostmask":    isHostmask,
	"ipv4_netmask":     isNetmask,
	"ipv6_ipv4_mapped": netip.Addr.Is4In6,
	"ipv6_sixtofour":   netip.MustParsePrefix("2002::/16").Contains,
	"ipv6_teredo":      netip.MustParsePrefix("2001::/32").Contains,
	"loopback":         ip.IsLoopback,
	"multicast":        func(a netip.Addr) bool { return ip.IsMulticast(ip.Of(a)) },
	"private":          ip.IsSpecial,
	"public":           ip.IsGlobal,
	"reserved":         ip.IsReserved,
	"unspecified":      netip.Addr.IsUnspecified,
}

// strictAddress reads what Python's module ipaddress takes for an address.
func strictAddress(v value.Value) (netip.Addr, bool) {
	t, ok := value.Text(v)
	if !ok {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(t)
	return a.WithZone(""), err == nil
}

// isNetmask tells whether a mask is one that 10.0.0.0 can have without host bits, which is how ansible.utils finds out.
func isNetmask(a netip.Addr) bool {
	n, ok := maskOfTen(a)
	return ok && ip.Netmask(n) == a && n.Bits() > 0
}

func isHostmask(a netip.Addr) bool {
	n, ok := maskOfTen(a)
	return ok && ip.Hostmask(n) == a && n.Bits() < 32
}

func maskOfTen(a netip.Addr) (netip.Prefix, bool) {
	n, _, ok := ip.ParseStrict("10.0.0.0/" + a.String())
	return n, ok && a.Is4()
}

// relation makes a test of two networks, of which the second one is the argument.
func relation(f func(argument, in netip.Prefix) bool) func(c *call) (value.Value, error) {
	return func(c *call) (value.Value, error) {
		a, err := strictNetwork(c.args[0])
		b, err2 := strictNetwork(c.args[1])
		return value.Bool(err == nil && err2 == nil && f(b, a)), nil
	}
}

// inNetworks makes a test of how many networks of a list have the input.
func inNetworks(name string, enough func(n int) bool) func(c *call) (value.Value, error) {
	spec := options(option{name: "ip", kind: text}, option{name: "networks", kind: list})
	spec.errors = "argspec validation failed for " + name + " test plugin with errors: "
	contains := relation(ip.Contains)
	return func(c *call) (value.Value, error) {
		if _, err := c.Elements(c.args[1]); err != nil {
			return nil, err
		}
		if _, isText := value.Text(c.args[1]); isText { // its letters are what is looked at
			return value.Bool(false), nil
		}
		args, err := spec.read(c.State, c.args, &value.Dict{})
		if err != nil {
			return nil, err
		}
		n := 0
		for _, network := range args[1].(*value.List).Elems {
			if v, _ := contains(&call{c.State, []value.Value{args[0], network}}); v.Truth() {
				n++
			}
		}
		return value.Bool(enough(n)), nil
	}
}

var macPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?i:([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12})$`)
})

func isMAC(c *call) (value.Value, error) {
	t, ok := value.Text(c.args[0])
	if !ok {
		return nil, value.TypeError("expected string or bytes-like object, got '%s'", c.args[0].Type())
	}
	return value.Bool(macPattern().MatchString(t)), nil
}

// resolveTime bounds a look-up of a name.
const resolveTime = 30 * time.Second

// resolvable asks the system for an IPv4 address of a name.
func resolvable(c *call) (value.Value, error) {
	t, ok := value.Text(c.args[0])
	if !ok || t == "" {
		return value.Bool(false), nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), resolveTime)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", t)
	return value.Bool(err == nil && len(addrs) > 0), nil
}
