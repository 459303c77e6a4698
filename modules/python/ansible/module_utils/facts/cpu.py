"""Processors, from /proc/cpuinfo."""
import os

from ansible.module_utils.facts.utils import get_file_content

NAME_KEYS = ('model name', 'Processor', 'vendor_id', 'cpu', 'Vendor', 'processor')


def collect(context):
    text = get_file_content('/proc/cpuinfo', '')
    return describe(text, usable(), os.uname().machine)


def usable():
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count()


def describe(text, nproc, machine):
    """Sockets, cores and threads; each counts as one where cpuinfo is silent."""
    entries = parse(text)
    names, flags = [], None
    for entry in entries:
        for key, value in entry:
            if key in NAME_KEYS:
                names.append(value)
            elif key in ('flags', 'Features', 'features') and flags is None:
                flags = value.split()
    facts = {'processor': names}
    if flags is not None:
        facts['flags'] = flags
    facts.update(topology([dict(entry) for entry in entries], nproc))
    return facts


def parse(text):
    """A list of (key, value) lists, one for each paragraph."""
    entries = []
    for paragraph in text.split('\n\n'):
        pairs = []
        for line in paragraph.splitlines():
            key, colon, value = line.partition(':')
            if colon:
                pairs.append((key.strip(), value.strip()))
        if pairs:
            entries.append(pairs)
    return entries


def topology(entries, nproc):
    entries = [entry for entry in entries if 'processor' in entry]
    sockets = dict.fromkeys(entry['physical id'] for entry in entries if 'physical id' in entry)
    first = entries[0] if entries else {}
    count = len(sockets) or len(entries)
    cores = number(first, 'cpu cores') if sockets else 1
    siblings = number(first, 'siblings') if sockets else cores
    threads = max(siblings // cores, 1)
    return {
        'processor_count': count,
        'processor_cores': cores,
        'processor_threads_per_core': threads,
        'processor_vcpus': threads * count * cores,
        'processor_nproc': nproc,
    }


def number(entry, key):
    try:
        return int(entry[key]) or 1
    except (KeyError, ValueError):
        return 1
