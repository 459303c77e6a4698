"""sysctl: the kernel's parameters, now and in the file for the next start."""
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native
from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE, BOOLEANS_TRUE

ARGUMENTS = dict(
    name=dict(aliases=['key'], required=True),
    value=dict(aliases=['val'], required=False, type='str'),
    state=dict(default='present', choices=['present', 'absent']),
    reload=dict(default=True, type='bool'),
    sysctl_set=dict(default=False, type='bool'),
    ignoreerrors=dict(default=False, type='bool'),
    sysctl_file=dict(default='/etc/sysctl.conf', type='path'),
)


def words(value):
    """A value as the kernel writes it: words apart by whatever blanks, yes and no as numbers."""
    if value.lower() in _texts(BOOLEANS_TRUE):
        return '1'
    if value.lower() in _texts(BOOLEANS_FALSE):
        return '0'
    return value.strip()


def _texts(values):
    return [value for value in values if isinstance(value, str)]


class Parameter:
    """The parameter that the arguments name."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.name = module.params['name'] = module.params['name'].strip()
        self.value = module.params['value'] = words(module.params['value'] or '')
        self.sysctl = module.get_bin_path('sysctl', required=True)
        self.quiet = ['-e'] if module.params['ignoreerrors'] else []

    def current(self):
        """What the kernel has; '' if it does not know the parameter."""
        rc, out, dummy = self.module.run_command('%s -e -n %s' % (self.sysctl, self.name))
        return '' if rc else out

    def set(self):
        argument = '%s=%s' % (self.name, self.value)
        rc, out, err = self.module.run_command([self.sysctl] + self.quiet + ['-w', argument])
        if rc or 'setting key' in err:
            self.module.fail_json(msg='setting %s failed: %s%s' % (self.name, out, err))

    def reload(self):
        rc, out, err = self.module.run_command([self.sysctl] + self.quiet + ['-p', self.params['sysctl_file']])
        if rc or 'setting key' in err:
            self.module.fail_json(msg='Failed to reload sysctl: %s%s' % (out, err))

    def file_lines(self):
        try:
            with open(self.params['sysctl_file']) as f:
                return f.readlines()
        except IOError as e:
            if os.path.exists(self.params['sysctl_file']):
                self.module.fail_json(msg='Failed to open %s: %s' % (self.params['sysctl_file'], to_native(e)))
            return []

    def changed_lines(self, lines):
        """The lines with the parameter as it is wanted."""
        mine = [line for line in lines if _name(line) == self.name]
        if self.params['state'] == 'absent':
            return [tidy(line) for line in lines if line not in mine] if mine else lines
        if mine and mine[-1].partition('=')[2].strip() == self.value:
            return lines
        new, done = [], False
        for line in lines:
            if line not in mine:
                new.append(tidy(line))
            elif not done:
                new.append('%s=%s\n' % (self.name, self.value))
                done = True
        return new if done else new + ['%s=%s\n' % (self.name, self.value)]

    def write(self, lines):
        path = os.path.realpath(self.params['sysctl_file'])
        try:
            descriptor, temporary = tempfile.mkstemp('.conf', '.ansible_m_sysctl_', os.path.dirname(path))
        except OSError as e:
            self.module.fail_json(msg='Failed to write to file %s: %s' % (self.params['sysctl_file'], to_native(e)))
        with os.fdopen(descriptor, 'w') as f:
            f.writelines(lines)
        self.module.atomic_move(temporary, path)


def tidy(line):
    """A line of a file that is written anew."""
    name = _name(line)
    return line.strip() + '\n' if name is None else '%s=%s\n' % (name, line.partition('=')[2].strip())


def _name(line):
    """The name that a line sets; None for comments and other lines."""
    text = line.strip()
    return text.partition('=')[0].strip() if '=' in text and not text.startswith(('#', ';')) else None


def check(module):
    if not module.params['name']:
        module.fail_json(msg='name cannot be blank')
    if module.params['state'] == 'present' and module.params['value'] == '':
        module.fail_json(msg='value cannot be blank')


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, required_if=[('state', 'present', ['value'])])
    check(module)
    parameter, params = Parameter(module), module.params
    present = params['state'] == 'present'
    current, lines = parameter.current(), parameter.file_lines()
    differs = present and current.split() != parameter.value.split()
    new = parameter.changed_lines(lines)
    changed = new != lines or differs and (params['reload'] or params['sysctl_set'])
    if changed and not module.check_mode:
        if params['sysctl_set'] and differs:
            parameter.set()
        if new != lines:
            parameter.write(new)
        if params['reload']:
            parameter.reload()
    module.exit_json(changed=changed)


if __name__ == '__main__':
    main()
