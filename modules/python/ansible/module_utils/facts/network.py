"""Interfaces, addresses and default routes."""
import socket
import struct

from ansible.module_utils.facts import ethtool, interface, netlink

# The destinations whose routes count as the default ones.
PROBES = ((socket.AF_INET, 'default_ipv4', '8.8.8.8'),
          (socket.AF_INET6, 'default_ipv6', '2404:6800:400a:800::1012'))


def collect(context):
    with netlink.Netlink() as link:
        addresses = netlink.addresses(link)
        defaults = {fact: default_route(link, family, probe) for family, fact, probe in PROBES}
        local = {'ipv4': netlink.local_destinations(link, socket.AF_INET),
                 'ipv6': netlink.local_destinations(link, socket.AF_INET6)}
    interfaces = interface.all_interfaces()
    ethtool.add(interfaces)
    facts = assemble(interfaces, addresses, defaults)
    facts['locally_reachable_ips'] = local
    return facts


def default_route(link, family, probe):
    try:
        found = netlink.route_to(link, family, probe)
    except OSError:
        return {}
    index = found.pop('index', None)
    if index:
        found['interface'] = socket.if_indextoname(index)
    return found


def assemble(interfaces, addresses, defaults):
    """interfaces is name -> (index, facts), as interface.all_interfaces gives it."""
    found = {name: facts for name, (_, facts) in interfaces.items()}
    everything = {'ipv4': [], 'ipv6': []}
    for name, (index, _) in interfaces.items():
        mine = [entry for entry in addresses if entry['index'] == index]
        for entry in sorted(mine, key=lambda entry: entry['secondary']):
            place(found, name, entry, everything, defaults)
    facts = {name.replace(':', '_').replace('-', '_'): value for name, value in found.items()}
    facts['interfaces'] = [name.replace(':', '_') for name in found]
    facts['default_ipv4'], facts['default_ipv6'] = defaults['default_ipv4'], defaults['default_ipv6']
    facts['all_ipv4_addresses'], facts['all_ipv6_addresses'] = everything['ipv4'], everything['ipv6']
    return facts


def place(found, name, entry, everything, defaults):
    if entry['family'] == socket.AF_INET:
        value = ipv4(entry)
        place_ipv4(found, name, entry, value)
        complete(defaults['default_ipv4'], found[name], value, {'alias': entry['label'] or name})
        if not value['address'].startswith('127.'):
            everything['ipv4'].append(value['address'])
        return
    value = {'address': entry['address'], 'prefix': str(entry['prefix']), 'scope': entry['scope']}
    found[name].setdefault('ipv6', []).append(value)
    complete(defaults['default_ipv6'], found[name], value, {})
    if value['address'] != '::1':
        everything['ipv6'].append(value['address'])


def place_ipv4(found, name, entry, value):
    """A label of its own (eth0:1) makes an interface of its own."""
    label = entry['label'] or name
    where = found.setdefault(label, {})
    if not entry['secondary'] and 'ipv4' not in where:
        where['ipv4'] = value
    else:
        where.setdefault('ipv4_secondaries', []).append(value)
    if entry['secondary'] and label != name:
        found[name].setdefault('ipv4_secondaries', []).append(value)


def ipv4(entry):
    mask = 0xffffffff << (32 - entry['prefix']) & 0xffffffff
    own = struct.unpack('!L', socket.inet_aton(entry['address']))[0]
    return {
        'address': entry['address'],
        'broadcast': '' if entry['peer'] else entry['broadcast'],
        'netmask': dotted(mask),
        'network': dotted(own & mask),
        'prefix': str(entry['prefix']),
    }


def dotted(number):
    return socket.inet_ntoa(struct.pack('!L', number))


def complete(default, facts, value, extra):
    """The default route's dict gets what is known of its source address."""
    if default.get('address') != value['address']:
        return
    default.update(value)
    default.update(extra)
    default['macaddress'] = facts.get('macaddress', '00:00:00:00:00:00')
    default['mtu'] = facts['mtu']
    default['type'] = facts.get('type', 'unknown')
