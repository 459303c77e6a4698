"""Sizes as people write them, and back."""
import re

SIZE_RANGES = {
    'Y': 1 << 80, 'Z': 1 << 70, 'E': 1 << 60, 'P': 1 << 50,
    'T': 1 << 40, 'G': 1 << 30, 'M': 1 << 20, 'K': 1 << 10, 'B': 1,
}

_NAMES = {'B': '', 'K': 'kilo', 'M': 'mega', 'G': 'giga', 'T': 'tera', 'P': 'peta', 'E': 'exa', 'Z': 'zeta', 'Y': 'yotta'}
_SIZE = re.compile(r'\s*([0-9]*\.?[0-9]*)(?:\s*([A-Za-z]+))?\s*$', re.ASCII)

VALID_UNITS = {
    letter: (
        (name + 'byte', letter if letter == 'B' else letter + 'B'),
        (name + 'bit', 'b' if letter == 'B' else letter + 'b'),
    )
    for letter, name in _NAMES.items()
}


def lenient_lowercase(lst):
    """lst with its strings in lower case and everything else untouched."""
    return [value.lower() if hasattr(value, 'lower') else value for value in lst]


def human_to_bytes(number, default_unit=None, isbits=False):
    """'10M' -> 10485760. With isbits only bit units (Mb) are valid, else only byte units (MB)."""
    match = _SIZE.match(str(number))
    if not match or not match.group(1):
        raise ValueError("human_to_bytes() can't interpret following string: %s" % number)
    try:
        amount = float(match.group(1))
    except ValueError:
        raise ValueError("human_to_bytes() can't interpret following number: %s (original input string: %s)" % (match.group(1), number))
    unit = match.group(2) or default_unit
    if not unit:
        return int(round(amount))
    return int(round(amount * _unit_factor(number, unit, isbits)))


def _unit_factor(number, unit, isbits):
    letter = unit[0].upper()
    if letter not in SIZE_RANGES:
        raise ValueError('human_to_bytes() failed to convert %s (unit = %s). The suffix must be one of %s' % (number, unit, ', '.join(SIZE_RANGES)))
    name, symbol = VALID_UNITS[letter][1 if isbits else 0]
    if len(unit) > 1 and unit != symbol and unit.lower() != name:
        expected = '%s or %s' % (symbol, letter) if letter != 'B' else symbol
        raise ValueError('human_to_bytes() failed to convert %s. Value is not a valid string (expect %s)' % (number, expected))
    return SIZE_RANGES[letter]


def bytes_to_human(size, isbits=False, unit=None):
    """10485760 -> '10.00 MB'; a unit's letter forces that unit."""
    base = 'bits' if isbits else 'Bytes'
    for letter, factor in SIZE_RANGES.items():
        if (unit is None and size >= factor) or (unit is not None and unit.upper() == letter):
            break
    suffix = base if factor == 1 else letter + base[0]
    return '%.2f %s' % (size / factor, suffix)
