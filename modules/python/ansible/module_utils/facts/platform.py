"""Kernel, machine, names of the host."""
import os
import re
import socket
import struct
import sys

from ansible.module_utils.facts.utils import get_file_content

I386 = re.compile(r'i([3456]86|86pc)$')
MACHINE_ID_FILES = ('/var/lib/dbus/machine-id', '/etc/machine-id')


def collect(context):
    name = os.uname()
    fqdn = socket.getfqdn()
    bits = str(struct.calcsize('P') * 8)
    facts = {
        'system': name.sysname,
        'kernel': name.release,
        'kernel_version': name.version,
        'machine': name.machine,
        'python_version': '%d.%d.%d' % sys.version_info[:3] + python_suffix(),
        'fqdn': fqdn,
        'hostname': name.nodename.split('.')[0],
        'nodename': name.nodename,
        'domain': '.'.join(fqdn.split('.')[1:]),
        'userspace_bits': bits,
    }
    facts.update(architectures(name.machine, bits))
    identity = machine_id()
    if identity:
        facts['machine_id'] = identity
    return facts


def python_suffix():
    """A pre-release interpreter calls itself 3.14.0rc1 or 3.13.0+."""
    version = sys.version.split()[0]
    plain = '%d.%d.%d' % sys.version_info[:3]
    return version[len(plain):] if version.startswith(plain) else ''


def architectures(machine, bits):
    """The kernel's architecture and that of the programs on it."""
    if machine == 'x86_64':
        return {'architecture': machine, 'userspace_architecture': 'x86_64' if bits == '64' else 'i386'}
    if I386.match(machine):
        return {'architecture': 'i386', 'userspace_architecture': 'x86_64' if bits == '64' else 'i386'}
    return {'architecture': machine}


def machine_id():
    for path in MACHINE_ID_FILES:
        data = get_file_content(path)
        if data:
            return data.splitlines()[0]
    return None
