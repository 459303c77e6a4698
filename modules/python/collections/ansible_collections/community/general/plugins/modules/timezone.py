"""timezone: the zone of the system, and what its hardware clock shows."""
import os
import re

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    hwclock=dict(choices=['local', 'UTC'], aliases=['rtc']),
    name=dict(),
)
ZONES = '/usr/share/zoneinfo'


class System:
    """How a system keeps its zone and clock; messages tell what was done."""

    def __init__(self, module):
        self.module, self.messages = module, []

    def fail(self, msg):
        text = 'Error message:\n' + msg
        if self.messages:
            text += '\nOther message(s):\n' + '\n'.join(self.messages)
        self.module.fail_json(msg=text)

    def run(self, *argv):
        """Run a program, and tell of it."""
        self.module.run_command(list(argv), check_rc=True)
        self.messages.append('executed `%s`' % ' '.join(argv))

    def check_zone(self, name):
        if not os.path.isfile(os.path.join(ZONES, name)):
            self.fail('given timezone "%s" is not available' % name)


class Systemd(System):
    """With timedatectl."""

    def __init__(self, module, program):
        super(Systemd, self).__init__(module)
        self.program, self.status = program, None

    def read(self):
        dummy, self.status, dummy = self.module.run_command([self.program, 'status'], check_rc=True)

    def name(self):
        return self._field(r'Time ?zone: *(\S+)')

    def hwclock(self):
        return 'local' if self._field(r'RTC in local TZ: *(\S+)') == 'yes' else 'UTC'

    def _field(self, pattern):
        match = re.search(pattern, self.status, re.M)
        return match.group(1) if match else self.fail('timedatectl does not tell what is needed: ' + self.status)

    def set_name(self, name):
        self.run(self.program, 'set-timezone', name)

    def set_hwclock(self, value):
        self.run(self.program, 'set-local-rtc', 'yes' if value == 'local' else 'no')


class Debian(System):
    """With the files of Debian and its family."""

    zone, link, clock, adjusted = '/etc/timezone', '/etc/localtime', '/etc/default/rcS', '/etc/adjtime'

    def read(self):
        """The files are read when they are asked for."""

    def name(self):
        name = _content(self.zone).strip()
        if name and os.path.islink(self.link):
            return os.readlink(self.link).partition('zoneinfo/')[2]
        return name or 'n/a'

    def hwclock(self):
        """By the setting; when it was changed, by what hwclock wrote down."""
        setting = _content(self.clock)
        if not setting:
            return 'n/a'
        lines = _content(self.adjusted).splitlines()
        if self.messages and len(lines) > 2:
            return 'local' if lines[2] == 'LOCAL' else 'UTC'
        return 'local' if re.search(r'^UTC=no', setting, re.M) else 'UTC'

    def set_name(self, name):
        self.edit(self.zone, r'.+', name)
        if os.path.lexists(self.link):
            os.remove(self.link)
        os.symlink(os.path.join(ZONES, name), self.link)
        reconfigure = self.module.get_bin_path('dpkg-reconfigure')
        if reconfigure:
            self.module.run_command([reconfigure, '--frontend', 'noninteractive', 'tzdata'], check_rc=True)

    def set_hwclock(self, value):
        self.edit(self.clock, r'UTC=.*', 'UTC=' + ('no' if value == 'local' else 'yes'))
        self.run(self.module.get_bin_path('hwclock', True), '--systohc', '--localtime' if value == 'local' else '--utc')

    def edit(self, path, pattern, text):
        """Have text in the place of the lines that match."""
        lines = _content(path).splitlines()
        matching = [line for line in lines if re.match(pattern + '$', line)]
        at = lines.index(matching[0]) if matching else len(lines)
        lines = lines[:at] + [text] + [line for line in lines[at:] if line not in matching]
        folder = os.path.dirname(path)
        if not os.path.isdir(folder):
            os.makedirs(folder)
        with open(path, 'w') as f:
            f.writelines(line + '\n' for line in lines)
        self.messages.append('Added 1 line and deleted %s line(s) on %s' % (len(matching), path))


def _content(path):
    try:
        with open(path) as f:
            return f.read()
    except (IOError, OSError):
        return ''


def system_of(module):
    timedatectl = module.get_bin_path('timedatectl')
    if timedatectl and module.run_command([timedatectl])[0] == 0:
        return Systemd(module, timedatectl)
    if os.path.exists('/etc/debian_version'):
        return Debian(module)
    return module.fail_json(msg="goplay's own module is for timedatectl and for Debian; that of the collection community.general knows other systems")


def values(system, wanted):
    system.read()
    return {key: getattr(system, key)() for key in wanted}


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, required_one_of=[['hwclock', 'name']], supports_check_mode=True)
    system = system_of(module)
    wanted = {key: module.params[key] for key in ('hwclock', 'name') if module.params[key]}
    if 'name' in wanted:
        system.check_zone(wanted['name'])
    before = values(system, wanted)
    changes = [key for key in wanted if before[key] != wanted[key]]
    if not module.check_mode:
        for key in changes:
            getattr(system, 'set_' + key)(wanted[key])
    after = wanted if module.check_mode else values(system, wanted)
    if after != wanted:
        system.fail('still not desired state, though changes have made - planned: %s, after: %s' % (wanted, after))
    result = dict(changed=bool(changes), diff=dict(before=before, after=after))
    if system.messages:
        result['msg'] = '\n'.join(system.messages)
    module.exit_json(**result)


if __name__ == '__main__':
    main()
