"""Runs collectors and names their facts."""
import fnmatch
import threading

from ansible.module_utils.facts.registry import UNPREFIXED


class Context(object):
    """What a collector may look at."""

    def __init__(self, module, fact_path=None, timeout=10):
        self.module = module
        self.fact_path = fact_path
        self.timeout = timeout
        self.known = {}


def gather(rows, context):
    """row name -> facts. Rows that wait are started first, the others run meanwhile."""
    found, threads = {}, []
    for row in rows:
        if row.slow:
            threads.append(start(row, context, found))
    for row in rows:
        if not row.slow:
            run(row, context, found)
            context.known.update(found.get(row.name, {}))
    for thread in threads:
        thread.join()
    return found


def start(row, context, found):
    thread = threading.Thread(target=run, args=(row, context, found), daemon=True)
    thread.start()
    return thread


def run(row, context, found):
    """A collector that breaks loses its own facts only."""
    try:
        found[row.name] = row.load()(context)
    except Exception as error:
        context.module.warn('Failed to collect facts of subset %s: %s' % (row.name, error))


def named(found, prefix='ansible_'):
    """One flat dict with the names that plays see."""
    facts = {}
    for row, values in found.items():
        lead = '' if row in UNPREFIXED else prefix
        for name, value in values.items():
            facts[lead + name] = value
    return facts


def filtered(facts, patterns):
    """The facts whose name fits a pattern, with or without ansible_ before it."""
    patterns = [pattern for pattern in patterns if pattern]
    if not patterns or '*' in patterns:
        return facts
    return {name: value for name, value in facts.items() if any(fits(name, each) for each in patterns)}


def fits(name, pattern):
    return fnmatch.fnmatch(name, pattern) or fnmatch.fnmatch(name, 'ansible_' + pattern)
