"""The callbacks of a run: all live in one interpreter and are told of events in their order."""
from ansible.goplay import ask, objects
from ansible.goplay.results import current, deepcopy
from ansible.goplay.values import decode
from ansible.plugins.callback import CallbackBase
from ansible.utils.display import Display

V2 = [name for name in dir(CallbackBase) if name.startswith('v2_')]
V1 = {name: name[3:] for name in V2 if hasattr(CallbackBase, name[3:])}
REMOVAL = 'This feature will be removed from the callback plugin API in ansible-core version 2.23.'


class Callbacks:
    """Loads callbacks and calls their methods."""

    def __init__(self, plugins):
        self.plugins, self.made, self.stage = plugins, [], Stage()

    def read(self, path, module):
        """Tells what a file's class says of itself; None: it has none that is a callback."""
        kind = self._class(path, module)
        if not issubclass(kind, CallbackBase):
            return None
        return {'stdout': getattr(kind, 'CALLBACK_TYPE', '') == 'stdout',
                'asked': bool(getattr(kind, 'CALLBACK_NEEDS_ENABLED', getattr(kind, 'CALLBACK_NEEDS_WHITELIST', False)))}

    def _class(self, path, module):
        return self.plugins.module('callback', path, module).CallbackModule

    def make(self, path, module, shown):
        """Makes a callback. Gives its number, and which methods it has."""
        kind = self._class(path, module)
        plugin = kind.__new__(kind)
        plugin._load_name = plugin.ansible_name = module
        plugin._original_path = path
        plugin.__init__()
        plugin.set_options()
        if getattr(plugin, 'disabled', False):
            return None
        _warn_old(plugin, shown)
        self.made.append(plugin)
        return {'number': len(self.made) - 1, 'methods': [name for name in V2 + ['set_play_context'] if _has(plugin, name)]}

    def call(self, to, method, told):
        """Calls a method of some callbacks with what it is told of."""
        args, named = self.stage.arguments(method, told)
        for number in to:
            plugin = self.made[number]
            for name in (method,) if method == 'set_play_context' else (method, 'v2_on_any'):
                if not getattr(plugin, 'disabled', False) and _has(plugin, name):
                    _dispatch(plugin, name, *_own(args, named))


def _own(args, named):
    """Gives arguments of which a callback may change results without others seeing it."""
    own = []
    for arg in args:
        if isinstance(arg, objects.CallbackTaskResult):
            arg = objects.CallbackTaskResult(arg._host, arg._task, deepcopy(arg._result), arg._told)
        own.append(arg)
    return own, named


def _has(plugin, name):
    """Tells whether a callback has a method of its own, be it by the name that it had in the first version."""
    return _differs(plugin, name) or name in V1 and _differs(plugin, V1[name])


def _differs(plugin, name):
    method = getattr(plugin, name, None)
    return method is not None and getattr(method, '__func__', method) is not getattr(CallbackBase, name)


def _dispatch(plugin, name, args, named):
    method = getattr(plugin, name)
    current.result = next((arg for arg in args if isinstance(arg, objects.CallbackTaskResult)), None)
    try:
        method(*args, **named)
    except Exception as error:
        Display().warning('Callback dispatch %r failed for plugin %r: %s' % (name, plugin._load_name, error))


def _warn_old(plugin, shown):
    for name in ('v2_on_any', 'on_any'):
        if _differs(plugin, name):
            ask('tell', 'deprecation', 'The %r callback plugin implements deprecated method %r. %s Use event-specific callback methods instead.' % (shown, name, REMOVAL))
    old = sorted(name for name in V1.values() if name != 'on_any' and _differs(plugin, name))
    if old:
        ask('tell', 'deprecation', 'The %r callback plugin implements the following deprecated method(s): %s. %s Implement the `v2_*` equivalent callback method(s) instead.' % (
            shown, ', '.join(old), REMOVAL))


class Stage:
    """What callbacks were told of so far: an object stays the same in all that they are told."""

    def __init__(self):
        self.tasks, self.hosts, self.play = {}, {}, None

    def arguments(self, method, told):
        """Gives the arguments of a method."""
        maker = MAKERS.get(method)
        if maker is None:
            return [self.result(told)], {}
        return maker(self, told)

    def host(self, name):
        if name not in self.hosts:
            self.hosts[name] = objects.Host(name)
        return self.hosts[name]

    def task(self, told):
        """Gives a task; what goplay has told of it already it tells by its number alone."""
        if isinstance(told, int):
            return self.tasks[told]
        number = told['number']
        if number not in self.tasks:
            self.tasks[number] = objects.TASKS[told['kind']](_keywords={})
        task, keywords = self.tasks[number], decode(told['keywords'])
        task.__dict__.update(
            _uuid=_uuid(number), _keywords=keywords, _shown=told['shown'], name=told['name'], action=told['action'], args=keywords['args'] or {},
            _path=told['path'], no_log=told['no_log'], check_mode=told['check'], diff=told['diff'], _play=self.play, _parent=None,
            _role=objects.Role(_uuid=told['role'], _role_name=told['role'], _keywords={}) if told['role'] else None)
        return task

    def result(self, told):
        return objects.CallbackTaskResult(self.host(told['host']), self.task(told['task']), decode(told['result']), told)

    def failed(self, told):
        task = self.task(told['task'])
        if 'ignore' not in told:
            return [self.result(told)], {}
        return [self.result(told)], {'ignore_errors': True if told['ignore'] else task.ignore_errors}

    def start(self, told):
        return [objects.Playbook(told['path'], [_play(entry) for entry in told['plays']])], {}

    def play_start(self, told):
        if told is not None:
            self.play = _play(told)
        return [self.play], {}

    def play_context(self, told):
        self.play_start(told)
        return [objects.PlayContext(self.play)], {}

    def task_start(self, told):
        return [self.task(told['task'])], {'is_conditional': False}

    def handler_start(self, told):
        return [self.task(told['task'])], {}
    def host_start(self, told):
        return [self.host(told['host']), self.task(told['task'])], {}

    def notified(self, told):
        handler, host = self.task(told['task']), self.host(told['host'])
        handler.__dict__.setdefault('notified_hosts', []).append(host)
        return [handler, host], {}

    def included(self, told):
        return [objects.IncludedFile(
            told['path'], decode(told['args']), decode(told['vars']) or {}, self.task(told['task']), [self.host(name) for name in told['hosts']], told['role'])], {}

    def prompt(self, told):
        return decode(told['values']), {}

    def stats(self, told):
        return [objects.AggregateStats(told['hosts'], decode(told['custom']))], {}

    def nothing(self, told):
        return [], {}


MAKERS = {
    'v2_runner_on_failed': Stage.failed, 'v2_playbook_on_start': Stage.start, 'set_play_context': Stage.play_context,
    'v2_playbook_on_play_start': Stage.play_start, 'v2_playbook_on_task_start': Stage.task_start,
    'v2_playbook_on_handler_task_start': Stage.handler_start, 'v2_runner_on_start': Stage.host_start, 'v2_playbook_on_notify': Stage.notified,
    'v2_playbook_on_include': Stage.included, 'v2_playbook_on_vars_prompt': Stage.prompt, 'v2_playbook_on_stats': Stage.stats,
    'v2_playbook_on_no_hosts_matched': Stage.nothing, 'v2_playbook_on_no_hosts_remaining': Stage.nothing,
}


def _uuid(number):
    return '00000000-0000-4000-8000-%012x' % (number & 0xffffffffffff)


def _play(told):
    keywords = decode(told['keywords'])
    return objects.Play(
        _uuid=_uuid(told['number']), _number=told['number'], _keywords=keywords, name=told['name'], hosts=told['hosts'], _path=told['path'],
        strategy=told['strategy'], check_mode=told['check'], _free=told['free'])
