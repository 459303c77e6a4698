"""Turns gather_subset into the collectors to run."""
from ansible.module_utils.facts.registry import MINIMAL, ROWS


class BadSubset(ValueError):
    """A name in gather_subset that no collector has."""


def by_name():
    """Every name that gather_subset may have -> the row's own name."""
    names = {}
    for row in ROWS:
        for name in [row.name] + row.ids.split():
            names[name] = row.name
    return names


def choose(gather_subset):
    """The rows to run, each after those it needs.

    "all" is taken when nothing is asked for; a name with ! leaves out what it
    stands for; "min" comes with everything, unless !min is given.
    """
    wanted, unwanted, explicit = parse(gather_subset or ['all'], by_name())
    return needed(wanted - (unwanted - explicit))


def parse(gather_subset, names):
    """(wanted, unwanted, named one by one) rows."""
    wanted, unwanted, explicit = set(), set(), set()
    minimal = '!min' not in gather_subset
    every = set(row.name for row in ROWS)
    for subset in gather_subset:
        if subset == 'all':
            wanted |= every
        elif subset == '!all':
            unwanted |= every - MINIMAL
        elif subset == '!min':
            unwanted |= MINIMAL
        elif subset.startswith('!'):
            unwanted |= {names[subset[1:]]} if subset[1:] in names else set()
        elif subset != 'min':
            explicit.add(row_name(subset, names))
    if minimal:
        wanted |= MINIMAL
    return wanted | explicit, unwanted, explicit


def row_name(subset, names):
    if subset not in names:
        raise BadSubset("Bad subset '%s' given to Ansible. gather_subset options allowed: %s"
                        % (subset, ', '.join(sorted(list(names) + ['all']))))
    return names[subset]


def needed(wanted):
    """The wanted rows and all that they need, in the table's order."""
    needs = {row.name: row.needs.split() for row in ROWS}
    todo, found = list(wanted), set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(needs[name])
    return [row for row in ROWS if row.name in found]
