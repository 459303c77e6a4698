"""What plugins tell the user."""
import os
import sys
import unicodedata

from ansible.goplay import ask


def get_text_width(text):
    """Gives how many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) in ('Cc', 'Cf') else 2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in text)


def _tell(level, text, **how):
    sys.stdout.flush()  # what was printed without this class comes first
    ask('tell', level, text, *([how] if how else []))


class Display:
    """Tells goplay, which shows what the verbosity allows."""
    b_cowsay = None  # no cow says it

    @property
    def verbosity(self):
        return ask('verbosity')

    @property
    def columns(self):
        return int(os.environ.get('COLUMNS', 80)) - 1

    def display(self, msg, color=None, stderr=False, screen_only=False, log_only=False, newline=True, caplevel=None):
        how = {'color': color, 'stderr': stderr, 'screen_only': screen_only, 'log_only': log_only, 'unended': not newline}
        _tell('display', str(msg), **{key: value for key, value in how.items() if value})

    def banner(self, msg, color=None, cows=True):
        _tell('banner', str(msg), **({'color': color} if color else {}))

    def banner_cowsay(self, msg, color=None):
        self.banner(msg, color)

    def warning(self, msg, formatted=False, help_text=None, obj=None):
        _tell('warning', str(msg) + (' ' + help_text if help_text else ''))

    def error(self, msg, wrap_text=True, stderr=True):
        _tell('error', str(msg))

    def finished(self, level, text, stderr=False):
        """Shows a warning, a deprecation or an error that is worded already."""
        _tell(level, text, **({} if stderr or level != 'error' else {'stdout': True}))

    def deprecated(self, msg, version=None, removed=False, date=None, collection_name=None, **more):
        if removed:
            from ansible.errors import AnsibleError
            raise AnsibleError('[DEPRECATED]: %s' % msg)
        when = 'version %s' % version if version else 'a release after %s' % date if date else 'a future release'
        owner = 'the plugin' if not collection_name else 'ansible-core' if collection_name == 'ansible.builtin' else "collection '%s'" % collection_name
        _tell('deprecation', '%s This feature will be removed from %s %s.' % (msg.rstrip('.') + '.', owner, when))

    def verbose(self, msg, host=None, caplevel=2):
        _tell('v%d' % (caplevel + 1), str(msg) if host is None else '<%s> %s' % (host, msg))

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
