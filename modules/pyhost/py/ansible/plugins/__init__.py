"""What all plugins are."""
from ansible.errors import AnsibleError
from ansible.goplay import option


class AnsiblePlugin:
    """A plugin with options that its DOCUMENTATION declares."""
    _load_name = ansible_name = None

    def __init__(self):
        self._options, self._origins, self._declared = {}, {}, None

    @property
    def option_definitions(self):
        if self._declared is None:
            self._declared = option.declared(self)
        return self._declared

    def has_option(self, name):
        return name in self.option_definitions

    def set_option(self, name, value):
        self._options[name], self._origins[name] = value, 'Direct'

    def set_options(self, task_keys=None, var_options=None, direct=None):
        for name, how in self.option_definitions.items():
            if not name.startswith('_'):
                self._options[name], self._origins[name] = option.value_of(self, name, how, direct or {}, var_options)

    def get_option(self, option, hostvars=None):
        return self.get_option_and_origin(option, hostvars)[0]

    def get_option_and_origin(self, name, hostvars=None):
        if name not in self._options:
            if name not in self.option_definitions:
                raise option.Undeclared(self, name)
            self._options[name], self._origins[name] = option.value_of(self, name, self.option_definitions[name], {}, hostvars)
        return self._options[name], self._origins[name]

    def get_options(self, hostvars=None):
        return {name: self.get_option(name, hostvars) for name in self.option_definitions}


class AnsibleJinja2Plugin(AnsiblePlugin):
    """A filter or a test."""


def get_plugin_class(obj):
    return obj if isinstance(obj, str) else type(obj).__name__.lower().replace('module', '')


__all__ = ['AnsibleError', 'AnsibleJinja2Plugin', 'AnsiblePlugin', 'get_plugin_class']
