"""find: files by name, age, size, mode and content."""
import fnmatch
import grp
import os
import pwd
import re
import stat
import time

from ansible.module_utils._runtime.modes import symbolic_to_octal
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    paths=dict(type='list', required=True, aliases=['name', 'path'], elements='path'),
    patterns=dict(type='list', default=[], aliases=['pattern'], elements='str'),
    excludes=dict(type='list', aliases=['exclude'], elements='str'),
    contains=dict(type='str'),                            # matches from the start of a line
    read_whole_file=dict(type='bool', default=False),     # contains is searched in the whole content
    file_type=dict(type='str', default='file', choices=['any', 'directory', 'file', 'link']),
    age=dict(type='str'),                                 # at least so old, or with - at most
    age_stamp=dict(type='str', default='mtime', choices=['atime', 'ctime', 'mtime']),
    size=dict(type='str'),                                # at least so large, or with - at most
    recurse=dict(type='bool', default=False),
    hidden=dict(type='bool', default=False),
    follow=dict(type='bool', default=False),
    get_checksum=dict(type='bool', default=False),
    checksum_algorithm=dict(
        type='str', default='sha1', choices=['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
        aliases=['checksum', 'checksum_algo']),
    use_regex=dict(type='bool', default=False),
    depth=dict(type='int'),
    mode=dict(type='raw'),
    exact_mode=dict(type='bool', default=True),
    encoding=dict(type='str'),
    limit=dict(type='int'),
)

_SECONDS = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 604800}
_BYTES = {'b': 1, 'k': 1 << 10, 'm': 1 << 20, 'g': 1 << 30, 't': 1 << 40}
_TYPES = {'file': stat.S_ISREG, 'directory': stat.S_ISDIR, 'link': stat.S_ISLNK}
_KINDS = dict(
    isdir=stat.S_ISDIR, ischr=stat.S_ISCHR, isblk=stat.S_ISBLK, isreg=stat.S_ISREG,
    isfifo=stat.S_ISFIFO, islnk=stat.S_ISLNK, issock=stat.S_ISSOCK,
)
_BITS = dict(
    isuid=stat.S_ISUID, isgid=stat.S_ISGID,
    wusr=stat.S_IWUSR, rusr=stat.S_IRUSR, xusr=stat.S_IXUSR,
    wgrp=stat.S_IWGRP, rgrp=stat.S_IRGRP, xgrp=stat.S_IXGRP,
    woth=stat.S_IWOTH, roth=stat.S_IROTH, xoth=stat.S_IXOTH,
)


def describe(path, st):
    """What stat says of a file, as result keys."""
    output = dict(
        path=path, mode='%04o' % stat.S_IMODE(st.st_mode), uid=st.st_uid, gid=st.st_gid, size=st.st_size, inode=st.st_ino,
        dev=st.st_dev, nlink=st.st_nlink, atime=st.st_atime, mtime=st.st_mtime, ctime=st.st_ctime, pw_name='', gr_name='')
    try:
        output['pw_name'] = pwd.getpwuid(st.st_uid).pw_name
    except (KeyError, OverflowError):
        pass
    try:
        output['gr_name'] = grp.getgrgid(st.st_gid).gr_name
    except (KeyError, OverflowError):
        pass
    output.update((name, test(st.st_mode)) for name, test in _KINDS.items())
    output.update((name, bool(st.st_mode & bit)) for name, bit in _BITS.items())
    return output


def parse_quantity(module, name, units):
    """A number with a unit from argument name; None if it is not given."""
    text = module.params[name]
    if text is None:
        return None
    match = re.match(r'^(-?\d+)([%s])?$' % ''.join(units), text.lower())
    if not match:
        module.fail_json(**{name: text, 'msg': 'failed to process %s' % name})
    return int(match.group(1)) * units.get(match.group(2), 1)


class Unreadable(Exception):
    """A file or folder that could not be examined."""


class Filter:
    """The conditions of one call."""

    def __init__(self, module):
        self.params = module.params
        self.now = time.time()
        self.age = parse_quantity(module, 'age', _SECONDS)
        self.size = parse_quantity(module, 'size', _BYTES)
        self.patterns = self._expressions(self.params['patterns'])
        self.excludes = self._expressions(self.params['excludes'] or [])

    def _expressions(self, patterns):
        """Regular expressions as text: a wrong one is told where a file is compared with it."""
        if not self.params['use_regex']:
            patterns = [fnmatch.translate(pattern) for pattern in patterns]
        return patterns

    def matches(self, path, name, st):
        regular = stat.S_ISREG(st.st_mode)
        wanted = _TYPES.get(self.params['file_type'])
        if (wanted and not wanted(st.st_mode)) or not self._name(name) or not self._age(st) or not self._mode(st):
            return False
        return not regular or (self._size(st) and self._content(path))

    def _name(self, name):
        return any(_compiled(p).match(name) for p in self.patterns) and not any(_compiled(p).match(name) for p in self.excludes)

    def _age(self, st):
        if self.age is None:
            return True
        age = self.now - getattr(st, 'st_' + self.params['age_stamp'])
        return age >= self.age if self.age >= 0 else age <= -self.age

    def _size(self, st):
        if self.size is None:
            return True
        return st.st_size >= self.size if self.size >= 0 else st.st_size <= -self.size

    def _mode(self, st):
        mode = self.params['mode']
        if mode is None:
            return True
        if not isinstance(mode, int):
            try:
                mode = int(mode, 8)
            except ValueError:
                mode = symbolic_to_octal(os.stat_result((stat.S_IFMT(st.st_mode),) + (0,) * 9), mode)
        actual = stat.S_IMODE(st.st_mode)
        return actual == mode if self.params['exact_mode'] else bool(actual & mode)

    def _content(self, path):
        if not self.params['contains']:
            return True
        contains = _compiled(self.params['contains'])
        try:
            with open(path, encoding=self.params['encoding']) as f:
                if self.params['read_whole_file']:
                    return bool(contains.search(f.read()))
                return any(contains.match(line) for line in f)
        except LookupError as e:
            raise Unreadable(to_native(e))
        except UnicodeDecodeError:
            current = self.params['encoding'] or 'None (default determined by the Python built-in function "open")'
            raise Unreadable('Failed to read the file %s due to an encoding error. current encoding: %s' % (path, current))
        except (OSError, IOError):
            return False


def _compiled(expression):
    try:
        return re.compile(expression)
    except re.error as e:
        raise Unreadable(to_native(e))


class Search:
    """The walk through the folders."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.filter = Filter(module)
        self.files, self.skipped, self.examined = [], {}, 0
        self.all_seen = True

    def run(self):
        for path in self.params['paths']:
            try:
                self._walk(path)
            except Unreadable as e:
                self.all_seen = False
                self.skipped[path] = to_native(e)
                self.module.warn("Skipped '%s' path due to this access issue: %s\n" % (path, to_native(e)))
        self.module.exit_json(
            files=self.files, changed=False, msg=self._message(), matched=len(self.files),
            examined=self.examined, skipped_paths=self.skipped)

    def _full(self):
        return self.params['limit'] is not None and len(self.files) >= self.params['limit']

    def _message(self):
        if not self.all_seen:
            return 'Not all paths examined, check warnings for details'
        return 'Limit of matches reached' if self._full() else 'All paths examined'

    def _note_unreadable(self, error):
        self.skipped[error.filename] = to_native(error)

    def _walk(self, top):
        if not os.path.isdir(top):
            raise Unreadable("'%s' is not a directory" % to_native(top))
        for root, dirs, files in os.walk(top, onerror=self._note_unreadable, followlinks=self.params['follow']):
            self.examined += len(files) + len(dirs)
            if self._too_deep(top, root):
                del dirs[:]
                continue
            for name in files + dirs:
                self._examine(root, name)
                if self._full():
                    return
            if not self.params['recurse']:
                return

    def _too_deep(self, top, root):
        if not self.params['depth']:
            return False
        relative = os.path.relpath(root, top)
        return (0 if relative == '.' else relative.count(os.path.sep) + 1) >= self.params['depth']

    def _examine(self, root, name):
        path = os.path.normpath(os.path.join(root, name))
        if name.startswith('.') and not self.params['hidden']:
            return
        try:
            st = os.lstat(path)
        except (IOError, OSError) as e:
            self.module.warn("Skipped entry '%s' due to this access issue: %s\n" % (path, to_native(e)))
            self.all_seen = False
            self.skipped[path] = to_native(e)
            return
        if not self.filter.matches(path, name, st):
            return
        output = describe(path, st)
        if self.params['get_checksum'] and stat.S_ISREG(st.st_mode):
            output['checksum'] = self.module.digest_from_file(path, self.params['checksum_algorithm'])
        self.files.append(output)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    if not module.params['patterns']:
        module.params['patterns'] = ['.*'] if module.params['use_regex'] else ['*']
    if module.params['limit'] == 0:
        module.fail_json(msg='limit cannot be 0 (use None for unlimited)')
    Search(module).run()


if __name__ == '__main__':
    main()
