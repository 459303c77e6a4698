"""The distribution, and the subclass of a class that is for this platform."""
import os

from ansible.module_utils.common._utils import get_all_subclasses

__all__ = ('get_distribution', 'get_distribution_version', 'get_platform_subclass', 'get_distribution_codename')

_LINUX_NAMES = {'Amzn': 'Amazon', 'Rhel': 'Redhat'}


def get_distribution():
    """'Debian', 'Redhat', 'OtherLinux' …; the platform's name where it is not Linux."""
    from ansible.module_utils import distro
    name = distro.id().capitalize()
    if os.uname().sysname == 'Linux':
        return _LINUX_NAMES.get(name, name or 'OtherLinux')
    return name or os.uname().sysname


def get_distribution_version():
    """'12.11', '9.4' …; None where it is not Linux."""
    if os.uname().sysname != 'Linux':
        return None
    from ansible.module_utils import distro
    version = distro.version()
    distro_id = distro.id()
    if distro_id in ('centos', 'debian'):
        best = distro.version(best=True)
        if distro_id == 'centos':
            return '.'.join(best.split('.')[:2])
        return best
    return version if version is not None else ''


def get_distribution_codename():
    """'bookworm', 'noble' …; None where there is none."""
    if os.uname().sysname != 'Linux':
        return None
    from ansible.module_utils import distro
    release = distro.os_release_info()
    codename = release.get('version_codename')
    if codename is None:
        codename = release.get('ubuntu_codename')
    if codename is None and distro.id() == 'ubuntu':
        codename = distro.lsb_release_info().get('codename')
    if codename is None:
        codename = distro.codename() or None
    return codename


def get_platform_subclass(cls):
    """The subclass whose platform and distribution are this machine's; else the platform's; else cls."""
    platform, distribution = os.uname().sysname, get_distribution()
    subclasses = get_all_subclasses(cls)
    for wanted in (distribution, None):
        for subclass in subclasses:
            if getattr(subclass, 'distribution', None) == wanted and getattr(subclass, 'platform', None) == platform:
                return subclass
        if wanted is None:
            break
    return cls
