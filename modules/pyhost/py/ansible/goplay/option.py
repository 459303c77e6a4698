"""Options of plugins, as their DOCUMENTATION declares them."""
import os

from ansible.errors import AnsibleOptionsError, AnsibleRequiredOptionError
from ansible.goplay import ask
from ansible.goplay.values import decode
from ansible.module_utils.parsing.convert_bool import boolean


class Undeclared(KeyError):
    """A plugin reads an option that its documentation does not have."""

    def __init__(self, plugin, name):
        super().__init__(name)
        self.text = ": No config definition exists for '%s' for %s." % (name, described(plugin))

    def __str__(self):
        return self.text


def described(plugin):
    return "'%s' %s plugin" % (plugin._load_name, type(plugin).__name__.replace('Module', '').lower())


def declared(plugin):
    """The options of a plugin's documentation, with those of the fragments that it extends."""
    import sys
    text = getattr(sys.modules[type(plugin).__module__], 'DOCUMENTATION', None)
    document = decode(ask('yaml', text)) if text else {}
    fragments = document.get('extends_documentation_fragment') or []
    options = {}
    for name in [fragments] if isinstance(fragments, str) else fragments:
        options.update(_fragment(name))
    options.update(document.get('options') or {})
    return options


def _fragment(name):
    import importlib
    parts = name.split('.')
    if parts[:2] == ['ansible', 'builtin']:
        parts = parts[2:]
    if len(parts) == 1 and parts[0] in FRAGMENTS:
        return FRAGMENTS[parts[0]]
    part = parts.pop().upper() if len(parts) in (2, 4) else 'DOCUMENTATION'
    place = 'ansible_collections.%s.%s.plugins.doc_fragments.%s' if len(parts) == 3 else 'ansible.plugins.doc_fragments.%s'
    module = importlib.import_module(place % tuple(parts))
    return decode(ask('yaml', getattr(module.ModuleDocFragment, part))).get('options') or {}


def _cached(name, kind, default=None):
    key = 'cache' if name == '' else 'cache_' + name
    old = {'plugin': 'fact_caching', 'connection': 'fact_caching_connection', 'prefix': 'fact_caching_prefix', 'timeout': 'fact_caching_timeout'}.get(name)
    variable = 'CACHE' if name == '' else 'CACHE_' + name.upper()
    return {
        'type': kind, 'default': default,
        'ini': [{'section': 'inventory', 'key': key}] + ([{'section': 'defaults', 'key': old}] if old else []),
        'env': [{'name': 'ANSIBLE_INVENTORY_' + variable}] + ([{'name': 'ANSIBLE_' + variable}] if old else []),
    }


FRAGMENTS = {
    'vars_plugin_staging': {'stage': {'type': 'str', 'choices': ['all', 'inventory', 'task']}},
    'constructed': {
        'strict': {'type': 'bool', 'default': False}, 'compose': {'type': 'dict', 'default': {}}, 'groups': {'type': 'dict', 'default': {}},
        'keyed_groups': {'type': 'list', 'default': []}, 'leading_separator': {'type': 'bool', 'default': True},
        'use_extra_vars': {
            'type': 'bool', 'default': False, 'ini': [{'section': 'inventory_plugins', 'key': 'use_extra_vars'}], 'env': [{'name': 'ANSIBLE_INVENTORY_USE_EXTRA_VARS'}],
        },
    },
    'inventory_cache': {
        'cache': _cached('', 'bool', False), 'cache_plugin': _cached('plugin', 'str', 'memory'), 'cache_timeout': _cached('timeout', 'int', 3600),
        'cache_connection': _cached('connection', 'str'), 'cache_prefix': _cached('prefix', 'str', 'ansible_inventory_'),
    },
}


def value_of(plugin, name, option, direct, variables):
    """Gives an option's value and where it is from. What is nearest to the call counts."""
    for origin, value in _given(name, option, direct, variables):
        return _typed(plugin, name, option, value, origin), origin
    if 'default' not in option and option.get('required'):
        raise AnsibleRequiredOptionError("Required config '%s' for %s not provided." % (name, described(plugin)))
    return _typed(plugin, name, option, option.get('default'), 'default'), 'default'


def _given(name, option, direct, variables):
    """The values that were given for an option, the nearest first."""
    for key in [name] + list(option.get('aliases') or ()):
        if key in direct:
            yield 'Direct', direct[key]
    for entry in option.get('vars') or ():
        if variables is not None and entry['name'] in variables:
            yield 'var: ' + entry['name'], variables[entry['name']]
    for entry in option.get('env') or ():
        if entry['name'] in os.environ:
            yield 'env: ' + entry['name'], os.environ[entry['name']]
    for entry in option.get('ini') or ():
        found = ask('ini', entry['section'], entry['key'])
        if found is not None:
            yield 'ini', found


def _typed(plugin, name, option, value, origin):
    """Makes an option's type of a value, and checks that it is among the choices."""
    if value is None:
        return None
    kind = option.get('type')
    try:
        made = CONVERTERS.get(kind, lambda v: v)(value)
    except (TypeError, ValueError):
        raise AnsibleOptionsError("Config '%s' for %s from '%s' has an invalid value: Invalid value provided for %r: %r" % (name, described(plugin), origin, kind, value))
    choices = option.get('choices')
    if choices and any(v not in choices for v in (made if isinstance(made, list) else [made])):
        raise AnsibleOptionsError("Invalid value %r for config '%s' for %s." % (value, name, described(plugin)))
    return made


def _list(value):
    if isinstance(value, str):
        return [part.strip() for part in value.split(',')]
    if isinstance(value, (list, tuple)):
        return list(value)
    raise TypeError()


def _dict(value):
    if isinstance(value, dict):
        return value
    raise TypeError()


def _integer(value):
    number = float(value)
    if number != int(number):
        raise ValueError()
    return int(number)


def _text(value):
    if isinstance(value, (list, dict)):
        raise TypeError()
    return value if isinstance(value, str) else str(value)  # a user's template stays one


def _path(value):
    return os.path.expanduser(os.path.expandvars(value))


CONVERTERS = {
    'bool': lambda v: boolean(v, strict=False), 'boolean': lambda v: boolean(v, strict=False), 'int': _integer, 'integer': _integer, 'float': float,
    'list': _list, 'dict': _dict, 'dictionary': _dict, 'str': _text, 'string': _text, 'path': _path, 'tmppath': _path,
    'pathspec': lambda v: [_path(part) for part in v.split(os.pathsep)], 'pathlist': lambda v: [_path(part) for part in _list(v)],
}
