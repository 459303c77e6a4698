"""Tables of mounts in the forms of several systems: fstab(5) and /proc/mounts, Solaris' vfstab, AIX's filesystems, and what mount prints.

Each function gives [(text, mount)]: the lines that tell of a mount, and the mount as a dict with device, mount, fstype and what else is known.
A text with a line that is not of the form has no mounts.
"""
import re

from ansible.module_utils.facts.mounts import unescape

# Linux, the BSDs and macOS; NetBSD's has the words of Linux.
_LINUX = re.compile(r'(?P<device>\S+) on (?P<mount>\S+) type (?P<fstype>\S+) \((?P<options>.+)\)$')
_BSD = re.compile(r'(?P<device>\S+) on (?P<mount>\S+) \((?P<fstype>[^,)]+)(?:, (?P<options>.+))?\)$')
_AIX = re.compile(r'(?P<node>\S*)\s+(?P<device>\S+)\s+(?P<mount>\S+)\s+(?P<fstype>\S+)\s+(?P<time>\S+\s+\d+\s+\S+)\s*(?P<options>\S*)$')
_AIX_HEAD = re.compile(r'\s*node\s+mounted\s+mounted over\s|[-\s]+$')


def of_output(text):
    lines = text.splitlines()
    if lines and _AIX_HEAD.match(lines[0]):
        return _all([line for line in lines if not _AIX_HEAD.match(line)], _aix)
    # macOS' automounter shows maps among the mounts
    lines = [line for line in lines if not line.startswith('map ')]
    return _all(lines, _printed(_LINUX)) or _all(lines, _printed(_BSD))


def of_file(text):
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith('#')]
    return _all(lines, _fstab) or _all(lines, _vfstab) or stanzas(text)


def _all(lines, read):
    found = [(line, read(line)) for line in lines]
    return found if all(mount for dummy, mount in found) else []


def _printed(form):
    def read(line):
        match = form.match(line)
        return match and {name: value for name, value in match.groupdict().items() if value is not None}
    return read


def _aix(line):
    match = _AIX.match(line)
    if not match:
        return None
    mount = match.groupdict()
    node = mount.pop('node')
    if node:
        mount['device'] = '%s:%s' % (node, mount['device'])
    return mount


def _fstab(line):
    fields = [unescape(field) for field in line.split()]
    if not 4 <= len(fields) <= 6 or not all(number.isdigit() for number in fields[4:]):
        return None
    mount = dict(zip(('device', 'mount', 'fstype', 'options'), fields))
    mount.update(zip(('dump', 'passno'), [int(number) for number in fields[4:]]))
    return mount


def _vfstab(line):
    fields = line.split()
    if len(fields) < 7:
        return None
    mount = dict(zip(('device', 'device_to_fsck', 'mount', 'fstype', 'passno', 'mount_at_boot', 'options'), fields))
    if mount['passno'].isdigit():
        mount['passno'] = int(mount['passno'])
    return mount


def stanzas(text):
    """AIX: "/home:" and its indented attributes; those without a device or a type are none."""
    found, name, lines = [], None, []
    for line in text.splitlines() + ['']:
        if line.startswith('*'):
            continue
        if re.match(r'\S+:$', line):
            name, lines = line[:-1], [line]
        elif line.strip() and name:
            lines.append(line)
        elif name:
            found.append(('\n'.join(lines), _stanza(name, lines[1:])))
            name = None
    return [(text, mount) for text, mount in found if mount]


def _stanza(name, lines):
    attributes = {}
    for line in lines:
        key, dummy, value = line.partition('=')
        attributes[key.strip()] = value.strip()
    if 'dev' not in attributes or 'vfs' not in attributes:
        return None
    node = attributes.get('nodename')
    return dict(mount=name, device='%s:%s' % (node, attributes['dev']) if node else attributes['dev'],
                fstype=attributes['vfs'], attributes=attributes)
