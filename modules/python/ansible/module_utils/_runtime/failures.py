"""Errors in the form in which a result carries them to the controller.

It is the documented serialised form of ansible-core 2.19: an ErrorSummary whose event is the
message and whose chain are the exceptions that caused it.
"""

_DIRECT = ('<<< caused by >>>', 'The above exception was the direct cause of the following error:')
_CAUSE = ('<<< caused by >>>', 'The above exception was the direct cause of the following exception:')
_CONTEXT = ('<<< while handling >>>', 'During handling of the above exception, another exception occurred:')


def error_summary(message, exception):
    """The value of a failed result's key 'exception'."""
    event = _typed('Event', msg=message)
    if exception is not None:
        event['chain'] = _chain(_DIRECT, True, exception, set())
    return _typed('ErrorSummary', event=event)


def warning_summary(message, help_text):
    """A warning with advice."""
    return _typed('WarningSummary', event=_typed('Event', msg=message, help_text=help_text))


def _chain(reasons, follow, exception, seen):
    return _typed(
        'EventChain', msg_reason=reasons[0], traceback_reason=reasons[1], follow=follow, event=_event(exception, seen))


def _event(exception, seen):
    event = _typed('Event', msg=str(exception).strip())
    seen.add(id(exception))
    cause, context = exception.__cause__, exception.__context__
    if cause is not None and id(cause) not in seen:
        event['chain'] = _chain(_CAUSE, True, cause, seen)
    elif context is not None and not exception.__suppress_context__ and id(context) not in seen:
        event['chain'] = _chain(_CONTEXT, False, context, seen)
    return event


def _typed(name, **fields):
    return dict(fields, __ansible_type=name)
