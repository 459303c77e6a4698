"""Subsets of one value each: load, chroot, names in storage networks, systemd."""
import glob
import os

from ansible.module_utils.facts import command
from ansible.module_utils.facts.utils import get_file_content, get_file_lines

# The root of these file systems has an inode number of its own; elsewhere it is 2.
ROOT_INODES = {'xfs': 128, 'btrfs': 256}


def collect_loadavg(context):
    try:
        one, five, fifteen = os.getloadavg()
    except OSError:
        return {}
    return {'loadavg': {'1m': one, '5m': five, '15m': fifteen}}


def collect_chroot(context):
    return {'is_chroot': is_chroot()}


def is_chroot():
    if os.environ.get('debian_chroot'):
        return True
    here = os.stat('/')
    try:
        first = os.stat('/proc/1/root/.')
        return (here.st_ino, here.st_dev) != (first.st_ino, first.st_dev)
    except OSError:
        return here.st_ino != ROOT_INODES.get(root_type(), 2)


def root_type():
    kinds = [line.split()[2] for line in get_file_lines('/proc/mounts') if line.split()[1] == '/']
    return kinds[-1] if kinds else None


def collect_iscsi(context):
    name = ''
    for line in get_file_lines('/etc/iscsi/initiatorname.iscsi'):
        if line.startswith('InitiatorName='):
            name = line.split('=', 1)[1]
            break
    return {'iscsi_iqn': name}


def collect_nvme(context):
    name = ''
    for line in get_file_lines('/etc/nvme/hostnqn'):
        if line.startswith('nqn.'):
            name = line.strip()
            break
    return {'hostnqn': name}


def collect_fibre_channel(context):
    names = []
    for path in sorted(glob.glob('/sys/class/fc_host/*/port_name')):
        value = get_file_content(path)
        if value:
            names.append(value.replace('0x', '', 1))
    return {'fibre_channel_wwn': names}


def collect_systemd(context):
    path = command.find('systemctl')
    if not path or not systemd_runs():
        return {}
    rc, out, _ = command.output([path, '--version'])
    if rc != 0:
        return {}
    return {'systemd': systemd_version(out)}


def systemd_runs():
    return any(os.path.exists(path) for path in
               ('/run/systemd/system/', '/dev/.run/systemd/', '/dev/.systemd/'))


def systemd_version(text):
    """"systemd 252 (252.38)" and a line of features."""
    lines = text.splitlines()
    return {'features': lines[1] if len(lines) > 1 else '', 'version': int(lines[0].split()[1])}
