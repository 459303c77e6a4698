"""What the modules of dnf share: their arguments, what they read from them, and how they find the library of the system's Python."""
import os
import sys

from ansible.module_utils.common.locale import get_best_parsable_locale
from ansible.module_utils.common.respawn import has_respawned, probe_interpreters_for_module, respawn_module
from ansible.module_utils.urls import fetch_file

_INTERPRETERS = ['/usr/libexec/platform-python', '/usr/bin/python3', '/usr/bin/python2', '/usr/bin/python']
_WORDS = dict(type='list', elements='str', default=[])

ARGUMENTS = dict(
    allow_downgrade=dict(type='bool', default=False),
    allowerasing=dict(type='bool', default=False),
    autoremove=dict(type='bool', default=False),
    best=dict(type='bool'),
    bugfix=dict(type='bool', default=False),
    cacheonly=dict(type='bool', default=False),
    conf_file=dict(type='str'),
    disable_excludes=dict(type='str'),
    disable_gpg_check=dict(type='bool', default=False),
    disable_plugin=_WORDS,
    disablerepo=_WORDS,
    download_only=dict(type='bool', default=False),
    download_dir=dict(type='str'),
    enable_plugin=_WORDS,
    enablerepo=_WORDS,
    exclude=_WORDS,
    installroot=dict(type='str', default='/'),
    install_repoquery=dict(type='bool', default=True, removed_in_version='2.20', removed_from_collection='ansible.builtin'),
    install_weak_deps=dict(type='bool', default=True),
    list=dict(type='str'),
    name=dict(type='list', elements='str', aliases=['pkg'], default=[]),
    nobest=dict(type='bool'),
    releasever=dict(type='str'),
    security=dict(type='bool', default=False),
    skip_broken=dict(type='bool', default=False),
    state=dict(type='str', choices=['absent', 'installed', 'latest', 'present', 'removed']),
    update_cache=dict(type='bool', aliases=['expire-cache'], default=False),
    update_only=dict(type='bool', default=False),
    validate_certs=dict(type='bool', default=True),
    sslverify=dict(type='bool', default=True),
    lock_timeout=dict(type='int', default=30),
    use_backend=dict(default='auto', choices=['auto', 'dnf', 'yum', 'yum4', 'dnf4', 'dnf5']),
)
SPEC = dict(required_one_of=[['name', 'list', 'update_cache']],
            mutually_exclusive=[['name', 'list'], ['best', 'nobest']], supports_check_mode=True)


class Wanted:
    """What the arguments ask for."""

    def __init__(self, module):
        params = module.params
        self.names = [name.strip() for each in params['name'] for name in _split(each) if name.strip() or len(params['name']) > 1]
        self.state = 'absent' if params['autoremove'] and params['state'] is None else params['state'] or 'present'
        self.absent, self.latest = self.state in ('absent', 'removed'), self.state == 'latest'
        self.best = params['best'] if params['nobest'] is None else not params['nobest']
        if params['autoremove'] and not self.absent:
            module.fail_json(msg='Autoremove should be used alone or with state=absent', results=[])

    def kinds(self):
        """(packages, groups, files and URLs) of the names."""
        files = [name for name in self.names if name.endswith('.rpm') and ('://' in name or '/' in name)]
        groups = [name[1:] for name in self.names if name.startswith('@')]
        return [name for name in self.names if name not in files and not name.startswith('@')], groups, files


def _split(name):
    """A comma in a name separates two, unless it is part of what rpm calls a rich dependency."""
    return [name] if name.startswith('(') else name.split(',')


def listed(params, name):
    """A list of words that may be separated by commas."""
    return [word.strip() for each in params[name] for word in each.split(',') if word.strip()]


def local_files(module, names):
    """Paths of files; URLs are downloaded."""
    return [fetch_file(module, name) if '://' in name else name for name in names]


def set_locale(module):
    """The library's messages are compared: they have to be in English."""
    locale = get_best_parsable_locale(module)
    os.environ.update(LC_ALL=locale, LC_MESSAGES=locale, LANGUAGE=locale, LANG=locale)


def need(module, library):
    """Go on with the system's Python which has the library, or fail."""
    if not has_respawned():
        interpreter = probe_interpreters_for_module(_INTERPRETERS, library)
        if interpreter:
            respawn_module(interpreter)
    module.fail_json(
        msg='Could not import the %s python module using %s (%s). Please install `python3-%s` package or ensure you have specified the '
            'correct ansible_python_interpreter. (attempted %s)' % (
                library, sys.executable, sys.version.replace('\n', ''), library, _INTERPRETERS),
        results=[])
