"""Values from and to goplay in JSON. What JSON has no form for is a dict with the key MARK."""
import base64
import datetime
import math
from collections.abc import Iterator, Mapping, Sequence, Set

from ansible.errors import AnsibleUndefinedVariable
from ansible.goplay import ask

MARK = '\x00'


class Trusted(str):
    """A user's text with templates in it, which have not been evaluated."""
    place = None


class UndefinedUsed(AnsibleUndefinedVariable):
    """The error of using what is not defined, which makes the plugin's result undefined."""


class Undefined:
    """What is not defined: whatever is done with it raises an error."""

    def __init__(self, message):
        self.__dict__['_message'] = message

    def _fail(self, *args, **kwargs):
        raise UndefinedUsed(self._message)

    __str__ = __iter__ = __len__ = __bool__ = __eq__ = __ne__ = __getattr__ = __getitem__ = __call__ = __add__ = __contains__ = _fail
    __hash__ = object.__hash__


class Foreign:
    """What only goplay knows, such as a function of its templates."""

    def __init__(self, described):
        self._described = described

    def __str__(self):
        return self._described[1]


class View(Mapping):
    """A mapping that goplay keeps, such as hostvars: what is read of it is fetched."""

    def __init__(self, number):
        self._number = number

    def __getitem__(self, key):
        found = ask('item', self._number, encode(key))
        if found is None:
            raise KeyError(key)
        return decode(found[0])

    def __iter__(self):
        return iter([decode(key) for key in ask('keys', self._number)])

    def __len__(self):
        return len(ask('keys', self._number))


def decode(value):
    """Makes Python's value of goplay's JSON."""
    if isinstance(value, list):
        return [decode(element) for element in value]
    if not isinstance(value, dict):
        return value
    if MARK in value:
        return DECODERS[value[MARK]](value.get('v'))
    return {key: decode(element) for key, element in value.items()}


def trusted(value):
    text = Trusted(value[0])
    text.place = value[1:]
    return text


DECODERS = {
    'dict': lambda v: {decode(key): decode(element) for key, element in v},
    'tuple': lambda v: tuple(decode(element) for element in v),
    'set': lambda v: {decode(element) for element in v},
    'bytes': base64.b64decode,
    'float': float,
    'int': int,
    'datetime': lambda v: datetime.datetime.strptime(v, '%Y-%m-%dT%H:%M:%S.%f%z' if v[26:] else '%Y-%m-%dT%H:%M:%S.%f'),
    'time': lambda v: datetime.datetime.strptime(v, '%H:%M:%S.%f').time(),
    'date': lambda v: datetime.datetime.strptime(v, '%Y-%m-%d').date(),
    'template': trusted,
    'undefined': Undefined,
    'view': View,
    'object': Foreign,
}


def _mark(kind, value):
    return {MARK: kind, 'v': value}


def encode(value):
    """Makes JSON for goplay of a plugin's value."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < 1 << 53 else _mark('int', str(int(value)))
    for kinds, encoder in ENCODERS:
        if isinstance(value, kinds):
            return encoder(value)
    return _mark('object', [type(value).__name__, str(value)])


def _dict(value):
    if all(isinstance(key, str) and key != MARK for key in value):
        return {str(key): encode(value[key]) for key in value}
    return _mark('dict', [[encode(key), encode(value[key])] for key in value])


def _float(value):
    value = float(value)
    return _mark('float', repr(value)) if value.is_integer() or not math.isfinite(value) else value


def _undefined(value):
    return _mark('undefined', value._message)


def _list(value):
    return [encode(element) for element in value]


ENCODERS = (
    (Trusted, lambda v: _mark('template', [str(v)] + list(v.place))),
    (str, str),
    (float, _float),
    (bytes, lambda v: _mark('bytes', base64.b64encode(v).decode())),
    (View, lambda v: _mark('view', v._number)),
    (Mapping, _dict),
    (tuple, lambda v: _mark('tuple', _list(v))),
    (Set, lambda v: _mark('set', _list(v))),
    (datetime.datetime, lambda v: _mark('datetime', v.strftime('%Y-%m-%dT%H:%M:%S.%f%z'))),
    (datetime.time, lambda v: _mark('time', v.strftime('%H:%M:%S.%f'))),
    (datetime.date, lambda v: _mark('date', v.isoformat())),
    (Undefined, _undefined),
    (Foreign, lambda v: _mark('object', v._described)),
    ((Sequence, Iterator, type({}.keys()), type({}.values()), type({}.items())), _list),
)
