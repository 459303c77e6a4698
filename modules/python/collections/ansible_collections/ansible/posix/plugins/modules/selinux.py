"""selinux: the mode and the policy of SELinux."""
import os
import re

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

try:
    import selinux
except ImportError:
    selinux = None

ARGUMENTS = dict(
    policy=dict(type='str'),
    state=dict(type='str', required=True, choices=['enforcing', 'permissive', 'disabled']),
    configfile=dict(type='str', default='/etc/selinux/config', aliases=['conf', 'file']),
    update_kernel_param=dict(type='bool', default=False),
)
NUMBERS = {'enforcing': 1, 'permissive': 0}


class System:
    """SELinux of the host: as it runs, as its file has it, as the kernel is started."""

    def __init__(self, module):
        self.module, self.path = module, module.params['configfile']
        self.messages, self.reboot = [], False
        self.grubby = module.get_bin_path('grubby')
        if module.params['update_kernel_param'] and self.grubby is None:
            module.fail_json(msg="'grubby' command not found on host", details='In order to update the kernel command lineenabled/disabled setting, '
                                 'the grubby packageneeds to be present on the system.')
        if not os.path.isfile(self.path):
            module.fail_json(msg='Unable to find file %s' % self.path,
                             details='Please install SELinux-policy package, if this package is not installed previously.')

    def running(self):
        if not selinux.is_selinux_enabled():
            return 'disabled'
        return 'enforcing' if selinux.security_getenforce() else 'permissive'

    def policy(self):
        return selinux.selinux_getpolicytype()[1]

    def configured(self, name):
        with open(self.path) as f:
            found = re.findall(r'^%s=(\S*)' % name, f.read(), re.M)
        return found[-1] if found else None

    def configure(self, name, value):
        with open(self.path) as f:
            text = f.read()
        line = '%s=%s' % (name, value)
        text, number = re.subn(r'^%s=.*$' % name, line, text, flags=re.M)
        with open(self.path, 'w') as f:
            f.write(text if number else text + line + '\n')

    def do(self, act, *args):
        if not self.module.check_mode:
            act(*args)

    # the policy

    def set_policy(self, wanted):
        running, configured = self.policy(), self.configured('SELINUXTYPE')
        if (running, configured) == (wanted, wanted):
            return
        if self.module.check_mode:
            self.module.exit_json(changed=True)
        if not os.path.exists(os.path.join('/etc/selinux', wanted)):
            self.module.fail_json(msg='Policy %s does not exist in /etc/selinux/' % wanted)
        if running != wanted:
            self.messages.append("Running SELinux policy changed from '%s' to '%s'" % (running, wanted))
        if configured != wanted:
            self.configure('SELINUXTYPE', wanted)
            self.messages.append("SELinux policy configuration in '%s' changed from '%s' to '%s'" % (self.path, configured, wanted))

    # the mode

    def set_running(self, wanted):
        running = self.running()
        if running == wanted:
            return
        if running == 'disabled':
            self.reboot = True
            self.module.warn("Reboot is required to set SELinux state to '%s'" % wanted)
        elif wanted == 'disabled':
            self._disable(running)
        else:
            self.do(selinux.security_setenforce, NUMBERS[wanted])
            self.messages.append("SELinux state changed from '%s' to '%s'" % (running, wanted))

    def _disable(self, running):
        """A running SELinux can be made permissive; the rest is the next start's."""
        self.reboot = True
        if running == 'permissive':
            self.module.warn('SELinux state change will take effect next reboot')
            return
        self.do(selinux.security_setenforce, 0)
        self.module.warn("SELinux state temporarily changed from '%s' to 'permissive'. State change will take effect next reboot." % running)

    def set_configured(self, wanted):
        configured = self.configured('SELINUX')
        if configured != wanted:
            self.do(self.configure, 'SELINUX', wanted)
            self.messages.append("Config SELinux state changed from '%s' to '%s'" % (configured, wanted))

    def set_kernel(self, wanted):
        dummy, out, dummy = self.module.run_command([self.grubby, '--info=ALL'], check_rc=True)
        arguments = re.findall(r'^args="(.*)"', out, re.M)
        off = [bool(re.search(r'(^| )selinux=0( |$)', each)) for each in arguments]
        now = '<inconsistent>' if any(off) and not all(off) else 'disabled' if any(off) else 'enabled'
        goal = 'disabled' if wanted == 'disabled' else 'enabled'
        if now == goal:
            return
        option = '--args' if goal == 'disabled' else '--remove-args'
        self.do(self._run, [self.grubby, '--update-kernel=ALL', option, 'selinux=0'])
        self.messages.append("Kernel SELinux state changed from '%s' to '%s'" % (now, goal))

    def _run(self, argv):
        self.module.run_command(argv, check_rc=True)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    if selinux is None:
        module.fail_json(msg=missing_required_lib('libselinux-python'))
    params = module.params
    system, state = System(module), params['state']
    if state != 'disabled' and not params['policy']:
        module.fail_json(msg="Policy is required if state is not 'disabled'")
    policy = params['policy'] or system.configured('SELINUXTYPE')
    system.set_policy(policy)
    system.set_running(state)
    system.set_configured(state)
    if params['update_kernel_param']:
        system.set_kernel(state)
    module.exit_json(changed=bool(system.messages), msg=', '.join(system.messages), configfile=params['configfile'], policy=policy, state=state,
                     reboot_required=system.reboot)


if __name__ == '__main__':
    main()
