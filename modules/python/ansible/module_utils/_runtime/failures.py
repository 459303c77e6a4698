"""Errors in the form in which a result carries them to the controller.

It is the documented serialised form of ansible-core 2.19: an ErrorSummary whose event is the
message and whose chain are the exceptions that caused it.
"""

_DIRECT = ('<<< caused by >>>', 'The above exception was the direct cause of the following error:')


def error_summary(message, exception):
    """The value of a failed result's key 'exception'."""
    return _typed('ErrorSummary', event=_event(message, exception, set()))


def _event(message, cause, seen):
    event = _typed('Event', msg=message)
    if cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        event['chain'] = _typed(
            'EventChain', msg_reason=_DIRECT[0], traceback_reason=_DIRECT[1], follow=True,
            event=_event(_text(cause), cause.__cause__, seen))
    return event


def _text(exception):
    return str(exception).strip() or type(exception).__name__


def _typed(name, **fields):
    return dict(fields, __ansible_type=name)
