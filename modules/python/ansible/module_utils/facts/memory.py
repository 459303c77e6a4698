"""Memory and swap in MiB, from /proc/meminfo."""
from ansible.module_utils.facts.utils import get_file_lines

TOP = ('MemTotal', 'SwapTotal', 'MemFree', 'SwapFree')


def collect(context):
    return describe(get_file_lines('/proc/meminfo'))


def describe(lines):
    size = sizes(lines)
    if 'MemTotal' not in size:
        return {}
    facts = {name.lower() + '_mb': size[name] for name in TOP if name in size}
    total, free = size['MemTotal'], size.get('MemFree', 0)
    unused = free + size.get('Cached', 0) + size.get('Buffers', 0)
    swap, swap_free = size.get('SwapTotal', 0), size.get('SwapFree', 0)
    facts['memory_mb'] = {
        'real': {'total': total, 'used': total - free, 'free': free},
        'nocache': {'free': unused, 'used': total - unused},
        'swap': {'total': swap, 'free': swap_free, 'used': swap - swap_free,
                 'cached': size.get('SwapCached', 0)},
    }
    return facts


def sizes(lines):
    found = {}
    for line in lines:
        name, _, value = line.partition(':')
        words = value.split()
        if words and words[0].isdigit():
            found[name] = int(words[0]) // 1024
    return found
