"""Dicts of variables put together."""
from ansible import constants
from ansible.errors import AnsibleError


def combine_vars(a, b, merge=None):
    if merge or merge is None and constants.DEFAULT_HASH_BEHAVIOUR == 'merge':
        return merge_hash(a, b)
    for variables in (a, b):
        if not isinstance(variables, dict):
            raise AnsibleError('failed to combine variables, expected dicts but got a %r and a %r' % (type(a).__name__, type(b).__name__))
    return {**a, **b}


def merge_hash(x, y, recursive=True, list_merge='replace'):
    merged = dict(x)
    for key, new in y.items():
        old = merged.get(key)
        if recursive and isinstance(old, dict) and isinstance(new, dict):
            new = merge_hash(old, new, recursive, list_merge)
        elif isinstance(old, list) and isinstance(new, list):
            new = LISTS[list_merge](old, new)
        merged[key] = new
    return merged


LISTS = {
    'replace': lambda old, new: new,
    'keep': lambda old, new: old,
    'append': lambda old, new: old + new,
    'prepend': lambda old, new: new + old,
    'append_rp': lambda old, new: [element for element in old if element not in new] + new,
    'prepend_rp': lambda old, new: new + [element for element in old if element not in new],
}
