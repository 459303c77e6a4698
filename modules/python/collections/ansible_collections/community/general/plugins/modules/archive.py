"""archive: compress files, and pack files and folders."""
import bz2
import fnmatch
import glob
import gzip
import lzma
import os
import re
import shutil
import tarfile
import zipfile
import zlib

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native

ARGUMENTS = dict(
    path=dict(type='list', elements='path', required=True),
    format=dict(type='str', default='gz', choices=['bz2', 'gz', 'tar', 'xz', 'zip']),
    dest=dict(type='path'),
    exclude_path=dict(type='list', elements='path', default=[]),
    exclusion_patterns=dict(type='list', elements='path'),
    force_archive=dict(type='bool', default=False),
    remove=dict(type='bool', default=False),
)
COMPRESSORS = {'gz': gzip.open, 'bz2': bz2.BZ2File, 'xz': lzma.LZMAFile}


def expanded(paths):
    """Paths, patterns by what they match."""
    found = []
    for path in paths:
        found += glob.glob(path) if is_pattern(path) else [path]
    return found


def is_pattern(path):
    return bool(re.search(r'[*?\[\]]', path))


def common_root(paths):
    """The folder below which all paths are, with a slash at its end."""
    return os.path.join(os.path.dirname(os.path.commonprefix(paths)), '')


class Task:
    """One call."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.paths = expanded(module.params['path'])
        self.excluded = expanded(module.params['exclude_path'])
        self.sources = [path for path in self.paths if path not in self.excluded]
        if not self.sources:
            module.fail_json(
                path=', '.join(module.params['path']), expanded_paths=', '.join(self.paths), expanded_exclude_paths=', '.join(self.excluded),
                msg='Error, no source paths were found')
        self.root = common_root(self.sources)
        self.there = [path for path in self.sources if os.path.lexists(path)]
        self.missing = [path for path in self.sources if not os.path.lexists(path)]
        self.packs = module.params['force_archive'] or len(self.paths) > 1 or any(map(is_pattern, module.params['path'])) or \
            any(os.path.isdir(path) for path in self.sources)
        self.dest = self._dest()
        self.archived, self.changed = [], False

    def _dest(self):
        dest, path = self.params['dest'], self.paths[0]
        if dest is None and self.packs:
            self.module.fail_json(dest=to_native(dest), path=', '.join(self.params['path']),
                                  msg='Error, must specify "dest" when archiving multiple files or trees')
        dest = dest or '%s.%s' % (path, self.params['format'])
        inside = any(os.path.isdir(each) and dest.startswith(os.path.join(each, '')) for each in self.sources)
        if self.params['remove'] and inside:
            self.module.fail_json(path=', '.join(self.params['path']),
                                  msg='Error, created archive can not be contained in source paths when remove=true')
        return dest

    def run(self):
        if not self.there:
            return
        if self.module.check_mode:
            self.changed = True
            return
        before = contents(self.dest)
        try:
            self.pack() if self.packs or self.params['format'] in ('tar', 'zip') else self.compress()
        except (IOError, OSError, zipfile.LargeZipFile, tarfile.TarError) as e:
            self.module.fail_json(msg='Failed to write archive at %s due to %s' % (self.dest, to_native(e)))
        self.changed = before is None or before != contents(self.dest)
        if self.params['remove']:
            self.remove()

    def compress(self):
        with open(self.there[0], 'rb') as source, COMPRESSORS[self.params['format']](self.dest, 'wb') as target:
            shutil.copyfileobj(source, target)
        self.archived.append(self.there[0])

    def pack(self):
        archive = Zip(self.dest) if self.params['format'] == 'zip' else Tar(self.dest, self.params['format'])
        with archive:
            for path, name in self.members():
                archive.add(path, name)
                if not os.path.isdir(path) or os.path.islink(path) or archive.tells_folders:
                    self.archived.append(path)

    def members(self):
        """(path, name in the archive) of all that is to be packed."""
        for source in self.there:
            for path in tree(source):
                name = path[len(self.root):] if path.startswith(self.root) else path
                if name and not self.is_excluded(name) and not self.is_dest(path):
                    yield path, name

    def is_excluded(self, name):
        return any(fnmatch.fnmatch(name, pattern) for pattern in self.params['exclusion_patterns'] or [])

    def is_dest(self, path):
        return os.path.exists(self.dest) and os.path.exists(path) and os.path.samefile(path, self.dest)

    def remove(self):
        for path in self.there:
            try:
                shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.remove(path)
            except OSError as e:
                self.module.fail_json(dest=self.dest, msg='Error deleting some source files: %s' % to_native(e))

    def state(self):
        if not os.path.exists(self.dest):
            return 'absent'
        if self.missing and self.archived:
            return 'incomplete'
        packed = zipfile.is_zipfile(self.dest) or tarfile.is_tarfile(self.dest)
        return 'archive' if packed else 'compress'


def tree(source):
    """What is below a folder; the path itself if it is none."""
    if not os.path.isdir(source) or os.path.islink(source):
        yield source
        return
    for folder, folders, names in os.walk(source):
        for name in folders + names:
            yield os.path.join(folder, name)


class Tar:
    """An archive of tar, compressed or not."""

    tells_folders = True

    def __init__(self, path, kind):
        self.file = tarfile.open(path, 'w' if kind == 'tar' else 'w:' + kind)

    def __enter__(self):
        return self

    def __exit__(self, *dummy):
        self.file.close()

    def add(self, path, name):
        self.file.add(path, name, recursive=False)


class Zip:
    """An archive of zip, which has the files that links lead to."""

    tells_folders = False

    def __init__(self, path):
        self.file = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED, True)

    def __enter__(self):
        return self

    def __exit__(self, *dummy):
        self.file.close()

    def add(self, path, name):
        self.file.write(path, name)


def contents(path):
    """What an archive or a compressed file has, to be compared; None if there is none."""
    if not os.path.exists(path) or os.path.isdir(path):
        return None
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return {(entry.filename, entry.CRC) for entry in archive.infolist()}
    if tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            return {(entry.name, entry.chksum) for entry in archive.getmembers()}
    return compressed_digest(path)


def compressed_digest(path):
    """The CRC of what a file was compressed of."""
    for opener in COMPRESSORS.values():
        try:
            with opener(path, 'rb') as f:
                return zlib.crc32(f.read())
        except (IOError, OSError, EOFError, lzma.LZMAError):
            continue
    return None


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, add_file_common_args=True, supports_check_mode=True)
    task = Task(module)
    task.run()
    changed = task.changed
    if os.path.exists(task.dest) and not module.check_mode:
        changed = module.set_fs_attributes_if_different(module.load_file_common_arguments(module.params, path=task.dest), changed)
    module.exit_json(
        archived=task.archived, dest=task.dest, dest_state=task.state(), changed=changed, arcroot=task.root, missing=task.missing,
        expanded_paths=task.paths, expanded_exclude_paths=task.excluded)


if __name__ == '__main__':
    main()
