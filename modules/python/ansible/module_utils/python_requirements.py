"""Requirements of Python packages, as pip reads them: alpha, alpha[extra]>=1,<2, addresses and paths.

Names and versions compare by PEP 503 and PEP 440.
"""
import itertools
import re

_REQUIREMENT = re.compile(
    r'^\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?P<extras>\[[^\]]*\])?\s*'
    r'(?P<specs>(?:(?:===|==|~=|!=|<=|>=|<|>)\s*[^\s,;]+\s*,?\s*)*)(?:;(?P<marker>.*))?$')
_SPECIFIER = re.compile(r'^(===|==|~=|!=|<=|>=|<|>)\s*(.+)$')
_VERSION = re.compile(
    r'^v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)(?:[-_.]?(?P<pre>a|b|c|rc|alpha|beta|pre|preview)[-_.]?(?P<pre_n>\d*))?'
    r'(?:-(?P<post_i>\d+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_n>\d*))?(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_n>\d*))?'
    r'(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$', re.I)
_PHASES = {'a': 0, 'alpha': 0, 'b': 1, 'beta': 1, 'c': 2, 'rc': 2, 'pre': 2, 'preview': 2}


def canonical(name):
    """A package's name in the form in which names compare."""
    return re.sub(r'[-_.]+', '-', name).lower()


def joined(names):
    """Names of which a comma within the version made several: 'alpha>=1' and '<2' belong together."""
    found = []
    for name in names:
        if found and re.match(r'^\s*(===|==|~=|!=|<=|>=|<|>)', name):
            found[-1] += ',' + name
        else:
            found.append(name)
    return found


def version_key(text):
    """A key by which versions sort as PEP 440 says; what is no such version comes before all that are."""
    match = _VERSION.match(text.strip())
    if not match:
        return (-1, (), (), (), (), ())
    release = tuple(int(part) for part in match.group('release').split('.'))
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    post = match.group('post') or match.group('post_i')
    post_key = (1, int(match.group('post_n') or match.group('post_i') or 0)) if post else (0, 0)
    dev_key = (0, int(match.group('dev_n') or 0)) if match.group('dev') else (1, 0)
    if match.group('pre'):
        pre_key = (_PHASES[match.group('pre').lower()], int(match.group('pre_n') or 0))
    else:
        pre_key = (-1, 0) if match.group('dev') and not post else (3, 0)
    local = tuple((1, int(part), '') if part.isdigit() else (0, 0, part.lower())
                  for part in re.split(r'[-_.]', match.group('local') or '') if part)
    return (int(match.group('epoch') or 0), release, pre_key, post_key, dev_key, local)


def public(text):
    return text.split('+')[0]


def _parts(text):
    return [int(part) if part.isdigit() else part for part in re.split(r'[.]', text)]


def _has_prefix(version, prefix):
    wanted = _parts(prefix)
    actual = _parts(re.match(r'^(?:\d+!)?[\d.]*\d', public(version)).group(0))
    return list(itertools.islice(itertools.chain(actual, itertools.repeat(0)), len(wanted))) == wanted


def satisfies(version, operator, wanted):
    """Whether an installed version is as a specifier wants it."""
    if operator == '===':
        return version.lower() == wanted.lower()
    if operator in ('==', '!=') and wanted.endswith('.*'):
        return _has_prefix(version, wanted[:-2]) == (operator == '==')
    have, want = version_key(version), version_key(wanted)
    if '+' not in wanted:
        have = version_key(public(version))
    if operator == '~=':
        return have >= want and _has_prefix(version, wanted.rpartition('.')[0])
    return {'==': have == want, '!=': have != want, '<=': have <= want, '>=': have >= want, '<': have < want, '>': have > want}[operator]


class Requirement(object):
    """One requirement; name is None for what is no plain one, such as an address, which stays as it was written."""

    def __init__(self, text):
        self.text, self.name, self.extras, self.specifiers, self.marker = text, None, '', [], ''
        match = _REQUIREMENT.match(text)
        if match and '://' not in text:
            self.name, self.extras, self.marker = match.group('name'), match.group('extras') or '', (match.group('marker') or '').strip()
            specs = [each.strip() for each in match.group('specs').split(',') if each.strip()]
            self.specifiers = [_SPECIFIER.match(each).groups() for each in specs]

    def with_version(self, version):
        """The same with a version: a number, or a specifier such as <3."""
        if self.name is None:
            return self
        return Requirement(self.text + (version if _SPECIFIER.match(version) else '==' + version))

    def satisfied_by(self, installed):
        """Whether it is met by what is installed, a dictionary of canonical names and versions."""
        if self.name is None:
            return False
        version = installed.get(canonical(self.name))
        return version is not None and all(satisfies(version, *each) for each in self.specifiers)

    def __str__(self):
        if self.name is None:
            return self.text
        specs = ','.join(sorted(''.join(each) for each in self.specifiers))
        return self.name + self.extras + specs + ('; ' + self.marker if self.marker else '')
