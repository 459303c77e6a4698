"""The abstract containers under their old import path."""
from collections.abc import (  # noqa: F401
    Container, Hashable, ItemsView, Iterable, Iterator, KeysView, Mapping, MappingView,
    MutableMapping, MutableSequence, MutableSet, Sequence, Set, Sized, ValuesView,
)
