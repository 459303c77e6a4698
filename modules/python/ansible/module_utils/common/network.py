"""Network masks and addresses in their several spellings."""
import ipaddress
import re

VALID_MASKS = [2 ** 8 - 2 ** i for i in range(0, 9)]


def is_netmask(val):
    """Whether val is a mask such as 255.255.255.0."""
    parts = str(val).split('.')
    if len(parts) != 4:
        return False
    try:
        return all(int(part) in VALID_MASKS for part in parts)
    except ValueError:
        return False


def is_masklen(val):
    """Whether val is a length from 0 to 32."""
    try:
        return 0 <= int(val) <= 32
    except ValueError:
        return False


def to_netmask(val):
    """24 -> 255.255.255.0"""
    if not is_masklen(val):
        raise ValueError('invalid value for masklen')
    return str(ipaddress.ip_network('0.0.0.0/%d' % int(val)).netmask)


def to_bits(val):
    """255.255.255.0 -> 24 ones"""
    return ''.join(bin(int(part))[2:] for part in val.split('.'))


def to_masklen(val):
    """255.255.255.0 -> 24"""
    if not is_netmask(val):
        raise ValueError('invalid value for netmask: %s' % val)
    return to_bits(val).count('1')


def to_subnet(addr, mask, dotted_notation=False):
    """The network of an address: 10.0.0.0/24, or with its mask."""
    length = int(mask) if is_masklen(mask) else to_masklen(mask)
    network = ipaddress.ip_network('%s/%d' % (addr, length), strict=False)
    return '%s %s' % (network.network_address, network.netmask) if dotted_notation else str(network)


def is_mac(mac_address):
    """Whether it is a MAC address with : or -."""
    return bool(re.match('[0-9a-f]{2}([-:])[0-9a-f]{2}(\\1[0-9a-f]{2}){4}$', mac_address.lower()))


def to_ipv6_network(addr):
    """The first 48 bits of an IPv6 address."""
    return _ipv6_prefix(addr, 48)


def to_ipv6_subnet(addr):
    """The first 64 bits of an IPv6 address."""
    return _ipv6_prefix(addr, 64)


def _ipv6_prefix(addr, bits):
    return str(ipaddress.ip_network('%s/%d' % (addr, bits), strict=False).network_address)
