"""apt's cache, through the low-level half of python3-apt.

The high-level half reads every package's name when it opens; this one maps the
cache file and looks up the few packages that a task names.
"""
import fnmatch
from collections import namedtuple

import apt_pkg

# What a task needs to know of a package. installable is the version to install, or None;
# is_virtual packages have no version of their own.
State = namedtuple('State', 'installed suits upgradable installable is_virtual leftovers broken')


class Cache(object):

    def __init__(self, default_release=None):
        apt_pkg.init_config()
        if default_release:
            apt_pkg.config['APT::Default-Release'] = default_release
        apt_pkg.init_system()
        self.open()

    def open(self):
        self.cache = apt_pkg.Cache(None)
        self.depends = apt_pkg.DepCache(self.cache)

    def update(self):
        """Fetches the package lists; raises apt_pkg.Error."""
        from apt.progress.base import AcquireProgress
        sources = apt_pkg.SourceList()
        sources.read_main_list()
        self.cache.update(AcquireProgress(), sources, 0)

    def reopen(self):
        apt_pkg.init_system()
        self.open()

    def names(self):
        """The names of the host's own architecture that have a version."""
        native = set(apt_pkg.get_architectures()[:1]) | {'all'}
        return [package.name for package in self.cache.packages
                if package.has_versions and package.architecture in native]

    def find(self, name):
        try:
            return self.cache[name]
        except KeyError:
            return None

    def state(self, spec):
        """The State of a specification, or None for a name that nothing has."""
        package = self.find(spec.name)
        if package is None:
            return None
        if not package.has_versions:
            return self.virtual(package, spec)
        return self.real(package, spec)

    def virtual(self, package, spec):
        """A name that one package alone provides is that package."""
        providers = {}
        for _, _, version in package.provides_list if package.has_provides else ():
            providers[version.parent_pkg.name] = version.parent_pkg
        if not providers:
            return None
        if len(providers) == 1:
            return self.real(list(providers.values())[0], spec)._replace(installable=None, is_virtual=True)
        return State(None, False, False, None, True, False, False)

    def real(self, package, spec):
        current = package.current_ver
        here = package.current_state == apt_pkg.CURSTATE_INSTALLED
        installed = current.ver_str if current and here else None
        target = self.target(package, spec)
        return State(
            installed=installed,
            suits=installed is not None and suits(installed, spec),
            upgradable=bool(installed and target and apt_pkg.version_compare(target, installed) > 0),
            installable=target,
            is_virtual=False,
            leftovers=package.current_state == apt_pkg.CURSTATE_CONFIG_FILES,
            broken=self.depends.is_now_broken(package),
        )

    def target(self, package, spec):
        """The version that installing spec gives: apt's candidate if it suits, else the newest that does."""
        candidate = self.depends.get_candidate_ver(package)
        if candidate and suits(candidate.ver_str, spec):
            return candidate.ver_str
        if spec.relation != '=':
            return None
        for version in package.version_list:
            if version.file_list and suits(version.ver_str, spec) and downloadable(version):
                return version.ver_str
        return None


def downloadable(version):
    """Not only known from dpkg's status file."""
    return any(file.archive != 'now' for file, _ in version.file_list)


def suits(version, spec):
    if spec.relation is None:
        return True
    if spec.relation == '=':
        return fnmatch.fnmatch(version, spec.version)
    return apt_pkg.version_compare(version, spec.version) >= 0


Error = apt_pkg.Error
