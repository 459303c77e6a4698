"""AppArmor, FIPS mode and SELinux: three small subsets."""
import os

from ansible.module_utils.facts.utils import get_file_content


def collect_apparmor(context):
    enabled = os.path.exists('/sys/kernel/security/apparmor')
    return {'apparmor': {'status': 'enabled' if enabled else 'disabled'}}


def collect_fips(context):
    return {'fips': get_file_content('/proc/sys/crypto/fips_enabled') == '1'}


def collect_selinux(context):
    """Loads libselinux only where the kernel's file system is mounted."""
    if not os.path.isdir('/sys/fs/selinux') and has_libselinux():
        return {'selinux_python_present': True, 'selinux': {'status': 'disabled'}}
    try:
        from ansible.module_utils.compat import selinux
    except ImportError:
        return {'selinux_python_present': False,
                'selinux': {'status': 'Missing selinux Python library'}}
    return {'selinux_python_present': True, 'selinux': selinux_state(selinux)}


def has_libselinux():
    for folder in ('/lib64', '/usr/lib64', '/lib', '/usr/lib') + tuple(multiarch()):
        if os.path.exists(folder + '/libselinux.so.1'):
            return True
    return False


def multiarch():
    machine = os.uname().machine
    for folder in ('/lib', '/usr/lib'):
        yield '%s/%s-linux-gnu' % (folder, machine)


def selinux_state(selinux):
    if not selinux.is_selinux_enabled():
        return {'status': 'disabled'}
    return {
        'status': 'enabled',
        'policyvers': asked(selinux, 'security_policyvers'),
        'config_mode': mode(asked_pair(selinux, 'selinux_getenforcemode')),
        'mode': mode(asked(selinux, 'security_getenforce')),
        'type': asked_pair(selinux, 'selinux_getpolicytype') or 'unknown',
    }


MODES = {1: 'enforcing', 0: 'permissive', -1: 'disabled'}


def mode(number):
    return MODES.get(number, 'unknown')


def asked(selinux, name):
    try:
        return getattr(selinux, name)()
    except (AttributeError, OSError):
        return 'unknown'


def asked_pair(selinux, name):
    """The value of a libselinux call that answers with (rc, value)."""
    try:
        rc, value = getattr(selinux, name)()
    except (AttributeError, OSError):
        return None
    return value if rc == 0 else None
