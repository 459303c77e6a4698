"""A module's own temporary folder, working folder and locale."""
import os
import time


class Scratch:
    """The part of AnsibleModule that prepares the process, and tidies up after it."""

    @property
    def tmpdir(self):
        """A private folder, removed when the module ends (unless keep_remote_files)."""
        if self._tmpdir is None:
            self._tmpdir = self._make_tmpdir()
        return self._tmpdir

    def _make_tmpdir(self):
        import atexit
        import shutil
        import tempfile
        try:
            path = tempfile.mkdtemp(prefix='ansible-moduletmp-%s-' % time.time(), dir=self._tmp_base())
        except (OSError, IOError) as e:
            self.fail_json(msg='Failed to create remote module tmp path at dir %s with prefix %s: %s' % (
                self._remote_tmp, 'ansible-moduletmp-', e))
        if not self._keep_remote_files:
            atexit.register(shutil.rmtree, path)
        return path

    def _tmp_base(self):
        """The folder that remote_tmp names, made if need be; None for the system's own."""
        if self._remote_tmp is None:
            return None
        base = os.path.expanduser(os.path.expandvars(self._remote_tmp))
        if os.path.exists(base):
            return base
        try:
            os.makedirs(base, mode=0o700)
        except (OSError, IOError) as e:
            self.warn('Unable to use %s as temporary directory, failing back to system: %s' % (base, e))
            return None
        self.warn('Module remote_tmp %s did not exist and was created with a mode of 0700, this may cause issues when '
                  'running as another user. To avoid this, create the remote_tmp dir with the correct permissions manually' % base)
        return base

    def add_cleanup_file(self, path):
        """Remove path when the module ends."""
        if path not in self.cleanup_files:
            self.cleanup_files.append(path)

    def do_cleanup_files(self):
        for path in self.cleanup_files:
            self.cleanup(path)

    def _set_cwd(self):
        """Move to a folder that exists and can be read if the present one does not, or cannot."""
        try:
            cwd = os.getcwd()
            if not os.access(cwd, os.F_OK | os.R_OK):
                raise OSError
            return cwd
        except OSError:
            pass
        for folder in (self.tmpdir, os.path.expandvars('$HOME'), '/tmp'):
            try:
                if os.access(folder, os.F_OK | os.R_OK):
                    os.chdir(folder)
                    return folder
            except OSError:
                continue
        return None

    def _check_locale(self):
        """Use the environment's locale, or one that exists where that one does not."""
        # The C module: the package locale costs milliseconds to import.
        import _locale
        try:
            _locale.setlocale(_locale.LC_ALL, '')
        except _locale.Error:
            from ansible.module_utils.common.locale import get_best_parsable_locale
            best = get_best_parsable_locale(self)
            _locale.setlocale(_locale.LC_ALL, best)
            os.environ.update(LANG=best, LC_ALL=best, LC_MESSAGES=best)
