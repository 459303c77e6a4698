"""What callback plugins are made from."""
import difflib
import json
import re

from ansible import constants as C
from ansible.goplay import ask, option
from ansible.goplay.results import bared, current, debugged, deepcopy, display_of, text_of
from ansible.goplay.values import encode
from ansible.plugins import AnsiblePlugin
from ansible.utils.color import stringc

strip_internal_keys, module_response_deepcopy = bared, deepcopy

DIFF_NOTES = (
    ('dst_binary', 'diff skipped: destination file appears to be binary\n'),
    ('src_binary', 'diff skipped: source file appears to be binary\n'),
    ('dst_larger', 'diff skipped: destination file size is greater than %s\n'),
    ('src_larger', 'diff skipped: source file size is greater than %s\n'),
)


class CallbackBase(AnsiblePlugin):
    """Is told what happens in a run. Methods that a plugin does not have do what those of the first version are for."""

    def __init__(self, display=None, options=None):
        super().__init__()
        self._display = display_of(display)
        self.disabled = self.wants_implicit_tasks = False
        self._plugin_options = self._options
        self._hide_in_debug = ('changed', 'failed', 'skipped', 'invocation', 'skip_reason')
        if options is not None:
            self.set_options(options)

    def get_option(self, k, hostvars=None):
        try:
            return super().get_option(k, hostvars)
        except option.Undeclared:
            raise KeyError(k) from None

    def set_play_context(self, play_context):
        """Is told how the play that comes next reaches its hosts."""

    # What results look like.

    def _dump_results(self, result, indent=None, sort_keys=True, keep_invocation=False, serialize=True):
        always = result.get('_ansible_verbose_always')
        shown = bared(result)
        shown.pop('exception', None)
        shown.pop('warnings', None)
        shown.pop('deprecations', None)
        if not keep_invocation and self._display.verbosity < 3:
            shown.pop('invocation', None)
            shown.pop('diff', None)
        shape, pretty = self._result_form()
        if not serialize:
            return shown
        if shape == 'yaml':
            return ask('yaml_text', encode(shown), pretty is False, 0 if indent == 4 else indent or 0)
        if pretty is None:
            pretty = indent or always or self._display.verbosity > 2
        return json.dumps(shown, indent=(indent or 4) if pretty else None, ensure_ascii=False, sort_keys=sort_keys, default=text_of)

    def _result_form(self):
        known = self.option_definitions
        return (self.get_option('result_format') if 'result_format' in known else 'json',
                self.get_option('pretty_results') if 'pretty_results' in known else None)

    def _run_is_verbose(self, result, verbosity=0):
        shown = result._result
        wanted = self._display.verbosity > verbosity or shown.get('_ansible_verbose_always', False)
        return bool(wanted and not shown.get('_ansible_verbose_override', False))

    def _clean_results(self, result, task_name):
        if task_name in C._ACTION_DEBUG:
            debugged(result, self._hide_in_debug)

    def _get_item_label(self, result):
        if result.get('_ansible_no_log', False):
            return '(censored due to no_log)'
        return result.get('_ansible_item_label', result.get('item')) if isinstance(result, dict) else None

    def _process_items(self, result):
        """Does nothing: items are told one by one."""

    @staticmethod
    def host_label(result):
        name, delegate = result._host.get_name(), result._delegate
        return '%s -> %s' % (name, delegate) if delegate else name

    # What comes with results.

    def _handle_warnings(self, res):
        for text in res.pop('warnings', None) or ():
            self._display.warning(text)
        for told in res.pop('deprecations', None) or ():
            self._display.deprecated(**told)

    def _handle_exception(self, result, use_stderr=False):
        told = current.result
        if told is not None and told._failure:
            self._display.finished('error', told._failure, use_stderr)
        result.pop('exception', None)

    def _handle_warnings_and_exception(self, result):
        for level, text in result._warnings:
            self._display.finished(level, text)
        if result._failure:
            self._display.finished('error', result._failure, self._failures_to_stderr())

    def _failures_to_stderr(self):
        return 'display_failed_stderr' in self.option_definitions and self.get_option('display_failed_stderr')

    # Differences.

    def _serialize_diff(self, diff):
        if self._result_form()[0] == 'yaml':
            return ask('yaml_text', encode(diff), False, 0).lstrip('\n') + '\n'
        return json.dumps(diff, sort_keys=True, indent=4, separators=(',', ': '), default=text_of) + '\n'

    def _get_diff(self, difflist):
        return ''.join(self._one_diff(diff) for diff in (difflist if isinstance(difflist, list) else [difflist]) if isinstance(diff, dict))

    def _one_diff(self, diff):
        text = ''.join(note % diff[key] if '%' in note else note for key, note in DIFF_NOTES if key in diff)
        if 'before' in diff and 'after' in diff:
            text += self._before_after(diff)
        return text + text_of(diff['prepared'] if 'prepared' in diff else '')

    def _before_after(self, diff):
        sides = [self._side(diff[side]) for side in ('before', 'after')]
        heads = [side + (': ' + diff[side + '_header'] if diff.get(side + '_header') else '') for side in ('before', 'after')]
        lines = list(difflib.unified_diff(*sides, *heads, '', '', C.DIFF_CONTEXT))
        if not lines:
            return ''
        return ''.join(self._diff_line(line) for line in lines) + '\n'

    def _side(self, side):
        text = self._serialize_diff(side) if isinstance(side, dict) else text_of('' if side is None else side)
        lines = text.splitlines(True)
        if lines and not lines[-1].endswith('\n'):
            lines[-1] += '\n\\ No newline at end of file\n'
        return lines

    @staticmethod
    def _diff_line(line):
        colors = {'+': C.COLOR_DIFF_ADD, '-': C.COLOR_DIFF_REMOVE, '@': C.COLOR_DIFF_LINES}
        return stringc(line, colors[line[0]]) if line[0] in colors else re.sub('\r\n', '\n', line)

    def _print_task_path(self, task, color=None):
        path = task.get_path()
        if path:
            self._display.display('task path: %s' % path, color=color or C.COLOR_DEBUG)

    # The methods of the first version.

    def on_any(self, *args, **kwargs):
        pass

    def runner_on_failed(self, host, res, ignore_errors=False):
        pass

    def runner_on_ok(self, host, res):
        pass

    def runner_on_skipped(self, host, item=None):
        pass

    def runner_on_unreachable(self, host, res):
        pass

    def runner_on_async_poll(self, host, res, jid, clock):
        pass

    def runner_on_async_ok(self, host, res, jid):
        pass

    def runner_on_async_failed(self, host, res, jid):
        pass

    def playbook_on_start(self):
        pass

    def playbook_on_notify(self, host, handler):
        pass

    def playbook_on_no_hosts_matched(self):
        pass

    def playbook_on_no_hosts_remaining(self):
        pass

    def playbook_on_task_start(self, name, is_conditional):
        pass

    def playbook_on_vars_prompt(self, varname, private=True, prompt=None, encrypt=None, confirm=False, salt_size=None, salt=None, default=None, unsafe=None):
        pass

    def playbook_on_play_start(self, name):
        pass

    def playbook_on_stats(self, stats):
        pass

    def on_file_diff(self, host, diff):
        pass

    # Those of the second.

    def v2_on_any(self, *args, **kwargs):
        self.on_any(args, kwargs)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.runner_on_failed(result._host.get_name(), result._result, ignore_errors)

    def v2_runner_on_ok(self, result):
        self.runner_on_ok(result._host.get_name(), result._result)

    def v2_runner_on_skipped(self, result):
        self.runner_on_skipped(result._host.get_name(), self._get_item_label(getattr(result._result, 'results', {})))

    def v2_runner_on_unreachable(self, result):
        self.runner_on_unreachable(result._host.get_name(), result._result)

    def v2_runner_on_async_poll(self, result):
        self.runner_on_async_poll(result._host.get_name(), result._result, result._result.get('ansible_job_id'), 0)

    def v2_runner_on_async_ok(self, result):
        self.runner_on_async_ok(result._host.get_name(), result._result, result._result.get('ansible_job_id'))

    def v2_runner_on_async_failed(self, result):
        self.runner_on_async_failed(result._host.get_name(), result._result, result._result.get('ansible_job_id'))

    def v2_playbook_on_start(self, playbook):
        self.playbook_on_start()

    def v2_playbook_on_notify(self, handler, host):
        self.playbook_on_notify(host, handler)

    def v2_playbook_on_no_hosts_matched(self):
        self.playbook_on_no_hosts_matched()

    def v2_playbook_on_no_hosts_remaining(self):
        self.playbook_on_no_hosts_remaining()

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.playbook_on_task_start(task.name, is_conditional)

    def v2_playbook_on_handler_task_start(self, task):
        pass

    def v2_playbook_on_vars_prompt(self, varname, private=True, prompt=None, encrypt=None, confirm=False, salt_size=None, salt=None, default=None, unsafe=None):
        self.playbook_on_vars_prompt(varname, private, prompt, encrypt, confirm, salt_size, salt, default, unsafe)

    def v2_playbook_on_play_start(self, play):
        self.playbook_on_play_start(play.name)

    def v2_playbook_on_stats(self, stats):
        self.playbook_on_stats(stats)

    def v2_on_file_diff(self, result):
        if 'diff' in result._result:
            self.on_file_diff(result._host.get_name(), result._result['diff'])

    def v2_playbook_on_include(self, included_file):
        pass

    def v2_runner_item_on_ok(self, result):
        pass

    def v2_runner_item_on_failed(self, result):
        pass

    def v2_runner_item_on_skipped(self, result):
        pass

    def v2_runner_retry(self, result):
        pass

    def v2_runner_on_start(self, host, task):
        pass
