"""What vars plugins know of hosts and groups."""
from ansible.goplay.inventory import Group, Host
from ansible.goplay.lookup import Loader

_made = {}


def get(plugins, path, module, name, folder, host, groups):
    """Gives the variables of a host or, where that is empty, of groups together."""
    if path not in _made:
        _made[path] = plugins.module('vars', path, module).VarsModule()
        _made[path]._load_name, _made[path]._original_path, _made[path].ansible_name = name.rpartition('.')[2], path, name
    entities = [Host(None, host, {'vars': {}})] if host else [Group(None, group, {'vars': {}}) for group in groups]
    return _made[path].get_vars(Loader(), folder, entities) or {}
