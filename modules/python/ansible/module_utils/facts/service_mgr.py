"""The program that starts services."""
import os

from ansible.module_utils.facts import command
from ansible.module_utils.facts.small import systemd_runs
from ansible.module_utils.facts.utils import get_file_content

OTHER_NAMES = {'procd': 'openwrt_init', 'runit-init': 'runit', 'svscan': 'svc', 'openrc-init': 'openrc'}


def collect(context):
    return {'service_mgr': by_first_process() or by_installed() or 'service'}


def by_first_process():
    """The name of process 1, unless it is only "init" or a container's shell."""
    name = get_file_content('/proc/1/comm') or first_process_by_ps()
    if not name or name == 'init' or name.endswith('sh'):
        return None
    return OTHER_NAMES.get(os.path.basename(name), os.path.basename(name))


def first_process_by_ps():
    rc, out, _ = command.output(['ps', '-p', '1', '-o', 'comm='])
    return out.strip() if rc == 0 else None


def by_installed():
    """Told from files, in a container or a chroot where no service manager runs."""
    if command.find('systemctl') and systemd_runs():
        return 'systemd'
    if command.find('initctl') and os.path.exists('/etc/init/'):
        return 'upstart'
    if os.path.exists('/sbin/openrc'):
        return 'openrc'
    if command.find('systemctl') and starts_systemd('/sbin/init'):
        return 'systemd'
    if os.path.exists('/etc/init.d/'):
        return 'sysvinit'
    if command.find('dinitctl') and os.path.exists('/etc/dinit.d/'):
        return 'dinit'
    return None


def starts_systemd(path):
    return os.path.islink(path) and os.path.basename(os.readlink(path)) == 'systemd'
