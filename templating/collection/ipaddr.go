package collection

import (
	"net/netip"
	"strings"

	"github.com/goplay/goplay/templating/ip"
	"github.com/goplay/goplay/templating/value"
)

func addressRows() []row {
	family := options(option{name: "value"}, option{name: "query", kind: text, standard: value.String("")})
	return []row{
		{name: "ipaddr", run: ipaddr, spec: options(option{name: "value"}, option{name: "query", kind: text, standard: value.String("")},
			option{name: "version", kind: integer}, option{name: "alias", kind: text, standard: value.String("ipaddr")})},
		{name: "ipv4", spec: family, run: ofVersion(4)},
		{name: "ipv6", spec: family, run: ofVersion(6)},
		{name: "ipwrap", spec: family, run: ipwrap},
	}
}

func ipaddr(c *call) (value.Value, error) {
	version := 0
	if n, ok := value.BigOf(c.args[2]); ok {
		version = int(n.Int64())
	}
	return selectAddress(c, "ipaddr", subject{query: c.text(1), version: version, alias: c.text(3)})
}

func ofVersion(version int) func(c *call) (value.Value, error) {
	alias := "ipv4"
	if version == 6 {
		alias = "ipv6"
	}
	return func(c *call) (value.Value, error) {
		return selectAddress(c, alias, subject{query: c.text(1), version: version, alias: alias})
	}
}

// selectAddress answers a query about the input, or about each element of a list, of which those with an answer are kept.
func selectAddress(c *call, filter string, q subject) (value.Value, error) {
	switch in := c.args[0].(type) {
	case *value.List:
		q.alias = "ipaddr"
		return selectElements(in, q)
	case value.String, value.Markup, value.Int, *value.BigInt, value.Bool:
		return answer(in, q)
	}
	return nil, failf("Unrecognized type <%s> for %s filter <value>", className(c.args[0]), filter)
}

func selectElements(l *value.List, q subject) (value.Value, error) {
	out := &value.List{}
	for _, e := range l.Elems {
		v, err := answerDeep(e, q)
		if err != nil {
			return nil, err
		}
		if v.Truth() {
			out.Append(v)
		}
	}
	return out, nil
}

func answerDeep(v value.Value, q subject) (value.Value, error) {
	switch v := v.(type) {
	case *value.List:
		return selectElements(v, q)
	case *value.Undefined:
		return nil, v.Raise()
	}
	return answer(v, q)
}

// answer gives the answer to a query about one value: False where it is no address.
func answer(v value.Value, q subject) (value.Value, error) {
	q, ok := q.of(v)
	if !ok {
		return value.Bool(false), nil
	}
	return q.answer()
}

// of makes the subject of a value.
func (q subject) of(v value.Value) (subject, bool) {
	switch v := v.(type) {
	case value.Int, *value.BigInt:
		n, _ := value.BigOf(v)
		a, ok := ip.FromNumber(n, q.version)
		return q.ofNumber(a, ok && n.Sign() != 0)
	case value.String, value.Markup:
		return q.ofText(v.String())
	}
	return q, false
}

// ofNumber makes the subject of an address that was written as a number.
func (q subject) ofNumber(a netip.Addr, ok bool) (subject, bool) {
	if !ok {
		return q, false
	}
	q.net, q.lone = ip.Of(a), true
	q.given = ip.TextOf(q.net)
	return q, true
}

func (q subject) ofText(t string) (subject, bool) {
	q.lone = !strings.Contains(t, "/")
	if q.lone && ip.IsNumber(t) {
		n, ok := ip.ParseNumber(t, q.version)
		return q.ofNumber(n.Addr(), ok)
	}
	n, ok := ip.ParseNetwork(t)
	q.given = t
	if !ok {
		n, ok = ip.ParseNumber(t, 0)
		q.given = ip.TextOf(n)
	}
	q.net = n
	return q, ok && (q.version == 0 || ip.Version(n.Addr()) == q.version)
}

// ipwrap puts IPv6 addresses in brackets and leaves everything else as it is.
func ipwrap(c *call) (value.Value, error) {
	switch in := c.args[0].(type) {
	case *value.List:
		return wrapElements(in)
	case value.Bool:
		return in, nil
	case value.String, value.Markup:
		v, err := answer(in, subject{})
		if err != nil || !v.Truth() {
			return in, err
		}
		return answer(v, subject{query: "wrap"})
	}
	return nil, failf("Unrecognized type <%s> for ipwrap filter <value>", className(c.args[0]))
}

// wrapElements wraps what is an address in a list, and leaves the rest. Lists in it keep nothing but their addresses, where
// they have some.
func wrapElements(l *value.List) (value.Value, error) {
	out := &value.List{}
	for _, e := range l.Elems {
		v, err := answerDeep(e, subject{query: "wrap"})
		if err != nil {
			return nil, err
		}
		if !v.Truth() {
			v = e
		}
		out.Append(v)
	}
	return out, nil
}

// netOf reads a network as ipaddr does.
func netOf(v value.Value) (netip.Prefix, bool) {
	q, ok := subject{}.of(v)
	return q.net, ok
}
