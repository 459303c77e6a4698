"""What an action plugin works with: its task, the line to the target, and other actions."""
import base64
import os

from ansible.errors import AnsibleActionFail, AnsibleActionSkip, AnsibleConnectionFailure, AnsibleError
from ansible.goplay import ask
from ansible.goplay.failure import LoadError
from ansible.goplay.lookup import Loader, Templar, Variables
from ansible.goplay.values import decode, encode


class Task:
    """A task, as far as it is resolved for this host."""

    def __init__(self, fields):
        self.__dict__.update(fields)
        self.resolved_action = self.action

    def get_name(self, include_role_fqcn=True):
        return self.name or self.action

    def copy(self, **options):
        return Task({**self.__dict__, 'args': dict(self.args)})

    @property
    def async_(self):
        return self.async_val


class PlayContext:
    """How the task reaches the target."""

    def __init__(self, fields):
        self.__dict__.update(fields)


class Shell:
    """Paths of the target's shell."""
    SHELL_FAMILY = 'sh'
    tmpdir = None

    def join_path(self, *parts):
        return os.path.join(*parts)

    def path_has_trailing_slash(self, path):
        return path.endswith('/')

    def quote(self, text):
        import shlex
        return shlex.quote(text)

    def get_option(self, name):
        return None


class Connection:
    """The line to the target."""

    def __init__(self, transport):
        self.transport = self._load_name = self.ansible_name = transport
        self._shell, self.become, self.connected = Shell(), None, True

    def _run(self, command, stdin, executable):
        if isinstance(stdin, str):
            stdin = stdin.encode()
        rc, out, err = ask('raw', command, base64.b64encode(stdin or b'').decode(), executable)
        return rc, base64.b64decode(out), base64.b64decode(err)

    def exec_command(self, cmd, in_data=None, sudoable=True):
        return self._run(cmd, in_data, '')

    def put_file(self, in_path, out_path):
        ask('put', os.path.abspath(in_path), out_path)

    def fetch_file(self, in_path, out_path):
        ask('fetch', in_path, os.path.abspath(out_path))

    def reset(self):
        ask('reset')

    def get_option(self, option, hostvars=None):
        found = ask('variable', {'host': 'ansible_host', 'port': 'ansible_port', 'remote_user': 'ansible_user', 'password': 'ansible_password'}.get(option, 'ansible_' + option))
        return None if found is None else decode(ask('resolve', found[0]))


class Action:
    """Another action, goplay's own or a user's."""

    def __init__(self, name, task):
        self._name, self._task = name, task

    def run(self, tmp=None, task_vars=None):
        return decode(ask('action', self._name, encode(dict(self._task.args))))


class ActionLoader:
    def get(self, name, task=None, **more):
        return Action(name, task) if ask('has_action', name) else None

    def has_plugin(self, name, **more):
        return ask('has_action', name)


class SharedLoader:
    """The loaders that a plugin may want."""

    def __init__(self):
        from ansible.plugins.loader import lookup_loader
        self.action_loader, self.lookup_loader = ActionLoader(), lookup_loader


def run(plugins, path, module, name, task, context, transport):
    """Runs an action plugin; gives how it ended: "result", "fail" or "skip", the message, and the result."""
    try:
        kind = plugins.module('action', path, module).ActionModule
    except Exception as error:
        raise LoadError(str(error))
    plugin = kind(Task(task), Connection(transport), PlayContext(context), Loader(), Templar(), SharedLoader())
    plugin._load_name, plugin._original_path = name.rpartition('.')[2], path
    try:
        result = plugin.run(task_vars=Variables())
    except AnsibleActionSkip as error:
        return ['skip', str(error), error.result]
    except AnsibleActionFail as error:
        return ['fail', str(error), error.result]
    except AnsibleConnectionFailure as error:
        return ['result', '', {'unreachable': True, 'msg': str(error)}]
    finally:
        if plugin._connection._shell.tmpdir:
            plugin.cleanup()
    if not isinstance(result, dict):
        raise AnsibleError('an action gives a dict, not a %s' % type(result).__name__)
    return ['result', '', result]
