"""Checksums, backups, and replacing files in one step."""
import errno
import os
import time

from ansible.module_utils._runtime.modes import current_umask
from ansible.module_utils.common.text.converters import to_bytes, to_native

DEFAULT_PERM = 0o666
_BLOCK = 64 * 1024

# A rename that fails like this may still succeed from a temporary file beside the destination.
_RETRY_ERRNOS = (errno.EPERM, errno.EXDEV, errno.EACCES, errno.ETXTBSY, errno.EBUSY)


def available_hash_algorithms():
    """{name: constructor} of the hashes that this Python can make."""
    import hashlib
    algorithms = {}
    for name in hashlib.algorithms_guaranteed:
        constructor = getattr(hashlib, name, None)
        try:
            constructor()
        except Exception:
            continue
        algorithms[name] = constructor
    return algorithms


class FileContents:
    """The part of AnsibleModule that reads, copies and replaces whole files."""

    def digest_from_file(self, filename, algorithm):
        """The file's hash in hex; None if there is no such file."""
        b_filename = to_bytes(filename, errors='surrogate_or_strict')
        if not os.path.exists(b_filename):
            return None
        if os.path.isdir(b_filename):
            self.fail_json(msg='attempted to take checksum of directory: %s' % filename)
        digest = algorithm if hasattr(algorithm, 'hexdigest') else self._new_digest(filename, algorithm)
        with open(os.path.realpath(b_filename), 'rb') as f:
            for block in iter(lambda: f.read(_BLOCK), b''):
                digest.update(block)
        return digest.hexdigest()

    def _new_digest(self, filename, algorithm):
        import hashlib
        try:
            return getattr(hashlib, algorithm)()
        except (AttributeError, TypeError, ValueError):
            self.fail_json(msg="Could not hash file '%s' with algorithm '%s'. Available algorithms: %s" % (
                filename, algorithm, ', '.join(available_hash_algorithms())))

    def md5(self, filename):
        """The file's MD5 in hex; ValueError where the system forbids MD5."""
        if 'md5' not in available_hash_algorithms():
            raise ValueError('MD5 not available.  Possibly running in FIPS mode')
        return self.digest_from_file(filename, 'md5')

    def sha1(self, filename):
        return self.digest_from_file(filename, 'sha1')

    def sha256(self, filename):
        return self.digest_from_file(filename, 'sha256')

    def backup_local(self, fn):
        """Copy fn beside itself under a name with pid and time; returns that name, '' without a file."""
        if not os.path.exists(fn):
            return ''
        stamp = time.strftime('%Y-%m-%d@%H:%M:%S~', time.localtime(time.time()))
        backup = '%s.%s.%s' % (fn, os.getpid(), stamp)
        try:
            self.preserved_copy(fn, backup)
        except OSError as e:
            self.fail_json(msg='Could not make backup of %s to %s: %s' % (fn, backup, to_native(e)))
        return backup

    def cleanup(self, tmpfile):
        """Remove a temporary file if it is there."""
        if os.path.exists(tmpfile):
            try:
                os.unlink(tmpfile)
            except OSError as e:
                import sys
                sys.stderr.write('could not cleanup %s: %s' % (tmpfile, to_native(e)))

    def preserved_copy(self, src, dest):
        """Copy a file with its times, mode, owner, SELinux context and attributes."""
        import shutil
        shutil.copy2(src, dest)
        if self.selinux_enabled():
            self.set_context_if_different(dest, self.selinux_context(src), False)
        self._copy_owner(src, dest)
        flags = self.get_file_attributes(src, include_version=False).get('attr_flags', '')
        if flags and flags != self.get_file_attributes(dest, include_version=False).get('attr_flags', ''):
            self.set_attributes_if_different(dest, '=' + flags, True)

    @staticmethod
    def _copy_owner(src, dest):
        src_stat, dest_stat = os.stat(src), os.stat(dest)
        if (src_stat.st_uid, src_stat.st_gid) == (dest_stat.st_uid, dest_stat.st_gid):
            return
        try:
            os.chown(dest, src_stat.st_uid, src_stat.st_gid)
        except OSError as e:
            if e.errno != errno.EPERM:
                raise

    def atomic_move(self, src, dest, unsafe_writes=False, keep_dest_attrs=True):
        """Move src to dest so that readers see the old content or the new one, never a part.

        dest keeps its owner, mode and context. unsafe_writes allows to overwrite dest in place
        where a rename is impossible (a mount point in a container, say).
        """
        b_src, b_dest = to_bytes(src, errors='surrogate_or_strict'), to_bytes(dest, errors='surrogate_or_strict')
        context = self._keep_attributes(b_src, b_dest, dest, keep_dest_attrs)
        creating = not os.path.exists(b_dest)
        try:
            os.rename(b_src, b_dest)
        except OSError as e:
            self._move_across(src, dest, e, unsafe_writes, keep_dest_attrs)
        if creating:
            self._default_attributes(b_dest)
        if context is not None and self.selinux_enabled():
            self.set_context_if_different(dest, context, False)

    def _keep_attributes(self, b_src, b_dest, dest, keep_dest_attrs):
        """Give src the attributes of dest; returns the context that dest shall have."""
        if not self.selinux_enabled():
            context = None
        elif os.path.exists(b_dest) and keep_dest_attrs:
            context = self.selinux_context(dest)
        else:
            context = self.selinux_default_context(dest)
        if keep_dest_attrs and os.path.exists(b_src) and os.path.exists(b_dest):
            dest_stat = os.stat(b_dest)
            _tolerate_eperm(os.chmod, b_src, dest_stat.st_mode & 0o7777)
            _tolerate_eperm(os.chown, b_src, dest_stat.st_uid, dest_stat.st_gid)
        return context

    @staticmethod
    def _default_attributes(b_dest):
        os.chmod(b_dest, DEFAULT_PERM & ~current_umask())
        _tolerate_eperm(os.chown, b_dest, os.geteuid(), os.getegid())

    def _move_across(self, src, dest, error, unsafe_writes, keep_dest_attrs):
        if error.errno not in _RETRY_ERRNOS:
            raise Exception('Could not replace %r with %r.' % (dest, src)) from error
        if error.errno == errno.EBUSY and unsafe_writes:
            return self._unsafe_writes(src, dest)
        b_temp = self._temporary_beside(src, dest, unsafe_writes)
        if b_temp is None:
            return None
        try:
            self._copy_then_rename(to_bytes(src), b_temp, to_bytes(dest), keep_dest_attrs)
        except (OSError, IOError) as e:
            if unsafe_writes and e.errno == errno.EBUSY:
                return self._unsafe_writes(b_temp, dest)
            raise Exception('Unable to make %r into %r, failed final rename from %r.' % (
                to_native(src), to_native(dest), to_native(b_temp))) from e
        finally:
            self.cleanup(b_temp)
        return None

    def _temporary_beside(self, src, dest, unsafe_writes):
        """A new empty file in the folder of dest, hidden; None if src was written to dest unsafely instead."""
        import tempfile
        b_dest = to_bytes(dest, errors='surrogate_or_strict')
        folder = os.path.dirname(b_dest) or b'.'
        try:
            fd, b_temp = tempfile.mkstemp(prefix=b'.ansible_tmp', dir=folder, suffix=os.path.basename(b_dest))
            os.close(fd)
            return b_temp
        except (OSError, IOError) as e:
            if unsafe_writes:
                self._unsafe_writes(src, dest)
                return None
            raise Exception('The destination directory %r is not writable by the current user.' % to_native(folder)) from e

    def _copy_then_rename(self, b_src, b_temp, b_dest, keep_dest_attrs):
        import shutil
        shutil.copyfile(b_src, b_temp)
        shutil.copystat(b_src, b_temp)
        if keep_dest_attrs and os.path.exists(b_dest):
            dest_stat = os.stat(b_dest)
            _tolerate_eperm(os.chown, b_temp, dest_stat.st_uid, dest_stat.st_gid)
            _tolerate_eperm(os.chmod, b_temp, dest_stat.st_mode & 0o7777)
        os.rename(b_temp, b_dest)
        _unlink_quietly(b_src)

    def _unsafe_writes(self, src, dest):
        """Overwrite dest in place; a reader may see a part."""
        import shutil
        try:
            with open(dest, 'wb') as out_dest, open(src, 'rb') as in_src:
                shutil.copyfileobj(in_src, out_dest)
        except (OSError, IOError) as e:
            raise Exception('Could not write data to file %r from %r.' % (to_native(dest), to_native(src))) from e

    def append_to_file(self, filename, str):
        filename = os.path.expandvars(os.path.expanduser(filename))
        with open(filename, 'a') as f:
            f.write(str)


def _tolerate_eperm(function, *args):
    try:
        function(*args)
    except OSError as e:
        if e.errno != errno.EPERM:
            raise


def _unlink_quietly(b_path):
    try:
        os.unlink(b_path)
    except OSError:
        pass
