"""Prints what the callback default prints. Plugins are made from it."""
from ansible import constants as C
from ansible.goplay import context_of_run
from ansible.goplay.objects import TaskInclude
from ansible.plugins.callback import CallbackBase
from ansible.utils.color import colorize, hostcolor

DOCUMENTATION = '''
    name: default
    type: stdout
    extends_documentation_fragment: [default_callback, result_format_callback]
'''

FREE = tuple(namespace + name for name in ('free', 'host_pinned') for namespace in ('', 'ansible.builtin.', 'ansible.legacy.'))
COUNTS = (
    ('ok', 'ok', 'COLOR_OK'), ('changed', 'changed', 'COLOR_CHANGED'), ('unreachable', 'unreachable', 'COLOR_UNREACHABLE'),
    ('failed', 'failures', 'COLOR_ERROR'), ('skipped', 'skipped', 'COLOR_SKIP'), ('rescued', 'rescued', 'COLOR_OK'), ('ignored', 'ignored', 'COLOR_WARN'),
)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'default'

    def __init__(self):
        super().__init__()
        self._play = self._last_task_banner = self._last_task_name = self._task_type_cache_key = None
        self._task_type_cache = {}

    # Titles.

    def v2_playbook_on_start(self, playbook):
        if self._display.verbosity > 1:
            self._display.banner('PLAYBOOK: %s' % playbook._file_name.rsplit('/', 1)[-1])
        self._dry_run()

    def _dry_run(self):
        if context_of_run().get('check') and self.get_option('check_mode_markers'):
            self._display.banner('DRY RUN')

    def v2_playbook_on_play_start(self, play):
        name, marker = play.get_name().strip(), self._marker(play.check_mode)
        self._play = play
        self._display.banner('PLAY [%s]%s' % (name, marker) if name else 'PLAY' + marker)

    def _marker(self, check):
        return ' [CHECK MODE]' if check and self.get_option('check_mode_markers') else ''

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._task_start(task, prefix='TASK')

    def v2_playbook_on_handler_task_start(self, task):
        self._task_start(task, prefix='RUNNING HANDLER')

    def _task_start(self, task, prefix=None):
        if prefix is not None:
            self._task_type_cache[task._uuid] = prefix
        self._last_task_name = None if self._free() else task.get_name().strip()
        if self.get_option('display_skipped_hosts') and self.get_option('display_ok_hosts') and not self._free():
            self._print_task_banner(task)

    def _free(self):
        return self._play.strategy in FREE

    def _print_task_banner(self, task):
        args = ''
        if not task.no_log and C.DISPLAY_ARGS_TO_STDOUT:
            args = ' ' + ', '.join('%s=%s' % pair for pair in task.args.items())
        prefix = self._task_type_cache.get(task._uuid, 'TASK')
        self._display.banner('%s [%s%s]%s' % (prefix, self._last_task_name or task.get_name().strip(), args, self._marker(task.check_mode)))
        if self._display.verbosity >= 2:
            self._print_task_path(task)
        self._last_task_banner = task._uuid

    def _title(self, task):
        if self._last_task_banner != task._uuid:
            self._print_task_banner(task)

    def v2_playbook_on_no_hosts_matched(self):
        self._display.display('skipping: no hosts matched', color=C.COLOR_SKIP)

    def v2_playbook_on_no_hosts_remaining(self):
        self._display.banner('NO MORE HOSTS LEFT')

    def v2_playbook_on_include(self, included_file):
        text = 'included: %s for %s' % (included_file._filename, ', '.join(host.name for host in included_file._hosts))
        label = self._get_item_label(included_file._vars)
        self._display.display(text + (' => (item=%s)' % label if label else ''), color=C.COLOR_INCLUDED)

    def v2_playbook_on_notify(self, handler, host):
        if self._display.verbosity > 1:
            self._display.display('NOTIFIED HANDLER %s for %s' % (handler.get_name(), host), color=C.COLOR_VERBOSE, screen_only=True)

    def v2_runner_on_start(self, host, task):
        if self.get_option('show_per_host_start'):
            self._display.display(' [started %s on %s]' % (task, host), color=C.COLOR_OK)

    # Results.

    def v2_on_file_diff(self, result):
        shown = result._result
        if result._task.loop and 'results' in shown:
            for one in shown['results']:
                if one.get('diff') and one.get('changed', False):
                    self._show_diff(result._task, one['diff'])
        elif shown.get('diff') and shown.get('changed', False):
            self._show_diff(result._task, shown['diff'])

    def _show_diff(self, task, diff):
        text = self._get_diff(diff)
        if text:
            self._title(task)
            self._display.display(text)

    def _is_loop(self, result):
        return bool(result._task.loop and 'results' in result._result)

    def _dumped(self, result):
        if self._run_is_verbose(result):
            return ' => %s' % self._dump_results(result._result)
        return ''

    def v2_runner_on_ok(self, result):
        changed = result._result.get('changed', False)
        if isinstance(result._task, TaskInclude):
            self._title(result._task)
            return
        if not changed and not self.get_option('display_ok_hosts'):
            return
        self._title(result._task)
        self._handle_warnings_and_exception(result)
        if self._is_loop(result):
            return
        self._clean_results(result._result, result._task.action)
        self._display.display('%s: [%s]%s' % ('changed' if changed else 'ok', self.host_label(result), self._dumped(result)), color=C.COLOR_CHANGED if changed else C.COLOR_OK)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._title(result._task)
        self._handle_warnings_and_exception(result)
        if not self._is_loop(result):
            self._clean_results(result._result, result._task.action)
            if self.get_option('show_task_path_on_failure'):
                self._print_task_path(result._task)
            self._bad('fatal: [%s]: FAILED! => %s' % (self.host_label(result), self._dump_results(result._result)))
        if ignore_errors:
            self._display.display('...ignoring', color=C.COLOR_SKIP)

    def _bad(self, text, color=None):
        self._display.display(text, color=color or C.COLOR_ERROR, stderr=self._failures_to_stderr())

    def v2_runner_on_skipped(self, result):
        if not self.get_option('display_skipped_hosts'):
            return
        self._clean_results(result._result, result._task.action)
        self._title(result._task)
        self._handle_warnings_and_exception(result)
        result._result.pop('results', None)
        self._display.display('skipping: [%s]%s' % (result._host.get_name(), self._dumped(result)), color=C.COLOR_SKIP)

    def v2_runner_on_unreachable(self, result):
        self._title(result._task)
        self._handle_warnings_and_exception(result)
        self._bad('fatal: [%s]: UNREACHABLE! => %s' % (self.host_label(result), self._dump_results(result._result)), C.COLOR_UNREACHABLE)
        if result._task.ignore_unreachable:
            self._display.display('...ignoring', color=C.COLOR_SKIP)

    def v2_runner_item_on_ok(self, result):
        changed = result._result.get('changed', False)
        if isinstance(result._task, TaskInclude) or not changed and not self.get_option('display_ok_hosts'):
            return
        self._item(result, 'changed' if changed else 'ok', C.COLOR_CHANGED if changed else C.COLOR_OK)

    def _item(self, result, word, color):
        self._title(result._task)
        self._handle_warnings_and_exception(result)
        self._clean_results(result._result, result._task.action)
        self._display.display('%s: [%s] => (item=%s)%s' % (word, self.host_label(result), self._get_item_label(result._result), self._dumped(result)), color=color)

    def v2_runner_item_on_failed(self, result):
        self._title(result._task)
        self._handle_warnings_and_exception(result)
        self._clean_results(result._result, result._task.action)
        self._bad('failed: [%s] (item=%s) => %s' % (self.host_label(result), self._get_item_label(result._result), self._dump_results(result._result)))

    def v2_runner_item_on_skipped(self, result):
        if not self.get_option('display_skipped_hosts'):
            return
        self._title(result._task)
        self._handle_warnings_and_exception(result)
        self._clean_results(result._result, result._task.action)
        self._display.display('skipping: [%s] => (item=%s) %s' % (result._host.get_name(), self._get_item_label(result._result), self._dumped(result)), color=C.COLOR_SKIP)

    def v2_runner_retry(self, result):
        tried = result._result
        text = 'FAILED - RETRYING: [%s]: %s (%d retries left).' % (self.host_label(result), result.task_name, tried['retries'] - tried['attempts'])
        if self._run_is_verbose(result, verbosity=2):
            text += 'Result was: %s' % self._dump_results(tried)
        self._display.display(text, color=C.COLOR_DEBUG)

    def v2_runner_on_async_poll(self, result):
        told = result._result
        self._async('POLL', result, ' started=%s finished=%s' % (told.get('started'), told.get('finished')))

    def v2_runner_on_async_ok(self, result):
        self._async('OK', result)

    def v2_runner_on_async_failed(self, result):
        self._async('FAILED', result)

    def _async(self, word, result, more=''):
        job = result._result.get('ansible_job_id') or result._result.get('async_result', {}).get('ansible_job_id')
        self._display.display('ASYNC %s on %s: jid=%s%s' % (word, result._host.get_name(), job, more), color=C.COLOR_DEBUG)

    # The end.

    def v2_playbook_on_stats(self, stats):
        self._display.banner('PLAY RECAP')
        for host in sorted(stats.processed):
            counts = stats.summarize(host)
            for colored in (True, False):
                text = ' '.join(colorize(word, counts[key], getattr(C, color) if colored else None) for word, key, color in COUNTS)
                self._display.display('%s : %s' % (hostcolor(host, counts, colored), text), screen_only=colored, log_only=not colored)
        self._display.display('', screen_only=True)
        if stats.custom and self.get_option('show_custom_stats'):
            self._custom(stats.custom)
        self._dry_run()

    def _custom(self, custom):
        self._display.banner('CUSTOM STATS: ')
        for host in sorted(custom):
            if host != '_run':
                self._display.display('\t%s: %s' % (host, self._dump_results(custom[host], indent=1).replace('\n', '')))
        if '_run' in custom:
            self._display.display('', screen_only=True)
            self._display.display('\tRUN: %s' % self._dump_results(custom['_run'], indent=1).replace('\n', ''))
        self._display.display('', screen_only=True)
