"""locale_gen: locales of Debian and its family."""
import os
import re

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    name=dict(type='list', elements='str', required=True),
    state=dict(type='str', default='present', choices=['absent', 'present']),
)
FILE = '/etc/locale.gen'
UBUNTU = '/var/lib/locales/supported.d'
SUPPORTED = ('/usr/share/i18n/SUPPORTED', '/usr/local/share/i18n/SUPPORTED')


def lines_of(path):
    try:
        with open(path) as f:
            return f.read().splitlines(True)
    except IOError:
        return []


def normal(name):
    """A locale's name as "locale -a" writes it."""
    base, dot, charset = name.partition('.')
    return base + dot + charset.replace('-', '').lower()


class Locales:
    """The locales that the arguments name."""

    def __init__(self, module):
        self.module, self.names = module, module.params['name']
        self.result = dict(name=self.names)
        if os.path.exists(FILE):
            self.result.update(mechanism='glibc', ubuntu_mode=False)
        elif os.path.exists(UBUNTU):
            self.result.update(mechanism='ubuntu_legacy', ubuntu_mode=True)
            module.deprecate(
                'On this machine mechanism=ubuntu_legacy is used. This mechanism is deprecated and will be removed from in community.general 13.0.0. '
                'If you see this message on a modern Debian or Ubuntu version, please create an issue in the community.general repository',
                version='13.0.0', collection_name='community.general')
        else:
            self.fail('%s and %s are missing. Is the package "locales" installed?' % (UBUNTU, FILE))

    def fail(self, msg):
        self.module.fail_json(msg=msg, output=dict(self.result), vars=dict(self.result), **self.result)

    def check(self):
        """Refuse what the system does not know."""
        known = {line.split()[0] for path in SUPPORTED for line in lines_of(path) if line.strip()}
        unknown = [name for name in self.names if name not in known]
        if unknown:
            self.fail('The following locales you have entered are not available on your system: %s' % ', '.join(sorted(unknown)))

    def present(self):
        """Whether all of them are there."""
        dummy, out, dummy = self.module.run_command([self.module.get_bin_path('locale', True), '-a'])
        there = {normal(name) for name in out.split()}
        return all(normal(name) in there for name in self.names)

    def change(self, wanted):
        if self.result['ubuntu_mode']:
            self._change_ubuntu(wanted)
            return
        form = re.compile(r'#*\s*((?:%s) .+)$' % '|'.join(map(re.escape, self.names)), re.S)
        lines = [form.sub(r'\1' if wanted else r'# \1', line) if form.match(line) else line for line in lines_of(FILE)]
        with open(FILE, 'w') as f:
            f.writelines(lines)
        self._generate()

    def _change_ubuntu(self, wanted):
        if wanted:
            self._generate()
            return
        path = os.path.join(UBUNTU, 'local')
        lines = [line for line in lines_of(path) if line.split(' ')[0] not in self.names]
        with open(path, 'w') as f:
            f.writelines(lines)
        self._generate('--purge')

    def _generate(self, *options):
        self.module.run_command([self.module.get_bin_path('locale-gen', True)] + list(options), check_rc=True)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    locales, wanted = Locales(module), module.params['state'] == 'present'
    locales.check()
    before = locales.present()
    if before != wanted and not module.check_mode:
        locales.change(wanted)
    changed = before != locales.present()
    if module._diff:
        locales.result['diff'] = {}
    module.exit_json(changed=changed, failed=False, **locales.result)


if __name__ == '__main__':
    main()
