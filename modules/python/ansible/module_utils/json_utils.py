"""Finding a module's JSON in output that has other lines around it."""
import json  # noqa: F401  (imported from here by modules)


def _filter_non_json_lines(data, objects_only=False):
    """(the JSON document in data, [warnings]): leading and trailing lines of other text are cut off."""
    lines = data.splitlines()
    start, closing = _find_start(lines, objects_only)
    end = _find_end(lines, start, closing)
    junk = [line for line in lines[end + 1:] if line.strip()]
    warnings = []
    if junk:
        warnings.append('Module invocation had junk after the JSON data: %s' % '\n'.join(junk))
    return '\n'.join(lines[start:end + 1]), warnings


def _find_start(lines, objects_only):
    for number, line in enumerate(lines):
        text = line.strip()
        if text.startswith('{'):
            return number, '}'
        if not objects_only and text.startswith('['):
            return number, ']'
    raise ValueError('No start of json char found')


def _find_end(lines, start, closing):
    for number in range(len(lines) - 1, start - 1, -1):
        if lines[number].strip().endswith(closing):
            return number
    raise ValueError('No end of json char found')
