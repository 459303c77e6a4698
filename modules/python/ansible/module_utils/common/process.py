"""Where programs are."""
import os

from ansible.module_utils.common.file import is_executable

_SYSTEM_DIRS = ('/sbin', '/usr/sbin', '/usr/local/sbin')


def get_bin_path(arg, opt_dirs=None, required=None):
    """The path of program arg in opt_dirs, PATH or a system folder; ValueError if there is none."""
    paths = [d for d in opt_dirs or [] if d is not None and os.path.exists(d)]
    paths += os.environ.get('PATH', '').split(os.pathsep)
    paths += [d for d in _SYSTEM_DIRS if d not in paths and os.path.exists(d)]
    for folder in paths:
        path = os.path.join(folder, arg) if folder else ''
        if path and os.path.exists(path) and not os.path.isdir(path) and is_executable(path):
            return path
    raise ValueError('Failed to find required executable "%s" in paths: %s' % (arg, os.pathsep.join(paths)))
