"""Imports of a module from its payload, and what the agent keeps imported for all modules."""
import importlib.machinery
import os
import sys
import types

ROOTS = ("ansible", "ansible_collections")


def from_payload(name):
    return name.split(".", 1)[0] in ROOTS


# No class here is made from those of importlib.abc and no folder is asked of sysconfig, as these take half as long to import as all
# else that an agent needs.
class Importer:
    """Finds the packages of a manifest. Folders without an __init__.py are packages, too."""

    def __init__(self, store):
        self.store, self.manifest, self.folders = store, {}, set()

    def use(self, manifest):
        if manifest is self.manifest:
            return
        self.manifest, self.folders = manifest, set()
        for path in manifest:
            while "/" in path:
                path = path.rpartition("/")[0]
                self.folders.add(path)

    def path(self, name):
        """Gives the file of a module's name, "" for a folder, None when the payload has no such module."""
        base = name.replace(".", "/")
        for path in (base + "/__init__.py", base + ".py"):
            if path in self.manifest:
                return path
        return "" if base in self.folders else None

    def find_spec(self, name, path=None, target=None):
        if not from_payload(name):
            return None
        path = self.path(name)
        if path is None:
            return None
        package = not path or path.endswith("/__init__.py")
        spec = importlib.machinery.ModuleSpec(name, self, origin=path or name.replace(".", "/"), is_package=package)
        spec.has_location = bool(path)
        if package:
            spec.submodule_search_locations[:] = [name.replace(".", "/")]
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        path = self.path(module.__name__)
        if path:
            exec(self.store.code(self.manifest[path], path), module.__dict__)

    def is_package(self, name):
        path = self.path(name)
        return path is not None and (not path or path.endswith("/__init__.py"))

    def get_code(self, name):
        path = self.path(name)
        return self.store.code(self.manifest[path], path) if path else None

    def get_source(self, name):
        path = self.path(name)
        return self.store.text(self.manifest[path]).decode("utf-8") if path else None

    def get_data(self, path):
        if path not in self.manifest:
            raise OSError("no %s in the payload" % path)
        return self.store.text(self.manifest[path])


class Missed:
    """The last finder: notes that a file of the payload wanted a module that is not installed."""

    def __init__(self):
        self.seen = False

    def find_spec(self, name, path=None, target=None):
        if not from_payload(name) and asked_by_payload():
            self.seen = True
        return None


def asked_by_payload():
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith("importlib"):
        frame = frame.f_back
    return frame is not None and from_payload(frame.f_globals.get("__name__") or "")


class Preload:
    """Imports module_utils before the fork, so that a module finds them done.

    Kept are only files that import nothing but the standard library: what else is installed may change with any task, and
    a module must see it as it is then. Their stale copies never reach a module: it gets them only if its payload has the
    same files by digest.
    """

    def __init__(self, importer):
        self.importer, self.missed = importer, Missed()
        self.kept, self.away, self.tried, self.noted, self.learned, self.at_fork = {}, {}, set(), set(), set(), set()
        name = "python%d.%d" % sys.version_info[:2]
        self.standard = os.path.dirname(os.__file__), os.path.join(sys.base_exec_prefix, getattr(sys, "platlibdir", "lib"), name)

    def prepare(self, manifest, names):
        """Imports names, and what they need, from the manifest."""
        self.back()
        if not self.fits(manifest):
            return
        self.importer.use(manifest)
        sys.meta_path.append(self.missed)
        try:
            for name in names:
                path = self.importer.path(name)
                if path and (name, manifest[path]) not in self.tried:
                    self.tried.add((name, manifest[path]))
                    self._attempt(name)
        finally:
            sys.meta_path.remove(self.missed)

    def _attempt(self, name):
        before, self.missed.seen = set(sys.modules), False
        try:
            __import__(name)
        except BaseException:  # an import may do anything; the module itself will show the error
            self.missed.seen = True
        fresh = [n for n in sys.modules if n not in before]
        pure = not self.missed.seen and all(from_payload(n) or self.is_standard(n) for n in fresh)
        for n in fresh:
            if pure and from_payload(n):
                path = self.importer.path(n)
                self.kept[n] = path, self.importer.manifest.get(path)
            elif from_payload(n) or not self.is_standard(n):
                forget(n)

    def is_standard(self, name):
        module = sys.modules.get(name)
        path = getattr(module, "__file__", None)
        if path is None:
            return True
        return path.startswith(self.standard) and "-packages" not in path

    def fits(self, manifest):
        """Reports whether the manifest has no file that differs from the one that is imported."""
        return all(manifest.get(path, digest) == digest for path, digest in self.kept.values())

    def enter(self, manifest):
        """In the child: leaves imported only what the manifest has. The rest comes back for the next module."""
        self.back()
        keep = self.fits(manifest)
        self.importer.use(manifest)
        for name, (path, _) in self.kept.items():
            if not keep or self.importer.path(name) != path:
                self.away[name] = forget(name)

    def back(self):
        for name, module in self.away.items():
            if module:
                remember(name, module)
        self.away = {}

    def used(self):
        """In the child: names what the module imported beyond what was there, the innermost first."""
        fresh = [n for n in sys.modules if n not in self.at_fork]
        return [n for n in reversed(fresh) if from_payload(n) or self.is_standard(n)]

    def learn(self, digest, manifest, names):
        """Imports what a module imported, for those that follow, from its second run on."""
        if digest not in self.noted:
            return self.noted.add(digest)
        self.prepare(manifest, [n for n in names if from_payload(n)])
        for name in names:
            if name not in self.learned and name not in sys.modules and not from_payload(name):
                self.learned.add(name)
                self._learn(name)

    def _learn(self, name):
        before = set(sys.modules)
        try:
            __import__(name)
        except BaseException:
            pass
        for n in [n for n in sys.modules if n not in before and not self.is_standard(n)]:
            forget(n)


def forget(name):
    module = sys.modules.pop(name, None)
    parent, _, last = name.rpartition(".")
    if module and parent in sys.modules and getattr(sys.modules[parent], last, None) is module:
        delattr(sys.modules[parent], last)
    return module


def remember(name, module):
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], last, module)


def module_name(path):
    name = path[:-3].replace("/", ".")
    return name[:-9] if name.endswith(".__init__") else name


def run_main(importer, path):
    """Runs a file of the payload as __main__."""
    name = module_name(path)
    main = types.ModuleType("__main__")
    main.__file__, main.__loader__, main.__package__ = path, importer, name.rpartition(".")[0]
    main.__spec__ = importlib.machinery.ModuleSpec(name, importer, origin=path)
    sys.modules["__main__"] = main
    sys.argv = [path]
    exec(importer.store.code(importer.manifest[path], path), main.__dict__)
