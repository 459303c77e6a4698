"""The package manager that the package action should use."""
import os

# Later rows win, so that a host with several has the one that is its own.
PATHS = (
    ('/usr/bin/yum', 'yum'),
    ('/usr/bin/microdnf', 'dnf'),
    ('/usr/bin/dnf', 'dnf'),
    ('/usr/bin/dnf-3', 'dnf'),
    ('/usr/bin/dnf5', 'dnf5'),
    ('/usr/bin/apt-get', 'apt'),
    ('/usr/bin/zypper', 'zypper'),
    ('/usr/sbin/urpmi', 'urpmi'),
    ('/usr/bin/pacman', 'pacman'),
    ('/bin/opkg', 'opkg'),
    ('/usr/sbin/pkg', 'pkgng'),
    ('/usr/sbin/swupd', 'swupd'),
    ('/usr/bin/emerge', 'portage'),
    ('/usr/sbin/xbps-install', 'xbps'),
    ('/sbin/apk', 'apk'),
    ('/usr/sbin/sorcery', 'sorcery'),
    ('/usr/bin/installp', 'installp'),
)
OF_FAMILY = {'Debian': 'apt', 'Altlinux': 'apt_rpm', 'Suse': 'zypper', 'Archlinux': 'pacman', 'Alpine': 'apk'}


def collect(context):
    return {'pkg_mgr': choose(context.known.get('os_family'), os.path.exists)}


def choose(family, exists):
    found = [name for path, name in PATHS if exists(path)]
    own = OF_FAMILY.get(family)
    if family == 'RedHat':
        return redhat(found, exists)
    if own == 'apt_rpm':
        return own if 'apt' in found else 'unknown'
    if own in found:
        return own
    return found[-1] if found else 'unknown'


def redhat(found, exists):
    """rpm-ostree hosts are atomic; else the newest of the yum line."""
    if exists('/run/ostree-booted') and exists('/usr/bin/rpm-ostree'):
        return 'atomic_container'
    for name in ('dnf5', 'dnf', 'yum'):
        if name in found:
            return name
    return 'unknown'
