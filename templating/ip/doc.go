// Package ip reads, computes and prints addresses, networks and hardware addresses as Ansible's filters for them do.
//
// A network is a [netip.Prefix] whose host bits are kept: 10.0.0.5/8 is an address in a network. A lone address is a network of
// one. Two readers exist, for two kinds of callers: [ParseNetwork] takes what people write in playbooks (10/8, 10.1.2.0/255.255.255.0),
// [ParseStrict] takes only complete addresses and networks without host bits, as Python's module ipaddress does.
package ip
