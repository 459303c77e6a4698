"""Package specifications as users write them."""
import fnmatch
import re
from collections import namedtuple

# text is as written; relation is '=', '>=' or None; version may hold wildcards with '='.
Spec = namedtuple('Spec', 'text name relation version')


def parse(text):
    match = re.match(r'^(.+?)(>=|=)(.+)$', text.strip())
    if match:
        return Spec(text, match.group(1).strip(), match.group(2), match.group(3).strip())
    return Spec(text, text.strip(), None, None)


def plain(text):
    """Whether text is nothing but a package's name."""
    return re.match(r'^[A-Za-z0-9][A-Za-z0-9+.-]+$', text) is not None


def is_pattern(name):
    return any(sign in name for sign in '*?[') and not name.startswith('-')


def expand(specs, all_names):
    """Names with wildcards become the names that match; all_names is called at most once.

    Raises LookupError with the pattern that matches nothing.
    """
    names = None
    for spec in specs:
        if not is_pattern(spec.name):
            yield spec
            continue
        names = all_names() if names is None else names
        matching = sorted(fnmatch.filter(names, spec.name))
        if not matching:
            raise LookupError(spec.name)
        for name in matching:
            yield spec._replace(text=spec.text.replace(spec.name, name, 1), name=name)
