"""Addresses with ports."""
import re

from ansible.errors import AnsibleParserError


def parse_address(address, allow_ranges=False):
    """Gives the host and the port, or None for it."""
    with_port = re.match(r'^\[(.+)\]:(\d+)$', address) or re.match(r'^([^:]+):(\d+)$', address)
    host, port = (with_port.group(1), int(with_port.group(2))) if with_port else (address.strip('[]') if address.startswith('[') and address.endswith(']') else address, None)
    if not host or re.search(r'[\s,]', host):
        raise AnsibleParserError('Not a valid network hostname: %s' % address)
    if not allow_ranges and '[' in host:
        raise AnsibleParserError('Detected range in host but was asked to ignore ranges')
    return host, port
