"""File systems on devices and servers, with their sizes."""
import os
import re
import threading

from ansible.module_utils.facts.utils import get_file_content, get_file_lines, get_mount_size

# A statvfs of these may hang for ever when their server is away.
REMOTE = ('nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', 'ceph', 'glusterfs', 'afs', '9p', 'lustre', 'ncpfs')
NO_ANSWER = 'Could not get extra information due to timeout'
OCTAL = re.compile(r'\\([0-7]{3})')


def collect(context):
    binds = bind_points(get_file_lines('/proc/self/mountinfo'))
    found = entries(get_file_lines('/etc/mtab') or get_file_lines('/proc/mounts'), binds)
    waiting = [(entry, start(entry)) for entry in found]
    for entry, (thread, extra) in waiting:
        if thread:
            thread.join(context.timeout)
        entry.update(extra if extra else {'note': NO_ANSWER} if thread and thread.is_alive() else {})
        entry['uuid'] = uuid(entry['device'])
    return {'mounts': found}


def start(entry):
    """(thread, extra): extra is filled at once, or by thread for a remote file system."""
    if entry['fstype'].split('.')[0] not in REMOTE and not entry['fstype'].startswith('fuse'):
        return None, get_mount_size(entry['mount'])
    extra = {}
    thread = threading.Thread(target=lambda: extra.update(get_mount_size(entry['mount'])), daemon=True)
    thread.start()
    return thread, extra


def entries(lines, binds):
    found = []
    for line in lines:
        fields = [unescape(field) for field in line.split()]
        if len(fields) >= 6 and shown(fields[0], fields[2]):
            found.append(describe(fields, binds))
    return found


def shown(device, kind):
    """Devices and remote file systems; not proc, tmpfs, overlay and their like."""
    return kind != 'none' and (device.startswith(('/', '\\')) or ':/' in device)


def describe(fields, binds):
    device, mount, kind, options, dump, passno = fields[:6]
    if mount in binds and not re.search(r'(^|,)bind(,|$)', options):
        options += ',bind'
    return {'mount': mount, 'device': device, 'fstype': kind, 'options': options,
            'dump': int(dump), 'passno': int(passno)}


def unescape(field):
    """Blanks in mount tables are written as \\040."""
    if '\\' not in field:
        return field
    return OCTAL.sub(lambda match: chr(int(match.group(1), 8)), field)


def bind_points(lines):
    """Mount points that show a folder of a file system other than its root."""
    found = set()
    for line in lines:
        fields = line.split()
        if len(fields) > 4 and fields[3] != '/' and not fields[3].startswith('/..'):
            found.add(unescape(fields[4]))
    return found


def uuid(device, unknown='N/A'):
    """The file system's UUID as udev recorded it."""
    try:
        number = os.stat(device).st_rdev
    except OSError:
        return unknown
    path = '/run/udev/data/b%d:%d' % (os.major(number), os.minor(number))
    match = re.search(r'^E:ID_FS_UUID=(\S+)', get_file_content(path, ''), re.M) if number else None
    return match.group(1) if match else unknown
