"""Reading small text files of /proc, /sys and /etc, as users' modules know it."""
import os


def get_file_content(path, default=None, strip=True):
    """The text of path, or default when it is missing, unreadable or empty."""
    try:
        with open(path, errors='surrogateescape') as stream:
            data = stream.read()
    except (OSError, ValueError):
        return default
    if strip:
        data = data.strip()
    return data or default


def get_file_lines(path, strip=True, line_sep=None):
    """The lines of path; none when it can't be read."""
    data = get_file_content(path, strip=strip)
    if not data:
        return []
    if line_sep is None:
        return data.splitlines()
    return data.rstrip(line_sep).split(line_sep)


def get_mount_size(mountpoint):
    """Sizes, blocks and inodes of the file system at mountpoint; empty on failure."""
    try:
        info = os.statvfs(mountpoint)
    except OSError:
        return {}
    return {
        'size_total': info.f_frsize * info.f_blocks,
        'size_available': info.f_frsize * info.f_bavail,
        'block_size': info.f_bsize,
        'block_total': info.f_blocks,
        'block_available': info.f_bavail,
        'block_used': info.f_blocks - info.f_bavail,
        'inode_total': info.f_files,
        'inode_available': info.f_favail,
        'inode_used': info.f_files - info.f_favail,
    }


def key_values(text, separator='='):
    """A dict of the shell-like NAME="value" lines of text."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition(separator)
        if equals and not name.startswith('#'):
            found[name.strip()] = value.strip().strip('"\'')
    return found


def bytes_to_human(size):
    """Binary units with two digits, as sizes of disks are shown: 256.00 GB."""
    limit = 1 << 80
    for suffix in ('YB', 'ZB', 'EB', 'PB', 'TB', 'GB', 'MB', 'KB'):
        if size >= limit:
            return '%.2f %s' % (float(size) / limit, suffix)
        limit >>= 10
    return '%.2f Bytes' % size
