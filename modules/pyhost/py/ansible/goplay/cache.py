"""What inventory plugins keep from one run to the next."""
import json
import os
import time
from collections.abc import MutableMapping

from ansible.errors import AnsibleError


class Cache(MutableMapping):
    """Values by key: in memory, or each in a file of JSON."""

    def __init__(self, folder, prefix, timeout):
        self.folder, self.prefix, self.timeout, self.kept, self.changed = folder, prefix, timeout, {}, set()

    @classmethod
    def of(cls, plugin):
        """The cache that a plugin's options ask for."""
        kind = plugin.get_option('cache_plugin')
        if kind not in ('memory', 'jsonfile', 'ansible.builtin.memory', 'ansible.builtin.jsonfile'):
            raise AnsibleError("goplay's inventory plugins have no cache plugin '%s': it has memory and jsonfile" % kind)
        folder = None
        if kind.endswith('jsonfile'):
            folder = plugin.get_option('cache_connection')
            if not folder:
                raise AnsibleError("error, '%s' cache plugin requires the 'fact_caching_connection' config option to be set (to a writeable directory path)" % kind)
            folder = os.path.expanduser(os.path.expandvars(folder))
            os.makedirs(folder, exist_ok=True)
        return cls(folder, plugin.get_option('cache_prefix') or '', plugin.get_option('cache_timeout') or 0)

    def _file(self, key):
        return os.path.join(self.folder, self.prefix + key)

    def __getitem__(self, key):
        if key not in self.kept:
            self.kept[key] = self._read(key)
        return self.kept[key]

    def _read(self, key):
        try:
            if self.folder is None or self.timeout and time.time() - os.path.getmtime(self._file(key)) > self.timeout:
                raise KeyError(key)
            with open(self._file(key), encoding='utf-8') as stream:
                return json.load(stream)
        except (OSError, ValueError):
            raise KeyError(key)

    def __setitem__(self, key, value):
        self.kept[key] = value
        self.changed.add(key)

    def __delitem__(self, key):
        self.kept.pop(key, None)
        if self.folder is not None and os.path.exists(self._file(key)):
            os.unlink(self._file(key))

    def __contains__(self, key):
        try:
            self[key]
        except KeyError:
            return False
        return True

    def __iter__(self):
        return iter(list(self.kept))

    def __len__(self):
        return len(self.kept)

    def update(self, values):
        for key, value in values.items():
            self[key] = value

    def write(self):
        """Writes what has changed. A file is whole or not there."""
        for key in self.changed if self.folder is not None else ():
            part = self._file(key) + '.%d' % os.getpid()
            with open(part, 'w', encoding='utf-8') as stream:
                json.dump(self.kept[key], stream, indent=4, sort_keys=True)
            os.replace(part, self._file(key))
        self.changed.clear()
