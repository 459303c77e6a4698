"""Names that Python 3 moved. Modules of the standard library are imported when first asked for."""
import importlib
import sys
import types
from functools import reduce  # noqa: F401
from io import StringIO  # noqa: F401

cStringIO = StringIO
filter = filter
input = input
intern = sys.intern
map = map
range = range
xrange = range
zip = zip
from itertools import filterfalse, zip_longest  # noqa: E402,F401

# Name here -> module of the standard library.
_MODULES = {
    'builtins': 'builtins', 'configparser': 'configparser', 'copyreg': 'copyreg', 'queue': 'queue',
    'socketserver': 'socketserver', 'http_client': 'http.client', 'http_cookiejar': 'http.cookiejar',
    'http_cookies': 'http.cookies', 'html_entities': 'html.entities', 'html_parser': 'html.parser',
    'BaseHTTPServer': 'http.server', 'CGIHTTPServer': 'http.server', 'SimpleHTTPServer': 'http.server',
    'cPickle': 'pickle', '_thread': '_thread', 'reprlib': 'reprlib', 'xmlrpc_client': 'xmlrpc.client',
    'xmlrpc_server': 'xmlrpc.server', 'winreg': 'winreg', 'collections_abc': 'collections.abc',
    'email_mime_base': 'email.mime.base', 'email_mime_multipart': 'email.mime.multipart',
    'email_mime_text': 'email.mime.text', 'email_mime_nonmultipart': 'email.mime.nonmultipart',
    'urllib_parse': 'urllib.parse', 'urllib_error': 'urllib.error', 'urllib_robotparser': 'urllib.robotparser',
}

# Name here -> (module, name there).
_NAMES = {
    'shlex_quote': ('shlex', 'quote'), 'getcwd': ('os', 'getcwd'), 'getcwdb': ('os', 'getcwdb'), 'getoutput': ('subprocess', 'getoutput'),
    'reload_module': ('importlib', 'reload'), 'UserDict': ('collections', 'UserDict'), 'UserList': ('collections', 'UserList'),
    'UserString': ('collections', 'UserString'),
}


class _Lazy(types.ModuleType):
    """A module that imports another one when an attribute is asked for."""

    def __init__(self, name, target):
        super(_Lazy, self).__init__(name)
        self.__dict__['_target'] = target
        self.__dict__['__path__'] = []

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return getattr(importlib.import_module(self._target), name)

    def __dir__(self):
        return dir(importlib.import_module(self._target))


class _Moves(_Lazy):
    """This package: names from elsewhere appear in it when asked for."""

    def __getattr__(self, name):
        if name not in _NAMES:
            raise AttributeError(name)
        module, attribute = _NAMES[name]
        return getattr(importlib.import_module(module), attribute)

    def __dir__(self):
        return sorted(list(self.__dict__) + list(_NAMES))


def _install():
    package = sys.modules[__name__]
    package.__class__ = _Moves
    for name, target in _MODULES.items():
        path = '%s.%s' % (__name__, name)
        sys.modules[path] = package.__dict__[name] = _Lazy(path, target)


_install()
