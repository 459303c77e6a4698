"""Questions about containers, and a dictionary that cannot change."""
from collections.abc import (  # noqa: F401  (imported from here by modules)
    Hashable, Iterable, Mapping, MutableMapping, MutableSequence, Sequence,
)


class ImmutableDict(Hashable, Mapping):
    """A hashable mapping; union and difference give a changed copy."""

    def __init__(self, *args, **kwargs):
        if len(args) == 1 and not kwargs and isinstance(args[0], ImmutableDict):
            self._store = args[0]._store
        else:
            self._store = dict(*args, **kwargs)

    def __getitem__(self, key):
        return self._store[key]

    def __iter__(self):
        return iter(self._store)

    def __len__(self):
        return len(self._store)

    def __hash__(self):
        return hash(frozenset(self.items()))

    def __eq__(self, other):
        try:
            return self.__hash__() == hash(other)
        except TypeError:
            return False

    def __repr__(self):
        return 'ImmutableDict({0})'.format(repr(self._store))

    def union(self, overriding_mapping):
        return ImmutableDict(self._store, **overriding_mapping)

    def difference(self, subtractive_iterable):
        gone = frozenset(subtractive_iterable)
        return ImmutableDict((k, v) for k, v in self._store.items() if k not in gone)


def is_string(seq):
    return isinstance(seq, (str, bytes))


def is_iterable(seq, include_strings=False):
    """Whether iter() takes seq; strings only count if asked for."""
    if not include_strings and is_string(seq):
        return False
    try:
        iter(seq)
    except TypeError:
        return False
    return True


def is_sequence(seq, include_strings=False):
    """Whether seq is a list or alike; strings only count if asked for."""
    if not include_strings and is_string(seq):
        return False
    return isinstance(seq, Sequence)


def count(seq):
    """How often each element occurs, as a dictionary."""
    if not is_iterable(seq):
        raise Exception('Argument provided  is not an iterable')
    counters = {}
    for element in seq:
        counters[element] = counters.get(element, 0) + 1
    return counters
