"""Asking and telling systemd by systemctl."""
import os
import re


def runs():
    """Whether systemd is this system's first process."""
    return os.path.isdir('/run/systemd/system')


def offline():
    """Whether systemctl can change links only, because no systemd listens here."""
    return os.environ.get('SYSTEMD_OFFLINE') == '1' or in_chroot()


def in_chroot():
    try:
        here, first = os.stat('/'), os.stat('/proc/1/root/.')
    except OSError:
        return False
    return (here.st_ino, here.st_dev) != (first.st_ino, first.st_dev)


def parse_show(text):
    """The properties that "systemctl show" prints.

    The value of an Exec property may go over several lines, from { to }.
    """
    found, name, pieces = {}, None, []
    for line in text.split('\n'):
        if name is not None:
            pieces.append(line)
        elif '=' in line:
            key, value = line.split('=', 1)
            if key.startswith('Exec') and value.lstrip().startswith('{') and not value.rstrip().endswith('}'):
                name, pieces = key, [value]
            else:
                found[key] = value.strip()
        if name is not None and pieces[-1].rstrip().endswith('}'):
            found[name] = '\n'.join(pieces).strip()
            name = None
    return found


def is_enabled_answer(rc, out):
    """Whether "is-enabled -l" says enabled; a bare "indirect" or "alias" is not."""
    return rc == 0 and out.strip() not in ('indirect', 'alias')


GLOB = re.compile(r'[*?\[]')
