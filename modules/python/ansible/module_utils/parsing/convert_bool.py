"""The spellings of true and false that Ansible takes."""
from ansible.module_utils.common.text.converters import to_text

BOOLEANS_TRUE = frozenset(('y', 'yes', 'on', '1', 'true', 't', 1, 1.0, True))
BOOLEANS_FALSE = frozenset(('n', 'no', 'off', '0', 'false', 'f', 0, 0.0, False))
BOOLEANS = BOOLEANS_TRUE | BOOLEANS_FALSE


def boolean(value, strict=True):
    """value as a bool; what is neither true nor false is False, or a TypeError if strict."""
    if isinstance(value, bool):
        return value
    spelling = value
    if isinstance(value, (str, bytes)):
        spelling = to_text(value, errors='surrogate_or_strict').lower().strip()
    if _hashable_in(spelling, BOOLEANS_TRUE):
        return True
    if _hashable_in(spelling, BOOLEANS_FALSE) or not strict:
        return False
    valid = ', '.join(repr(i) for i in BOOLEANS)
    raise TypeError("The value '%s' is not a valid boolean. Valid booleans include: %s" % (to_text(value), valid))


def _hashable_in(value, options):
    try:
        return value in options
    except TypeError:
        return False
