"""systemd_service: units of systemd. The module systemd is this one by its older name."""
import os

from ansible.module_utils import service, systemctl
from ansible.module_utils.basic import AnsibleModule

REUSABLE_PROCESS = True

OPTIONS = dict(
    name=dict(type='str', aliases=['service', 'unit']),
    state=dict(type='str', choices=['reloaded', 'restarted', 'started', 'stopped']),
    enabled=dict(type='bool'),
    force=dict(type='bool'),
    masked=dict(type='bool'),
    daemon_reload=dict(type='bool', default=False, aliases=['daemon-reload']),
    daemon_reexec=dict(type='bool', default=False, aliases=['daemon-reexec']),
    scope=dict(type='str', default='system', choices=['system', 'user', 'global']),
    no_block=dict(type='bool', default=False),
)

MODULE = dict(
    argument_spec=OPTIONS, supports_check_mode=True,
    required_one_of=[['state', 'enabled', 'masked', 'daemon_reload', 'daemon_reexec']],
    required_by=dict(state=('name',), enabled=('name',), masked=('name',)))


def main():
    run(AnsibleModule(**MODULE))


def run(module):
    name = module.params['name']
    if name is not None:
        sign = systemctl.GLOB.search(name)
        if sign:
            module.fail_json(msg="This module does not currently support using glob patterns, found '%s' in service "
                                 'name: %s' % (sign.group(0), name))
    Unit(module).run()


class Unit(object):

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.name = module.params['name']
        self.result = dict(name=self.name, changed=False, status={})
        self.argv = self.command()

    def command(self):
        if self.params['scope'] == 'user' and 'XDG_RUNTIME_DIR' not in os.environ:
            os.environ['XDG_RUNTIME_DIR'] = '/run/user/%s' % os.geteuid()
        argv = [self.module.get_bin_path('systemctl', True)]
        if self.params['scope'] != 'system':
            argv.append('--' + self.params['scope'])
        if self.params['no_block']:
            argv.append('--no-block')
        if self.params['force']:
            argv.append('--force')
        return argv

    def systemctl(self, *words):
        return self.module.run_command(self.argv + list(words))

    def run(self):
        self.daemon()
        if self.name is not None:
            found = self.look()
            if self.params['masked'] is not None:
                self.mask()
            if self.params['enabled'] is not None:
                service.fail_if_missing(self.module, found, self.name, 'host')
                self.enable()
            if self.params['state'] is not None:
                service.fail_if_missing(self.module, found, self.name, 'host')
                self.change()
        self.module.exit_json(**self.result)

    def daemon(self):
        for option in ('daemon_reload', 'daemon_reexec'):
            if not self.params[option] or self.module.check_mode:
                continue
            verb = option.replace('_', '-')
            rc, out, err = self.systemctl(verb)
            if rc != 0 and not systemctl.offline():
                self.module.fail_json(msg='failure %d during %s: %s' % (rc, verb, err))

    # --- what is there

    def look(self):
        """Fills in the status, and says whether the unit exists."""
        rc, out, err = self.systemctl('show', self.name)
        if rc != 0:
            return self.look_offline(rc, err)
        if out:
            self.result['status'] = systemctl.parse_show(out)
        state = self.result['status'].get('LoadState')
        return (state is not None and state != 'not-found') or service.sysv_exists(self.name)

    def look_offline(self, rc, err):
        """Without a running systemd only the unit's files can tell."""
        if systemctl.offline() or 'offline' in err or 'Failed to connect to bus' not in err:
            rc, out, _ = self.systemctl('is-enabled', self.name)
            return bool(out.strip()) or service.sysv_exists(self.name)
        for words in (('is-enabled', self.name), ('list-unit-files', self.name)):
            rc, out, _ = self.systemctl(*words)
            if out.strip() and self.name in out:
                return True
        self.module.run_command(self.argv, check_rc=True)
        return False

    # --- what is changed

    def mask(self):
        rc, out, err = self.systemctl('is-enabled', self.name)
        masked = out.strip() in ('masked', 'masked-runtime')
        if masked == self.params['masked']:
            return
        verb = 'mask' if self.params['masked'] else 'unmask'
        self.result['changed'] = True
        if self.module.check_mode:
            return
        rc, out, err = self.systemctl(verb, self.name)
        if rc != 0:
            self.module.fail_json(msg='Failed to %s the service (%s): %s' % (verb, self.name, err.strip()))

    def enable(self):
        rc, out, err = self.systemctl('is-enabled', self.name, '-l')
        enabled = systemctl.is_enabled_answer(rc, out)
        if not enabled and rc != 0 and not out.strip() and service.sysv_exists(self.name):
            enabled = service.sysv_is_enabled(self.name)
        self.result['enabled'] = enabled
        if enabled == self.params['enabled']:
            return
        self.result['changed'] = True
        self.result['enabled'] = self.params['enabled']
        if self.module.check_mode:
            return
        verb = 'enable' if self.params['enabled'] else 'disable'
        rc, out, err = self.systemctl(verb, self.name)
        if rc != 0:
            self.module.fail_json(msg='Unable to %s service %s: %s' % (verb, self.name, out + err))

    def change(self):
        state = self.params['state']
        self.result['state'] = 'stopped' if state == 'stopped' else 'started'
        if 'ActiveState' not in self.result['status']:
            return self.unknown()
        verb = self.verb(state, self.result['status']['ActiveState'])
        if verb is None:
            return
        self.result['changed'] = True
        if self.module.check_mode:
            return
        rc, out, err = self.systemctl(verb, self.name)
        if rc != 0:
            self.module.fail_json(msg='Unable to %s service %s: %s' % (verb, self.name, err))

    def verb(self, state, active):
        running = active in ('active', 'activating', 'reloading')
        if state == 'started':
            return None if running else 'start'
        if state == 'stopped':
            return 'stop' if running or active == 'deactivating' else None
        return state[:-2] if running else 'start'

    def unknown(self):
        """No systemd answers: that is a warning in a chroot, and a failure elsewhere."""
        if not systemctl.offline():
            self.module.fail_json(msg='Service is in unknown state', status=self.result['status'])
        self.module.warn('Target is a chroot or systemd is offline. This can lead to false positives or prevent the '
                         'init system tools from working.')


if __name__ == '__main__':
    main()
