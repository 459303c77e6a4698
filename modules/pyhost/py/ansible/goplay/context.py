"""What functions marked with jinja2's pass_context and its like are called with."""
from ansible.goplay import ask
from ansible.goplay.values import decode, encode


class Environment:
    """The template's surroundings."""
    autoescape = False


class Context:
    """The variables of the template that a function is called from."""

    def __init__(self):
        self.environment = Environment()
        self.autoescape = False

    def resolve(self, key):
        return self[key] if key in self else None

    def get(self, key, default=None):
        return self[key] if key in self else default

    def __contains__(self, key):
        return ask('variable', key) is not None

    def __getitem__(self, key):
        found = ask('variable', key)
        if found is None:
            raise KeyError(key)
        return decode(ask('resolve', found[0]))

    def call(self, function, *args, **kwargs):
        return function(*args, **kwargs)


def of(wants):
    """Gives what a function wants: jinja2's mark, or its name."""
    context = Context()
    return context.environment if getattr(wants, 'name', wants) == 'environment' else context
