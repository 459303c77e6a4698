"""The warnings and deprecations that a module's result will carry."""

from ansible.module_utils._runtime.failures import warning_summary

_warnings = []
_help = {}
_deprecations = []


def warn(warning, *, help_text=None, obj=None):
    """Add a warning; the same text is kept once."""
    if not isinstance(warning, str):
        raise TypeError('warn requires a string not a %s' % type(warning))
    if help_text:
        _help[warning] = help_text
    if warning not in _warnings:
        _warnings.append(warning)


def error_as_warning(msg, exception, *, help_text=None, obj=None):
    """Add an exception as a warning."""
    warn(': '.join(str(part) for part in (msg, exception) if part), help_text=help_text)


def deprecate(msg, version=None, date=None, collection_name=None, *, deprecator=None, help_text=None, obj=None):
    """Announce that something goes away in a version or at a date of a collection."""
    if not isinstance(msg, str):
        raise TypeError('deprecate requires a string not a %s' % type(msg))
    entry = {'msg': msg, 'collection_name': collection_name}
    if help_text:
        entry['help_text'] = help_text
    entry.update({'date': date} if date is not None else {'version': version})
    if entry not in _deprecations:
        _deprecations.append(entry)


def get_warning_messages():
    return tuple(_warnings)


def get_warning_summaries():
    """The warnings as a result carries them: those with advice in the form that has room for it."""
    return [warning_summary(w, _help[w]) if w in _help else w for w in _warnings]


def get_deprecation_messages():
    return tuple(dict(entry) for entry in _deprecations)


def get_warnings():
    return list(_warnings)


def get_deprecations():
    return [dict(entry) for entry in _deprecations]
