"""Settings, by the names that `ansible-config list` has."""
from ansible.goplay import ask
from ansible.goplay.values import decode

COLLECTION_PTYPE_COMPAT = {'module': 'modules'}


def __getattr__(name):
    found = None if name.startswith('_') else ask('config', name)
    if found is None:
        raise AttributeError('goplay has no setting %s' % name)
    return decode(found[0])
