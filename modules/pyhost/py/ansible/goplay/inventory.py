"""The inventory as a plugin fills it. Goplay keeps it: what a plugin adds goes there in one message, before the plugin asks for anything."""
import re

from ansible.errors import AnsibleError
from ansible.goplay import ask
from ansible.goplay.failure import LoadError
from ansible.goplay.lookup import Loader
from ansible.goplay.values import decode, encode


class Entity:
    """A host or a group as it was when it was asked for."""

    def __init__(self, inventory, name, described):
        self._inventory, self.name, self._described, self.vars = inventory, name, described, decode(described['vars'])

    def get_name(self):
        return self.name

    def get_vars(self):
        return {**self.vars, **decode(self._described.get('magic') or {})}

    def get_groups(self):
        return [self._inventory.groups[name] for name in self._described.get('groups', ())]

    def get_hosts(self):
        return [self._inventory.get_host(name) for name in self._described.get('hosts', ())]

    @property
    def groups(self):
        return self.get_groups()

    @property
    def hosts(self):
        return self.get_hosts()

    @property
    def child_groups(self):
        return [self._inventory.groups[name] for name in self._described.get('children', ())]

    def set_variable(self, name, value):
        self.vars[name] = value
        self._inventory.set_variable(self.name, name, value)

    def __str__(self):
        return self.name

    __repr__ = __str__


class Host(Entity):
    """A host."""


class Group(Entity):
    """A group."""


class Entities(dict):
    """Hosts or groups by name, fetched as they are read."""

    def __init__(self, inventory, kind):
        super().__init__((name, None) for name in inventory._ask('entities', kind))
        self._inventory, self._kind = inventory, kind

    def __getitem__(self, name):
        super().__getitem__(name)
        return self._inventory._entity(self._kind, name)

    def get(self, name, default=None):
        return self[name] if name in self else default

    def values(self):
        return [self[name] for name in self]

    def items(self):
        return [(name, self[name]) for name in self]


class Inventory:
    """What inventory plugins know as `inventory`."""

    def __init__(self, path):
        self.localhost, self.current_source, self.processed_sources, self.plugins, self._added = None, path, [], [], []

    def _add(self, *what):
        self._added.append(what)
        if len(self._added) >= 10000:
            self.flush()

    def flush(self):
        added, self._added = self._added, []
        if added:
            ask('add', added)

    def _ask(self, question, *args):
        self.flush()
        return ask(question, *args)

    def _entity(self, kind, name):
        found = self._ask('entity', kind, name)
        return None if found is None else (Group if kind == 'group' else Host)(self, name, found)

    @property
    def hosts(self):
        return Entities(self, 'host')

    @property
    def groups(self):
        return Entities(self, 'group')

    def add_group(self, group):
        if not group:
            raise AnsibleError('Invalid empty/false group name provided: %s' % (group,))
        if not isinstance(group, str):
            raise AnsibleError('Invalid group name supplied, expected a string but got %s for %s' % (type(group), group))
        if not re.match(r'[^\W\d]\w*$', group):
            return self._ask('add_group', group)
        self._add('group', group)
        return group

    def add_host(self, host, group=None, port=None):
        if not host:
            raise AnsibleError('Invalid empty host name provided: %s' % (host,))
        if not isinstance(host, str):
            raise AnsibleError('Invalid host name supplied, expected a string but got %s for %s' % (type(host), host))
        self._add('host', host, port or 0)
        if group:
            self._add('join', group, host)
        return host

    def add_child(self, group, child):
        self._add('join', group, child)

    def set_variable(self, entity, varname, value):
        self._add('set', entity, varname, encode(value))

    def get_host(self, hostname):
        return self._entity('host', hostname)

    def get_groups_dict(self):
        return {name: [host.name for host in group.get_hosts()] for name, group in self.groups.items()}

    def construct(self, what, made_of, variables, host, strict, fetch):
        """Has goplay make variables or groups of expressions."""
        self._ask('construct', what, encode(made_of), encode(dict(variables)), host, bool(strict), bool(fetch))


def run(plugins, path, module, name, source, cache):
    """Runs an inventory plugin on a source; tells whether the source is one of its own."""
    try:
        plugin = plugins.module('inventory', path, module).InventoryModule()
    except Exception as error:
        raise LoadError(str(error))
    plugin._load_name, plugin._original_path, plugin.ansible_name = module if '.' in name else name, path, name
    if not plugin.verify_file(source):
        return False
    inventory = Inventory(source)
    try:
        plugin.parse(inventory, Loader(), source, cache=cache)
    finally:
        inventory.flush()
    if getattr(plugin, '_cache', None) is not None:
        plugin._cache.write()
    return True
