"""Groups."""
from ansible.goplay.inventory import Group
from ansible.plugins.inventory import to_safe_group_name as _safe


def to_safe_group_name(name, replacer='_', force=False, silent=False):
    return _safe(name) if replacer == '_' else _safe(name).replace('_', replacer)


__all__ = ['Group', 'to_safe_group_name']
