"""Owner, group, mode and attributes of files: read them, and set what differs."""
import errno
import os
import stat

from ansible.module_utils._runtime.file_flags import read_attributes
from ansible.module_utils._runtime.modes import symbolic_to_octal
from ansible.module_utils.common.text.converters import to_bytes, to_native, to_text


def _expand(path, expand):
    b_path = to_bytes(path, errors='surrogate_or_strict')
    return os.path.expanduser(os.path.expandvars(b_path)) if expand else b_path


def _note(diff, key, before, after):
    if diff is not None:
        diff.setdefault('before', {})[key] = before
        diff.setdefault('after', {})[key] = after


def user_id(name):
    """The uid of a user's name or number; None if there is none."""
    try:
        return int(name)
    except ValueError:
        pass
    import pwd
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None


def group_id(name):
    """The gid of a group's name or number; None if there is none."""
    try:
        return int(name)
    except ValueError:
        pass
    import grp
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None


class FileAttributes:
    """The part of AnsibleModule that deals with files' attributes."""

    def load_file_common_arguments(self, params, path=None):
        """What the common file arguments ask for, for set_fs_attributes_if_different; {} without a path."""
        path = params.get('path', params.get('dest', None)) if path is None else path
        if path is None:
            return {}
        path = os.path.expanduser(os.path.expandvars(path))
        if params.get('follow', False) and os.path.islink(to_bytes(path)):
            path = os.path.realpath(path)
        keys = ('mode', 'owner', 'group', 'seuser', 'serole', 'setype', 'selevel')
        args = dict([('path', path)] + [(key, params.get(key)) for key in keys])
        args['secontext'] = self._wanted_secontext(args, path)
        args['attributes'] = params.get('attributes')
        return args

    def _wanted_secontext(self, args, path):
        context = [args['seuser'], args['serole'], args['setype']]
        if self.selinux_mls_enabled():
            context.append(args['selevel'])
        if not self.selinux_enabled():
            return context
        default = self.selinux_default_context(path)
        return [default[i] if part == '_default' and i < len(default) else part for i, part in enumerate(context)]

    def set_fs_attributes_if_different(self, file_args, changed, diff=None, expand=True):
        """Apply load_file_common_arguments' result; returns whether anything changed now or before."""
        path = file_args['path']
        changed = self.set_context_if_different(path, file_args['secontext'], changed, diff)
        changed = self.set_owner_if_different(path, file_args['owner'], changed, diff, expand)
        changed = self.set_group_if_different(path, file_args['group'], changed, diff, expand)
        changed = self.set_mode_if_different(path, file_args['mode'], changed, diff, expand)
        return self.set_attributes_if_different(path, file_args['attributes'], changed, diff, expand)

    def set_directory_attributes_if_different(self, file_args, changed, diff=None, expand=True):
        return self.set_fs_attributes_if_different(file_args, changed, diff, expand)

    def set_file_attributes_if_different(self, file_args, changed, diff=None, expand=True):
        return self.set_fs_attributes_if_different(file_args, changed, diff, expand)

    def check_file_absent_if_check_mode(self, file_path):
        return self.check_mode and not os.path.exists(file_path)

    def user_and_group(self, path, expand=True):
        """(uid, gid) of path itself, links not followed."""
        st = os.lstat(_expand(path, expand))
        return st.st_uid, st.st_gid

    def find_mount_point(self, path):
        """The mount point under which path is."""
        path = os.path.realpath(os.path.expanduser(os.path.expandvars(path)))
        while not os.path.ismount(path):
            path = os.path.dirname(path)
        return path

    def set_owner_if_different(self, path, owner, changed, diff=None, expand=True):
        if owner is None:
            return changed
        return self._chown('owner', path, owner, user_id, changed, diff, expand)

    def set_group_if_different(self, path, group, changed, diff=None, expand=True):
        if group is None:
            return changed
        return self._chown('group', path, group, group_id, changed, diff, expand)

    def _chown(self, kind, path, name, find_id, changed, diff, expand):
        b_path = _expand(path, expand)
        if self.check_file_absent_if_check_mode(b_path):
            return True
        wanted = find_id(name)
        if wanted is None:
            self.fail_json(path=to_text(b_path), msg='%s failed: failed to look up %s %s' % (
                ('chown', 'user', name) if kind == 'owner' else ('chgrp', 'group', name)))
        current = os.lstat(b_path)
        current = current.st_uid if kind == 'owner' else current.st_gid
        if current == wanted:
            return changed
        _note(diff, kind, current, wanted)
        if not self.check_mode:
            self._lchown(kind, b_path, wanted)
        return True

    def _lchown(self, kind, b_path, wanted):
        try:
            os.lchown(b_path, *((wanted, -1) if kind == 'owner' else (-1, wanted)))
        except OSError as e:
            path = to_text(b_path)
            if kind == 'owner':
                self.fail_json(path=path, msg='chown failed', exception=e)
            self.fail_json(path=path, msg='chgrp failed')

    def set_mode_if_different(self, path, mode, changed, diff=None, expand=True):
        """mode is a number, octal text, or symbolic text."""
        if mode is None:
            return changed
        b_path = _expand(path, expand)
        if self.check_file_absent_if_check_mode(b_path):
            return True
        path_stat = os.lstat(b_path)
        wanted = self._wanted_mode(b_path, path_stat, mode)
        before = stat.S_IMODE(path_stat.st_mode)
        if before == wanted:
            return changed
        _note(diff, 'mode', '0%03o' % before, '0%03o' % wanted)
        if self.check_mode:
            return True
        self._chmod(b_path, wanted)
        return changed or stat.S_IMODE(os.lstat(b_path).st_mode) != before

    def _wanted_mode(self, b_path, path_stat, mode):
        if isinstance(mode, int):
            return mode
        try:
            return int(mode, 8)
        except Exception:
            return self._symbolic_mode(b_path, path_stat, mode)

    def _symbolic_mode(self, b_path, path_stat, mode):
        try:
            return symbolic_to_octal(path_stat, mode)
        except Exception as e:
            self.fail_json(path=to_text(b_path), msg='mode must be in octal or symbolic form', details=to_native(e))

    @staticmethod
    def _symbolic_mode_to_octal(path_stat, symbolic_mode):
        return symbolic_to_octal(path_stat, symbolic_mode)

    def _chmod(self, b_path, mode):
        try:
            # Linux links have no mode of their own, and chmod would change their target.
            if not os.path.islink(b_path):
                os.chmod(b_path, mode)
        except OSError as e:
            if e.errno not in (errno.ENOENT, errno.ELOOP):
                raise

    def set_attributes_if_different(self, path, attributes, changed, diff=None, expand=True):
        """attributes are chattr's letters, with an optional operator in front."""
        if not attributes:
            return changed
        b_path = _expand(path, expand)
        if self.check_file_absent_if_check_mode(b_path):
            return True
        existing = self.get_file_attributes(b_path, include_version=False)
        operator, letters = '=', attributes
        if attributes.startswith(('-', '+')):
            operator, letters = attributes[0], attributes[1:]
        if not self._attributes_differ(existing.get('attr_flags', ''), operator, letters):
            return changed
        program = self.get_bin_path('chattr')
        if not program:
            return changed
        command = operator + letters
        _note(diff, 'attributes', existing.get('attr_flags'), command)
        if not self.check_mode:
            self._chattr([program, command, b_path], b_path)
        return True

    @staticmethod
    def _attributes_differ(existing, operator, letters):
        existing, letters = set(existing), set(letters)
        if operator == '=':
            return existing != letters
        return bool(letters & existing) if operator == '-' else bool(letters - existing)

    def _chattr(self, command, b_path):
        try:
            rc, out, err = self.run_command(command)
            if rc != 0 or err:
                raise Exception('Error while setting attributes: %s' % (out + err))
        except Exception as e:
            self.fail_json(path=to_text(b_path), msg='chattr failed', details=to_native(e))

    def get_file_attributes(self, path, include_version=True):
        """{version, attr_flags, attributes} as lsattr prints them; {} where it cannot."""
        if not self.get_bin_path('lsattr'):
            return {}
        try:
            return read_attributes(path, include_version)
        except (OSError, OverflowError):
            return {}

    def add_path_info(self, kwargs):
        """Add to a result what its path or dest is like now."""
        path = kwargs.get('path', kwargs.get('dest', None))
        if path is None:
            return kwargs
        b_path = to_bytes(path, errors='surrogate_or_strict')
        try:
            os.stat(b_path)  # A link to nothing is not described.
            st = os.lstat(b_path)
        except (OSError, ValueError):
            return kwargs
        kwargs.update(_describe(st, b_path))
        if self.selinux_enabled():
            kwargs['secontext'] = ':'.join(self.selinux_context(path))
        return kwargs


def _describe(st, b_path):
    return {
        'uid': st.st_uid, 'gid': st.st_gid, 'owner': user_name(st.st_uid), 'group': group_name(st.st_gid),
        'mode': '0%03o' % stat.S_IMODE(st.st_mode), 'state': _state(st, b_path), 'size': st.st_size,
    }


def user_name(uid):
    """The name of a uid, or its number as text."""
    import pwd
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def group_name(gid):
    """The name of a gid, or its number as text."""
    import grp
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _state(st, b_path):
    if stat.S_ISLNK(st.st_mode):
        return 'link'
    if stat.S_ISDIR(st.st_mode):
        return 'directory'
    return 'hard' if st.st_nlink > 1 else 'file'
