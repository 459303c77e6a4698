"""Prints what the callback minimal prints. Plugins are made from it."""
from ansible import constants as C
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = '''
    name: minimal
    type: stdout
    extends_documentation_fragment: [result_format_callback]
'''


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'minimal'

    def _command_generic_msg(self, host, result, caption):
        return '%s | %s | rc=%s >>\n%s%s%s\n' % (
            host, caption, result.get('rc', -1), result.get('stdout', ''), result.get('stderr', ''), result.get('msg', ''))

    def _shows_output(self, result, words):
        return result._task.action in C.MODULE_NO_JSON and not any(word in result._result for word in words)

    def _outcome(self, result, command, other, color, words):
        name = result._host.get_name()
        if self._shows_output(result, words):
            self._display.display(self._command_generic_msg(name, result._result, command), color=color)
        else:
            self._display.display('%s | %s => %s' % (name, other, self._dump_results(result._result, indent=4)), color=color)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._handle_warnings_and_exception(result)
        self._outcome(result, 'FAILED', 'FAILED!', C.COLOR_ERROR, ('module_stdout',))

    def v2_runner_on_ok(self, result):
        self._handle_warnings_and_exception(result)
        self._clean_results(result._result, result._task.action)
        word, color = ('CHANGED', C.COLOR_CHANGED) if result._result.get('changed', False) else ('SUCCESS', C.COLOR_OK)
        self._outcome(result, word, word, color, ('module_stdout', 'ansible_job_id'))

    def v2_runner_on_skipped(self, result):
        self._handle_warnings_and_exception(result)
        self._display.display('%s | SKIPPED' % result._host.get_name(), color=C.COLOR_SKIP)

    def v2_runner_on_unreachable(self, result):
        self._handle_warnings_and_exception(result)
        self._display.display('%s | UNREACHABLE! => %s' % (result._host.get_name(), self._dump_results(result._result, indent=4)), color=C.COLOR_UNREACHABLE)

    def v2_on_file_diff(self, result):
        if result._result.get('diff'):
            self._display.display(self._get_diff(result._result['diff']))
