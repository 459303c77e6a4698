package collection

import (
	"github.com/goplay/goplay/templating/ip"
	"github.com/goplay/goplay/templating/value"
)

func hardwareRows() []row {
	address := option{name: "value", kind: text}
	query := option{name: "query", kind: text, standard: value.String("")}
	return []row{
		{
			name: "hwaddr", spec: options(address, query, option{name: "alias", kind: text, standard: value.String("hwaddr")}),
			run: func(c *call) (value.Value, error) { return hardware(c, c.text(2)) },
		},
		{name: "macaddr", spec: options(address, query), run: func(c *call) (value.Value, error) { return hardware(c, "macaddr") }},
	}
}

// hardware answers a query about a hardware address.
func hardware(c *call, alias string) (value.Value, error) {
	e, ok := ip.ParseEUI(c.text(0))
	switch query := c.text(1); {
	case query == "" && ok:
		return c.args[0], nil
	case query == "bool" && ok:
		return value.Bool(true), nil
	case query == "" || query == "bool":
		return value.None, nil
	case !ok:
		return nil, failf("%s: not a hardware address: %s", alias, c.text(0))
	case e.Long:
		return nil, value.Errorf("IndexError", "integer out of bounds: '0x%x'!", e.N)
	case query == "int":
		return value.Int(e.N), nil
	default:
		return dialect(e, query, alias)
	}
}

// dialect prints a hardware address as a system does.
func dialect(e ip.EUI, query, alias string) (value.Value, error) {
	var t string
	switch query {
	case "bare":
		t = e.Format(1, "", true, true)
	case "cisco":
		t = e.Format(3, ".", false, true)
	case "eui48", "win":
		t = e.Format(6, "-", true, true)
	case "linux":
		t = e.Format(6, ":", false, true)
	case "pgsql", "postgresql", "psql":
		t = e.Format(2, ":", false, true)
	case "unix":
		t = e.Format(6, ":", false, false)
	default:
		return nil, failf("%s: unknown filter type: %s", alias, query)
	}
	return value.String(t), nil
}
