"""Exceptions of plugins, as goplay is told of them."""
import traceback

from ansible.goplay import ask


class LoadError(Exception):
    """A plugin's file cannot be used."""


class NotFound(Exception):
    """A plugin's file has no plugin."""


def told(error):
    """Gives the kinds of an exception, and its message with what its causes add."""
    text, given = str(error), getattr(error, 'orig_exc', None)
    if given is not None and error.__cause__ is None:
        ask('tell', 'warning', 'The `orig_exc` argument to `%s` was given without using `raise ... from orig_exc`.' % type(error).__name__)
    trace = ''.join(traceback.format_exception(type(error), error, error.__traceback__))
    kinds, cause = [kind.__name__ for kind in type(error).__mro__], error.__cause__ or given
    while cause is not None:
        if str(cause) not in text:
            text += ': ' + str(cause)
        cause = cause.__cause__
    return {'kind': kinds[0], 'kinds': kinds, 'text': text, 'trace': trace}
