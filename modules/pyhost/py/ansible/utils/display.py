"""What plugins tell the user."""
import os

from ansible.goplay import ask


class Display:
    """Tells goplay, which shows what the verbosity allows."""
    _told = set()

    @property
    def verbosity(self):
        return ask('verbosity')

    @property
    def columns(self):
        return int(os.environ.get('COLUMNS', 80)) - 1

    def _once(self, *message):
        if message in self._told:
            return False
        self._told.add(message)
        return True

    def display(self, msg, color=None, stderr=False, screen_only=False, log_only=False, newline=True, caplevel=None):
        ask('tell', 'display', str(msg))

    def warning(self, msg, formatted=False, help_text=None, obj=None):
        ask('tell', 'warning', str(msg))

    def error(self, msg, wrap_text=True, stderr=True):
        ask('tell', 'error', str(msg))

    def deprecated(self, msg, version=None, removed=False, date=None, collection_name=None, **more):
        if removed:
            from ansible.errors import AnsibleError
            raise AnsibleError('[DEPRECATED]: %s' % msg)
        when = 'version %s' % version if version else 'a release after %s' % date if date else 'a future release'
        ask('tell', 'deprecation', '%s This feature will be removed from %s %s.' % (msg.rstrip('.') + '.', collection_name or 'the plugin', when))

    def verbose(self, msg, host=None, caplevel=2):
        ask('tell', 'v%d' % (caplevel + 1), msg if host is None else '<%s> %s' % (host, msg))

    def v(self, msg, host=None):
        self.verbose(msg, host, 0)

    def vv(self, msg, host=None):
        self.verbose(msg, host, 1)

    def vvv(self, msg, host=None):
        self.verbose(msg, host, 2)

    def vvvv(self, msg, host=None):
        self.verbose(msg, host, 3)

    def vvvvv(self, msg, host=None):
        self.verbose(msg, host, 4)

    def vvvvvv(self, msg, host=None):
        self.verbose(msg, host, 5)

    def debug(self, msg, host=None):
        if os.environ.get('ANSIBLE_DEBUG'):
            self.verbose(msg, host, 0)
