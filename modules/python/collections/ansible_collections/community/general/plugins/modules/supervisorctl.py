"""supervisorctl: programs and groups that supervisord runs."""
import os

from ansible.module_utils.basic import AnsibleModule, is_executable

ARGUMENTS = dict(
    name=dict(type='str', required=True),                 # with a colon at its end a group; all
    config=dict(type='path'),
    server_url=dict(type='str'),
    username=dict(type='str'),
    password=dict(type='str', no_log=True),
    supervisorctl_path=dict(type='path'),
    state=dict(type='str', required=True, choices=['present', 'started', 'restarted', 'stopped', 'absent', 'signalled']),
    stop_before_removing=dict(type='bool', default=False),
    signal=dict(type='str'),
)
RUNNING = ('RUNNING', 'STARTING')


class Supervisor:
    """supervisorctl, and the programs that the name means."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.is_group = module.params['name'].endswith(':')
        self.name = module.params['name'].rstrip(':')
        self.argv = [self._program()]
        for option, name in (('-c', 'config'), ('-s', 'server_url'), ('-u', 'username'), ('-p', 'password')):
            if module.params[name]:
                self.argv += [option, module.params[name]]

    def _program(self):
        path = self.params['supervisorctl_path']
        if not path:
            return self.module.get_bin_path('supervisorctl', True)
        path = os.path.expanduser(path)
        if not (os.path.exists(path) and is_executable(path)):
            self.module.fail_json(msg="Provided path to supervisorctl does not exist or isn't executable: %s" % path)
        return path

    def run(self, *words, **options):
        """supervisorctl's output."""
        argv = self.argv + [word for word in words if word]
        dummy, out, dummy = self.module.run_command(argv, check_rc=options.get('check_rc', False))
        return out

    def matching(self):
        """[(process, status)] of the name."""
        found = []
        for line in self.run('status').splitlines():
            fields = line.split()
            if len(fields) > 1 and self._means(fields[0]):
                found.append((fields[0], fields[1]))
        return found

    def _means(self, process):
        if self.name == 'all':
            return True
        return process.partition(':')[0] == self.name if self.is_group else process == self.name

    def processes(self):
        found = self.matching()
        if not found:
            self.module.fail_json(name=self.name, msg='ERROR (no such process)')
        return found

    def act(self, processes, words, answer, always=False):
        """Do it to each process; nothing is left to do where there is none."""
        state = self.params['state']
        if not processes and not always:
            self.module.exit_json(changed=False, name=self.name, state=state)
        if self.module.check_mode:
            self.module.exit_json(changed=True)
        for process in processes:
            out = self.run(*(words + (process,)), check_rc=True)
            if '%s: %s' % (process, answer) not in out:
                self.module.fail_json(msg=out)
        self.module.exit_json(changed=True, name=self.name, state=state, affected=processes)

    # the states

    def started(self):
        self.act([process for process, status in self.processes() if status not in RUNNING], ('start',), 'started')

    def stopped(self):
        self.act([process for process, status in self.processes() if status in RUNNING], ('stop',), 'stopped')

    def signalled(self):
        self.act([process for process, status in self.processes() if status in RUNNING], ('signal ' + self.params['signal'],), 'signalled')

    def restarted(self):
        self.run('update', check_rc=True)
        self.act([process for process, dummy in self.processes()], ('restart',), 'started', always=True)

    def present(self):
        if self.matching():
            self.module.exit_json(changed=False, name=self.name, state='present')
        self._group('add', 'added process group')

    def absent(self):
        found = self.matching()
        if not found:
            self.module.exit_json(changed=False, name=self.name, state='absent')
        if self.params['stop_before_removing'] and not self.module.check_mode:
            self.run('stop', self.name, check_rc=True)
        self._group('remove', 'removed process group')

    def _group(self, verb, answer):
        """Add or remove what the configuration has, or no longer has."""
        if self.module.check_mode:
            self.module.exit_json(changed=True)
        self.run('reread', check_rc=True)
        out = self.run(verb, self.name)
        if '%s: %s' % (self.name, answer) not in out:
            self.module.fail_json(msg=out, name=self.name, state=self.params['state'])
        self.module.exit_json(changed=True, name=self.name, state=self.params['state'])


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, required_if=[('state', 'signalled', ['signal'])])
    getattr(Supervisor(module), module.params['state'])()


if __name__ == '__main__':
    main()
