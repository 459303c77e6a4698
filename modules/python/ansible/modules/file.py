"""file: make files, directories, links and hard links, remove them, and set their attributes."""
import errno
import grp
import os
import pwd
import re
import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_native, to_text

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    state=dict(type='str', choices=['absent', 'directory', 'file', 'hard', 'link', 'touch']),
    path=dict(type='path', required=True, aliases=['dest', 'name']),
    _original_basename=dict(type='str'),                  # what copy and template call the file within path
    recurse=dict(type='bool', default=False),
    force=dict(type='bool', default=False),               # links: to nothing, and in place of files
    follow=dict(type='bool', default=True),
    _diff_peek=dict(type='bool'),                         # only tell whether the content looks binary
    src=dict(type='path'),                                # what a link points to
    modification_time=dict(type='str'),
    modification_time_format=dict(type='str', default='%Y%m%d%H%M.%S'),
    access_time=dict(type='str'),
    access_time_format=dict(type='str', default='%Y%m%d%H%M.%S'),
)

_PEEK_BYTES = 8192


def get_state(path):
    """absent, link, directory, hard or file."""
    b_path = to_bytes(path, errors='surrogate_or_strict')
    try:
        st = os.lstat(b_path)
    except OSError as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES):
            return 'absent'
        raise
    if os.path.islink(b_path):
        return 'link'
    if os.path.isdir(b_path):
        return 'directory'
    return 'hard' if st.st_nlink > 1 else 'file'


def initial_diff(path, state, previous):
    """The diff of a change of state; without one, only the path on both sides."""
    diff = {'before': {'path': path}, 'after': {'path': path}}
    if previous != state:
        diff['before']['state'] = previous
        diff['after']['state'] = state
        if state == 'absent' and previous == 'directory':
            diff['before']['path_content'] = _list_content(path)
    return diff


def _list_content(path):
    content = {'directories': [], 'files': []}
    for base, directories, files in os.walk(to_bytes(path, errors='surrogate_or_strict')):
        content['directories'] += [to_native(os.path.join(base, name)) for name in directories]
        content['files'] += [to_native(os.path.join(base, name)) for name in files]
    return content


def wanted_times(params):
    """(access, modification): None keeps a time, 'now' or seconds set it."""
    default = 'preserve' if params['state'] != 'touch' else 'now'
    return tuple(
        _parse_time(params[name] or default, params[name + '_format']) for name in ('access_time', 'modification_time'))


def _parse_time(text, time_format):
    if text == 'preserve':
        return None
    if text == 'now':
        return 'now'
    try:
        return time.mktime(time.strptime(text, time_format))
    except (ValueError, OverflowError) as e:
        raise ValueError('Error while obtaining timestamp for time %s using format %s: %s' % (text, time_format, to_native(e)))


class FileState:
    """One call. Each state's method returns the result."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.path = self.params['path']
        self.b_path = to_bytes(self.path, errors='surrogate_or_strict')
        self.previous = get_state(self.path)

    # attributes

    def _file_args(self, path=None):
        return self.module.load_file_common_arguments(self.params, path=path)

    def _set_attributes(self, path, changed, diff=None, times=None):
        """Set the attributes of path; returns whether anything changed now or before."""
        changed = self.module.set_fs_attributes_if_different(self._file_args(path), changed, diff, expand=False)
        return self._set_times(path, times or wanted_times(self.params), diff) or changed

    def _set_times(self, path, wanted, diff):
        b_path = to_bytes(path, errors='surrogate_or_strict')
        if wanted == (None, None):
            return False
        try:
            st = os.stat(b_path)
        except OSError as e:
            self._fail_times(e)
        now = time.time()
        access, modification = [
            now if want == 'now' else previous if want is None else want
            for want, previous in zip(wanted, (st.st_atime, st.st_mtime))]
        if 'now' not in wanted and (access, modification) == (st.st_atime, st.st_mtime):
            return False
        if not self.module.check_mode:
            self._utime(b_path, None if wanted == ('now', 'now') else (access, modification))
        if diff is not None:
            _note_time(diff, 'mtime', wanted[1], st.st_mtime, modification)
            _note_time(diff, 'atime', wanted[0], st.st_atime, access)
        return True

    def _utime(self, b_path, times):
        try:
            os.utime(b_path, times)
        except OSError as e:
            self._fail_times(e)

    def _fail_times(self, error):
        self.module.fail_json(path=self.path, msg='Error while updating modification or access time: %s' % to_native(error, nonstring='simplerepr'))

    # states

    def file(self):
        if self.previous not in ('file', 'hard'):
            if self.previous == 'link' and self.params['follow']:
                self._follow()
            if self.previous not in ('file', 'hard'):
                self.module.fail_json(
                    msg='file ({0}) is {1}, cannot continue'.format(self.path, self.previous), path=self.path, state=self.previous)
        diff = initial_diff(self.path, 'file', 'file')
        return {'path': self.path, 'changed': self._set_attributes(self.path, False, diff), 'diff': diff}

    def _follow(self):
        """Go on with what the link points to."""
        target = os.path.realpath(self.b_path)
        if target == self.b_path or os.path.islink(target):
            return
        self.b_path, self.path = target, to_native(target, errors='surrogate_or_strict')
        self.previous = get_state(self.path)

    def absent(self):
        if self.previous == 'absent':
            return {'path': self.path, 'changed': False, 'state': 'absent'}
        diff = initial_diff(self.path, 'absent', self.previous)
        result = {'path': self.path, 'changed': True, 'diff': diff}
        if not self.module.check_mode:
            self._remove()
            result['state'] = 'absent'
        return result

    def _remove(self):
        if self.previous == 'directory':
            import shutil
            try:
                shutil.rmtree(self.b_path, ignore_errors=False)
            except Exception as e:
                self.module.fail_json(msg='rmtree failed: %s' % to_native(e))
            return
        try:
            os.unlink(self.b_path)
        except OSError as e:
            if e.errno != errno.ENOENT:
                self.module.fail_json(path=self.path, msg='Unlinking failed.', exception=e)

    def directory(self):
        if self.params['follow'] and self.previous == 'link':
            self._follow()
        diff = initial_diff(self.path, 'directory', self.previous)
        if self.previous == 'absent':
            if self.module.check_mode:
                return {'path': self.path, 'changed': True, 'diff': diff}
            self._make_directories(diff)
        elif self.previous != 'directory':
            self.module.fail_json(path=self.path, msg='{0} already exists as a {1}'.format(self.path, self.previous))
        changed = self._set_attributes(self.path, self.previous == 'absent', diff)
        if self.params['recurse']:
            changed |= self._recurse(self.b_path)
        return {'path': self.path, 'changed': changed, 'diff': diff}

    def _make_directories(self, diff):
        """Make each missing part of the path, with the attributes that were asked for."""
        current = ''
        try:
            for part in self.path.strip('/').split('/'):
                current = '/'.join([current, part])
                if not os.path.isabs(self.path):
                    current = current.lstrip('/')
                if self._make_directory(to_bytes(current, errors='surrogate_or_strict')):
                    self.module.set_fs_attributes_if_different(self._file_args(current), True, diff, expand=False)
        except Exception as e:
            self.module.fail_json(
                path=self.path, msg='There was an issue creating %s as requested: %s' % (current, to_native(e)))

    @staticmethod
    def _make_directory(b_path):
        if os.path.exists(b_path):
            return False
        try:
            os.mkdir(b_path)
        except OSError as e:
            # Somebody else may have made it meanwhile.
            if not (e.errno == errno.EEXIST and os.path.isdir(b_path)):
                raise
        return True

    def _recurse(self, b_top):
        """Set the attributes of all below a folder; whether anything changed."""
        changed = False
        try:
            for b_root, b_dirs, b_files in os.walk(b_top):
                for b_name in b_dirs + b_files:
                    changed |= self._recurse_into(os.path.join(b_root, b_name))
        except RuntimeError as e:
            self.module.fail_json(msg='Could not recursively set attributes on %s. Original error was: %s' % (to_native(b_top), to_native(e)))
        return changed

    def _recurse_into(self, b_path):
        changed = self._set_quietly(b_path)
        if not os.path.islink(b_path) or not self.params['follow']:
            return changed
        b_target = os.path.join(os.path.dirname(b_path), os.readlink(b_path))
        if not os.path.exists(b_target):
            return changed
        if os.path.isdir(b_target):
            changed |= self._recurse(b_target)
        return self._set_quietly(b_target) or changed

    def _set_quietly(self, b_path):
        args = self._file_args(to_native(b_path, errors='surrogate_or_strict'))
        changed = self.module.set_fs_attributes_if_different(args, False, expand=False)
        return self._set_times(to_native(b_path), wanted_times(self.params), None) or changed

    def touch(self):
        times = wanted_times(self.params)
        diff = initial_diff(self.path, 'touch', self.previous)
        result = {'dest': self.path, 'diff': diff}
        created = self.previous == 'absent'
        if created:
            if self.module.check_mode:
                return {'dest': self.path, 'changed': True}
            self._create()
        try:
            path = self._touched_path()
            result['changed'] = self._set_attributes(path, created, diff, times)
        except SystemExit as e:
            # fail_json within: a new file that cannot be as asked for shall not stay.
            if e.code and created:
                os.remove(self.b_path)
            raise
        return result

    def _touched_path(self):
        if self.params['follow'] and self.previous == 'link':
            return to_native(os.path.realpath(self.b_path))
        return self.path

    def _create(self):
        try:
            open(self.b_path, 'wb').close()
        except (OSError, IOError) as e:
            self.module.fail_json(path=self.path, msg='Error, could not touch target.', exception=e)

    def link(self):
        from ansible.module_utils._runtime.linking import make_symlink
        return make_symlink(self)

    def hard(self):
        if self.params['src'] is None and self.previous == 'hard':
            diff = initial_diff(self.path, 'hard', 'hard')
            return {'dest': self.path, 'src': None, 'changed': self._set_attributes(self.path, False, diff), 'diff': diff}
        from ansible.module_utils._runtime.linking import make_hardlink
        return make_hardlink(self)


def _note_time(diff, key, wanted, before, after):
    if wanted is not None and before != after:
        diff['before'][key] = before
        diff['after'][key] = after


def peek(path):
    """The result for the controller's diff: does the content look binary?"""
    binary = False
    try:
        with open(to_bytes(path, errors='surrogate_or_strict'), 'rb') as f:
            binary = b'\x00' in f.read(_PEEK_BYTES)
    except OSError:
        pass
    return {'path': path, 'changed': False, 'appears_binary': binary}


def foretell_accounts(module):
    """Check mode tells of owners and groups that are not there yet."""
    kinds = (('owner', 'user', 'uid', pwd.getpwnam, pwd.getpwuid), ('group', 'group', 'gid', grp.getgrnam, grp.getgrgid))
    for option, kind, number, by_name, by_number in kinds:
        wanted = module.params[option]
        try:
            if wanted and re.match(r'-?\d+$', wanted):
                wanted = 'with %s %s' % (number, wanted)
                by_number(int(module.params[option]))
            elif wanted:
                by_name(wanted)
        except (KeyError, OverflowError):
            module.warn('failed to look up %s %s. Create %s up to this point in real play' % (kind, wanted, kind))


def complete_arguments(module):
    """Settle path and state from what was given."""
    params = module.params
    if params['state'] not in ('link', 'absent') and os.path.isdir(to_bytes(params['path'], errors='surrogate_or_strict')):
        basename = params['_original_basename'] or (os.path.basename(params['src']) if params['src'] else None)
        if basename:
            params['path'] = os.path.join(params['path'], basename)
    previous = get_state(params['path'])
    if params['state'] is None:
        params['state'] = 'directory' if params['recurse'] and previous == 'absent' else \
            previous if previous != 'absent' else 'file'
    if params['recurse'] and params['state'] != 'directory':
        module.fail_json(path=params['path'], msg="recurse option requires state to be 'directory'")
    if params['src'] and params['state'] not in ('link', 'hard'):
        module.fail_json(path=params['path'], msg="src option requires state to be 'link' or 'hard'")
    if module.check_mode and params['state'] != 'absent':
        foretell_accounts(module)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, add_file_common_args=True, supports_check_mode=True)
    complete_arguments(module)
    if module.params['_diff_peek']:
        module.exit_json(**peek(module.params['path']))
    try:
        if module.params['state'] != 'absent':
            wanted_times(module.params)
        result = getattr(FileState(module), module.params['state'])()
    except ValueError as e:
        module.fail_json(msg=to_text(e))
    if not module._diff:
        result.pop('diff', None)
    module.exit_json(**result)


if __name__ == '__main__':
    main()
