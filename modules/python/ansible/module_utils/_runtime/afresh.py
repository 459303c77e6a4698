"""The process of a module that has ended, made fit for the next module.

The agent may run several modules in one process, one after the other. A module that may be followed by another one
says REUSABLE_PROCESS = True.
"""
import atexit
import os
import resource
import sys
import time

from ansible.module_utils.common.warnings import get_deprecations, get_warnings


RESOLVER = '/etc/resolv.conf'
_LIBRARY = os.path.dirname(os.__file__)


class Process:
    """What the process was like before its first module."""

    def __init__(self):
        self.environment = dict(os.environ)
        self.umask = os.umask(0o077)
        os.umask(self.umask)
        self.folder = os.getcwd()
        self.limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.path = list(sys.path)
        self.callbacks = atexit._ncallbacks()
        self.files = _open_files()
        self.resolver = _stamp(RESOLVER)

    def begin(self):
        """Let a module that begins see the name servers of now, and note what is imported."""
        if _stamp(RESOLVER) != self.resolver:
            self.resolver = _stamp(RESOLVER)
            _renew_resolver()
        self.modules = dict(sys.modules)

    def restore(self):
        """Put back what a module may change, and report whether nothing else of it is left."""
        if not getattr(sys.modules['__main__'], 'REUSABLE_PROCESS', False) or not self._is_clean():
            return False
        sys.stdout.flush()
        sys.stderr.flush()
        if os.environ != self.environment:
            os.environ.clear()
            os.environ.update(self.environment)
            time.tzset()
        self._forget_imports()
        sys.path[:] = self.path
        os.umask(self.umask)
        os.chdir(self.folder)
        return True

    def _is_clean(self):
        return not (
            resource.getrlimit(resource.RLIMIT_NOFILE) != self.limit or self._has_imported() or atexit._ncallbacks() != self.callbacks or get_warnings() or get_deprecations()
            or _threads() or _open_files() != self.files or _has_children() or _has_company())

    def _has_imported(self):
        """Whether anything is there of what is installed on the host that was not there before: it may change with any task."""
        return any(not _is_standard(module) for name, module in self._new_imports() if not _is_from_payload(name))

    def _new_imports(self):
        return [(name, module) for name, module in sys.modules.items() if self.modules.get(name) is not module and name != '__main__']

    def _forget_imports(self):
        """Take away what the module imported of its payload, which the next one may have in another form."""
        for name, module in self._new_imports():
            if not _is_from_payload(name):
                continue
            del sys.modules[name]
            parent, dummy, last = name.rpartition('.')
            if getattr(sys.modules.get(parent), last, None) is module:
                delattr(sys.modules[parent], last)


def _is_from_payload(name):
    return name.split('.', 1)[0] in ('ansible', 'ansible_collections')


def _is_standard(module):
    path = getattr(module, '__file__', None)
    return path is None or path.startswith(_LIBRARY) and '-packages' not in path


def _open_files():
    return os.listdir('/proc/self/fd')


def _stamp(path):
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_mtime, state.st_size, state.st_ino


def _renew_resolver():
    """Let libraries of before 2018 read their configuration anew, which newer ones do by themselves."""
    import ctypes
    renew = getattr(ctypes.CDLL(None), '__res_init', None)
    if renew:
        renew()


def _threads():
    threading = sys.modules.get('threading')
    return threading is not None and threading.active_count() > 1


def _has_children():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _has_company():
    """Whether another process is in this one's group: a program that a module left there would end with a later module that is
    killed. The process steps out of its group to see whether the group is still there."""
    me = os.getpid()
    os.setpgid(0, os.getpgid(os.getppid()))
    try:
        os.killpg(me, 0)
    except ProcessLookupError:
        return False
    finally:
        os.setpgid(0, 0)
    return True
