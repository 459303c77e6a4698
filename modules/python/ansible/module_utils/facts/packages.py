"""Package managers as classes, for modules that list packages: those of a program (CLIMgr) and those of a Python library (LibMgr)."""
import sys
from abc import ABCMeta, abstractmethod

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common._utils import get_all_subclasses
from ansible.module_utils.common.process import get_bin_path
from ansible.module_utils.common.respawn import has_respawned, probe_interpreters_for_module, respawn_module


def get_all_pkg_managers():
    """Each manager that can be used, by its name in lower case."""
    return {cls.__name__.lower(): cls for cls in get_all_subclasses(PkgMgr) if cls not in (CLIMgr, LibMgr, RespawningLibMgr)}


class PkgMgr(metaclass=ABCMeta):
    """A package manager on this machine."""

    @abstractmethod
    def is_available(self, handle_exceptions):
        """Whether it can be asked; without handle_exceptions an exception tells why not."""

    @abstractmethod
    def list_installed(self):
        """Something for each package, which get_package_details takes."""

    @abstractmethod
    def get_package_details(self, package):
        """A dict with at least name, version and, if it is not the manager's name, source."""

    def get_packages(self):
        """name -> list of the details of all that are installed under it."""
        packages = {}
        for package in self.list_installed():
            details = self.get_package_details(package)
            details.setdefault('source', self.__class__.__name__.lower())
            packages.setdefault(details['name'], []).append(details)
        return packages


class LibMgr(PkgMgr):
    """A manager that is asked by the Python library LIB."""

    LIB = None

    def __init__(self):
        self._lib = None
        super(LibMgr, self).__init__()

    def is_available(self, handle_exceptions=True):
        try:
            self._lib = __import__(self.LIB)
        except ImportError:
            if not handle_exceptions:
                raise Exception(missing_required_lib(self.LIB))
            return False
        return True


class RespawningLibMgr(LibMgr):
    """One whose library another of the INTERPRETERS may have, where one of CLI_BINARIES shows that the manager is there."""

    CLI_BINARIES = []
    INTERPRETERS = ['/usr/bin/python3']

    def is_available(self, handle_exceptions=True):
        if super(RespawningLibMgr, self).is_available():
            return True
        for path in self._binaries():
            other = None if has_respawned() else probe_interpreters_for_module(self.INTERPRETERS, self.LIB)
            if other and other != sys.executable:
                respawn_module(other)
            if not handle_exceptions:
                raise Exception('Found executable at %s. %s' % (path, missing_required_lib(self.LIB)))
            break
        if not handle_exceptions:
            raise Exception(missing_required_lib(self.LIB))
        return False

    def _binaries(self):
        for name in self.CLI_BINARIES:
            try:
                yield get_bin_path(name)
            except ValueError:
                continue


class CLIMgr(PkgMgr):
    """A manager that is asked by the program CLI."""

    CLI = None

    def __init__(self):
        self._cli = None
        super(CLIMgr, self).__init__()

    def is_available(self, handle_exceptions=True):
        try:
            self._cli = get_bin_path(self.CLI)
        except ValueError:
            if not handle_exceptions:
                raise
            return False
        return True
