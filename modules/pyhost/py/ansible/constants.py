"""Settings, by the names that `ansible-config list` has."""
from ansible.goplay import ask
from ansible.goplay.values import decode


def _of_core(*names):
    return [prefix + name for name in names for prefix in ('', 'ansible.builtin.', 'ansible.legacy.')]


COLLECTION_PTYPE_COMPAT = {'module': 'modules'}
DEFAULT_BECOME_PASS = DEFAULT_REMOTE_PASS = None
LOCALHOST = ('127.0.0.1', 'localhost', '::1')
MODULE_NO_JSON = _of_core('command', 'win_command', 'shell', 'win_shell', 'raw', 'script')
_ACTION_DEBUG = _of_core('debug')
_ACTION_SETUP = _of_core('setup')
_ACTION_WITH_CLEAN_FACTS = _of_core('set_fact', 'include_vars')
_ACTION_ALL_INCLUDE_TASKS = _of_core('include_tasks')
_ACTION_INCLUDE_ROLE = _of_core('include_role')
_ACTION_META = _of_core('meta')
COLOR_CODES = {
    'black': '0;30', 'bright gray': '0;37', 'blue': '0;34', 'white': '1;37', 'green': '0;32', 'bright blue': '1;34', 'cyan': '0;36',
    'bright green': '1;32', 'red': '0;31', 'bright cyan': '1;36', 'purple': '0;35', 'bright red': '1;31', 'yellow': '0;33',
    'bright purple': '1;35', 'dark gray': '1;30', 'bright yellow': '1;33', 'magenta': '0;35', 'bright magenta': '1;35', 'normal': '0',
}


def __getattr__(name):
    found = None if name.startswith('_') else ask('config', name)
    if found is None:
        raise AttributeError('goplay has no setting %s' % name)
    return decode(found[0])
