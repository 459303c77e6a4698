"""What vars plugins know of hosts and groups."""
from ansible.goplay.inventory import Group, Host
from ansible.goplay.lookup import Loader

_made = {}


def counts(plugin, beside, start, listing):
    """Tells whether a plugin runs for a folder, which may be one beside the playbook, by its option stage or else the setting run_vars_plugins."""
    try:
        stage = plugin.get_option('stage')
    except KeyError:
        stage = None
    if listing:
        return stage != 'task' and not (stage == 'inventory' and beside)
    return not beside or not (stage == 'inventory' or stage is None and start)


def get(plugins, path, module, name, folder, host, groups, **when):
    """Gives the variables of a host or, where that is empty, of groups together."""
    if path not in _made:
        _made[path] = plugins.module('vars', path, module).VarsModule()
        _made[path]._load_name, _made[path]._original_path, _made[path].ansible_name = name.rpartition('.')[2], path, name
    if not counts(_made[path], **when):
        return {}
    entities = [Host(None, host, {'vars': {}})] if host else [Group(None, group, {'vars': {}}) for group in groups]
    return _made[path].get_vars(Loader(), folder, entities) or {}
