package collection

import (
	"math/big"
	"net/netip"

	"github.com/goplay/goplay/templating/ip"
	"github.com/goplay/goplay/templating/value"
)

// ipsubnet gives the network of its input; the number of networks of a length in it, or one of them; or the place of the input
// among the networks of its length in another one. A lone address has no networks in it: there it is those around it that are given.
func ipsubnet(c *call) (value.Value, error) {
	net, ok := netOf(c.args[0])
	if !ok {
		return value.Bool(false), nil
	}
	net = net.Masked()
	query := c.text(1)
	if query == "" {
		return cidr(net), nil
	}
	if !ip.IsNumber(query) {
		return place(net, query)
	}
	length, ok := ip.ParseInt(query)
	if !ok || length.Cmp(big.NewInt(int64(net.Addr().BitLen()))) > 0 {
		return value.Bool(false), nil
	}
	i, hasIndex := value.BigOf(c.args[2])
	switch {
	case net.IsSingleIP() && hasIndex:
		return around(net, int(length.Int64()), i)
	case net.IsSingleIP():
		return around(net, int(length.Int64()), new(big.Int))
	case hasIndex:
		return subnet(net, int(length.Int64()), i)
	}
	return countSubnets(net, int(length.Int64()))
}

func subnet(net netip.Prefix, length int, i *big.Int) (value.Value, error) {
	n, ok := ip.Subnet(net, length, i)
	if !ok {
		return value.Bool(false), nil
	}
	return cidr(n), nil
}

func countSubnets(net netip.Prefix, length int) (value.Value, error) {
	if length < net.Bits() {
		return nil, failf("Requested subnet size of %d is invalid", length)
	}
	return value.String(new(big.Int).Lsh(big.NewInt(1), uint(length-net.Bits())).String()), nil
}

// around gives the i-th of the networks around an address, from the one of a length to the pair. No more than half of them can be
// reached from the front, as in ansible.utils.
func around(net netip.Prefix, length int, i *big.Int) (value.Value, error) {
	width := net.Addr().BitLen()
	count := big.NewInt(int64(width - length))
	switch {
	case i.Sign() < 0:
		i = new(big.Int).Add(i, count)
		if i.Sign() < 0 {
			return value.Bool(false), nil
		}
	case i.Cmp(big.NewInt(int64(width/2))) > 0:
		return value.Bool(false), nil
	case i.Cmp(count) >= 0:
		return nil, value.Errorf("IndexError", "list index out of range")
	}
	return cidr(netip.PrefixFrom(net.Addr(), length+int(i.Int64())).Masked()), nil
}

// place gives the number, from 1, of a network among those of its length in another one.
func place(net netip.Prefix, query string) (value.Value, error) {
	outer, ok := netOf(value.String(query))
	if !ok {
		return nil, failf("You must pass a valid subnet or IP address; %s is invalid", query)
	}
	outer = outer.Masked()
	if !ip.Contains(outer, net) {
		return nil, failf("%s is not in the subnet %s", ip.TextOf(net), ip.TextOf(outer))
	}
	n := new(big.Int).Sub(ip.Int(net.Addr()), ip.Int(outer.Addr()))
	n.Rsh(n, uint(net.Addr().BitLen()-net.Bits()))
	return value.String(n.Add(n, big.NewInt(1)).String()), nil
}
