"""Comparing version numbers: LooseVersion for any, StrictVersion for N.N.N with a pre-release."""
import re
from functools import total_ordering


@total_ordering
class Version:
    """The base of both; compares with another version or with text."""

    def __init__(self, vstring=None):
        if vstring:
            self.parse(vstring)

    def __repr__(self):
        return "%s ('%s')" % (self.__class__.__name__, str(self))

    def _other(self, other):
        return self.__class__(other) if isinstance(other, str) else other

    def __eq__(self, other):
        other = self._other(other)
        return isinstance(other, Version) and self._key() == other._key()

    def __lt__(self, other):
        return self._key() < self._other(other)._key()

    def _cmp(self, other):
        other = self._other(other)
        return (self._key() > other._key()) - (self._key() < other._key())


class LooseVersion(Version):
    """Numbers and letters in turn: 1.13++, 5.5.kw, 2g6 … Comparing a number with letters is a TypeError."""

    component_re = re.compile(r'(\d+|[a-z]+|\.)', re.VERBOSE)

    def parse(self, vstring):
        self.vstring = vstring
        parts = [part for part in self.component_re.split(vstring) if part and part != '.']
        self.version = [int(part) if part.isdigit() else part for part in parts]

    def _key(self):
        return self.version

    def __str__(self):
        return self.vstring

    def __repr__(self):
        return "LooseVersion ('%s')" % str(self)


class StrictVersion(Version):
    """Two or three numbers, and optionally a or b and a number."""

    version_re = re.compile(r'^(\d+) \. (\d+) (\. (\d+))? ([ab](\d+))?$', re.VERBOSE | re.ASCII)

    def parse(self, vstring):
        match = self.version_re.match(vstring)
        if not match:
            raise ValueError("invalid version number '%s'" % vstring)
        major, minor, dummy, patch, prerelease, number = match.groups()
        self.version = (int(major), int(minor), int(patch or 0))
        self.prerelease = (prerelease[0], int(number)) if prerelease else None

    def _key(self):
        # A pre-release comes before its release.
        return self.version, self.prerelease is None, self.prerelease or ()

    def __str__(self):
        numbers = self.version if self.version[2] else self.version[:2]
        text = '.'.join(str(number) for number in numbers)
        return text + (self.prerelease[0] + str(self.prerelease[1]) if self.prerelease else '')
