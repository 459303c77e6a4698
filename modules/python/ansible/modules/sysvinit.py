"""sysvinit: services by init scripts."""
import time

from ansible.module_utils import service
from ansible.module_utils.basic import AnsibleModule

REUSABLE_PROCESS = True

OPTIONS = dict(
    name=dict(required=True, type='str', aliases=['service']),
    state=dict(choices=['started', 'stopped', 'restarted', 'reloaded'], type='str'),
    enabled=dict(type='bool'),
    sleep=dict(type='int', default=1),
    pattern=dict(type='str'),
    arguments=dict(type='str', aliases=['args']),
    runlevels=dict(type='list', elements='str'),
    daemonize=dict(type='bool', default=False),
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True, required_one_of=[['state', 'enabled']])
    Script(module).run()


def nothing():
    return dict(changed=False, rc=None, stdout=None, stderr=None)


class Script(object):

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.name = module.params['name']
        self.script = service.get_sysv_script(self.name)
        self.enabling = nothing()
        self.action = nothing()

    def run(self):
        service.fail_if_missing(self.module, service.sysv_exists(self.name), self.name)
        running = self.running()
        if self.params['enabled'] is not None:
            self.enable()
        if self.params['state'] is not None:
            self.change(running)
        if self.params['runlevels']:
            self.enabling['runlevels'] = self.params['runlevels']
        self.module.exit_json(name=self.name, changed=self.enabling['changed'] or self.action['changed'],
                              status={'enabled': self.enabling, self.params['state'] or 'null': self.action})

    def running(self):
        if self.params['pattern']:
            return service.get_ps(self.module, self.params['pattern'])
        program = self.module.get_bin_path('service')
        argv = [program, self.name, 'status'] if program else [self.script, 'status']
        rc, out, _ = self.module.run_command(argv)
        return service.says_running(rc, out)

    # --- at boot

    def enable(self):
        wanted = self.params['enabled']
        levels = self.params['runlevels'] or []
        now = [service.sysv_is_enabled(self.name, level) for level in levels or [None]]
        if all(state == wanted for state in now):
            return
        self.enabling['changed'] = True
        if not self.module.check_mode:
            self.record(self.enabling, self.update_links(wanted, levels), 'enable' if wanted else 'disable')

    def update_links(self, wanted, levels):
        program = self.module.get_bin_path('update-rc.d')
        if not program:
            return self.chkconfig(wanted, levels)
        if levels or not wanted:
            return self.module.run_command([program, self.name, 'enable' if wanted else 'disable'] + levels)
        had = service.has_links(self.name)
        answer = self.module.run_command([program, self.name, 'defaults'])
        if had and answer[0] == 0 and not service.sysv_is_enabled(self.name):
            # "defaults" leaves the links of a script that was disabled as they are
            return self.module.run_command([program, self.name, 'enable'])
        return answer

    def chkconfig(self, wanted, levels):
        program = self.module.get_bin_path('chkconfig', True)
        argv = [program] + (['--level', ''.join(levels)] if levels else [])
        return self.module.run_command(argv + [self.name, 'on' if wanted else 'off'])

    # --- now

    def change(self, running):
        state = self.params['state']
        verbs = {'started': ['start'], 'stopped': ['stop'], 'restarted': ['stop', 'start'],
                 'reloaded': ['reload']}[state]
        if (state == 'started' and running) or (state == 'stopped' and not running):
            return
        self.action['changed'] = True
        if self.module.check_mode:
            return
        for number, verb in enumerate(verbs):
            if number:
                time.sleep(self.params['sleep'])
            answer = self.call(verb)
        self.record(self.action, answer, {'started': 'start', 'stopped': 'stop', 'restarted': 'restart',
                                          'reloaded': 'reload'}[state])

    def call(self, verb):
        argv = [self.script, verb] + (self.params['arguments'] or '').split()
        if self.params['daemonize']:
            return service.daemonize(self.module, argv)
        return self.module.run_command(argv)

    def record(self, where, answer, verb):
        where['rc'], where['stdout'], where['stderr'] = answer
        if where['rc'] != 0:
            self.module.fail_json(msg='Failed to %s service: %s' % (verb, self.name), rc=where['rc'],
                                  stdout=where['stdout'], stderr=where['stderr'])


if __name__ == '__main__':
    main()
