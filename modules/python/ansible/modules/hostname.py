"""hostname: the host's name, now and after the next start."""
import os
import re
import socket

from ansible.module_utils import systemctl
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.sys_info import get_distribution, get_distribution_version
from ansible.module_utils.compat.version import LooseVersion

USES = ['alpine', 'debian', 'freebsd', 'generic', 'macos', 'macosx', 'darwin', 'openbsd', 'openrc', 'redhat', 'sles',
        'solaris', 'systemd']
OPTIONS = dict(name=dict(type='str', required=True), use=dict(type='str', choices=USES))


class Strategy:
    """How a kind of host keeps its name: the current one, and that of the next start."""

    permanent_first = False

    def __init__(self, module):
        self.module, self.name = module, module.params['name']

    def run(self, argv, msg='Command failed', **options):
        rc, out, err = self.module.run_command(argv, **options)
        if rc != 0:
            self.module.fail_json(msg='%s rc=%d, out=%s, err=%s' % (msg, rc, out, err))
        return out.strip()

    def path(self, program):
        return self.module.get_bin_path(program, True)

    def current(self):
        return self.permanent()

    def permanent(self):
        raise NotImplementedError

    def set_current(self):
        """Most keep one name in a file and leave the running one alone."""

    def set_permanent(self):
        raise NotImplementedError

    def update(self):
        """Have the name in both places; whether that changes anything."""
        steps = [(self.current, self.set_current), (self.permanent, self.set_permanent)]
        changed = False
        for get, put in reversed(steps) if self.permanent_first else steps:
            if get() == self.name:
                continue
            changed = True
            if not self.module.check_mode:
                put()
        return changed


class File(Strategy):
    """The name alone in a file."""

    FILE = '/etc/hostname'
    missing = staticmethod(str)  # the name where there is no file

    def permanent(self):
        if not os.path.isfile(self.FILE):
            return self.missing()
        return self.read().strip()

    def set_permanent(self):
        self.write(self.name + '\n')

    def read(self):
        try:
            with open(self.FILE) as f:
                return f.read()
        except (IOError, OSError) as e:
            self.fail(e)

    def write(self, text):
        try:
            with open(self.FILE, 'w') as f:
                f.write(text)
        except (IOError, OSError) as e:
            self.fail(e)

    def fail(self, error):
        self.module.fail_json(msg='failed to update hostname: %s' % error)


class Hostname(File):
    """The file /etc/hostname; without one the running name counts."""

    missing = staticmethod(socket.gethostname)


class Alpine(Hostname):
    def set_current(self):
        self.write(self.name + '\n')
        self.run([self.path('hostname'), '-F', self.FILE])


class Sles(File):
    FILE = '/etc/HOSTNAME'


class Line(File):
    """The name on a line of a file that has others."""

    START = 'hostname='

    def permanent(self):
        for line in self.read().split('\n'):
            if line.strip().startswith(self.START):
                return line.strip()[len(self.START) + 1:].strip('"')
        return ''

    def set_permanent(self):
        lines, done = self.read().rstrip('\n').split('\n'), False
        for number, line in enumerate(lines):
            if line.strip().startswith(self.START) and not done:
                lines[number], done = self.line(), True
        self.write('\n'.join(lines if done else [line for line in lines if line] + [self.line()]) + '\n')

    def line(self):
        return '%s"%s"' % (self.START, self.name)


class OpenRC(Line):
    FILE = '/etc/conf.d/hostname'


class RedHat(File):
    FILE = '/etc/sysconfig/network'

    def permanent(self):
        found = re.search(r'^\s*HOSTNAME\s*=(.*)$', self.read() if os.path.isfile(self.FILE) else '', re.M)
        if not found:
            self.module.fail_json(msg='Unable to locate HOSTNAME entry in %s' % self.FILE)
        return found.group(1).strip()

    def set_permanent(self):
        text = self.read()
        self.write(re.sub(r'^[^\S\n]*HOSTNAME\s*=.*$', lambda dummy: 'HOSTNAME=' + self.name, text, flags=re.M).rstrip('\n') + '\n')


class Running:
    """The running name by the program hostname."""

    def current(self):
        return self.run([self.path('hostname')])

    def set_current(self):
        self.run([self.path('hostname'), self.name])


class OpenBSD(Running, File):
    FILE = '/etc/myname'


class FreeBSD(Running, Line):
    FILE = '/etc/rc.conf.d/hostname'

    def permanent(self):
        return super().permanent() if os.path.isfile(self.FILE) else ''

    def set_permanent(self):
        if not os.path.isfile(self.FILE):
            self.write('')
        super().set_permanent()


class Solaris(Strategy):
    permanent_first = True

    def permanent(self):
        return self.run('/usr/sbin/svccfg -s svc:/system/identity:node listprop -o value config/nodename', use_unsafe_shell=True)

    def set_permanent(self):
        self.run([self.path('hostname'), '-t', self.name])

    def set_current(self):
        self.run([self.path('hostname'), self.name])


class Systemd(Strategy):
    permanent_first = True

    def current(self):
        return self.run([self.path('hostnamectl'), '--transient', 'status'])

    def permanent(self):
        return self.run([self.path('hostnamectl'), '--static', 'status'])

    def set_current(self):
        self.set('--transient')

    def set_permanent(self):
        self.set('--pretty', '--static')

    def set(self, *kinds):
        if len(self.name) > 64:
            self.module.fail_json(msg='name cannot be longer than 64 characters on systemd servers, try a shorter name')
        self.run([self.path('hostnamectl')] + list(kinds) + ['set-hostname', self.name])


class Darwin(Strategy):
    """Three names, of which the last has dashes for what the network would not take."""

    def get(self, kind, msg):
        return self.run([self.path('scutil'), '--get', kind], msg)

    def current(self):
        return self.get('HostName', 'Failed to get current hostname')

    def permanent(self):
        return self.get('ComputerName', 'Failed to get permanent hostname')

    def local(self):
        name = re.sub(r"['.]", '', re.sub(r'["~`!@#$%^&*(){}\[\]/=?+\\|_ -]', '-', self.name))
        return name.replace('--', '').rstrip('-')

    def update(self):
        wanted = [('HostName', self.name), ('ComputerName', self.name), ('LocalHostName', self.local())]
        now = [self.module.run_command([self.path('scutil'), '--get', kind])[1].strip() for kind, dummy in wanted]
        if now == [name for dummy, name in wanted]:
            return False
        if not self.module.check_mode:
            for kind, name in wanted:
                self.set(kind, name)
        return True

    def set(self, kind, name):
        rc, out, err = self.module.run_command([self.path('scutil'), '--set', kind, name])
        if rc != 0:
            self.module.fail_json(msg="Failed to set %s to '%s': %s %s" % (kind, name, out, err))


STRATEGIES = dict(alpine=Alpine, debian=Systemd, systemd=Systemd, freebsd=FreeBSD, macos=Darwin, macosx=Darwin, darwin=Darwin, openbsd=OpenBSD,
                  openrc=OpenRC, redhat=RedHat, sles=Sles, solaris=Solaris)
PLATFORMS = dict(Darwin=Darwin, FreeBSD=FreeBSD, OpenBSD=OpenBSD, SunOS=Solaris)
# What hosts of Linux that systemd does not run use, by their distribution.
DISTRIBUTIONS = dict(alpine=Alpine, gentoo=OpenRC)
DISTRIBUTIONS.update((name, Hostname) for name in (
    'debian', 'ubuntu', 'linuxmint', 'kali', 'raspbian', 'parrot', 'deepin', 'devuan', 'uos', 'linaro', 'neon', 'pop', 'cumulus-linux', 'kylin', 'void'))
DISTRIBUTIONS.update((name, RedHat) for name in (
    'redhat', 'rhel', 'centos', 'oracle', 'ol', 'amazon', 'scientific', 'cloudlinux', 'virtuozzo', 'eurolinux', 'altlinux', 'anolis'))


def strategy(module):
    use = module.params['use']
    if use == 'generic':
        module.fail_json(msg='use=generic stands for hosts that keep no name; choose one that says how it is kept')
    if use:
        return STRATEGIES[use](module)
    if systemctl.runs() and module.get_bin_path('hostnamectl'):
        return Systemd(module)
    platform, distribution = os.uname().sysname, get_distribution()
    found = PLATFORMS.get(platform)
    if platform == 'Linux':
        found = DISTRIBUTIONS.get(distribution.lower())
        if distribution == 'Sles' and LooseVersion('10') <= LooseVersion(get_distribution_version()) <= LooseVersion('12'):
            found = Sles
    if found is None:
        module.fail_json(msg='hostname module cannot be used on platform %s (%s)' % (platform, distribution))
    return found(module)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    name, kind = module.params['name'], strategy(module)
    current, permanent = kind.current(), kind.permanent()
    changed = kind.update()
    result = dict(changed=changed, name=name, ansible_facts=facts(name))
    if changed:
        before = current if current != name else permanent
        result['diff'] = dict(after='hostname = %s\n' % name, before='hostname = %s\n' % before)
    module.exit_json(**result)


def facts(name):
    """The names as setup will show them."""
    fqdn = socket.getfqdn()
    return dict(ansible_hostname=name.split('.')[0], ansible_nodename=name, ansible_fqdn=fqdn,
                ansible_domain='.'.join(fqdn.split('.')[1:]))


if __name__ == '__main__':
    main()
