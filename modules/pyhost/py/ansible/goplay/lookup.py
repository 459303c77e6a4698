"""What a lookup plugin works with: its object, the host's variables, templates and files."""
import os
from collections.abc import MutableMapping

from ansible.goplay import ask
from ansible.goplay.failure import LoadError, NotFound
from ansible.goplay.values import Trusted, decode, encode, trusted
from ansible.plugins.lookup import LookupBase


class Variables(dict):
    """The variables of the host, fetched as they are read. Templates in them have not been evaluated."""

    def __missing__(self, key):
        found = ask('variable', key)
        if found is None:
            raise KeyError(key)
        self[key] = decode(found[0])
        return self[key]

    def _all(self):
        for name in ask('variables'):
            self[name]
        return self

    def __contains__(self, key):
        return dict.__contains__(self, key) or isinstance(key, str) and ask('variable', key) is not None

    def get(self, key, default=None):
        return self[key] if key in self else default

    def __iter__(self):
        return dict.__iter__(self._all())

    def __len__(self):
        return dict.__len__(self._all())

    def keys(self):
        return dict.keys(self._all())

    def values(self):
        return dict.values(self._all())

    def items(self):
        return dict.items(self._all())

    def copy(self):
        return dict(self._all())


class Templar:
    """Evaluates templates among the host's variables, or among some that are given."""

    def __init__(self, loader=None, variables=None):
        self.given, self.available_variables = variables, Variables() if variables is None else variables

    def template(self, variable, **options):
        if self.given is None:
            return decode(ask('resolve', encode(variable)))
        if isinstance(variable, str) and not isinstance(variable, Trusted):
            variable = trusted([variable, '', 0, 0])
        return decode(ask('render', encode(variable), encode(dict(self.available_variables))))

    def is_template(self, data):
        return ask('is_template', encode(data))

    def set_temporary_context(self, **options):
        raise NotImplementedError('goplay has no set_temporary_context')


class Loader:
    """Reads files as goplay does, decrypting those of a vault."""

    def get_basedir(self):
        return ask('basedir')

    def path_dwim(self, given):
        return os.path.normpath(os.path.join(self.get_basedir(), os.path.expanduser(given)))

    def path_exists(self, path):
        return os.path.exists(self.path_dwim(path))

    def is_file(self, path):
        return os.path.isfile(self.path_dwim(path))

    def is_directory(self, path):
        return os.path.isdir(self.path_dwim(path))

    def list_directory(self, path):
        return os.listdir(self.path_dwim(path))

    def get_text_file_contents(self, file_name, encoding='utf-8'):
        return self._get_file_contents(file_name)[0].decode(encoding)

    def _get_file_contents(self, file_name):
        with open(self.path_dwim(file_name), 'rb') as stream:
            data = stream.read()
        if data.startswith(b'$ANSIBLE_VAULT'):
            return decode(ask('decrypt', encode(data))), False
        return data, True

    def load(self, data, file_name='<string>', **options):
        return decode(ask('yaml', data))

    def load_from_file(self, file_name, **options):
        return self.load(self.get_text_file_contents(file_name), file_name)


def make(plugins, path, module, name):
    """Makes a lookup's object of its file."""
    try:
        kind = plugins.module('lookup', path, module).LookupModule
    except Exception as error:
        raise LoadError(str(error))
    if not issubclass(kind, LookupBase):
        ask('tell', 'warning', "Ignoring lookup plugin '%s' due to missing base class 'LookupBase'." % name)
        raise NotFound()
    plugin = kind(loader=Loader(), templar=Templar())
    plugin._load_name, plugin._original_path, plugin.ansible_name = name.rpartition('.')[2], path, name
    return plugin
