"""service: the module that finds out itself what manages services.

It is what the action "service" runs where the host's service manager is not known,
or with use: service. It knows systemd, and init scripts through service and update-rc.d
or chkconfig.
"""
import os
import time

from ansible.module_utils import service, systemctl
from ansible.module_utils.basic import AnsibleModule

OPTIONS = dict(
    name=dict(type='str', required=True),
    state=dict(type='str', choices=['started', 'stopped', 'reloaded', 'restarted']),
    sleep=dict(type='int'),
    pattern=dict(type='str'),
    enabled=dict(type='bool'),
    runlevel=dict(type='str', default='default'),
    arguments=dict(type='str', default='', aliases=['args']),
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True, required_one_of=[['state', 'enabled']])
    path = module.get_bin_path('systemctl')
    if path and systemctl.runs():
        SystemdService(module, path).run()
    elif os.path.exists('/sbin/openrc'):
        module.fail_json(msg='This module does not support OpenRC; use community.general.openrc on this host.')
    else:
        ScriptService(module).run()


class Service(object):
    """The course that both kinds have in common."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.name = module.params['name']
        self.changed = False

    def run(self):
        self.require()
        if self.params['enabled'] is not None:
            self.enable(self.params['enabled'])
        if self.params['state'] is not None:
            self.change(self.params['state'])
        result = dict(name=self.name, changed=self.changed)
        if self.params['enabled'] is not None:
            result['enabled'] = self.params['enabled']
        if self.params['state'] is not None:
            result['state'] = 'stopped' if self.params['state'] == 'stopped' else 'started'
        self.module.exit_json(**result)

    def change(self, state):
        running = self.matched() if self.params['pattern'] else self.running()
        if (state == 'started' and running) or (state == 'stopped' and not running):
            return
        if self.module.check_mode:
            self.module.exit_json(changed=True, msg='service state changed')
        self.act(state, running)
        self.changed = True

    def matched(self):
        return service.get_ps(self.module, self.params['pattern'])

    def act(self, state, running):
        if state == 'restarted':
            self.call('stop')
            if self.params['sleep']:
                time.sleep(self.params['sleep'])
            self.checked('start')
        elif state == 'reloaded':
            self.checked('reload' if running else 'start')
        else:
            self.checked('start' if state == 'started' else 'stop')

    def checked(self, verb):
        rc, out, err = self.call(verb)
        if rc != 0:
            self.module.fail_json(msg=err or out)


class SystemdService(Service):

    def __init__(self, module, path):
        super(SystemdService, self).__init__(module)
        self.path = path

    def require(self):
        """A unit that does not exist is told by its state, not here."""

    def call(self, verb):
        return self.module.run_command([self.path, verb, self.name])

    def running(self):
        rc, out, _ = self.call('show')
        status = systemctl.parse_show(out) if rc == 0 else {}
        service.fail_if_missing(self.module, status.get('LoadState') not in (None, 'not-found'), self.name, 'host')
        return status.get('ActiveState') in ('active', 'activating', 'reloading')

    def enable(self, wanted):
        rc, out, _ = self.call('is-enabled')
        if rc != 0 and not out.strip() and not service.sysv_exists(self.name):
            service.fail_if_missing(self.module, False, self.name, 'host')
        if systemctl.is_enabled_answer(rc, out) == wanted:
            return
        if self.module.check_mode:
            self.module.exit_json(changed=True)
        self.checked('enable' if wanted else 'disable')
        self.changed = True


class ScriptService(Service):

    def require(self):
        service.fail_if_missing(self.module, service.sysv_exists(self.name), self.name, 'host')

    def call(self, verb):
        program = self.module.get_bin_path('service')
        argv = [program, self.name, verb] if program else [service.get_sysv_script(self.name), verb]
        return self.module.run_command(argv + self.params['arguments'].split())

    def running(self):
        rc, out, _ = self.call('status')
        return service.says_running(rc, out)

    def enable(self, wanted):
        if service.sysv_is_enabled(self.name) == wanted:
            return
        self.changed = True
        if self.module.check_mode:
            return
        program = self.module.get_bin_path('update-rc.d')
        if program:
            self.update_rc_d(program, wanted)
        else:
            program = self.module.get_bin_path('chkconfig', True)
            self.linked([program, self.name, 'on' if wanted else 'off'])

    def update_rc_d(self, program, wanted):
        """A script that has no links yet gets its default ones first."""
        if wanted and not service.has_links(self.name):
            self.linked([program, self.name, 'defaults'])
        self.linked([program, self.name, 'enable' if wanted else 'disable'])

    def linked(self, argv):
        rc, out, err = self.module.run_command(argv)
        if rc != 0:
            self.module.fail_json(msg=err or out, rc=rc)


if __name__ == '__main__':
    main()
