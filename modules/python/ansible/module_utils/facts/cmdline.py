"""The kernel's command line."""
import shlex

from ansible.module_utils.facts.utils import get_file_content


def collect(context):
    text = get_file_content('/proc/cmdline')
    if not text:
        return {}
    return parse(text)


def parse(text):
    """cmdline keeps the last value of a repeated key, proc_cmdline all of them."""
    last, every = {}, {}
    for piece in split(text):
        name, equals, value = piece.partition('=')
        value = value if equals else True
        last[name] = value
        if name in every:
            every[name] = joined(every[name], value)
        else:
            every[name] = value
    return {'cmdline': last, 'proc_cmdline': every}


def split(text):
    try:
        return shlex.split(text, posix=False)
    except ValueError:
        return []


def joined(before, value):
    return (before if isinstance(before, list) else [before]) + [value]
