"""zip files: zipinfo lists them, Python compares them with what is there, and unzip extracts them."""
import datetime
import os
import re
import stat
import time
import zipfile
import zlib
from collections import namedtuple

from ansible.module_utils._runtime.file_attributes import group_id, user_id
from ansible.module_utils._runtime.modes import current_umask, symbolic_to_octal
from ansible.module_utils.archive import Archive

# A line of zipinfo -T -s: -rw-r--r--  3.0 unx  2 tx stor 20200102.030405 a
_LINE = re.compile(r'^(?P<perms>[-dlbcps?][-rwxsStTlLahp]{6,9})\s+\S+\s+(?P<system>\S+)\s+(?P<size>\d+)\s+\S+\s+\S+\s+(?P<when>\d{8}\.\d{6})\s(?P<name>.+)$')

# What each kind of entry must be where it was extracted to.
_IS = {'f': stat.S_ISREG, 'd': stat.S_ISDIR, 'L': stat.S_ISLNK}

# mode is None where the archive has no Unix permissions; when is seconds since the epoch.
Entry = namedtuple('Entry', 'name kind mode size when')


class Zip(Archive):

    name = 'ZipArchive'
    lister = 'zipinfo'
    lister_options = ()

    def __init__(self, module, src, dest):
        super(Zip, self).__init__(module, src, dest)
        self.unzip = module.get_bin_path('unzip')
        self.lister_path = module.get_bin_path(self.lister)
        self._entries = self._sums = None

    def usable(self):
        if not self.unzip:
            return "Unable to find required 'unzip' or '%s' binary in the path." % self.lister
        if not self.lister_path:
            return "Unable to find required '%s' binary in the path." % self.lister
        rc, dummy, err = self.module.run_command([self.unzip, '-l', self.src])
        return '' if rc == 0 else 'Command "%s" could not handle archive: %s' % (self.unzip, err)

    def list(self):
        return [entry.name for entry in self.entries()]

    def entries(self):
        if self._entries is None:
            argv = [self.lister_path] + list(self.lister_options) + ['-T', '-s', self.src] + self._selection()
            dummy, out, dummy = self.module.run_command(argv)
            self._entries = [entry for entry in (parse(line) for line in out.splitlines()) if entry]
        return self._entries

    def _selection(self):
        return self.params['include'] + (['-x'] + self.params['exclude'] if self.params['exclude'] else [])

    def extract(self):
        argv = [self.unzip, '-o'] + self.params['extra_opts'] + [self.src] + self._selection() + ['-d', self.dest]
        rc, out, err = self.module.run_command(argv)
        return dict(cmd=argv, rc=rc, out=out, err=err)

    def compare(self):
        """The lines of the difference, in the manner of rsync's --itemize-changes."""
        lines = [line for line in (self._compared(entry) for entry in self.entries()) if line]
        return dict(unarchived=not lines and bool(self.entries()), diff=''.join(lines))

    def _compared(self, entry):
        path = os.path.join(self.dest, entry.name)
        try:
            found = os.lstat(path)
        except OSError:
            return '>%s++++++.?? %s\n' % (entry.kind, entry.name)
        if not _IS[entry.kind](found.st_mode):
            return 'c%s++++++.?? %s\n' % (entry.kind, entry.name)
        flags = self._content(entry, path, found) + self._attributes(entry, found)
        return '.%s%s.?? %s\n' % (entry.kind, flags, entry.name) if flags != '......' else ''

    def _content(self, entry, path, found):
        """The letters for content, size and time of a file. One that is newer than the archive's is left out of all that follows."""
        if entry.kind != 'f':
            return '...'
        newer = found.st_mtime > entry.when
        if self.params['keep_newer'] and newer:
            self.params['exclude'].append(entry.name)
            return '...'
        size = 's' if found.st_size != entry.size else '.'
        when = 't' if int(found.st_mtime) != int(entry.when) else '.'
        return ('c' if self._differs(entry, path) else '.') + size + when

    def _differs(self, entry, path):
        wanted = self.sums().get(entry.name, self.sums().get(entry.name.encode('utf-8', 'surrogateescape').decode('cp437')))
        return wanted != checksum(path, self.params['io_buffer_size'])

    def sums(self):
        if self._sums is None:
            with zipfile.ZipFile(self.src) as archive:
                self._sums = {info.filename: info.CRC for info in archive.infolist()}
        return self._sums

    def _attributes(self, entry, found):
        """The letters for permissions, owner or group, which share a place, and a dot."""
        wanted = self._mode(entry, found)
        perms = 'p' if wanted is not None and wanted != stat.S_IMODE(found.st_mode) else '.'
        if self._is_other('group', group_id, found.st_gid):
            return perms + 'g.'
        return perms + ('o.' if self._is_other('owner', user_id, found.st_uid) else '..')

    def _mode(self, entry, found):
        """The permissions that the entry shall have; None if they are left as they are."""
        if entry.kind == 'L':
            return None
        mode = self.params['mode']
        if mode is None:
            return entry.mode
        try:
            return mode if isinstance(mode, int) else int(mode, 8)
        except ValueError:
            pass
        try:
            return symbolic_to_octal(found, mode)
        except ValueError as e:
            self.module.fail_json(path=entry.name, msg=str(e))

    def _is_other(self, option, find_id, actual):
        name = self.params[option]
        return bool(name) and find_id(name) != actual


class ZipZ(Zip):
    """Where there is no zipinfo but an unzip that can do the same."""
    name = 'ZipZArchive'
    lister = 'unzip'
    lister_options = ('-Z',)


def parse(line):
    """The Entry of a line of zipinfo; None for other lines."""
    match = _LINE.match(line)
    if not match:
        return None
    perms, name = match.group('perms'), match.group('name')
    kind = {'d': 'd', 'l': 'L'}.get(perms[0], 'd' if name.endswith('/') else 'f')
    return Entry(name, kind, permissions(perms, kind), int(match.group('size')), seconds(match.group('when')))


def permissions(perms, kind):
    """The mode of a listing's letters, without setuid and its like, which unzip does not restore."""
    letters = perms[1:]
    if len(letters) != 9:
        return (0o777 if kind == 'd' else 0o666) & ~current_umask()
    return sum(1 << (8 - i) for i, letter in enumerate(letters) if letter not in '-ST')


def seconds(text):
    """The time of 20200102.030405 in the local zone; dates that are none count as 1980."""
    try:
        return time.mktime(datetime.datetime.strptime(text, '%Y%m%d.%H%M%S').timetuple())
    except ValueError:
        return time.mktime((1980, 1, 1, 0, 0, 0, 0, 0, 0))


def checksum(path, size):
    """The CRC-32 of a file; None if it cannot be read."""
    value = 0
    try:
        with open(path, 'rb') as f:
            for block in iter(lambda: f.read(size), b''):
                value = zlib.crc32(block, value)
    except OSError:
        return None
    return value & 0xffffffff
