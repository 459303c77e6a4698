"""How a module ends: one JSON object on standard output, free of secrets."""
import json
import sys

from ansible.module_utils._runtime.failures import error_summary
from ansible.module_utils._runtime.secrets import remove_values
from ansible.module_utils.common.text.converters import _json_encode_fallback, container_to_text
from ansible.module_utils.common.warnings import deprecate, get_deprecation_messages, get_warning_summaries

_UNSET = object()


class Results:
    """The part of AnsibleModule that reports."""

    def exit_json(self, **kwargs):
        """End the module with success."""
        self.do_cleanup_files()
        self._return_formatted(kwargs)
        sys.exit(0)

    def fail_json(self, msg, *, exception=_UNSET, **kwargs):
        """End the module with a failure; exception is what caused it, if anything did."""
        kwargs.update(failed=True, msg=msg)
        if isinstance(exception, BaseException):
            kwargs['exception'] = error_summary(msg, exception)
        self.do_cleanup_files()
        self._return_formatted(kwargs)
        sys.exit(1)

    def _return_formatted(self, kwargs):
        self.add_path_info(kwargs)
        kwargs.setdefault('invocation', {'module_args': self.params})
        self._take_messages(kwargs)
        kwargs = remove_values(kwargs, self.no_log_values)
        sys.stdout.write('\n%s\n' % _to_json(kwargs))
        sys.stdout.flush()

    def _take_messages(self, kwargs):
        told = 'warnings' in kwargs
        for warning in _as_list(self._take(kwargs, 'warnings', 'warn')):
            self.warn(warning)
        for entry in _as_list(self._take(kwargs, 'deprecations', 'deprecate')):
            self._take_deprecation(entry)
        warnings = get_warning_summaries()
        if warnings or told:
            kwargs['warnings'] = warnings
        if get_deprecation_messages():
            kwargs['deprecations'] = list(get_deprecation_messages())

    def _take(self, kwargs, key, method):
        if key not in kwargs:
            return None
        deprecate(
            'Passing `%s` to `exit_json` or `fail_json` is deprecated.' % key, version='2.23',
            collection_name='ansible.builtin', help_text='Use `AnsibleModule.%s` instead.' % method)
        return kwargs.pop(key)

    def _take_deprecation(self, entry):
        if isinstance(entry, dict):
            self.deprecate(entry['msg'], version=entry.get('version'), date=entry.get('date'),
                           collection_name=entry.get('collection_name'))
        elif isinstance(entry, (list, tuple)) and len(entry) == 2:
            self.deprecate(entry[0], version=entry[1])
        else:
            self.deprecate(entry)

    def jsonify(self, data):
        from ansible.module_utils.common.text.converters import jsonify
        try:
            return jsonify(data)
        except UnicodeError as e:
            self.fail_json(msg=str(e))

    def from_json(self, data):
        return json.loads(data)


def _as_list(messages):
    if not messages:
        return []
    return messages if isinstance(messages, (list, tuple)) else [messages]


def _to_json(data):
    return json.dumps(container_to_text(data, errors='surrogateescape'), default=_json_encode_fallback)
