"""What lookup plugins are made from."""
import abc
import itertools

from ansible.goplay import ask
from ansible.plugins import AnsiblePlugin
from ansible.utils.display import Display


class LookupBase(AnsiblePlugin):
    """Gives a list for terms and options."""

    def __init__(self, loader=None, templar=None, **kwargs):
        super().__init__()
        self._loader, self._templar, self._display = loader, templar, Display()

    @abc.abstractmethod
    def run(self, terms, variables=None, **kwargs):
        """Gives the list."""

    def get_basedir(self, variables):
        return variables['role_path'] if 'role_path' in variables else self._loader.get_basedir()

    def find_file_in_search_path(self, myvars, subdir, needle, ignore_missing=False):
        found = ask('find', subdir, needle)
        if found is None and not ignore_missing:
            self._display.warning("Unable to find '%s' in expected paths (use -vvvvv to see paths)" % needle)
        return found

    @staticmethod
    def _flatten(terms):
        flat = []
        for term in terms:
            flat.extend(term if isinstance(term, (list, tuple)) else [term])
        return flat

    @staticmethod
    def _combine(a, b):
        return [LookupBase._flatten(pair) for pair in itertools.product(a, b)]

    @staticmethod
    def _flatten_hash_to_list(terms):
        return [{'key': key, 'value': value} for key, value in terms.items()]
