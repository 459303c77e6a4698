"""A module's lines in the system's log."""
import re
import sys

from ansible.module_utils._runtime.secrets import heuristic_log_sanitize, remove_values
from ansible.module_utils.common.text.converters import to_native

# Names such as password, db_pass or pass-phrase.
PASSWORD_MATCH = re.compile(r'^(?:.+[-_\s])?pass(?:[-_\s]?(?:word|phrase|wrd|wd)?)(?:[-_\s].+)?$', re.I)


class Logs:
    """The part of AnsibleModule that logs."""

    def debug(self, msg):
        if self._debug:
            self.log('[debug] %s' % msg)

    def log(self, msg, log_args=None):
        """Write msg, free of secrets, to the system's log, unless logging is forbidden."""
        if self.no_log:
            return
        if not isinstance(msg, (str, bytes)):
            raise TypeError('msg should be a string (got %s)' % type(msg))
        text = remove_values(to_native(msg, errors='replace'), self.no_log_values)
        if self._target_log_info:
            text = ' '.join([self._target_log_info, text])
        self._log_to_syslog(text)

    def _log_to_syslog(self, msg):
        import syslog
        try:
            facility = getattr(syslog, self._syslog_facility, syslog.LOG_USER)
            syslog.openlog('ansible-%s' % self._log_name(), 0, facility)
            syslog.syslog(syslog.LOG_INFO, msg.replace('\0', ''))
        except (TypeError, ValueError) as e:
            self.fail_json(msg='Failed to log to syslog (%s). To proceed anyway, disable syslog logging by setting no_target_syslog to True in your Ansible config.' % to_native(e))

    def _log_name(self):
        import os
        return os.path.basename(self._name or sys.argv[0])

    def _log_invocation(self):
        """Log the module's call with its arguments, the secret ones left out."""
        words = ['%s=%s' % (name, self._loggable(name, value)) for name, value in self.params.items()]
        self.log('Invoked with %s' % ' '.join(words) if words else 'Invoked')

    def _loggable(self, name, value):
        spec = self.argument_spec.get(self.aliases.get(name, name), {})
        no_log = spec.get('no_log')
        if no_log:
            return 'NOT_LOGGING_PARAMETER'
        if no_log is None and PASSWORD_MATCH.search(name):
            self.warn('Module did not set no_log for %s' % name)
            return 'NOT_LOGGING_PASSWORD'
        return heuristic_log_sanitize(value if isinstance(value, (str, bytes)) else str(value), self.no_log_values)
