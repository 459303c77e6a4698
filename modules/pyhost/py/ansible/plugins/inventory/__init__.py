"""What inventory plugins are made from."""
import hashlib
import os
import re

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.goplay import ask
from ansible.goplay.cache import Cache
from ansible.goplay.values import decode, encode
from ansible.plugins import AnsiblePlugin
from ansible.utils.display import Display


def to_safe_group_name(name):
    """A group's name that needs no quotes in templates."""
    return re.sub(r'^[\d\W]|[^\w]', '_', name)


class BaseInventoryPlugin(AnsiblePlugin):
    """Reads one source of an inventory."""
    TYPE = 'generator'
    NAME = 'undefined'
    _sanitize_group_name = staticmethod(to_safe_group_name)

    def __init__(self):
        super().__init__()
        self.inventory = self.loader = self.templar = None
        self.display, self._config, self._vars = Display(), {}, {}

    def verify_file(self, path):
        return os.path.exists(path) and os.access(path, os.R_OK)

    def parse(self, inventory, loader, path, cache=True):
        from ansible.goplay.lookup import Templar
        self.inventory, self.loader, self.templar = inventory, loader, Templar()
        if self.NAME not in inventory.plugins:
            inventory.plugins.append(self.NAME)

    def _read_config_data(self, path):
        try:
            config = decode(ask('yaml_file', path))
        except Exception as error:
            raise AnsibleParserError(str(error))
        if not config:
            raise AnsibleParserError('%s is empty' % path)
        if not isinstance(config, dict):
            raise AnsibleParserError('inventory source has invalid structure, it should be a dictionary, got: %s' % type(config))
        if config.get('plugin') not in (self.NAME, self.ansible_name, self._load_name):
            raise AnsibleParserError('Incorrect plugin name in file: %s' % config.get('plugin', 'none found'))
        self.set_options(direct=config, var_options=self._vars)
        if self.has_option('cache') and self.get_option('cache'):
            self._cache = Cache.of(self)
        self._config = config
        return config

    def _consume_options(self, data):
        for name in self.option_definitions:
            if name in data:
                self.set_option(name, data.pop(name))

    def _populate_host_vars(self, hosts, variables, group=None, port=None):
        for host in hosts:
            self.inventory.add_host(host, group=group, port=port)
            for name, value in variables.items():
                self.inventory.set_variable(host, name, value)

    def _expand_hostpatterns(self, hostpattern):
        return tuple(ask('host_range', hostpattern))


class BaseFileInventoryPlugin(BaseInventoryPlugin):
    """Reads a file."""
    TYPE = 'storage'


class Cacheable:
    """Keeps what a plugin has fetched from one run to the next."""
    _cache = None

    @property
    def cache(self):
        if self._cache is None:
            self._cache = Cache.of(self)
        return self._cache

    def load_cache_plugin(self):
        self._cache = Cache.of(self)

    def get_cache_key(self, path):
        return '%s_k%s' % (self.ansible_name, hashlib.sha256(path.encode()).hexdigest()[:6])

    def get_cache_prefix(self, path):
        return self.get_cache_key(path)

    def clear_cache(self):
        self.cache.clear()

    def update_cache_if_changed(self):
        self.cache.write()

    def set_cache_plugin(self):
        self.cache.write()


class Constructable:
    """Makes variables and groups of expressions."""

    def _compose(self, template, variables, disable_lookups=True):
        return decode(ask('evaluate', encode(template), encode(dict(variables))))

    def _set_composite_vars(self, compose, variables, host, strict=False):
        if compose:
            self.inventory.construct('compose', compose, variables, host, strict, False)

    def _add_host_to_composed_groups(self, groups, variables, host, strict=False, fetch_hostvars=True):
        if groups:
            self.inventory.construct('groups', groups, variables, host, strict, fetch_hostvars)

    def _add_host_to_keyed_groups(self, keys, variables, host, strict=False, fetch_hostvars=True):
        if keys:
            self.inventory.construct('keyed_groups', keys, variables, host, strict, fetch_hostvars)


def expand_hostname_range(line=None):
    return ask('host_range', line or '')[0]


def detect_range(line=None):
    return '[' in (line or '')


__all__ = ['AnsibleError', 'BaseFileInventoryPlugin', 'BaseInventoryPlugin', 'Cacheable', 'Constructable', 'detect_range', 'expand_hostname_range', 'to_safe_group_name']
