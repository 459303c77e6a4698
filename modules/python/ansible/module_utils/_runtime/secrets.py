"""Keeping secrets out of results and logs."""
import datetime
from collections.abc import Mapping, Sequence, Set

MASK = '*' * 8
OMITTED = 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER'


def _text(value):
    return value.decode('utf-8', 'surrogateescape') if isinstance(value, bytes) else str(value)


def secret_strings(value):
    """Every string and number in value, at any depth, as text."""
    if isinstance(value, (str, bytes)):
        if value:
            yield _text(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from secret_strings(item)
    elif isinstance(value, (Sequence, Set)):
        for item in value:
            yield from secret_strings(item)
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, (int, float)):
        yield str(value)
    else:
        raise TypeError('unknown parameter type: %s' % type(value))


def _ordered(no_log_strings):
    """Longest first, so that a secret within another leaves nothing of the outer one."""
    return sorted((_text(s) for s in no_log_strings), key=len, reverse=True)


def remove_values(value, no_log_strings):
    """value as plain data in which no secret is left."""
    return _remove(value, _ordered(no_log_strings))


def _remove(value, secrets):
    if isinstance(value, str):
        return _mask_text(value, secrets)
    if isinstance(value, bytes):
        return _mask_text(_text(value), secrets).encode('utf-8', 'surrogateescape')
    if value is None or isinstance(value, (bool, datetime.datetime, datetime.date)):
        return value
    if isinstance(value, (int, float)):
        return OMITTED if any(s in str(value) for s in secrets) else value
    if isinstance(value, Mapping):
        return {k: _remove(v, secrets) for k, v in value.items()}
    if isinstance(value, Set):
        return {_remove(v, secrets) for v in value}
    if isinstance(value, Sequence):
        return [_remove(v, secrets) for v in value]
    raise TypeError('Value of unknown type: %s, %s' % (type(value), value))


def _mask_text(text, secrets):
    if text in secrets:
        return OMITTED
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def sanitize_keys(obj, no_log_strings, ignore_keys=frozenset()):
    """obj with secrets masked in the keys of its dictionaries; keys of Ansible's own stay."""
    return _sanitize(obj, _ordered(no_log_strings), ignore_keys)


def _sanitize(obj, secrets, ignore_keys):
    if isinstance(obj, Mapping):
        return {_sanitize_key(k, secrets, ignore_keys): _sanitize(v, secrets, ignore_keys) for k, v in obj.items()}
    if isinstance(obj, (str, bytes)):
        return obj
    if isinstance(obj, Set):
        return {_sanitize(v, secrets, ignore_keys) for v in obj}
    if isinstance(obj, tuple):
        return tuple(_sanitize(v, secrets, ignore_keys) for v in obj)
    if isinstance(obj, Sequence):
        return [_sanitize(v, secrets, ignore_keys) for v in obj]
    return obj


def _sanitize_key(key, secrets, ignore_keys):
    if key in ignore_keys or (isinstance(key, str) and key.startswith('_ansible')):
        return key
    return _remove(key, secrets)


def heuristic_log_sanitize(data, no_log_values=None):
    """data with what looks like user:password@host masked, and known secrets too."""
    text = _text(data)
    masked = []
    limit = end = len(text)
    while True:
        found = _find_credentials(text, limit)
        if found is None:
            break
        begin, separator, at = found
        masked[:0] = [text[begin:separator + 1], MASK, text[at:end]]
        limit = end = begin
    result = text[:end] + ''.join(masked)
    return remove_values(result, no_log_values) if no_log_values else result


def _find_credentials(text, limit):
    """(start of the URL, position of the colon, position of the @) of the last one before limit."""
    at = text.rfind('@', 0, limit)
    search = at
    while at >= 0:
        begin = max(text.rfind('://', 0, search), 0)
        separator = text.find(':', begin + 3, at)
        if separator >= 0:
            return begin, separator, at
        if begin == 0:
            return None
        search = begin
    return None
