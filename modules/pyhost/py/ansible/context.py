"""The options of the command line."""
from ansible.goplay import context_of_run


class Options(dict):
    """They are asked for when the first of them is read."""

    def __missing__(self, name):
        self.update((key, tuple(value) if isinstance(value, list) else value) for key, value in context_of_run().items())
        if name not in dict.keys(self):
            raise KeyError(name)
        return dict.__getitem__(self, name)

    def get(self, name, default=None):
        try:
            return self[name]
        except KeyError:
            return default


CLIARGS = Options()
