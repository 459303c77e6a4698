"""Hosts, tasks, plays and what else callbacks are given."""
import os

from ansible.goplay import ask, context_of_run, inventory
from ansible.goplay.values import decode


SHARED = '''any_errors_fatal become become_exe become_flags become_method become_user check_mode collections connection debugger diff environment
ignore_errors ignore_unreachable module_defaults name no_log port remote_user run_once tags throttle timeout vars'''.split()


DEFAULTS = {'any_errors_fatal': False, 'async_val': 0, 'become': False, 'delay': 5, 'environment': [], 'poll': 15}


class Described:
    """An object with what goplay tells of it. Keywords that were not given are None."""
    keywords = frozenset(SHARED)

    def __init__(self, **told):
        self.__dict__.update(told)

    def __getattr__(self, name):
        if name not in self.keywords:
            raise AttributeError('%r object has no attribute %r' % (type(self).__name__, name))
        given = self._keywords.get(name)
        return DEFAULTS.get(name) if given is None else given

    def __eq__(self, other):
        return isinstance(other, Described) and self._uuid == other._uuid

    def __hash__(self):
        return hash(self._uuid)

    @property
    def _attributes(self):
        return dict(self._keywords)

    def dump_attrs(self):
        return dict(self._keywords)

    def get_ds(self):
        return dict(self._keywords)

    def get_path(self):
        return self._path

    def get_variable_manager(self):
        return VariableManager(self)

    _variable_manager = property(get_variable_manager)


class Role(Described):
    def get_name(self, include_role_fqcn=True):
        return self._role_name

    def __str__(self):
        return self._role_name

    __repr__ = __str__


class LoopControl(Described):
    keywords = frozenset('loop_var index_var label pause extended extended_allitems'.split())


class Task(Described):
    word = 'TASK'
    keywords = frozenset(SHARED + '''action args async_val changed_when delay delegate_facts delegate_to failed_when loop loop_with
notify poll register resolved_action retries until when listen'''.split())

    def get_name(self, include_role_fqcn=True):
        return self._shown

    @property
    def loop_control(self):
        return LoopControl(_keywords=self._keywords['loop_control'] or {}, _uuid=None)

    def get_vars(self):
        return dict(self._keywords.get('vars') or {})

    def get_first_parent_include(self):
        return None

    def get_play(self):
        return self._play

    def __str__(self):
        return '%s: %s' % (self.word, self._shown)

    __repr__ = __str__


class TaskInclude(Task):
    pass


class IncludeRole(TaskInclude):
    pass


class Handler(Task):
    word = 'HANDLER'

    def is_host_notified(self, host):
        return host in self.notified_hosts


class HandlerTaskInclude(Handler, TaskInclude):
    pass


TASKS = {kind.__name__: kind for kind in (Task, TaskInclude, IncludeRole, Handler, HandlerTaskInclude)}


class Play(Described):
    keywords = frozenset(SHARED + '''fact_path force_handlers gather_facts gather_subset gather_timeout handlers hosts max_fail_percentage order
post_tasks pre_tasks roles serial strategy tasks vars_files vars_prompt'''.split())

    def get_name(self):
        return self.name

    def get_roles(self):
        return self.roles or []

    def get_vars(self):
        return dict(self._keywords.get('vars') or {})

    def get_tasks(self):
        return []

    def get_loader(self):
        from ansible.goplay.lookup import Loader
        return Loader()

    def __str__(self):
        return self.name or ''

    __repr__ = __str__


class Playbook:
    """A file of plays."""

    def __init__(self, path, plays):
        self._file_name, self._basedir, self._entries = path, os.path.dirname(os.path.abspath(path)), plays

    def get_plays(self):
        return list(self._entries)

    def get_loader(self):
        from ansible.goplay.lookup import Loader
        return Loader()

    _loader = property(get_loader)


class VariableManager:
    """Gives variables as a play has them, in which templates are not evaluated."""

    def __init__(self, of=None, loader=None, inventory=None):
        self._of = of

    def get_vars(self, play=None, host=None, task=None, **more):
        of = play if play is not None else self._of
        return decode(ask('play_variables', getattr(of, '_number', 0), host.get_name() if host is not None else ''))

    @property
    def extra_vars(self):
        return decode(ask('extra_variables'))

    _extra_vars = extra_vars

    @property
    def _hostvars(self):
        return self.get_vars().get('hostvars')


class Group:
    def __init__(self, name):
        self.name = name

    def get_name(self):
        return self.name

    def __str__(self):
        return self.name

    __repr__ = __str__


class Host(inventory.Host):
    """A host of the inventory, of which more is asked for when it is read."""

    def __init__(self, name):
        self.name = self.address = self._uuid = name

    def get_name(self):
        return self.name

    def _told(self):
        return decode(ask('host', self.name))

    @property
    def vars(self):
        return self._told()['vars']

    @property
    def groups(self):
        return [Group(name) for name in self._told()['groups']]

    def get_groups(self):
        return self.groups

    @property
    def implicit(self):
        return self._told()['implicit']

    def get_vars(self):
        return dict(self.vars, **self.get_magic_vars())

    def get_magic_vars(self):
        return {'inventory_hostname': self.name, 'inventory_hostname_short': self.name.split('.')[0],
                'group_names': sorted(group.name for group in self.groups if group.name != 'all')}

    def __eq__(self, other):
        return isinstance(other, Host) and self.name == other.name

    def __hash__(self):
        return hash(self.name)

    def __str__(self):
        return self.name

    __repr__ = __str__


class CallbackTaskResult:
    """What a task, or one item of its loop, gave on a host."""

    def __init__(self, host, task, result, told):
        self._host, self._task, self._result = host, task, result
        self._told = told
        self._delegate, self._failure = told.get('delegate'), told.get('failure')
        self._warnings = told.get('warnings') or []

    host = property(lambda self: self._host)
    task = property(lambda self: self._task)
    result = property(lambda self: self._result)
    task_name = property(lambda self: self._task.name or self._task.get_name())
    task_fields = _task_fields = property(lambda self: dict(self._task._keywords, name=self._task.name, action=self._task.action, args=self._task.args))
    warnings = property(lambda self: [text for level, text in self._warnings if level == 'warning'])
    deprecations = property(lambda self: [text for level, text in self._warnings if level == 'deprecation'])
    exception = property(lambda self: self._failure)

    def _loop_results(self):
        return [one for one in self._result['results'] if isinstance(one, dict)] if self._task.loop and 'results' in self._result else []

    def _check_key(self, key):
        return any(one.get(key, False) for one in self._loop_results()) or bool(self._result.get(key, False))

    def is_changed(self):
        return self._check_key('changed')

    def is_skipped(self):
        items = self._loop_results()
        if items and all(one.get('skipped', False) for one in items):
            return True
        return bool(self._result.get('skipped', False))

    def is_failed(self):
        if 'failed_when_result' in self._result or any('failed_when_result' in one for one in self._loop_results()):
            return self._check_key('failed_when_result')
        return self._check_key('failed')

    def is_unreachable(self):
        return self._check_key('unreachable')

    def needs_debugger(self, globally_enabled=False):
        return False


TaskResult = CallbackTaskResult


class IncludedFile:
    """A file or a role that an include has brought in."""

    def __init__(self, filename, args, variables, task, hosts, is_role):
        self._filename, self._args, self._vars, self._task, self._hosts, self._is_role = filename, args, variables, task, hosts, is_role

    def __str__(self):
        return '%s (args=%s vars=%s): %s' % (self._filename, self._args, self._vars, self._hosts)

    __repr__ = __str__


class AggregateStats:
    """How many results of each kind hosts had."""

    KINDS = ('ok', 'failures', 'dark', 'changed', 'skipped', 'rescued', 'ignored')

    def __init__(self, hosts=(), custom=None):
        self.processed, self.custom = {host['name']: 1 for host in hosts}, custom or {}
        for kind in self.KINDS:
            setattr(self, kind, {host['name']: host[kind] for host in hosts if host[kind]})

    def summarize(self, host):
        return {'unreachable' if kind == 'dark' else kind: getattr(self, kind).get(host, 0) for kind in self.KINDS}


class PlayContext:
    """How a play reaches its hosts."""

    def __init__(self, play):
        run = context_of_run()
        self.check_mode, self.diff = run['check'], run['diff']
        self.remote_user, self.port, self.connection = play.remote_user, play.port, play.connection
        self.become, self.become_user, self.become_method = play.become, play.become_user, play.become_method
        self.password = self.become_pass = ''
