"""What vars plugins are made from: they add to what inventories say of hosts and groups."""
import os

from ansible.plugins import AnsiblePlugin
from ansible.utils.display import Display


class BaseVarsPlugin(AnsiblePlugin):
    """Gives variables of hosts and groups, from a folder."""
    is_stateless = False

    def __init__(self):
        super().__init__()
        self._display, self._basedir = Display(), None

    def get_vars(self, loader, path, entities, cache=True):
        self._basedir = os.path.abspath(path)
        return {}
