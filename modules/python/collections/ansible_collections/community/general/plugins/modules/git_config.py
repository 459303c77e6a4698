"""git_config: settings of git."""
from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    name=dict(type='str', required=True),
    repo=dict(type='path'),
    file=dict(type='path'),
    add_mode=dict(required=False, type='str', default='replace-all', choices=['add', 'replace-all']),
    scope=dict(required=False, type='str', choices=['file', 'local', 'global', 'system']),
    state=dict(required=False, type='str', default='present', choices=['present', 'absent']),
    value=dict(required=False),
)


class Setting:
    """One setting in one scope."""

    def __init__(self, module):
        self.module, self.params, self.name = module, module.params, module.params['name']
        scope = module.params['scope'] or 'system'
        self.base = [module.get_bin_path('git', True), 'config', '--includes']
        self.base += ['-f', module.params['file']] if scope == 'file' else ['--' + scope]
        self.cwd = module.params['repo'] if scope == 'local' else '/'

    def values(self):
        argv = self.base + ['--get-all', self.name]
        rc, out, err = self.module.run_command(argv, cwd=self.cwd, expand_user_and_vars=False)
        if rc >= 2 and not self._is_missing(err):
            # 1 is a setting that is not there
            self.module.fail_json(rc=rc, msg=err, cmd=' '.join(argv))
        return out.rstrip('\n').split('\n') if out else []

    @staticmethod
    def _is_missing(err):
        """Older versions of git fail on a file that is not there."""
        return 'No such file or directory' in err and 'unable to read config file' in err

    def arguments(self):
        if self.params['state'] == 'absent':
            return self.base + ['--unset-all', self.name]
        return self.base + ['--' + self.params['add_mode'], self.name, self.params['value']]

    def change(self):
        argv = self.arguments()
        rc, dummy, err = self.module.run_command(argv, cwd=self.cwd, ignore_invalid_cwd=False, expand_user_and_vars=False)
        if err:
            self.module.fail_json(rc=rc, msg=err, cmd=argv)

    def after(self, values):
        if self.params['state'] == 'absent':
            return []
        return values + [self.params['value']] if self.params['add_mode'] == 'add' else [self.params['value']]


def shown(values):
    """Values as a diff shows them: one as a line."""
    if len(values) > 1:
        return values
    return (values[0] if values else '') + '\n'


def unchanged(params, values):
    """Why there is nothing to do, None if there is."""
    if params['state'] == 'absent':
        return None if values else 'no setting to unset'
    there = params['value'] in values if params['add_mode'] == 'add' else values == [params['value']]
    return '' if there else None


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, supports_check_mode=True, required_if=[
            ('scope', 'local', ['repo']), ('scope', 'file', ['file']), ('state', 'present', ['value'])])
    module.run_command_environ_update = dict(LANG='C', LC_ALL='C', LC_MESSAGES='C', LC_CTYPE='C')
    params = module.params
    if params['state'] == 'present' and not params['value']:
        module.fail_json(msg='If state=present, a value must be specified. Use the community.general.git_config_info module to read a config value.')
    setting = Setting(module)
    values = setting.values()
    reason = unchanged(params, values)
    if reason is not None:
        module.exit_json(changed=False, msg=reason)
    if not module.check_mode:
        setting.change()
    header = ' '.join(setting.arguments())
    module.exit_json(changed=True, msg='setting changed', diff=dict(
        before_header=header, before=shown(values), after_header=header, after=shown(setting.after(values))))


if __name__ == '__main__':
    main()
