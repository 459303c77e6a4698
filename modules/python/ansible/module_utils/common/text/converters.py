"""Conversions between text and bytes that never lose what they cannot decode.

The error handlers are the documented ones of the module API: 'surrogate_or_strict',
'surrogate_or_replace' and 'surrogate_then_replace' (the default, also spelled None).
"""
import datetime
import json
from collections.abc import Set

HAS_SURROGATEESCAPE = True

_COMPOSED_ERROR_HANDLERS = frozenset((None, 'surrogate_or_strict', 'surrogate_or_replace', 'surrogate_then_replace'))


def to_bytes(obj, encoding='utf-8', errors=None, nonstring='simplerepr'):
    """Encode text; bytes are returned as they are, see _convert_nonstring for the rest."""
    if isinstance(obj, bytes):
        return obj
    if not isinstance(obj, str):
        return _convert_nonstring(obj, nonstring, bytes, lambda text: to_bytes(text, encoding, errors))
    if errors not in _COMPOSED_ERROR_HANDLERS:
        return obj.encode(encoding, errors)
    try:
        return obj.encode(encoding, 'surrogateescape')
    except UnicodeEncodeError:
        if errors not in (None, 'surrogate_then_replace'):
            raise
        return obj.encode('utf-8', 'surrogateescape').decode('utf-8', 'replace').encode(encoding, 'replace')


def to_text(obj, encoding='utf-8', errors=None, nonstring='simplerepr'):
    """Decode bytes; text is returned as it is, see _convert_nonstring for the rest."""
    if isinstance(obj, str):
        return obj
    if not isinstance(obj, bytes):
        return _convert_nonstring(obj, nonstring, str, lambda text: text)
    if errors in _COMPOSED_ERROR_HANDLERS:
        errors = 'surrogateescape'
    return obj.decode(encoding, errors)


to_native = to_text


def _convert_nonstring(obj, nonstring, empty, convert):
    if nonstring == 'simplerepr':
        return convert(_simple_repr(obj))
    if nonstring == 'passthru':
        return obj
    if nonstring == 'empty':
        return empty()
    if nonstring == 'strict':
        raise TypeError('obj must be a string type')
    raise TypeError('Invalid value %s for the nonstring parameter' % nonstring)


def _simple_repr(obj):
    try:
        return str(obj)
    except UnicodeError:
        try:
            return repr(obj)
        except UnicodeError:
            return ''


def _json_encode_fallback(obj):
    if isinstance(obj, Set):
        return list(obj)
    if isinstance(obj, datetime.datetime):
        return obj.isoformat()
    if isinstance(obj, bytes):
        return to_text(obj)
    raise TypeError('Cannot json serialize %s' % to_native(obj))


def jsonify(data, **kwargs):
    """data as JSON; sets become lists, bytes are decoded as UTF-8, then as Latin-1."""
    for encoding in ('utf-8', 'latin-1'):
        try:
            plain = container_to_text(data, encoding=encoding, errors='strict')
        except UnicodeDecodeError:
            continue
        return json.dumps(plain, default=_json_encode_fallback, **kwargs)
    raise UnicodeError('Invalid unicode encoding encountered')


def container_to_bytes(d, encoding='utf-8', errors='surrogate_or_strict'):
    """d with every string in it, at any depth, as bytes."""
    return _convert_container(d, str, lambda s: to_bytes(s, encoding=encoding, errors=errors))


def container_to_text(d, encoding='utf-8', errors='surrogate_or_strict'):
    """d with every bytes value in it, at any depth, as text."""
    return _convert_container(d, bytes, lambda s: to_text(s, encoding=encoding, errors=errors))


def _convert_container(d, kind, convert):
    if isinstance(d, kind):
        return convert(d)
    if isinstance(d, dict):
        return {_convert_container(k, kind, convert): _convert_container(v, kind, convert) for k, v in d.items()}
    if isinstance(d, list):
        return [_convert_container(o, kind, convert) for o in d]
    if isinstance(d, tuple):
        return tuple(_convert_container(o, kind, convert) for o in d)
    return d


