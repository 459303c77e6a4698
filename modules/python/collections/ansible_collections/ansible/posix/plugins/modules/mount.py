"""mount: what is mounted now, and what fstab mounts at boot."""
import os
import platform

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native

ARGUMENTS = dict(
    boot=dict(type='bool', default=True),
    dump=dict(type='str', default='0'),
    fstab=dict(type='str'),
    fstype=dict(type='str'),
    path=dict(type='path', required=True, aliases=['name']),
    opts=dict(type='str'),
    opts_no_log=dict(type='bool', default=False),
    passno=dict(type='str', no_log=False, default='0'),
    src=dict(type='path'),
    backup=dict(type='bool', default=False),
    state=dict(type='str', required=True,
               choices=['absent', 'absent_from_fstab', 'mounted', 'present', 'unmounted', 'remounted', 'ephemeral']),
)
FIELDS = ('src', 'name', 'fstype', 'opts', 'dump', 'passno')


def escaped(text):
    """A field as fstab(5) has it: blanks and backslashes by their octal numbers."""
    return ''.join('\\%03o' % ord(c) if c in ' \t\n\\' else c for c in text)


class Table:
    """The lines of fstab."""

    def __init__(self, module, entry, path):
        self.module, self.entry, self.path, self.backup = module, entry, path, ''
        with open(path) as f:
            self.lines = f.readlines()

    def means(self, line):
        """Whether a line is about the same place; a swap or "none" is known by its source too."""
        fields = line.split()
        if line.lstrip().startswith('#') or len(fields) < 4 or fields[1] != escaped(self.entry['name']):
            return False
        return not ('src' in self.entry and self.entry['name'] == 'none' and fields[0] != escaped(self.entry['src']) and
                    fields[2] == self.entry.get('fstype', 'swap'))

    def as_wanted(self, line):
        fields = line.split()
        return len(fields) == len(FIELDS) and fields == [escaped(self.entry[name] or '') for name in FIELDS]

    def set(self):
        """Have the entry; whether that changes the table."""
        mine = [line for line in self.lines if self.means(line)]
        if mine and all(self.as_wanted(line) for line in mine):
            return False
        text = ' '.join(escaped(self.entry[name] or '') for name in FIELDS) + '\n'
        lines = [line if line.endswith('\n') else line + '\n' for line in self.lines]
        self.write([text if self.means(line) and not self.as_wanted(line) else line for line in lines] + ([] if mine else [text]))
        return True

    def remove(self):
        kept = [line for line in self.lines if not self.means(line)]
        if kept == self.lines:
            return False
        self.write(kept)
        return True

    def write(self, lines):
        if self.module.check_mode:
            return
        if self.module.params['backup']:
            self.backup = self.module.backup_local(self.path)
        self._replace(lines)

    def restore(self):
        """Undo a change."""
        self._replace(self.lines)

    def _replace(self, lines):
        with open(os.path.realpath(self.path), 'w') as f:
            f.writelines(lines)


class Place:
    """The mount point, and the programs that change it."""

    def __init__(self, module, entry):
        self.module, self.entry, self.path = module, entry, module.params['path']

    def mounted(self):
        return os.path.exists(self.path) and is_mount(self.path)

    def mount(self):
        argv = [self.module.get_bin_path('mount', required=True)]
        if self.module.params['state'] == 'ephemeral':
            argv += ['-t', self.entry['fstype']]
            if self.module.params['opts'] is not None:
                argv += ['-o', self.entry['opts']]
            argv.append(self.entry['src'])
        else:
            argv += self._table()
        return self._run(argv + [self.path])

    def _table(self):
        return ['-T', self.entry['fstab']] if self.entry['fstab'] != '/etc/fstab' else []

    def unmount(self):
        return self._run([self.module.get_bin_path('umount', required=True), self.path])

    def remount(self):
        """By the kernel's own way; by unmounting and mounting again where it has none."""
        options = 'remount'
        if self.module.params['state'] == 'remounted' and self.module.params['opts'] is not None:
            options += ',' + self.entry['opts']
        error = self._run([self.module.get_bin_path('mount', required=True), '-o', options] + self._table() + [self.path])
        if not error:
            return ''
        return self.unmount() or self.mount()

    def _run(self, argv):
        """'' or the program's complaint."""
        rc, out, err = self.module.run_command(argv)
        return '' if rc == 0 else out + err

    def source(self):
        """What is mounted here, by mount's own list."""
        argv = [self.module.get_bin_path('mount', required=True), '-v']
        rc, out, dummy = self.module.run_command(argv)
        found = [line.split()[0] for line in out.splitlines() if ' on %s type ' % self.path in line]
        if rc or not out.strip():
            self.module.fail_json(msg="Unable to retrieve mount info with command '%s'" % ' '.join(argv))
        return found[-1] if found else ''


def is_mount(path):
    """A mount point, a bind of the same filesystem too."""
    if os.path.ismount(path):
        return True
    try:
        with open('/proc/self/mountinfo') as f:
            return any(line.split()[4] == escaped(os.path.realpath(path)) for line in f)
    except IOError:
        return False


def options(params):
    """The options, with noauto for what is not mounted at boot."""
    words = 'defaults' if params['opts'] is None else params['opts']
    return words if params['boot'] else words + ',noauto'


def entry_of(module):
    params = module.params
    entry = dict(name=params['path'], opts=options(params), passno=params['passno'] or '', dump=params['dump'] or '',
                 fstab=params['fstab'] or '/etc/fstab', boot='yes' if params['boot'] else 'no')
    entry.update((name, params[name]) for name in ('src', 'fstype') if params[name] is not None)
    return entry


def table_of(module, entry):
    """The table, which is made if it is not there; ephemeral mounts have none."""
    if module.params['state'] == 'ephemeral':
        return None
    path = entry['fstab']
    if not os.path.exists(path):
        folder = os.path.dirname(path)
        if not os.path.exists(folder):
            os.makedirs(folder)
        open(path, 'a').close()
    return Table(module, entry, path)


def absent(module, table, place):
    changed = table.remove()
    if not changed or module.params['state'] == 'absent_from_fstab' or module.check_mode:
        return changed
    if place.mounted():
        error = place.unmount()
        if error:
            module.fail_json(msg='Error unmounting %s: %s' % (place.path, error))
    if os.path.exists(place.path):
        try:
            os.rmdir(place.path)
        except OSError as e:
            module.fail_json(msg='Error rmdir %s: %s' % (place.path, to_native(e)))
    return changed


def unmounted(module, place):
    if not place.mounted():
        return False
    if not module.check_mode:
        error = place.unmount()
        if error:
            module.fail_json(msg='Error unmounting %s: %s' % (place.path, error))
    return True


def remounted(module, place):
    if not module.check_mode:
        error = place.remount()
        if error:
            module.fail_json(msg='Error remounting %s: %s' % (place.path, error))
    return True


def ephemeral(module, place):
    if place.mounted():
        if place.source() != module.params['src']:
            module.fail_json(msg='Ephemeral mount point is already mounted with a different source than the specified one. Failing in order to prevent an '
                                 'unwanted unmount or override operation. Try replacing this command with a "state: unmounted" followed by a '
                                 '"state: ephemeral", or use a different destination path.')
        return remounted(module, place)
    return mount_now(module, place, made_folders(module, place.path))


def mounted(module, table, place):
    made = made_folders(module, place.path)
    changed = table.set()
    if not place.mounted():
        return mount_now(module, place, made, table)
    if changed and not module.check_mode:
        error = place.remount()
        if error:
            table.restore()
            module.fail_json(msg='Error mounting %s: %s' % (place.path, error))
    return changed


def made_folders(module, path):
    """The folders that were made for a mount point, the innermost first."""
    made = []
    if module.check_mode or os.path.lexists(path):
        return made
    missing = path
    while missing and not os.path.lexists(missing):
        made.append(missing)
        missing = os.path.dirname(missing)
    try:
        os.makedirs(path)
    except OSError as e:
        module.fail_json(msg='Error making dir %s: %s' % (path, to_native(e)))
    return made


def mount_now(module, place, made, table=None):
    error = '' if module.check_mode else place.mount()
    if error:
        if table:
            table.restore()
        for folder in made:
            os.rmdir(folder)
        module.fail_json(msg='Error mounting %s: %s' % (place.path, error))
    return True


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, supports_check_mode=True,
        required_if=[(('state'), state, ['src', 'fstype']) for state in ('mounted', 'present', 'ephemeral')])
    if platform.system() != 'Linux':
        module.fail_json(msg="goplay's own module is for Linux; that of the collection ansible.posix knows other systems")
    if module.params['opts_no_log'] and module.params['opts']:
        module.no_log_values.add(module.params['opts'])
    entry = entry_of(module)
    table, place = table_of(module, entry), Place(module, entry)
    state, warnings = module.params['state'], []
    if module.params['boot'] and 'noauto' in entry['opts'].split(','):
        warnings.append("Ignore the 'boot' due to 'opts' contains 'noauto'.")
    if state.startswith('absent'):
        changed = absent(module, table, place)
    elif state == 'unmounted':
        changed = unmounted(module, place)
    elif state == 'remounted':
        changed = remounted(module, place)
    elif state == 'ephemeral':
        changed = ephemeral(module, place)
    else:
        changed = mounted(module, table, place) if state == 'mounted' else table.set()
    module.exit_json(changed=changed, backup_file=table.backup if table else '', warnings=warnings, **entry)


if __name__ == '__main__':
    main()
