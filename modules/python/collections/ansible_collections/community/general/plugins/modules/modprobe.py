"""modprobe: modules of the kernel, now and at the next start."""
import os
import platform
import re

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native

ARGUMENTS = dict(
    name=dict(type='str', required=True),
    state=dict(type='str', default='present', choices=['absent', 'present']),
    params=dict(type='str', default=''),
    persistent=dict(type='str', default='disabled', choices=['disabled', 'present', 'absent']),
)
LOADED, OPTIONS = '/etc/modules-load.d', '/etc/modprobe.d'


def files_of(folder):
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [path for path in (os.path.join(folder, name) for name in names) if os.path.isfile(path)]


def lines_of(path):
    with open(path) as f:
        return f.readlines()


class Kernel:
    """The module that the arguments name."""

    def __init__(self, module):
        self.module, self.name = module, module.params['name']
        self.params, self.state = module.params['params'], module.params['state']
        self.changed = False
        self.is_loading = re.compile(r'\s*%s\s*(?:[#;].*)?$' % re.escape(self.name))
        self.option = re.compile(r'options %s (\w+=\S+)\s*(?:[#;].*)?$' % re.escape(self.name))

    def result(self):
        return dict(changed=self.changed, name=self.name, params=self.params, state=self.state)

    # now

    def is_loaded(self):
        with open('/proc/modules') as f:
            if any(line.startswith(self.name.replace('-', '_') + ' ') for line in f):
                return True
        with open(os.path.join('/lib/modules', platform.release(), 'modules.builtin')) as f:
            return any(line.strip().endswith('/%s.ko' % self.name) for line in f)

    def change(self):
        program = self.module.get_bin_path('modprobe', True)
        dry = ['-n'] if self.module.check_mode else []
        if self.state == 'present':
            argv = [program] + dry + [self.name] + self.params.split()
        else:
            argv = [program, '-r', self.name] + dry
        rc, out, err = self.module.run_command(argv)
        if rc != 0:
            self.module.fail_json(msg=err, rc=rc, stdout=out, stderr=err, **self.result())
        self.changed = True

    # at the next start

    def found(self, folder, form):
        """The matches of a folder's lines."""
        matches = (form.match(line) for path in files_of(folder) for line in lines_of(path))
        return [match for match in matches if match]

    def persist(self):
        if not self.found(LOADED, self.is_loading):
            self.write(LOADED, [self.name])
        wanted = self.params.split()
        if {match.group(1) for match in self.found(OPTIONS, self.option)} != set(wanted):
            self.comment_out(OPTIONS, self.option)
            self.write(OPTIONS, ['options %s %s' % (self.name, each) for each in wanted])

    def forget(self):
        self.comment_out(LOADED, self.is_loading)
        self.comment_out(OPTIONS, self.option)

    def write(self, folder, lines):
        self.changed = True
        if not self.module.check_mode:
            with open(os.path.join(folder, self.name + '.conf'), 'w') as f:
                f.write('\n'.join(lines) + '\n')

    def comment_out(self, folder, form):
        """Lines of files that change are apart by an empty one, as with the collection's module."""
        for path in files_of(folder):
            lines = lines_of(path)
            new = ['#' + line if form.match(line) else line for line in lines]
            if new == lines:
                continue
            self.changed = True
            if not self.module.check_mode:
                with open(path, 'w') as f:
                    f.write('\n'.join(new))


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    kernel = Kernel(module)
    try:
        if kernel.is_loaded() != (kernel.state == 'present'):
            kernel.change()
    except IOError as e:
        module.fail_json(msg=to_native(e), **kernel.result())
    if module.params['persistent'] == 'present':
        kernel.persist()
    elif module.params['persistent'] == 'absent':
        kernel.forget()
    module.exit_json(**kernel.result())


if __name__ == '__main__':
    main()
