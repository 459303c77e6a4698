"""Types of settings."""
from ansible.goplay.option import CONVERTERS


def ensure_type(value, value_type, origin=None, origin_ftype=None):
    """Makes a setting's type of a value."""
    convert = CONVERTERS.get((value_type or '').lower())
    return value if convert is None or value is None else convert(value)
