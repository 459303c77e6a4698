"""Block devices and their partitions, from /sys/block."""
import os
import re

from ansible.module_utils.facts import command
from ansible.module_utils.facts.utils import bytes_to_human, get_file_content

PCI = re.compile(r'.+/([a-f0-9]{4}:[a-f0-9]{2}:[01][a-f0-9]\.[0-7])/')
TEXTS = (('vendor', 'device/vendor'), ('model', 'device/model'), ('sas_address', 'device/sas_address'),
         ('sas_device_handle', 'device/sas_device_handle'), ('removable', 'removable'),
         ('support_discard', 'queue/discard_granularity'))


def collect(context):
    try:
        blocks = sorted(os.listdir('/sys/block'))
    except OSError:
        return {}
    links = device_links(blocks)
    pci = pci_names() if any(PCI.match(real_path(block)) for block in blocks) else {}
    return {'devices': {block: describe(block, links, pci) for block in blocks}, 'device_links': links}


def real_path(block):
    return os.path.realpath('/sys/block/' + block)


def device_links(blocks):
    return {
        'ids': names_of('/dev/disk/by-id'),
        'uuids': names_of('/dev/disk/by-uuid'),
        'labels': names_of('/dev/disk/by-label'),
        'masters': masters(blocks),
    }


def names_of(folder):
    """device -> the names that udev linked to it."""
    found = {}
    for name in listing(folder):
        target = os.path.basename(os.path.realpath(os.path.join(folder, name)))
        found.setdefault(target, set()).add(name)
    return {device: sorted(names) for device, names in found.items()}


def masters(blocks):
    """device -> the dm and md devices that stand on it."""
    found = {}
    for block in blocks:
        for slave in listing('/sys/block/%s/slaves' % block):
            found.setdefault(slave, set()).add(block)
    return {device: sorted(names) for device, names in found.items()}


def listing(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def links_of(name, links):
    return {kind: links[kind].get(name, []) for kind in ('ids', 'uuids', 'labels', 'masters')}


def describe(block, links, pci):
    folder = real_path(block)
    facts = {'virtual': 1, 'links': links_of(block, links)}
    for name, path in TEXTS:
        facts[name] = get_file_content(os.path.join(folder, path))
    facts.update(identity(block, folder))
    facts['partitions'] = partitions(block, folder, links)
    facts['rotational'] = get_file_content(folder + '/queue/rotational')
    facts['scheduler_mode'] = scheduler(get_file_content(folder + '/queue/scheduler', ''))
    facts['sectorsize'] = sector_size(folder) or '512'
    facts['sectors'] = int(get_file_content(folder + '/size') or 0)
    facts['size'] = bytes_to_human(facts['sectors'] * 512)
    match = PCI.match(folder)
    facts['host'] = pci.get(match.group(1), '') if match else ''
    facts['holders'] = holders(folder)
    return facts


def identity(block, folder):
    """Serial number and world wide name, where the device tells them."""
    found = {}
    serial = get_file_content(folder + '/device/serial') or serial_by_sg(block)
    if serial:
        found['serial'] = serial
    wwn = [name for name in listing('/dev/disk/by-id')
           if name.startswith('wwn-') and os.path.realpath('/dev/disk/by-id/' + name) == '/dev/' + block]
    if wwn:
        found['wwn'] = wwn[0][len('wwn-'):]
    return found


def serial_by_sg(block):
    path = command.find('sg_inq')
    if not path or block.startswith(('loop', 'ram', 'zram')):
        return None
    rc, out, _ = command.output([path, '/dev/' + block])
    match = re.search(r'Unit serial number:\s*(\S+)', out) if rc == 0 else None
    return match.group(1) if match else None


def partitions(block, folder, links):
    found = {}
    for name in listing(folder):
        if name.startswith(block) and os.path.exists(os.path.join(folder, name, 'partition')):
            found[name] = partition(os.path.join(folder, name), name, links)
    return found


def partition(folder, name, links):
    sectors = int(get_file_content(folder + '/size') or 0)
    own = links_of(name, links)
    return {
        'links': own,
        'start': get_file_content(folder + '/start', '0'),
        'sectors': sectors,
        'sectorsize': sector_size(folder) or sector_size(os.path.dirname(folder)) or '512',
        'size': bytes_to_human(sectors * 512),
        'uuid': own['uuids'][0] if own['uuids'] else None,
        'holders': holders(folder),
    }


def sector_size(folder):
    return (get_file_content(folder + '/queue/logical_block_size')
            or get_file_content(folder + '/queue/hw_sector_size'))


def scheduler(text):
    match = re.search(r'\[(.*?)\]', text)
    return match.group(1) if match else ''


def holders(folder):
    """Device mapper holders go by the name that the administrator gave."""
    found = []
    for name in listing(folder + '/holders'):
        if name.startswith('dm-'):
            name = get_file_content('/sys/block/%s/dm/name' % name) or name
        found.append(name)
    return found


def pci_names():
    path = command.find('lspci')
    rc, out, _ = command.output([path, '-D']) if path else (None, '', '')
    return dict(line.split(' ', 1) for line in out.splitlines() if ' ' in line) if rc == 0 else {}
