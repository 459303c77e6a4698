"""snap: snaps of Ubuntu's store and of files."""
import json
import re

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    name=dict(type='list', elements='str', required=True),
    state=dict(type='str', default='present', choices=['absent', 'present', 'enabled', 'disabled']),
    classic=dict(type='bool', default=False),
    channel=dict(type='str'),
    options=dict(type='list', elements='str'),
    dangerous=dict(type='bool', default=False),
)
SWITCHES = {'absent': ('remove', 'snaps_removed'), 'enabled': ('enable', 'snaps_enabled'), 'disabled': ('disable', 'snaps_disabled')}
_OPTION = re.compile(r'(?:(?P<snap>\S+)\s*:\s*)?(?P<key>\S+)\s*=\s*(?P<value>.+)')
_CLASSIC = re.compile(r'^error: This revision of snap "(?P<name>\w+)" was published using classic confinement', re.MULTILINE)


class Snaps:
    """The snaps that are meant, and what is told of them in the end."""

    def __init__(self, module):
        self.module, self.params, self.names = module, module.params, module.params['name']
        self.snap = module.get_bin_path('snap', required=True)
        self.changed, self.told = False, {}
        module.run_command_environ_update = dict(LANGUAGE='C', LC_ALL='C')
        lines = [line.split() for line in self.run('version')[1].splitlines()]
        self.told['version'] = dict(words for words in lines if len(words) == 2)

    def run(self, *arguments):
        return self.module.run_command([self.snap] + list(arguments))

    def fail(self, msg):
        self.module.fail_json(msg=msg, output=self.told, vars=self.told, **self.told)

    def did(self, key, names, commands, rc, what):
        """Tell of commands by which something was done to the named snaps."""
        self.changed = True
        self.told[key] = names
        if self.module.check_mode:
            return
        self.told['cmd'] = '; '.join(map(str, commands))
        if rc != 0:
            self.fail("Ooops! Snap %s failed while executing '%s', please examine logs and error output for more details." % (what, self.told['cmd']))

    def listed(self):
        """Channel by name of the snaps that are installed."""
        lines = [line.split() for line in self.run('list')[1].splitlines()[1:]]
        return dict((words[0], words[3]) for words in lines if len(words) > 3)

    def options(self, verb):
        """The options of a command in which a verb has its place: before what is new or renewed, after what else there is to say."""
        params = self.params
        flags = ['--classic'] if params['classic'] else []
        if params['channel'] and params['channel'] != 'stable':
            flags += ['--channel', params['channel']]
        if self.params['state'] != 'present':
            return flags + [verb]
        return [verb] + flags + (['--dangerous'] if params['dangerous'] else [])

    # present

    def own_names(self):
        """The snaps' names, which are not those of the files that they come from."""
        if not self.names:
            return []
        out = self.run('info', *self.names)[1]
        found = [line.split()[1] for line in out.splitlines() if line.startswith('name:')]
        if len(found) != len(self.names):
            self.fail('Snaps not found: %s.' % [name for name in self.names if name not in found])
        return found

    def make_present(self):
        own = self.own_names()
        self.told.update(classic=self.params['classic'], channel=self.params['channel'], snap_names=own)
        there = self.listed()
        wanted = list(zip(self.names, own))
        install = [name for name, known in wanted if known not in there]
        refresh = [name for name, known in wanted if known in there and self.on_another_channel(there[known])]
        self.bring(refresh, 'refresh')
        self.bring(install, 'install')
        if self.params['options']:
            self.set_options([name for name, known in wanted if known in there])
        if self.params['channel'] is None:
            self.told['channel'] = 'stable'

    def on_another_channel(self, tracked):
        wanted = self.params['channel']
        if not wanted:
            return False
        return tracked != (wanted if '/' in wanted else 'latest/' + wanted)

    def bring(self, names, verb):
        if not names:
            return
        commands, rc, err = [], 0, ''
        for name in names:
            commands.append(['state', 'classic', 'channel', 'dangerous', name])
            if not self.module.check_mode:
                result = self.run(*self.options(verb) + [name])
                rc, err = rc or result[0], err + result[2]
        confined = _CLASSIC.search(err)
        if rc != 0 and confined:
            self.changed = True
            self.told.update(snaps_installed=names, cmd='; '.join(map(str, commands)))
            self.fail("Couldn't install %s because it requires classic confinement" % confined.group('name'))
        self.did('snaps_installed', names, commands, rc, 'installation')

    # options

    def set_options(self, names):
        changes = []
        for name in names:
            there = self.current_options(name)
            asked = [self.parse(text) for text in self.params['options']]
            for text, (snap, dummy, dummy) in zip(self.params['options'], asked):
                if snap is not None and snap not in self.names:
                    self.fail("Snap option '%s' refers to snap which is not in the list of snap names" % text)
            new = ['%s=%s' % (key, value) for snap, key, value in asked if snap in (None, name) and there.get(key) != value]
            if not new:
                continue
            changes += ['%s:%s' % (name, option) for option in new]
            if not self.module.check_mode:
                rc, dummy, err = self.run('set', name, *new)
                if rc != 0:
                    self.fail("Cannot set options '%s' for snap '%s': error=%s" % (' '.join(new), name, err))
        if changes:
            self.changed = True
            self.told['options_changed'] = changes

    def parse(self, text):
        found = _OPTION.match(text)
        if not found:
            self.fail("Cannot parse set option '%s'" % text)
        return found.group('snap'), found.group('key'), found.group('value').strip()

    def current_options(self, name):
        rc, out, dummy = self.run('get', '-d', name)
        if rc != 0:
            return {}
        try:
            return flat(json.loads(out), '')
        except (ValueError, TypeError) as e:
            return self.fail("Parsing option map returned by 'snap get %s' triggers exception '%s', output:\n'%s'" % (name, e, out))

    # absent, enabled, disabled

    def switch(self):
        verb, key = SWITCHES[self.params['state']]
        if verb == 'remove':
            there = self.listed()
            names = [name for name in self.names if name in there]
        else:
            names = [name for name in self.names if self.is_enabled(name) == (verb == 'disable')]
        if not names:
            return
        rc = 0 if self.module.check_mode else self.run(*self.options(verb) + names)[0]
        self.did(key, names, [['classic', 'channel', 'state'] + names], rc, 'operation')

    def is_enabled(self, name):
        rc, out, dummy = self.run('list', name)
        lines = [line.split() for line in out.splitlines()[1:2]]
        return rc == 0 and any('disabled' not in ','.join(words[5:6]).split(',') for words in lines)


def flat(options, prefix):
    """Options by their full names, values as text."""
    if not isinstance(options, dict):
        raise TypeError('')
    result = {}
    for key, value in options.items():
        if isinstance(value, (str, float, int)):
            result[prefix + key] = str(value)
        else:
            result.update(flat(value, prefix + key + '.'))
    return result


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    snaps = Snaps(module)
    snaps.make_present() if module.params['state'] == 'present' else snaps.switch()
    module.exit_json(changed=snaps.changed, failed=False, **snaps.told)


if __name__ == '__main__':
    main()
