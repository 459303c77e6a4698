"""tar files: GNU tar lists them, compares them with what is there, and extracts them."""
import codecs
import os
import re

from ansible.module_utils.archive import Archive
from ansible.module_utils.common.locale import get_best_parsable_locale

# What tar --diff says of a file that extracting would change. Other lines, such as "File type differs", count for nothing.
_ALWAYS = re.compile(r': (Mod time|Size) differs$|: Contents differ$|: Symlink differs$')
_MISSING = re.compile(r': Warning: Cannot stat: No such file or directory$|: Invalid (owner|group)$')


class ListError(Exception):
    """tar cannot list the archive."""


class Tar(Archive):

    name = 'TarArchive'
    compression = ()

    def __init__(self, module, src, dest):
        super(Tar, self).__init__(module, src, dest)
        if module.check_mode:
            module.exit_json(skipped=True, msg='remote module (%s) does not support check mode when using gtar' % module._name)
        self.program = module.get_bin_path('gtar') or module.get_bin_path('tar')

    def usable(self):
        if not self.program:
            return "Unable to find required 'gtar' or 'tar' binary in the path"
        kind = self._kind()
        if kind != 'gnu':
            return 'Command "%s" detected as tar type %s. GNU tar required.' % (self.program, kind)
        try:
            if self.files:
                return ''
        except ListError as e:
            return 'Command "%s" could not handle archive: %s' % (self.program, e)
        return 'Command "%s" found no files in archive. Empty archive files are not supported.' % self.program

    def _kind(self):
        dummy, out, dummy = self.module.run_command([self.program, '--version'])
        if out.startswith('bsdtar'):
            return 'bsd'
        return 'gnu' if out.startswith('tar') and 'GNU' in out else None

    def list(self):
        rc, out, err = self._run(self._argv('--list', listing=True))
        if rc != 0:
            raise ListError('Unable to list files in the archive: %s' % err)
        names = [unescaped(line) for line in out.splitlines()]
        return [name for name in (relative(name) for name in names) if name is not None]

    def compare(self):
        rc, out, err = self._run(self._argv('--diff'))
        changes = [line for line in out.splitlines() if self._counts(line)]
        changes += [line for line in err.splitlines() if _MISSING.search(line)]
        return dict(unarchived=not changes)

    def _counts(self, line):
        """Whether a line of tar --diff is a change: what the task's own attributes will set anyway is none."""
        if _ALWAYS.search(line):
            return True
        if line.endswith(': Mode differs'):
            return not self.params['mode']
        asked = {': Uid differs': 'owner', ': Gid differs': 'group'}
        for end, option in asked.items():
            if line.endswith(end):
                return os.getuid() == 0 and not self.params[option]
        return False

    def extract(self):
        argv = self._argv('--extract')
        rc, out, err = self._run(argv)
        return dict(cmd=argv, rc=rc, out=out, err=err)

    def _argv(self, verb, listing=False):
        params = self.params
        argv = [self.program, verb, '-C', self.dest] + list(self.compression)
        if params['extra_opts']:
            argv += ['--show-transformed-names'] + params['extra_opts']
        if not listing:
            if params['keep_newer']:
                argv.append('--keep-newer-files')
            argv += ['--%s=%s' % (option, params[option]) for option in ('owner', 'group') if params[option]]
        argv += ['--exclude=' + pattern for pattern in params['exclude']]
        return argv + ['-f', self.src] + params['include']

    def _run(self, argv):
        locale = get_best_parsable_locale(self.module)
        env = dict.fromkeys(('LANG', 'LC_ALL', 'LC_MESSAGES', 'LANGUAGE'), locale)
        return self.module.run_command(argv, cwd=self.dest, environ_update=env)


class Gzip(Tar):
    name = 'TgzArchive'
    compression = ('-z',)


class Bzip2(Tar):
    name = 'TarBzipArchive'
    compression = ('-j',)


class Xz(Tar):
    name = 'TarXzArchive'
    compression = ('-J',)


class Zstd(Tar):
    name = 'TarZstdArchive'
    compression = ('--use-compress-program=zstd',)


def unescaped(name):
    r"""A name as tar lists it, with its escapes (\303\274) undone."""
    return codecs.escape_decode(name.encode('utf-8', 'surrogateescape'))[0].decode('utf-8', 'surrogateescape')


def relative(name):
    """A name in the archive as tar extracts it: without the leading slash."""
    return name[1:] if name.startswith('/') else name
